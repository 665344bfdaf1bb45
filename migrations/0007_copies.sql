-- Results that were sent once more, from the history or in full quality: when their person is forgotten, or deletes
-- the painting, these messages are to go as well.

CREATE TABLE copies (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    place  TEXT NOT NULL,                            -- JSON, as in jobs
    ref    TEXT NOT NULL,                            -- finds the message at that place
    PRIMARY KEY (job_id, ref)
) STRICT, WITHOUT ROWID;
