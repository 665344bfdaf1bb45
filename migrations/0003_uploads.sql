-- What a chat keeps of ours: pictures that were uploaded once can be sent again by the chat's own name for them.
--
-- The name of a delivered painting stands with its job and goes with it; those of presets are nobody's, and stand alone.

ALTER TABLE jobs ADD COLUMN upload TEXT;             -- the delivered picture's name at its platform

CREATE TABLE uploads (
    platform TEXT NOT NULL,
    digest   TEXT NOT NULL,                          -- SHA-256 of the picture, hexadecimal
    upload   TEXT NOT NULL,
    PRIMARY KEY (platform, digest)
) STRICT, WITHOUT ROWID;
