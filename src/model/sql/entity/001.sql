-- The entities of protocol.md as both sides store them: the server for good, the desk as its cache.
-- Times are ms since the epoch (UTC), amounts minor units, rev the feed's seq of the last change (0: not yet
-- on the server). `extra` keeps the fields this version does not know, as a JSON object or NULL.

CREATE TABLE agent(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  name TEXT NOT NULL, login TEXT, role TEXT NOT NULL DEFAULT 'agent', disabled INTEGER NOT NULL DEFAULT 0);

-- type: wangwang wechat qq email weibo sms phone web. first_reply_s, due_s, over_s: the reply clock's limits.
-- window_h, window_n: reply window in hours and messages, 0 for none. max_len: characters a message, 0 for no limit.
CREATE TABLE channel(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  type TEXT NOT NULL, name TEXT NOT NULL, shop TEXT NOT NULL DEFAULT '',
  first_reply_s INTEGER NOT NULL DEFAULT 30, due_s INTEGER NOT NULL DEFAULT 100, over_s INTEGER NOT NULL DEFAULT 180,
  window_h INTEGER NOT NULL DEFAULT 0, window_n INTEGER NOT NULL DEFAULT 0, max_len INTEGER NOT NULL DEFAULT 0,
  disabled INTEGER NOT NULL DEFAULT 0);

CREATE TABLE customer(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  name TEXT NOT NULL, level TEXT NOT NULL DEFAULT '', gender TEXT NOT NULL DEFAULT '',
  region TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
  birthday TEXT NOT NULL DEFAULT '',           -- MM-DD or YYYY-MM-DD
  since INTEGER, tags TEXT NOT NULL DEFAULT '[]', notes TEXT NOT NULL DEFAULT '',
  good_reviews INTEGER NOT NULL DEFAULT 0, bad_reviews INTEGER NOT NULL DEFAULT 0);

CREATE TABLE identity(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  customer_id TEXT NOT NULL, channel_id TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL DEFAULT '');
CREATE INDEX identity_customer ON identity(customer_id);
CREATE UNIQUE INDEX identity_key ON identity(channel_id, key);

