-- Files that go with messages.

-- conversation_id: within which the order of operations matters, NULL for none. blob: hash of a file that has to be on the server before the
-- operation is sent; blob_done: it is there, as far as the desk knows.
ALTER TABLE outbox ADD COLUMN conversation_id TEXT;
ALTER TABLE outbox ADD COLUMN blob TEXT;
ALTER TABLE outbox ADD COLUMN blob_done INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET conversation_id = args->>'$.conversation_id' WHERE json_valid(args);
CREATE INDEX outbox_blob ON outbox(blob, n) WHERE blob IS NOT NULL;

-- The files of a draft in their order; file: KefuAttachment as JSON.
CREATE TABLE draft_file(
  conversation_id TEXT NOT NULL, mode TEXT NOT NULL, sha256 TEXT NOT NULL, n INTEGER NOT NULL, file TEXT NOT NULL,
  PRIMARY KEY(conversation_id, mode, sha256)) WITHOUT ROWID;
CREATE INDEX draft_file_sha256 ON draft_file(sha256);
