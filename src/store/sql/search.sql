-- Search (kefu-tokenizer.h tells the tokens, kefu-search-words.h the texts). The indexes tell which rows may be meant, the rows themselves
-- which are: no places of tokens, no sizes of columns, no copies of texts. What is taken out of an index is what was put in.
CREATE VIRTUAL TABLE message_fts USING fts5(body, content='', tokenize='kefu', detail=none, columnsize=0);
CREATE TRIGGER message_fts_insert AFTER INSERT ON message WHEN new.kind <> 'event' BEGIN
  INSERT INTO message_fts(rowid, body)
    VALUES(new.rowid, kefu_message_words(new.kind, new.dir, new.author_id, new.body, new.data));
END;
CREATE TRIGGER message_fts_delete AFTER DELETE ON message WHEN old.kind <> 'event' BEGIN
  INSERT INTO message_fts(message_fts, rowid, body)
    VALUES('delete', old.rowid, kefu_message_words(old.kind, old.dir, old.author_id, old.body, old.data));
END;
-- One trigger for both halves: of two, the one made last would fire first, and the old words would go after the new ones had come.
CREATE TRIGGER message_fts_update AFTER UPDATE OF kind, dir, author_id, body, data ON message
  WHEN old.body IS NOT new.body OR old.kind IS NOT new.kind OR old.dir IS NOT new.dir OR old.author_id IS NOT new.author_id
    OR (new.kind = 'file' AND old.data IS NOT new.data) BEGIN
  INSERT INTO message_fts(message_fts, rowid, body)
    SELECT 'delete', old.rowid, kefu_message_words(old.kind, old.dir, old.author_id, old.body, old.data)
    WHERE old.kind <> 'event';
  INSERT INTO message_fts(rowid, body)
    SELECT new.rowid, kefu_message_words(new.kind, new.dir, new.author_id, new.body, new.data)
    WHERE new.kind <> 'event';
END;

