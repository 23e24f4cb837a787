/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the side panel lets an agent change, beside what kefu-session.h offers. */
#define G_LOG_DOMAIN "kefu-session"

#include "config.h"

#include "kefu-session-edits.h"

#include "kefu-id.h"

static gint64
get_now (KefuSession *self)
{
  return kefu_clock_now (kefu_session_get_clock (self));
}

static void
set_string_or_null (JsonObject *args, const char *field, const char *value)
{
  if (value)
    json_object_set_string_member (args, field, value);
  else
    json_object_set_null_member (args, field);
}

static void
set_time_or_null (JsonObject *args, const char *field, gint64 value)
{
  if (value > 0)
    json_object_set_int_member (args, field, value);
  else
    json_object_set_null_member (args, field);
}

/* (transfer none): the object `was` of @args, made if needed. */
static JsonObject *
get_was (JsonObject *args)
{
  if (!json_object_has_member (args, "was"))
    json_object_set_object_member (args, "was", json_object_new ());
  return json_object_get_object_member (args, "was");
}

/* The edits of one thing on their way: the first takes the place of what was refused. */
typedef struct
{
  KefuSession *session;
  const char *type;
  const char *id_name;
  const char *id;
  gint64 rev;
  const char *refused;
} Edits;

static JsonObject *
make_args (const Edits *edits)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, edits->id_name, edits->id);
  return args;
}

/* @args: (transfer full) */
static void
perform (Edits *edits, JsonObject *args)
{
  kefu_session_perform_edit (edits->session, edits->type, args, edits->rev, edits->refused);
  json_object_unref (args);
  edits->refused = NULL;
}

static void
end_edits (Edits *edits)
{
  if (edits->refused)
    kefu_store_discard_rejected (kefu_session_get_store (edits->session), edits->refused);
}

/* NULL is a value: none. */
static void
edit_text (Edits *edits, const char *field, const char *was, const char *value)
{
  JsonObject *args;

  if (g_strcmp0 (was, value) == 0)
    return;
  args = make_args (edits);
  set_string_or_null (args, field, value);
  set_string_or_null (get_was (args), field, was);
  perform (edits, args);
}

static void
edit_time (Edits *edits, const char *field, gint64 was, gint64 value)
{
  JsonObject *args;

  if (was == value)
    return;
  args = make_args (edits);
  set_time_or_null (args, field, value);
  set_time_or_null (get_was (args), field, was);
  perform (edits, args);
}

/* --- checklist --- */

void
kefu_session_edit_checklist (KefuSession *self,
                             KefuChecklistRecord *seen,
                             const char *kind,
                             const char *title,
                             gint64 due_at,
                             const char *order_id,
                             const char *refused_op_id)
{
  Edits edits = { self, "checklist.edit", "id", seen->id, seen->rev, refused_op_id };

  g_return_if_fail (KEFU_IS_SESSION (self));

  edit_text (&edits, "title", seen->title, title);
  edit_text (&edits, "kind", seen->kind, kind);
  edit_time (&edits, "due_at", seen->due_at, due_at);
  edit_text (&edits, "order_id", seen->order_id, order_id);
  end_edits (&edits);
}

void
kefu_session_add_checklist_again (KefuSession *self,
                                  KefuOutboxRecord *refused,
                                  const char *kind,
                                  const char *title,
                                  gint64 due_at,
                                  const char *order_id)
{
  g_autoptr (JsonNode) node = json_from_string (refused->args, NULL);
  JsonObject *args;

  g_return_if_fail (KEFU_IS_SESSION (self));
  g_return_if_fail (node != NULL && JSON_NODE_HOLDS_OBJECT (node));

  args = json_node_get_object (node);
  json_object_set_string_member (args, "kind", kind);
  json_object_set_string_member (args, "title", title);
  set_time_or_null (args, "due_at", due_at);
  set_string_or_null (args, "order_id", order_id);
  kefu_session_perform_edit (self, "checklist.add", args, 0, refused->op_id);
}

void
kefu_session_remove_checklist (KefuSession *self, KefuChecklistRecord *seen)
{
  Edits edits = { self, "checklist.remove", "id", seen->id, seen->rev, NULL };
  JsonObject *args = make_args (&edits);
  JsonObject *was = get_was (args);

  g_return_if_fail (KEFU_IS_SESSION (self));

  json_object_set_string_member (was, "title", seen->title);
  json_object_set_string_member (was, "kind", seen->kind);
  set_time_or_null (was, "due_at", seen->due_at);
  set_string_or_null (was, "order_id", seen->order_id);
  perform (&edits, args);
}

void
kefu_session_restore_checklist (KefuSession *self, const char *item_id)
{
  g_autoptr (JsonObject) args = json_object_new ();

  g_return_if_fail (KEFU_IS_SESSION (self));

  json_object_set_string_member (args, "id", item_id);
  json_object_set_boolean_member (args, "removed", FALSE);
  kefu_session_perform (self, "checklist.remove", args);
}

/* --- customers and orders --- */

