-- What chats add: styles that people keep under a name, for themselves or for a place, and reports to the owners.
--
-- A person's identity now stands here too, so forgetting a person also deletes their rows here. Who saved a style for
-- a place is not kept, so that it stays with the place. How many reports a person sent today is counted in `usage`,
-- under the person's hash, and outlives them.

CREATE TABLE saved_styles (
    keeper   TEXT NOT NULL,                          -- "person:PERSON" or "place:PLACE"
    key      TEXT NOT NULL,                          -- the name as it is compared: without regard to case
    name     TEXT NOT NULL,                          -- as it was written
    digest   TEXT NOT NULL REFERENCES files (digest),
    saved_at REAL NOT NULL,
    PRIMARY KEY (keeper, key)
) STRICT, WITHOUT ROWID;                             -- in file_refs, its owner is "style:KEEPER|KEY"

CREATE TABLE reports (                               -- open ones only: closing deletes
    id          TEXT PRIMARY KEY,
    person_key  TEXT NOT NULL,
    place_key   TEXT NOT NULL,
    text        TEXT NOT NULL,
    job_id      TEXT,                                -- as the person named it; may be gone
    link        TEXT,
    reported_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_by_person ON reports (person_key);
CREATE INDEX reports_by_time ON reports (reported_at);
