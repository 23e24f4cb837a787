-- What the desk's cache has beside the entities. No migration: another version is dropped and synced anew. Never VACUUM it whole: the
-- rowids of messages and orders are keys of time (model/kefu-message-key.h), and those of the search indexes, as phrases' are; those of
-- conversations stand in `inbox`.

-- version: of this script; cursor: "EPOCH.SEQ"; synced_at: ms of the last batch
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- The server's state of what waiting operations have touched: body NULL means that the server has no such entity.
CREATE TABLE base(kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT, PRIMARY KEY(kind, id)) WITHOUT ROWID;

CREATE INDEX message_pending ON message(conversation_id) WHERE rev = 0;

-- What is no longer kept here: of a conversation all messages below mseq, which the server has. fetched_at: when somebody asked for some of
-- them again, ms. meta.kept_from: ms; all that went was sent before. What the server says later of one that has gone does not bring it
-- back: it would stand beside a gap; only what is fetched passes (meta.fetching, within that transaction). Parts that were fetched stand by
-- themselves, so the mseq stays what it was.
CREATE TABLE pruned(
  conversation_id TEXT PRIMARY KEY, mseq INTEGER NOT NULL, fetched_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TRIGGER message_below_pruned BEFORE INSERT ON message
  WHEN new.sent_at < (SELECT value FROM meta WHERE key = 'kept_from') AND new.rev > 0
    AND new.mseq < (SELECT mseq FROM pruned WHERE conversation_id = new.conversation_id)
    AND NOT EXISTS(SELECT 1 FROM meta WHERE key = 'fetching')
    AND NOT EXISTS(SELECT 1 FROM message WHERE id = new.id) BEGIN
  SELECT RAISE(IGNORE);
END;

CREATE TABLE phrase_name(id TEXT PRIMARY KEY, pinyin TEXT NOT NULL, initials TEXT NOT NULL) WITHOUT ROWID;
-- What the idle job has to spell (not INSERT OR IGNORE: the statement that fires a trigger overrides that): ICU is too slow for a transaction that brings a thousand names.
CREATE TABLE name_todo(kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;

CREATE TRIGGER phrase_name_insert AFTER INSERT ON phrase BEGIN
  INSERT INTO name_todo VALUES('phrase', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER phrase_name_update AFTER UPDATE OF title, group_id ON phrase
  WHEN old.title IS NOT new.title OR old.group_id IS NOT new.group_id BEGIN
  INSERT INTO name_todo VALUES('phrase', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER phrase_name_delete AFTER DELETE ON phrase BEGIN
  DELETE FROM phrase_name WHERE id = old.id;
END;
CREATE TRIGGER phrase_name_group AFTER UPDATE OF name ON phrase_group WHEN old.name IS NOT new.name BEGIN
  INSERT INTO name_todo SELECT 'phrase', id FROM phrase WHERE group_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER phrase_name_new_group AFTER INSERT ON phrase_group BEGIN
  INSERT INTO name_todo SELECT 'phrase', id FROM phrase WHERE group_id = new.id ON CONFLICT DO NOTHING;
END;
