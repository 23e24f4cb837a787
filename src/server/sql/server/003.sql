-- Which files a channel may fetch, and name in its events: those it has brought, and those of its own messages.
CREATE TABLE channel_blob(channel_id TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY(channel_id, sha256)) WITHOUT ROWID;
INSERT OR IGNORE INTO channel_blob(channel_id, sha256)
  SELECT c.channel_id, m.data->>'$.sha256' FROM message m JOIN conversation c ON c.id = m.conversation_id
   WHERE m.kind IN ('image', 'file', 'voice') AND m.data->>'$.sha256' IS NOT NULL;
