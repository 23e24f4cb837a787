-- What only the server keeps, beside the entity tables. Its version stands in meta ('server_version'), since user_version
-- belongs to the entity tables.

-- protocol.md: the old row of an entity vanishes and a seq is never used again, so the feed compacts itself.
-- at: when; tombstones are dropped by it after 90 days.
CREATE TABLE change(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,
  op TEXT NOT NULL CHECK(op IN('put','del')), at INTEGER NOT NULL DEFAULT(unixepoch() * 1000),
  UNIQUE(kind, id) ON CONFLICT REPLACE);
CREATE INDEX change_tombstone ON change(at) WHERE op = 'del';

-- hash: of type and arguments; result: the answer that was given, JSON.
CREATE TABLE op_done(
  op_id TEXT PRIMARY KEY, agent_id TEXT, hash BLOB NOT NULL, result TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

-- token: the SHA-256 of what the desk holds.
CREATE TABLE session(
  token BLOB PRIMARY KEY, agent_id TEXT NOT NULL, device_id TEXT NOT NULL, device_name TEXT NOT NULL,
  at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX session_device ON session(agent_id, device_id);

CREATE TABLE agent_password(agent_id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, hash TEXT NOT NULL) WITHOUT ROWID;

-- old_secret is good until old_until. once: a repeated post may reach the customer twice, so a timeout is never repeated.
CREATE TABLE channel_secret(
  channel_id TEXT PRIMARY KEY, secret TEXT NOT NULL, old_secret TEXT, old_until INTEGER NOT NULL DEFAULT 0,
  url TEXT, once INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

-- message_ids: JSON array of the messages that an event became, for quote, edit and recall.
CREATE TABLE inbound_seen(
  channel_id TEXT NOT NULL, event_id TEXT NOT NULL, message_ids TEXT, at INTEGER NOT NULL,
  PRIMARY KEY(channel_id, event_id)) WITHOUT ROWID;
CREATE INDEX inbound_message ON inbound_seen(json_extract(message_ids, '$[0]'));

-- Messages that wait for their channel. posting: a post to a `once` channel is under way or was when the server died.
CREATE TABLE outbound(
  message_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, mseq INTEGER NOT NULL, channel_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, first_at INTEGER NOT NULL, next_at INTEGER NOT NULL,
  posting INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX outbound_order ON outbound(conversation_id, mseq);
CREATE INDEX outbound_due ON outbound(next_at);

CREATE TABLE blob(sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, mime TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

-- Who looked at what of a customer, and what else must be answered for. Written by operations (customer.reveal).
CREATE TABLE audit(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, agent_id TEXT, what TEXT NOT NULL, customer_id TEXT, field TEXT, how TEXT);
CREATE INDEX audit_customer ON audit(customer_id, at);
