-- Of an operation that was refused because somebody else was first: {kind, id, field, theirs, rev, by?, at?, removed?} about the field
-- that both have edited, or {} if it was about no field.
ALTER TABLE outbox ADD COLUMN conflict TEXT;
