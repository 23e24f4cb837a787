/* SPDX-License-Identifier: GPL-3.0-or-later
 * Entities straight into the server's tables, as fast as SQLite takes them. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-writer.h"

static char *
array_text (JsonArray *array)
{
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), array);

  return json_to_string (node, FALSE);
}

static char *
strings_text (GPtrArray *strings)
{
  g_autoptr (JsonArray) array = json_array_sized_new (strings->len);

  for (guint i = 0; i < strings->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (strings, i));
  return array_text (array);
}

void
kefu_demo_writer_init (KefuDemoWriter *self, KefuDb *db, gint64 now_ms)
{
  self->db = db;
  self->now = now_ms;
  self->error = NULL;
}

gboolean
kefu_demo_writer_finish (KefuDemoWriter *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gint64
kefu_demo_writer_place (KefuDemoWriter *self, const char *kind, const char *id)
{
  if (self->error != NULL ||
      !kefu_db_run (self->db, &self->error, "INSERT INTO change(kind, id, op, at) VALUES(?, ?, 'put', ?)", "ssi", kind,
                    id, self->now))
    return 0;
  return sqlite3_last_insert_rowid (kefu_db_handle (self->db));
}

void
kefu_demo_writer_customer (KefuDemoWriter *self, const KefuDemoProfile *customer)
{
  gint64 rev = kefu_demo_writer_place (self, "customer", customer->id);
  g_autofree char *tags = strings_text (customer->tags);

  if (rev == 0)
    return;
  kefu_db_run (
    self->db, &self->error,
    "INSERT INTO customer(id, rev, name, level, gender, region, phone, address, birthday, since, tags, notes,"
    " good_reviews, bad_reviews) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "sisssssssissii", customer->id, rev, customer->name, customer->level, customer->gender, customer->region,
    customer->phone, customer->address, customer->birthday, customer->since, tags, customer->notes,
    (gint64) customer->good_reviews, (gint64) customer->bad_reviews);
}

void
kefu_demo_writer_identity (KefuDemoWriter *self,
                           const char *id,
                           const char *customer_id,
                           const char *channel_id,
                           const char *key,
                           const char *name)
{
  gint64 rev = kefu_demo_writer_place (self, "identity", id);

  if (rev == 0)
    return;
  kefu_db_run (self->db, &self->error,
               "INSERT INTO identity(id, rev, customer_id, channel_id, key, name) VALUES(?, ?, ?, ?, ?, ?)", "sissss",
               id, rev, customer_id, channel_id, key, name);
}

void
kefu_demo_writer_message (KefuDemoWriter *self, const char *conversation_id, const KefuDemoMessage *message)
{
  gint64 rev = kefu_demo_writer_place (self, "message", message->id);

  if (rev == 0)
    return;
  kefu_db_run (
    self->db, &self->error,
    "INSERT INTO message(id, rev, conversation_id, mseq, kind, dir, author_id, body, data, quote_id, in_no, sent_at,"
    " delivery) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "sisissssssiis", message->id, rev, conversation_id, message->mseq, message->kind, message->dir, message->author_id,
    message->body, message->data, message->quote_id, message->in_no, message->sent_at, message->delivery);
}

void
kefu_demo_writer_order (KefuDemoWriter *self, const KefuDemoOrder *order, const char *customer_id, const char *agent_id)
{
  gint64 rev = kefu_demo_writer_place (self, "order", order->id);
  g_autoptr (JsonArray) item_array = kefu_demo_order_items ((KefuDemoOrder *) order);
  g_autofree char *items = array_text (item_array);
  g_autofree char *track = array_text (order->track);
  gboolean remarked = *order->remark != '\0' && agent_id != NULL;

  if (rev == 0)
    return;
  kefu_db_run (
    self->db, &self->error,
    "INSERT INTO orders(id, rev, customer_id, channel_id, number, platform, state, placed_at, paid_at, shipped_at,"
    " signed_at, confirmed, reviewed, items, total_minor, discount_minor, paid_minor, refunded_minor, currency,"
    " courier, tracking, track, receiver, phone, address, flag, remark, remark_by, remark_at)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, 'CNY',"
    " ?, ?, ?, ?, ?, ?, nullif(?, -1), ?, ?, nullif(?, 0))",
    "sisssssiiiiiisiiiissssssissi", order->id, rev, customer_id, order->channel->id, order->number, order->platform,
    order->state, order->placed_at, order->paid_at, order->shipped_at, order->signed_at, (gint64) order->confirmed,
    (gint64) order->reviewed, items, order->total_minor, order->discount_minor, order->paid_minor,
    order->refunded_minor, order->courier, order->tracking, track, order->receiver, order->phone, order->address,
    (gint64) order->flag, order->remark, remarked ? agent_id : NULL,
    remarked ? MIN (order->placed_at + G_GINT64_CONSTANT (600000), self->now) : G_GINT64_CONSTANT (0));
}

void
kefu_demo_writer_checklist (KefuDemoWriter *self, const char *id, const KefuDemoChecklistItem *item)
{
  gint64 rev = kefu_demo_writer_place (self, "checklist_item", id);

  if (rev == 0)
    return;
  kefu_db_run (
    self->db, &self->error,
    "INSERT INTO checklist_item(id, rev, customer_id, conversation_id, order_id, kind, title, due_at, done, done_at,"
    " done_by, created_at, created_by, proof_message_id)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, nullif(?, 0), ?, ?, ?, ?)",
    "sisssssiiisiss", id, rev, item->customer_id, item->conversation_id, item->order_id, item->kind, item->title,
    item->due_at, (gint64) item->done, item->done_at, item->done ? item->agent_id : NULL, item->created_at,
    item->agent_id, item->proof_message_id);
}

void
kefu_demo_writer_read (KefuDemoWriter *self,
                       const char *conversation_id,
                       const char *agent_id,
                       gint64 mseq,
                       gint64 in_no)
{
  g_autofree char *id = g_strconcat (conversation_id, ":", agent_id, NULL);
  gint64 rev = kefu_demo_writer_place (self, "read", id);

  if (rev == 0)
    return;
  kefu_db_run (self->db, &self->error,
               "INSERT INTO read(id, rev, conversation_id, agent_id, mseq, in_no) VALUES(?, ?, ?, ?, ?, ?)", "sissii",
               id, rev, conversation_id, agent_id, mseq, in_no);
}

void
kefu_demo_writer_group (KefuDemoWriter *self, const char *id, const char *name, const char *agent_id, int sort)
{
  gint64 rev = kefu_demo_writer_place (self, "phrase_group", id);

  if (rev == 0)
    return;
  kefu_db_run (self->db, &self->error,
               "INSERT INTO phrase_group(id, rev, name, scope, agent_id, sort) VALUES(?, ?, ?, ?, ?, ?)", "sisssi", id,
               rev, name, agent_id != NULL ? "personal" : "team", agent_id, (gint64) sort);
}

void
kefu_demo_writer_phrase (KefuDemoWriter *self, const char *id, const KefuDemoPhrase *phrase)
{
  gint64 rev = kefu_demo_writer_place (self, "phrase", id);

  if (rev == 0)
    return;
  kefu_db_run (
    self->db, &self->error,
    "INSERT INTO phrase(id, rev, group_id, code, title, body, ladder, step, scope, agent_id, sort, uses, last_used)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "sissssssssiii", id, rev, phrase->group_id, phrase->code, phrase->title, phrase->body, phrase->ladder, phrase->step,
    phrase->agent_id != NULL ? "personal" : "team", phrase->agent_id, (gint64) phrase->sort, (gint64) phrase->uses,
    phrase->last_used);
}

void
kefu_demo_writer_other (KefuDemoWriter *self, const char *kind, const char *id, JsonObject *body)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
  gint64 rev = kefu_demo_writer_place (self, kind, id);
  g_autofree char *text = NULL;

  text = json_to_string (node, FALSE);
  json_object_unref (body);
  if (rev != 0)
    kefu_db_run (self->db, &self->error, "INSERT INTO other_entity(kind, id, rev, body) VALUES(?, ?, ?, ?)", "ssis",
                 kind, id, rev, text);
}
