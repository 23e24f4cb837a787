-- What the agent made and the server may not have yet. Never dropped.

-- state: pending: to be sent; acked: the server has it, the feed has not brought it back yet (seq: up to where it will have);
-- rejected: refused, waits for the agent. n: the order in which it was done and is sent.
CREATE TABLE outbox(
  n INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, args TEXT NOT NULL,
  if_rev INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'pending' CHECK(state IN ('pending', 'acked', 'rejected')),
  seq INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX outbox_state ON outbox(state, n);

-- mode: reply or note
CREATE TABLE draft(
  conversation_id TEXT NOT NULL, mode TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY(conversation_id, mode)) WITHOUT ROWID;
