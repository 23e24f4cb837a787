/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent may do, by chance: arguments for every type of operation, made of what the desk's cache shows. */
#include "config.h"

#include "desk-acts.h"

#include "kefu-id.h"

static gboolean
chance (Actor *actor, int percent)
{
  return g_rand_int_range (actor->chance, 0, 100) < percent;
}

/* (transfer full) (nullable): a row of a query by chance; @sql has no LIMIT. */
static KefuStmt *
pick (Actor *actor, const char *sql)
{
  g_autofree char *count = g_strdup_printf ("SELECT count(*) FROM (%s)", sql);
  g_autofree char *one = g_strdup_printf ("%s LIMIT 1 OFFSET ?", sql);
  gint64 n = kefu_db_int (actor->cache, 0, count, "");

  if (n == 0)
    return NULL;
  return kefu_db_row (actor->cache, NULL, one, "i", (gint64) g_rand_int_range (actor->chance, 0, (gint32) n));
}

/* (transfer full): a text that nobody else writes. */
static char *
words (Actor *actor, const char *what)
{
  return g_strdup_printf ("%s %s-%u", what, actor->name, actor->n);
}

static void
set_text (JsonObject *args, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (args, name, text);
}

static void
set_words (Actor *actor, JsonObject *args, const char *name, const char *what)
{
  g_autofree char *text = words (actor, what);

  json_object_set_string_member (args, name, text);
}

static void
set_new_id (Actor *actor, JsonObject *args, const char *name)
{
  g_autofree char *id = kefu_id_new (actor->now);

  json_object_set_string_member (args, name, id);
}

/* Arguments whose @name is the first column of a picked row. */
static JsonObject *
about (Actor *actor, const char *name, const char *sql)
{
  g_autoptr (KefuStmt) row = pick (actor, sql);
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_text (args, name, kefu_stmt_text (row, 0));
  return args;
}

static const char *
one_of (Actor *actor, const char *const *values)
{
  return values[g_rand_int_range (actor->chance, 0, (gint32) g_strv_length ((char **) values))];
}

/* --- messages --- */

static JsonObject *
message_send (Actor *actor)
{
  g_autoptr (KefuStmt) row =
    pick (actor, "SELECT c.id, (SELECT m.id FROM message m WHERE m.conversation_id = c.id AND m.dir = 'in' LIMIT 1)"
                 " FROM conversation c");
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_new_id (actor, args, "id");
  set_text (args, "conversation_id", kefu_stmt_text (row, 0));
  json_object_set_string_member (args, "kind", chance (actor, 15) ? "note" : "text");
  set_words (actor, args, "body", "回复");
  if (chance (actor, 20))
    set_text (args, "quote_id", kefu_stmt_text (row, 1));
  json_object_set_int_member (args, "at", actor->now);
  return args;
}

static JsonObject *
message_retry (Actor *actor)
{
  JsonObject *args = NULL;

  if (chance (actor, 50))
    args = about (actor, "id", "SELECT id FROM message WHERE dir = 'out' AND delivery IN ('failed', 'unknown')");
  return args != NULL ? args : about (actor, "id", "SELECT id FROM message WHERE dir = 'out' AND delivery = 'sent'");
}

/* --- conversations --- */

static JsonObject *
conversation_read (Actor *actor)
{
  g_autoptr (KefuStmt) row = pick (actor, "SELECT id, last_mseq, in_count FROM conversation");
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_text (args, "conversation_id", kefu_stmt_text (row, 0));
  json_object_set_int_member (args, "mseq", kefu_stmt_int (row, 1));
  json_object_set_int_member (args, "in_no", kefu_stmt_int (row, 2));
  return args;
}

static JsonObject *
conversation_claim (Actor *actor)
{
  g_autoptr (KefuStmt) row = pick (actor, "SELECT id, assignee_id FROM conversation");
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_text (args, "conversation_id", kefu_stmt_text (row, 0));
  set_text (args, "expect_assignee", kefu_stmt_text (row, 1));
  if (kefu_stmt_is_null (row, 1))
    set_text (args, "assignee_id", actor->agent_id);
  else if (chance (actor, 50))
    {
      g_autoptr (KefuStmt) other = NULL;

      g_clear_pointer (&row, kefu_stmt_end);
      other = pick (actor, "SELECT id FROM agent");
      set_text (args, "assignee_id", kefu_stmt_text (other, 0));
    }
  return args;
}

