-- The inbox, kept ready: what each view has in each order, and how many. Derived by triggers from `conversation` and the marks of the agent
-- whose cache this is (`read`; meta.agent), so that a page of any view is a walk in an index, however many there are.

-- These serve the views of a table that has no such walks; all that is left is "lately", over everything.
DROP INDEX conversation_mine;
DROP INDEX conversation_last;
DROP INDEX conversation_waiting;
CREATE INDEX conversation_recent ON conversation(last_at);

-- What the inbox needs to know of a conversation. n: its rowid. bucket: 0 mine, 1 nobody's, 2 another agent's (all open), 3 snoozed,
-- 4 resolved, 5 what this version does not know and shows nowhere. part: 0 waits and is unread, 1 waits, 2 is unread, 3 neither. at: by
-- which the newest come first.
CREATE VIEW inbox_state AS
  SELECT c.rowid AS n, c.id, c.channel_id,
    CASE c.status WHEN 'open' THEN iif(c.assignee_id IS NULL, 1, iif(c.assignee_id = m.value, 0, 2))
      WHEN 'snoozed' THEN 3 WHEN 'resolved' THEN 4 ELSE 5 END AS bucket,
    iif(c.waiting_since > 0, 0, 2) + (c.in_count <= coalesce(r.in_no, 0)) AS part,
    -c.last_at AS at, c.waiting_since AS since
  FROM conversation c JOIN meta m ON m.key = 'agent' LEFT JOIN read r ON r.id = c.id || ':' || m.value;

-- label_id: '' for the row that each conversation has, '@' for one more of those in which a note mentions the agent. The last columns of some indexes are there because a walk looks at nothing else then.
CREATE TABLE inbox(
  n INTEGER NOT NULL, label_id TEXT NOT NULL, channel_id TEXT NOT NULL, bucket INTEGER NOT NULL, part INTEGER NOT NULL,
  at INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(n, label_id)) WITHOUT ROWID;
CREATE INDEX inbox_bucket ON inbox(label_id, bucket, part, at, n);
CREATE INDEX inbox_bucket_since ON inbox(label_id, bucket, since, n, part) WHERE part < 2;
CREATE INDEX inbox_all ON inbox(label_id, part, at, n, bucket) WHERE bucket < 4;
CREATE INDEX inbox_all_since ON inbox(label_id, since, n, bucket, part) WHERE bucket < 4 AND part < 2;
CREATE INDEX inbox_channel_bucket ON inbox(channel_id, label_id, bucket, part, at, n);
CREATE INDEX inbox_channel_bucket_since ON inbox(channel_id, label_id, bucket, since, n, part) WHERE part < 2;
CREATE INDEX inbox_channel_all ON inbox(channel_id, label_id, part, at, n, bucket) WHERE bucket < 4;
CREATE INDEX inbox_channel_all_since ON inbox(channel_id, label_id, since, n, bucket, part) WHERE bucket < 4 AND part < 2;

CREATE TRIGGER inbox_conversation_insert AFTER INSERT ON conversation BEGIN
  INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)
    SELECT n, '', channel_id, bucket, part, at, since FROM inbox_state WHERE id = new.id;
END;
CREATE TRIGGER inbox_conversation_insert_labels AFTER INSERT ON conversation WHEN new.labels <> '[]' BEGIN
  INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)
    SELECT s.n, l.value, s.channel_id, s.bucket, s.part, s.at, s.since
    FROM json_each(new.labels) l JOIN inbox_state s ON s.id = new.id WHERE l.type = 'text' AND l.value NOT IN ('', '@') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER inbox_conversation_update
  AFTER UPDATE OF channel_id, status, assignee_id, waiting_since, last_at, in_count ON conversation
  WHEN (old.channel_id, old.status, old.assignee_id, old.waiting_since, old.last_at, old.in_count)
    IS NOT (new.channel_id, new.status, new.assignee_id, new.waiting_since, new.last_at, new.in_count) BEGIN
  UPDATE inbox SET (channel_id, bucket, part, at, since) =
    (SELECT channel_id, bucket, part, at, since FROM inbox_state WHERE id = new.id) WHERE n = new.rowid;
END;
CREATE TRIGGER inbox_conversation_update_labels AFTER UPDATE OF labels ON conversation WHEN old.labels <> new.labels BEGIN
  DELETE FROM inbox
    WHERE n = new.rowid AND label_id NOT IN ('', '@') AND label_id NOT IN (SELECT value FROM json_each(new.labels) WHERE type = 'text');
  INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)
    SELECT s.n, l.value, s.channel_id, s.bucket, s.part, s.at, s.since
    FROM json_each(new.labels) l JOIN inbox_state s ON s.id = new.id WHERE l.type = 'text' AND l.value NOT IN ('', '@') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER inbox_conversation_delete AFTER DELETE ON conversation BEGIN
  DELETE FROM inbox WHERE n = old.rowid;
