-- Which agent gave a field the value it has, and when: for those who have to be asked because they edited it too. Written by
-- checklist.edit, customer.edit, order.remark, phrase.save, and by the removals, as `deleted`. A value that is not the field's any
-- more came from elsewhere since.
CREATE TABLE IF NOT EXISTS field_edit(
  kind TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, agent_id TEXT, at INTEGER NOT NULL,
  PRIMARY KEY(kind, id, field)) WITHOUT ROWID;