-- Customers as they are looked for. `syllables` has the full pinyin from each syllable on, each after a space: " shenruoxi ruoxi xi",
-- so that " ruo" finds the second one and "en" finds nothing; it and `initials` wait for the idle job. `last_at`: of the newest
-- conversation, by which those that are found are put in order.
CREATE TABLE customer_name(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, folded TEXT NOT NULL, syllables TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '', last_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX customer_name_last ON customer_name(last_at);
CREATE VIRTUAL TABLE customer_fts USING fts5(words, content='', tokenize='kefu', detail=none, columnsize=0);
CREATE TRIGGER customer_fts_insert AFTER INSERT ON customer_name BEGIN
  INSERT INTO customer_fts(rowid, words) VALUES(new.n, kefu_name_words(new.folded, new.syllables, new.initials, new.phone));
END;
CREATE TRIGGER customer_fts_delete AFTER DELETE ON customer_name BEGIN
  INSERT INTO customer_fts(customer_fts, rowid, words)
    VALUES('delete', old.n, kefu_name_words(old.folded, old.syllables, old.initials, old.phone));
END;
CREATE TRIGGER customer_fts_update AFTER UPDATE OF folded, syllables, initials, phone ON customer_name BEGIN
  INSERT INTO customer_fts(customer_fts, rowid, words)
    VALUES('delete', old.n, kefu_name_words(old.folded, old.syllables, old.initials, old.phone));
  INSERT INTO customer_fts(rowid, words) VALUES(new.n, kefu_name_words(new.folded, new.syllables, new.initials, new.phone));
END;
CREATE TRIGGER customer_last_insert AFTER INSERT ON conversation BEGIN
  UPDATE customer_name SET last_at = new.last_at WHERE id = new.customer_id AND last_at < new.last_at;
END;
CREATE TRIGGER customer_last_update AFTER UPDATE OF last_at, customer_id ON conversation
  WHEN old.last_at <> new.last_at OR old.customer_id <> new.customer_id BEGIN
  UPDATE customer_name
    SET last_at = coalesce((SELECT max(last_at) FROM conversation WHERE customer_id = customer_name.id), 0)
    WHERE id IN (old.customer_id, new.customer_id);
END;
CREATE TRIGGER customer_last_delete AFTER DELETE ON conversation BEGIN
  UPDATE customer_name
    SET last_at = coalesce((SELECT max(last_at) FROM conversation WHERE customer_id = customer_name.id), 0)
    WHERE id = old.customer_id;
END;

-- Orders by pieces of their numbers; their rowids are keys of time as those of messages are.
CREATE VIRTUAL TABLE order_fts USING fts5(words, content='', tokenize='kefu', detail=none, columnsize=0);
CREATE TRIGGER order_fts_insert AFTER INSERT ON orders BEGIN
  INSERT INTO order_fts(rowid, words) VALUES(new.rowid, kefu_order_words(new.number, new.tracking, new.phone));
END;
CREATE TRIGGER order_fts_delete AFTER DELETE ON orders BEGIN
  INSERT INTO order_fts(order_fts, rowid, words)
    VALUES('delete', old.rowid, kefu_order_words(old.number, old.tracking, old.phone));
END;
CREATE TRIGGER order_fts_update AFTER UPDATE OF number, tracking, phone ON orders
  WHEN old.number <> new.number OR old.tracking <> new.tracking OR old.phone <> new.phone BEGIN
  INSERT INTO order_fts(order_fts, rowid, words)
    VALUES('delete', old.rowid, kefu_order_words(old.number, old.tracking, old.phone));
  INSERT INTO order_fts(rowid, words) VALUES(new.rowid, kefu_order_words(new.number, new.tracking, new.phone));
END;

CREATE TRIGGER customer_name_insert AFTER INSERT ON customer BEGIN
  INSERT INTO customer_name(id, folded, phone, last_at) VALUES(new.id, kefu_fold(new.name), new.phone,
    coalesce((SELECT max(last_at) FROM conversation WHERE customer_id = new.id), 0));
  INSERT INTO name_todo VALUES('customer', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER customer_name_update AFTER UPDATE OF name ON customer WHEN old.name IS NOT new.name BEGIN
  UPDATE customer_name SET folded = kefu_fold(new.name), syllables = '', initials = '' WHERE id = new.id;
  INSERT INTO name_todo VALUES('customer', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER customer_name_phone AFTER UPDATE OF phone ON customer WHEN old.phone <> new.phone BEGIN
  UPDATE customer_name SET phone = new.phone WHERE id = new.id;
END;
CREATE TRIGGER customer_name_delete AFTER DELETE ON customer BEGIN
  DELETE FROM customer_name WHERE id = old.id;
END;

-- What all customers share: phrases, and the articles of the knowledge, which have no table of their own. Articles are few; they are kept as
-- they are shown.
CREATE VIRTUAL TABLE phrase_fts USING fts5(words, content='', tokenize='kefu', detail=none, columnsize=0);
CREATE TRIGGER phrase_fts_insert AFTER INSERT ON phrase BEGIN
  INSERT INTO phrase_fts(rowid, words)
    VALUES(new.rowid, kefu_message_words('text', '', '', new.title || ' ' || new.code || ' ' || new.body, NULL));
END;
CREATE TRIGGER phrase_fts_delete AFTER DELETE ON phrase BEGIN
  INSERT INTO phrase_fts(phrase_fts, rowid, words)
    VALUES('delete', old.rowid, kefu_message_words('text', '', '', old.title || ' ' || old.code || ' ' || old.body, NULL));
END;
CREATE TRIGGER phrase_fts_update AFTER UPDATE OF title, code, body ON phrase
  WHEN (old.title, old.code, old.body) IS NOT (new.title, new.code, new.body) BEGIN
  INSERT INTO phrase_fts(phrase_fts, rowid, words)
    VALUES('delete', old.rowid, kefu_message_words('text', '', '', old.title || ' ' || old.code || ' ' || old.body, NULL));
  INSERT INTO phrase_fts(rowid, words)
    VALUES(new.rowid, kefu_message_words('text', '', '', new.title || ' ' || new.code || ' ' || new.body, NULL));
END;

CREATE TABLE article(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL);
CREATE VIRTUAL TABLE article_fts USING fts5(words, content='', tokenize='kefu', detail=none, columnsize=0);
CREATE TRIGGER article_fts_insert AFTER INSERT ON article BEGIN
  INSERT INTO article_fts(rowid, words) VALUES(new.n, kefu_message_words('text', '', '', new.title || ' ' || new.body, NULL));
END;
CREATE TRIGGER article_fts_delete AFTER DELETE ON article BEGIN
  INSERT INTO article_fts(article_fts, rowid, words)
    VALUES('delete', old.n, kefu_message_words('text', '', '', old.title || ' ' || old.body, NULL));
END;
CREATE TRIGGER article_insert AFTER INSERT ON other_entity WHEN new.kind = 'article' BEGIN
  INSERT INTO article(id, title, body)
    VALUES(new.id, CAST(coalesce(new.body->>'$.title', '') AS TEXT), CAST(coalesce(new.body->>'$.body', '') AS TEXT));
END;
CREATE TRIGGER article_delete AFTER DELETE ON other_entity WHEN old.kind = 'article' BEGIN
  DELETE FROM article WHERE id = old.id;
END;
CREATE TRIGGER article_update AFTER UPDATE ON other_entity WHEN new.kind = 'article' OR old.kind = 'article' BEGIN
  DELETE FROM article WHERE id = old.id AND old.kind = 'article';
  INSERT INTO article(id, title, body)
    SELECT new.id, CAST(coalesce(new.body->>'$.title', '') AS TEXT), CAST(coalesce(new.body->>'$.body', '') AS TEXT)
    WHERE new.kind = 'article';
END;
