-- What was done and seen is forgotten by its age.
CREATE INDEX IF NOT EXISTS op_done_at ON op_done(at);
CREATE INDEX IF NOT EXISTS inbound_seen_at ON inbound_seen(at);