-- status: open snoozed resolved. waiting_since: when the first message came that has no answer, 0 if the customer
-- does not wait. in_count: messages from the customer so far; with read.in_no it gives the unread count.
-- last_*: what the inbox row shows; last_dir: in, out, note, event.
CREATE TABLE conversation(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  customer_id TEXT NOT NULL, channel_id TEXT NOT NULL, identity_id TEXT, key TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'open', assignee_id TEXT, snooze_until INTEGER,
  waiting_since INTEGER NOT NULL DEFAULT 0, last_in_at INTEGER NOT NULL DEFAULT 0,
  last_mseq INTEGER NOT NULL DEFAULT 0, last_at INTEGER NOT NULL DEFAULT 0,
  last_text TEXT NOT NULL DEFAULT '', last_dir TEXT NOT NULL DEFAULT '', last_kind TEXT NOT NULL DEFAULT 'text',
  in_count INTEGER NOT NULL DEFAULT 0, out_since_in INTEGER NOT NULL DEFAULT 0,
  open_items INTEGER NOT NULL DEFAULT 0, rating INTEGER, created_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX conversation_customer ON conversation(customer_id, last_at);
CREATE INDEX conversation_key ON conversation(channel_id, key);
CREATE INDEX conversation_mine ON conversation(assignee_id, status, last_at);
CREATE INDEX conversation_last ON conversation(status, last_at);
CREATE INDEX conversation_waiting ON conversation(waiting_since) WHERE waiting_since > 0;

-- kind: text image file voice order call note event. dir: in out none. mseq: place in the conversation; what is
-- pending on a desk has one above 4e15. in_no: conversation.in_count as of this message. data: JSON of the kind:
-- image/file/voice {sha256,mime,name,size,width,height,seconds}, order {order_id,number,title,count,amount_minor,
-- currency,state,image}, event {what,…}. delivery of outgoing ones: queued sent delivered read failed unknown.
CREATE TABLE message(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  conversation_id TEXT NOT NULL, mseq INTEGER NOT NULL, kind TEXT NOT NULL DEFAULT 'text', dir TEXT NOT NULL,
  author_id TEXT, body TEXT NOT NULL DEFAULT '', data TEXT, quote_id TEXT, in_no INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER NOT NULL, delivery TEXT NOT NULL DEFAULT '', delivery_reason TEXT NOT NULL DEFAULT '',
  recalled INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_place ON message(conversation_id, mseq);

-- id: conversation_id ":" agent_id
CREATE TABLE read(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  conversation_id TEXT NOT NULL, agent_id TEXT NOT NULL, mseq INTEGER NOT NULL DEFAULT 0, in_no INTEGER NOT NULL DEFAULT 0);

-- scope: team or personal (agent_id is the owner). ladder/step: phrases of one ladder, in order of `sort`.
CREATE TABLE phrase_group(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  name TEXT NOT NULL, scope TEXT NOT NULL DEFAULT 'team', agent_id TEXT, sort INTEGER NOT NULL DEFAULT 0);
CREATE TABLE phrase(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  group_id TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', body TEXT NOT NULL,
  ladder TEXT NOT NULL DEFAULT '', step TEXT NOT NULL DEFAULT '', scope TEXT NOT NULL DEFAULT 'team', agent_id TEXT,
  sort INTEGER NOT NULL DEFAULT 0, uses INTEGER NOT NULL DEFAULT 0, last_used INTEGER NOT NULL DEFAULT 0);
CREATE INDEX phrase_group_id ON phrase(group_id);

-- state: unpaid paid shipped signed closed refunding refunded. items: JSON [{title,variant,qty,price_minor,image}].
-- track: JSON [{at,text}] newest first. flag: 0 grey 1 red 2 yellow 3 green 4 blue 5 purple, NULL none.
CREATE TABLE orders(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  customer_id TEXT NOT NULL, channel_id TEXT, number TEXT NOT NULL, platform TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL, placed_at INTEGER NOT NULL, paid_at INTEGER, shipped_at INTEGER, signed_at INTEGER,
  confirmed INTEGER NOT NULL DEFAULT 0, reviewed INTEGER NOT NULL DEFAULT 0,
  items TEXT NOT NULL DEFAULT '[]', total_minor INTEGER NOT NULL DEFAULT 0, discount_minor INTEGER NOT NULL DEFAULT 0,
  paid_minor INTEGER NOT NULL DEFAULT 0, refunded_minor INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL DEFAULT 'CNY',
  courier TEXT NOT NULL DEFAULT '', tracking TEXT NOT NULL DEFAULT '', track TEXT NOT NULL DEFAULT '[]',
  receiver TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
  flag INTEGER, remark TEXT NOT NULL DEFAULT '', remark_by TEXT, remark_at INTEGER);
CREATE INDEX orders_customer ON orders(customer_id, placed_at);
CREATE INDEX orders_number ON orders(number);

-- kind: gift courier variant price address refund resend callback remark
CREATE TABLE checklist_item(
  id TEXT PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 0, extra TEXT,
  customer_id TEXT NOT NULL, conversation_id TEXT NOT NULL, order_id TEXT, kind TEXT NOT NULL, title TEXT NOT NULL,
  due_at INTEGER, done INTEGER NOT NULL DEFAULT 0, done_at INTEGER, done_by TEXT,
  created_at INTEGER NOT NULL, created_by TEXT, assignee_id TEXT, proof_message_id TEXT,
  deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX checklist_customer ON checklist_item(customer_id, done, due_at);
CREATE INDEX checklist_conversation ON checklist_item(conversation_id);
CREATE INDEX checklist_order ON checklist_item(order_id);

-- Kinds without a table of their own (label, follow_up, case, article, handover, rating, and what later versions
-- add) are kept whole.
CREATE TABLE other_entity(
  kind TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;