static JsonObject *
conversation_status (Actor *actor)
{
  static const char *const statuses[] = { "open", "snoozed", "resolved", NULL };
  g_autoptr (KefuStmt) row = pick (actor, "SELECT id, in_count FROM conversation");
  const char *status = one_of (actor, statuses);
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_text (args, "conversation_id", kefu_stmt_text (row, 0));
  json_object_set_string_member (args, "status", status);
  if (g_str_equal (status, "snoozed"))
    json_object_set_int_member (args, "until", actor->now + 3600 * 1000);
  if (g_str_equal (status, "resolved") && chance (actor, 50))
    json_object_set_int_member (args, "in_no", kefu_stmt_int (row, 1));
  return args;
}

static JsonObject *
conversation_label (Actor *actor)
{
  JsonObject *args = about (actor, "conversation_id", "SELECT id FROM conversation");
  g_autoptr (KefuStmt) label = pick (actor, "SELECT id FROM other_entity WHERE kind = 'label'");

  if (args == NULL || label == NULL)
    {
      g_clear_pointer (&args, json_object_unref);
      return NULL;
    }
  set_text (args, "label_id", kefu_stmt_text (label, 0));
  json_object_set_boolean_member (args, "add", chance (actor, 70));
  return args;
}

/* --- the checklist --- */

static JsonObject *
checklist_add (Actor *actor)
{
  static const char *const kinds[] = { "gift", "courier", "refund", "callback", NULL };
  g_autoptr (KefuStmt) row =
    pick (actor, "SELECT c.id, (SELECT o.id FROM orders o WHERE o.customer_id = c.customer_id LIMIT 1),"
                 " (SELECT m.id FROM message m WHERE m.conversation_id = c.id AND m.dir = 'in' LIMIT 1)"
                 " FROM conversation c");
  JsonObject *args;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  set_new_id (actor, args, "id");
  set_text (args, "conversation_id", kefu_stmt_text (row, 0));
  json_object_set_string_member (args, "kind", one_of (actor, kinds));
  set_words (actor, args, "title", "待办");
  if (chance (actor, 30))
    set_text (args, "order_id", kefu_stmt_text (row, 1));
  if (chance (actor, 30))
    set_text (args, "proof_message_id", kefu_stmt_text (row, 2));
  json_object_set_int_member (args, "at", actor->now);
  return args;
}

static JsonObject *
checklist_done (Actor *actor)
{
  JsonObject *args = about (actor, "id", "SELECT id FROM checklist_item WHERE NOT deleted");

  if (args != NULL)
    json_object_set_boolean_member (args, "done", chance (actor, 60));
  return args;
}

static JsonObject *
checklist_edit (Actor *actor)
{
  g_autoptr (KefuStmt) row = pick (actor, "SELECT id, title FROM checklist_item WHERE NOT deleted");
  JsonObject *args, *was;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  was = json_object_new ();
  set_text (args, "id", kefu_stmt_text (row, 0));
  set_words (actor, args, "title", "改");
  set_text (was, "title", kefu_stmt_text (row, 1));
  json_object_set_object_member (args, "was", was);
  return args;
}

static JsonObject *
checklist_remove (Actor *actor)
{
  return about (actor, "id", "SELECT id FROM checklist_item WHERE NOT deleted");
}

/* --- customers and orders --- */

static JsonObject *
customer_edit (Actor *actor)
{
  g_autoptr (KefuStmt) row = pick (actor, "SELECT id, notes FROM customer");
  JsonObject *args, *was;

  if (row == NULL)
    return NULL;
  args = json_object_new ();
  was = json_object_new ();
  set_text (args, "customer_id", kefu_stmt_text (row, 0));
  set_words (actor, args, "notes", "备注");
  set_text (was, "notes", kefu_stmt_text (row, 1));
  json_object_set_object_member (args, "was", was);
  return args;
}

static JsonObject *
customer_tag (Actor *actor)
{
  static const char *const tags[] = { "急", "老客", "爱还价", "要发票", NULL };
  JsonObject *args = about (actor, "customer_id", "SELECT id FROM customer");
  JsonArray *list;

  if (args == NULL)
    return NULL;
  list = json_array_new ();
  json_array_add_string_element (list, one_of (actor, tags));
  json_object_set_array_member (args, chance (actor, 60) ? "add" : "remove", list);
  return args;
}

