-- What was done and seen is forgotten by its age.
CREATE INDEX op_done_at ON op_done(at);
CREATE INDEX inbound_seen_at ON inbound_seen(at);
