-- Sessions can be listed, ended one by one, and expire.
-- id: what a session is called where its token must not be. seen_at: its last use, written every few minutes. ended: why the token is
-- void (revoked, password, disabled); such a row is kept a while, so that the desk can be told.
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN ended TEXT;
ALTER TABLE session ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
UPDATE session SET id = lower(hex(randomblob(16))), seen_at = unixepoch() * 1000;
CREATE UNIQUE INDEX session_id ON session(id);