END;

CREATE TRIGGER inbox_read_insert AFTER INSERT ON read WHEN new.agent_id = (SELECT value FROM meta WHERE key = 'agent') BEGIN
  UPDATE inbox SET part = (SELECT part FROM inbox_state WHERE id = new.conversation_id)
    WHERE n = (SELECT rowid FROM conversation WHERE id = new.conversation_id);
END;
CREATE TRIGGER inbox_read_update AFTER UPDATE OF in_no ON read
  WHEN old.in_no <> new.in_no AND new.agent_id = (SELECT value FROM meta WHERE key = 'agent') BEGIN
  UPDATE inbox SET part = (SELECT part FROM inbox_state WHERE id = new.conversation_id)
    WHERE n = (SELECT rowid FROM conversation WHERE id = new.conversation_id);
END;
CREATE TRIGGER inbox_read_delete AFTER DELETE ON read WHEN old.agent_id = (SELECT value FROM meta WHERE key = 'agent') BEGIN
  UPDATE inbox SET part = (SELECT part FROM inbox_state WHERE id = old.conversation_id)
    WHERE n = (SELECT rowid FROM conversation WHERE id = old.conversation_id);
END;

-- How many rows of `inbox` there are of each sort.
CREATE TABLE inbox_count(
  label_id TEXT NOT NULL, channel_id TEXT NOT NULL, bucket INTEGER NOT NULL, part INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(label_id, channel_id, bucket, part)) WITHOUT ROWID;
CREATE TRIGGER inbox_count_insert AFTER INSERT ON inbox BEGIN
  INSERT INTO inbox_count VALUES(new.label_id, new.channel_id, new.bucket, new.part, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER inbox_count_delete AFTER DELETE ON inbox BEGIN
  UPDATE inbox_count SET n = n - 1
    WHERE label_id = old.label_id AND channel_id = old.channel_id AND bucket = old.bucket AND part = old.part;
END;
CREATE TRIGGER inbox_count_update AFTER UPDATE OF channel_id, bucket, part ON inbox
  WHEN (old.channel_id, old.bucket, old.part) IS NOT (new.channel_id, new.bucket, new.part) BEGIN
  UPDATE inbox_count SET n = n - 1
    WHERE label_id = old.label_id AND channel_id = old.channel_id AND bucket = old.bucket AND part = old.part;
  INSERT INTO inbox_count VALUES(new.label_id, new.channel_id, new.bucket, new.part, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- The notes that mention the agent whose cache this is. They may come before their conversation, and leave before it.
CREATE TABLE mention(message_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX mention_conversation ON mention(conversation_id);
CREATE VIEW mention_state AS
  SELECT x.id AS message_id, x.conversation_id FROM message x JOIN meta m ON m.key = 'agent'
    WHERE x.kind = 'note' AND x.data IS NOT NULL
      AND EXISTS(SELECT 1 FROM json_each(iif(json_valid(x.data), x.data, '{}'), '$.mentions') WHERE value = m.value);
CREATE TRIGGER mention_note_insert AFTER INSERT ON message WHEN new.kind = 'note' AND new.data IS NOT NULL BEGIN
  INSERT INTO mention SELECT message_id, conversation_id FROM mention_state WHERE message_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER mention_note_update AFTER UPDATE OF kind, data, conversation_id ON message
  WHEN (old.kind = 'note' OR new.kind = 'note') AND (old.kind, old.data, old.conversation_id) IS NOT (new.kind, new.data, new.conversation_id) BEGIN
  DELETE FROM mention WHERE message_id = old.id;
  INSERT INTO mention SELECT message_id, conversation_id FROM mention_state WHERE message_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER mention_note_delete AFTER DELETE ON message WHEN old.kind = 'note' AND old.data IS NOT NULL BEGIN
  DELETE FROM mention WHERE message_id = old.id;
END;
CREATE TRIGGER mention_insert AFTER INSERT ON mention BEGIN
  INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)
    SELECT n, '@', channel_id, bucket, part, at, since FROM inbox_state WHERE id = new.conversation_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER mention_delete AFTER DELETE ON mention
  WHEN NOT EXISTS(SELECT 1 FROM mention WHERE conversation_id = old.conversation_id) BEGIN
  DELETE FROM inbox WHERE label_id = '@' AND n = (SELECT rowid FROM conversation WHERE id = old.conversation_id);
END;
CREATE TRIGGER inbox_conversation_insert_mention AFTER INSERT ON conversation
  WHEN EXISTS(SELECT 1 FROM mention WHERE conversation_id = new.id) BEGIN
  INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)
    SELECT n, '@', channel_id, bucket, part, at, since FROM inbox_state WHERE id = new.id;
END;