static JsonObject *
customer_reveal (Actor *actor)
{
  JsonObject *args = about (actor, "customer_id", "SELECT id FROM customer");

  if (args == NULL)
    return NULL;
  json_object_set_string_member (args, "field", chance (actor, 50) ? "phone" : "address");
  json_object_set_string_member (args, "how", chance (actor, 50) ? "reveal" : "copy");
  return args;
}

static JsonObject *
order_flag (Actor *actor)
{
  JsonObject *args = about (actor, "order_id", "SELECT id FROM orders");

  if (args == NULL)
    return NULL;
  if (chance (actor, 20))
    json_object_set_null_member (args, "flag");
  else
    json_object_set_int_member (args, "flag", g_rand_int_range (actor->chance, 0, 6));
  return args;
}

static JsonObject *
order_remark (Actor *actor)
{
  JsonObject *args = about (actor, "order_id", "SELECT id FROM orders");

  if (args != NULL)
    set_words (actor, args, "remark", "仓库");
  return args;
}

/* --- phrases: those that are used are never removed, so that their uses can be counted --- */

static JsonObject *
phrase_use (Actor *actor)
{
  JsonObject *args = about (actor, "phrase_id", "SELECT id FROM phrase WHERE code = 'keep'");

  /* One use at a time: that is how the server tells them apart. */
  if (args != NULL)
    json_object_set_int_member (args, "at", actor->now * 100 + g_rand_int_range (actor->chance, 0, 100));
  return args;
}

static JsonObject *
phrase_save (Actor *actor)
{
  static const char *const scopes[] = { "team", "personal", NULL };
  JsonObject *args = about (actor, "group_id", "SELECT id FROM phrase_group");
  g_autoptr (KefuStmt) old = NULL;

  if (args == NULL)
    return NULL;
  if (kefu_db_int (actor->cache, 0, "SELECT count(*) FROM phrase WHERE code = 'keep'", "") < 3)
    {
      set_new_id (actor, args, "id");
      json_object_set_string_member (args, "code", "keep");
      json_object_set_string_member (args, "scope", "team");
    }
  else
    {
      old = chance (actor, 40) ? pick (actor, "SELECT id, scope FROM phrase WHERE code <> 'keep'") : NULL;
      if (old != NULL)
        set_text (args, "id", kefu_stmt_text (old, 0));
      else
        set_new_id (actor, args, "id");
      json_object_set_string_member (args, "scope", old != NULL ? kefu_stmt_text (old, 1) : one_of (actor, scopes));
    }
  set_words (actor, args, "title", "短语");
  set_words (actor, args, "body", "您好");
  return args;
}

static JsonObject *
phrase_remove (Actor *actor)
{
  return about (actor, "id", "SELECT id FROM phrase WHERE code <> 'keep'");
}

static JsonObject *
phrase_group_save (Actor *actor)
{
  g_autoptr (KefuStmt) old = chance (actor, 70) ? pick (actor, "SELECT id FROM phrase_group") : NULL;
  JsonObject *args = json_object_new ();

  if (old != NULL)
    set_text (args, "id", kefu_stmt_text (old, 0));
  else
    set_new_id (actor, args, "id");
  set_words (actor, args, "name", "组");
  json_object_set_string_member (args, "scope", "team");
  return args;
}

static const struct
{
  const char *type;
  JsonObject *(*make) (Actor *actor);
} makers[] = {
  { "message.send", message_send },
  { "message.retry", message_retry },
  { "conversation.read", conversation_read },
  { "conversation.claim", conversation_claim },
  { "conversation.status", conversation_status },
  { "conversation.label", conversation_label },
  { "checklist.add", checklist_add },
  { "checklist.done", checklist_done },
  { "checklist.edit", checklist_edit },
  { "checklist.remove", checklist_remove },
  { "customer.edit", customer_edit },
  { "customer.tag", customer_tag },
  { "customer.reveal", customer_reveal },
  { "order.flag", order_flag },
  { "order.remark", order_remark },
  { "phrase.use", phrase_use },
  { "phrase.save", phrase_save },
  { "phrase.remove", phrase_remove },
  { "phrase_group.save", phrase_group_save },
};

gboolean
desk_act_knows (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (g_str_equal (makers[i].type, type))
      return TRUE;
  return FALSE;
}

JsonObject *
desk_act_make (Actor *actor, const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    if (g_str_equal (makers[i].type, type))
      return makers[i].make (actor);
  return NULL;
}
