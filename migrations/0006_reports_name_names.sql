-- Who reported something, and where: owners who are not in that server or group know neither by its id.
--
-- The names are those of the moment and go with the report, which is deleted when it is closed or its person is
-- forgotten. Reports that were there before have none.

ALTER TABLE reports ADD COLUMN person_name TEXT;
ALTER TABLE reports ADD COLUMN place_name TEXT;