void
kefu_session_edit_customer (KefuSession *self,
                            KefuCustomerRecord *seen,
                            const char *field,
                            const char *seen_value,
                            const char *value,
                            const char *refused_op_id)
{
  Edits edits = { self, "customer.edit", "customer_id", seen->id, seen->rev, refused_op_id };

  g_return_if_fail (KEFU_IS_SESSION (self));

  edit_text (&edits, field, seen_value, value);
  end_edits (&edits);
}

void
kefu_session_set_order_remark (KefuSession *self, KefuOrderRecord *seen, const char *remark, const char *refused_op_id)
{
  Edits edits = { self, "order.remark", "order_id", seen->id, seen->rev, refused_op_id };

  g_return_if_fail (KEFU_IS_SESSION (self));

  edit_text (&edits, "remark", seen->remark, remark);
  end_edits (&edits);
}

/* --- phrases --- */

static void
set_phrase (JsonObject *args, KefuPhraseRecord *phrase)
{
  json_object_set_string_member (args, "group_id", phrase->group_id);
  json_object_set_string_member (args, "code", phrase->code);
  json_object_set_string_member (args, "title", phrase->title);
  json_object_set_string_member (args, "body", phrase->body);
  json_object_set_string_member (args, "ladder", phrase->ladder);
  json_object_set_string_member (args, "step", phrase->step);
  json_object_set_string_member (args, "scope", phrase->scope);
}

/* (transfer full): a save of the phrase just as it was seen, to be changed in a field. */
static JsonObject *
make_phrase_args (const Edits *edits, KefuPhraseRecord *seen)
{
  JsonObject *args = make_args (edits);
  JsonObject *was = get_was (args);

  set_phrase (args, seen);
  json_object_set_int_member (args, "sort", seen->sort);
  set_phrase (was, seen);
  json_object_set_int_member (was, "sort", seen->sort);
  return args;
}

static void
edit_phrase_text (Edits *edits, KefuPhraseRecord *seen, const char *field, const char *was, const char *value)
{
  JsonObject *args;

  if (g_str_equal (was, value))
    return;
  args = make_phrase_args (edits, seen);
  json_object_set_string_member (args, field, value);
  perform (edits, args);
}

/* Group, scope and place belong together. */
static void
move_phrase (Edits *edits, KefuPhraseRecord *seen, KefuPhraseRecord *phrase)
{
  JsonObject *args;

  if (g_str_equal (seen->group_id, phrase->group_id) && g_str_equal (seen->scope, phrase->scope) &&
      seen->sort == phrase->sort)
    return;
  args = make_phrase_args (edits, seen);
  json_object_set_string_member (args, "group_id", phrase->group_id);
  json_object_set_string_member (args, "scope", phrase->scope);
  json_object_set_int_member (args, "sort", phrase->sort);
  perform (edits, args);
}

char *
kefu_session_save_phrase (KefuSession *self,
                          KefuPhraseRecord *phrase,
                          KefuPhraseRecord *seen,
                          const char *refused_op_id)
{
  g_autofree char *id = NULL;
  Edits edits = { self, "phrase.save", "id", NULL, seen ? seen->rev : 0, refused_op_id };

  g_return_val_if_fail (KEFU_IS_SESSION (self), NULL);

  id = phrase->id && *phrase->id ? g_strdup (phrase->id) : kefu_id_new (get_now (self));
  edits.id = id;
  if (!seen)
    {
      JsonObject *args = make_args (&edits);

      set_phrase (args, phrase);
      /* Without a place a new one goes to the end of its group. */
      if (phrase->id && *phrase->id)
        json_object_set_int_member (args, "sort", phrase->sort);
      perform (&edits, args);
      return g_steal_pointer (&id);
    }
  move_phrase (&edits, seen, phrase);
  edit_phrase_text (&edits, seen, "title", seen->title, phrase->title);
  edit_phrase_text (&edits, seen, "code", seen->code, phrase->code);
  edit_phrase_text (&edits, seen, "body", seen->body, phrase->body);
  edit_phrase_text (&edits, seen, "ladder", seen->ladder, phrase->ladder);
  edit_phrase_text (&edits, seen, "step", seen->step, phrase->step);
  end_edits (&edits);
  return g_steal_pointer (&id);
}

void
kefu_session_remove_phrase (KefuSession *self, KefuPhraseRecord *seen)
{
  Edits edits = { self, "phrase.remove", "id", seen->id, seen->rev, NULL };
  JsonObject *args = make_args (&edits);

  g_return_if_fail (KEFU_IS_SESSION (self));

  json_object_set_string_member (get_was (args), "title", seen->title);
  json_object_set_string_member (get_was (args), "code", seen->code);
  json_object_set_string_member (get_was (args), "body", seen->body);
  perform (&edits, args);
}

char *
kefu_session_add_phrase_group (KefuSession *self, const char *name, const char *scope)
{
  g_autoptr (JsonObject) args = json_object_new ();
  char *id;

  g_return_val_if_fail (KEFU_IS_SESSION (self), NULL);

  id = kefu_id_new (get_now (self));
  json_object_set_string_member (args, "id", id);
  json_object_set_string_member (args, "name", name);
  json_object_set_string_member (args, "scope", scope);
  kefu_session_perform (self, "phrase_group.save", args);
  return id;
}
