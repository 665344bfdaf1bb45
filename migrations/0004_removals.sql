-- Messages that are to go although nothing else is known of them any more.
--
-- Who is forgotten wants the paintings gone from the chats as well, and a chat may take its time. The rows about the
-- person go at once; what finds their messages stands here until each has been removed, or cannot be, so that a
-- restart goes on with it. Whose they were is not kept.

CREATE TABLE removals (
    id    INTEGER PRIMARY KEY,
    place TEXT NOT NULL,                             -- JSON, as in jobs
    ref   TEXT NOT NULL,                             -- finds the message at that place
    since REAL NOT NULL                              -- Unix seconds: what cannot be done for days is given up
) STRICT;
