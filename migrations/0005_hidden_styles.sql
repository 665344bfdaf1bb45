-- A picture that its sender hid (a spoiler) stays hidden when it is kept as a style: in the gallery, and in what is
-- painted with it. Requests and drafts know the same of theirs; those are JSON.

ALTER TABLE saved_styles ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
