-- The foundations: jobs, the files they refer to, quotas, drafts, settings and bans.
--
-- Why the shapes are as they are:
-- * A person's identity stands in `jobs` and `drafts` only, so forgetting a person is deleting rows
--   there. What must outlive a person (bans, today's use of the quota, overrides by an admin) is keyed by a keyed
--   hash of the identity, whose key lies beside the database in a file that only its owner can read.
-- * Pictures are files named by their SHA-256. Every reference to one is a row in `file_refs`, whatever holds it,
--   so a file may go when its last row goes, and forgetting one person cannot take another's picture.
-- * All times are Unix seconds; all costs are megapixel-iterations.

CREATE TABLE jobs (
    id                TEXT PRIMARY KEY,
    key               TEXT NOT NULL UNIQUE,          -- idempotency: the same key never makes a second job
    state             TEXT NOT NULL CHECK (state IN
                      ('queued', 'painting', 'painted', 'delivered', 'failed', 'cancelled', 'expired')),
    person_key        TEXT NOT NULL,                 -- "platform:id"
    person_hash       TEXT NOT NULL,                 -- under which the quota was charged
    place_key         TEXT NOT NULL,
    person            TEXT NOT NULL,                 -- JSON
    place             TEXT NOT NULL,                 -- JSON, tagged by platform
    verb              TEXT NOT NULL,
    task              TEXT NOT NULL,
    request           TEXT NOT NULL,                 -- JSON, pictures by digest
    parent            TEXT,                          -- the job that a verb started from; may be gone
    cost              REAL NOT NULL,
    paintings         INTEGER NOT NULL,              -- charged to the quota of `quota_day`
    quota_day         TEXT NOT NULL,                 -- ISO date, UTC; a refund goes to this day, whenever it comes
    quota_place       TEXT,                          -- the place's row of `usage` that was charged too, if one was
    refunded          INTEGER NOT NULL DEFAULT 0 CHECK (refunded IN (0, 1)),
    deleted           INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),  -- its person deleted the result
    attempts_engine   INTEGER NOT NULL DEFAULT 0,    -- engines that died or hung over it; restarts do not count
    attempts_delivery INTEGER NOT NULL DEFAULT 0,
    lease_until       REAL,                          -- while painting: the janitor lets it be until then, and while it is in hand
    deliver_after     REAL,                          -- a delivery that was told "later"
    status_ref        TEXT,                          -- the status message
    sent_ref          TEXT,                          -- the delivered message, stored last
    told              INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),  -- its place knows how it ended, or never will
    created_at        REAL NOT NULL,
    started_at        REAL,
    painted_at        REAL,
    ended_at          REAL,
    error_code        TEXT,
    error_detail      TEXT,
    width             INTEGER,
    height            INTEGER,
    facts             TEXT,                          -- JSON
    CHECK ((ended_at IS NOT NULL) = (state IN ('delivered', 'failed', 'cancelled', 'expired'))),
    CHECK ((lease_until IS NOT NULL) = (state = 'painting'))
) STRICT;

CREATE TABLE transitions (                           -- which state of a job may follow which; the same as in bot/model.py
    was  TEXT NOT NULL,
    next TEXT NOT NULL,
    PRIMARY KEY (was, next)
) STRICT, WITHOUT ROWID;

INSERT INTO transitions (was, next) VALUES
    ('queued', 'painting'), ('queued', 'cancelled'), ('queued', 'failed'), ('queued', 'expired'),
    ('painting', 'painted'), ('painting', 'queued'), ('painting', 'cancelled'), ('painting', 'failed'),
    ('painted', 'delivered'), ('painted', 'expired');

CREATE TRIGGER jobs_change_state BEFORE UPDATE OF state ON jobs
WHEN NEW.state <> OLD.state
    AND NOT EXISTS (SELECT 1 FROM transitions WHERE was = OLD.state AND next = NEW.state)
BEGIN
    SELECT RAISE(ABORT, 'no such transition');
END;

CREATE INDEX jobs_by_state ON jobs (state, created_at);
CREATE INDEX jobs_by_person ON jobs (person_key, created_at);
CREATE INDEX jobs_by_end ON jobs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX jobs_unsettled ON jobs (ended_at) WHERE ended_at IS NOT NULL AND (told = 0 OR status_ref IS NOT NULL);

CREATE TABLE files (
    digest     TEXT PRIMARY KEY,                     -- SHA-256, hexadecimal; also the file's name
    bytes      INTEGER NOT NULL,
    put_at     REAL NOT NULL                         -- the last time: the sweep spares what was put just now
) STRICT;

CREATE TABLE file_refs (
    owner      TEXT NOT NULL,                        -- "job:ID", "draft:PERSON|PLACE"
    role       TEXT NOT NULL,
    position   INTEGER NOT NULL DEFAULT 0,
    digest     TEXT NOT NULL REFERENCES files (digest),
    media_type TEXT NOT NULL,
    PRIMARY KEY (owner, role, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_refs_by_digest ON file_refs (digest);

CREATE TABLE usage (                                 -- paintings charged, by day; a place's own cap has its row too
    subject   TEXT NOT NULL,                         -- keyed hash of a person, or "place:KEY"
    day       TEXT NOT NULL,                         -- ISO date, UTC
    paintings INTEGER NOT NULL CHECK (paintings >= 0),
    PRIMARY KEY (subject, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE overrides (                             -- limits that an admin set for one person
    person_hash TEXT PRIMARY KEY,
    limits      TEXT NOT NULL,                       -- JSON
    set_at      REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bans (
    person_hash TEXT PRIMARY KEY,
    reason      TEXT NOT NULL,
    banned_at   REAL NOT NULL,
    until       REAL                                 -- NULL: for good
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (                                -- half-made requests
    person_key TEXT NOT NULL,
    place_key  TEXT NOT NULL,
    draft      TEXT NOT NULL,                        -- JSON
    expires_at REAL NOT NULL,
    PRIMARY KEY (person_key, place_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE place_settings (
    place_key TEXT PRIMARY KEY,
    settings  TEXT NOT NULL                          -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE flags (                                 -- what must outlive a restart: "paused"
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
