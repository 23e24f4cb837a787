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

void
kefu_session_edit_checklist (KefuSession *self,
                             KefuChecklistRecord *item,
                             const char *kind,
                             const char *title,
                             gint64 due_at,
                             const char *order_id)
{
  g_autoptr (JsonObject) args = json_object_new ();

  g_return_if_fail (KEFU_IS_SESSION (self));

  json_object_set_string_member (args, "id", item->id);
  if (!g_str_equal (kind, item->kind))
    json_object_set_string_member (args, "kind", kind);
  if (!g_str_equal (title, item->title))
    json_object_set_string_member (args, "title", title);
  if (due_at != item->due_at)
    set_time_or_null (args, "due_at", due_at);
  if (g_strcmp0 (order_id, item->order_id) != 0)
    set_string_or_null (args, "order_id", order_id);
  if (json_object_get_size (args) > 1)
    kefu_session_perform (self, "checklist.edit", args);
}

void
kefu_session_restore_checklist (KefuSession *self, KefuChecklistRecord *item)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autofree char *id = NULL;

  g_return_if_fail (KEFU_IS_SESSION (self));

  id = kefu_id_new (get_now (self));
  json_object_set_string_member (args, "id", id);
  json_object_set_string_member (args, "conversation_id", item->conversation_id);
  json_object_set_string_member (args, "kind", item->kind);
  json_object_set_string_member (args, "title", item->title);
  if (item->order_id)
    json_object_set_string_member (args, "order_id", item->order_id);
  if (item->due_at > 0)
    json_object_set_int_member (args, "due_at", item->due_at);
  if (item->proof_message_id)
    json_object_set_string_member (args, "proof_message_id", item->proof_message_id);
  json_object_set_int_member (args, "at", get_now (self));
  kefu_session_perform (self, "checklist.add", args);
  if (item->done)
    kefu_session_set_done (self, id, TRUE);
}

char *
kefu_session_save_phrase (KefuSession *self, KefuPhraseRecord *phrase)
{
  g_autoptr (JsonObject) args = json_object_new ();
  char *id;

  g_return_val_if_fail (KEFU_IS_SESSION (self), NULL);

  id = phrase->id && *phrase->id ? g_strdup (phrase->id) : kefu_id_new (get_now (self));
  json_object_set_string_member (args, "id", id);
  json_object_set_string_member (args, "group_id", phrase->group_id);
  json_object_set_string_member (args, "code", phrase->code);
  json_object_set_string_member (args, "title", phrase->title);
  json_object_set_string_member (args, "body", phrase->body);
  json_object_set_string_member (args, "ladder", phrase->ladder);
  json_object_set_string_member (args, "step", phrase->step);
  json_object_set_string_member (args, "scope", phrase->scope);
  /* Without a place a new one goes to the end of its group. */
  if (phrase->id && *phrase->id)
    json_object_set_int_member (args, "sort", phrase->sort);
  kefu_session_perform (self, "phrase.save", args);
  return id;
}

void
kefu_session_remove_phrase (KefuSession *self, const char *phrase_id)
{
  g_autoptr (JsonObject) args = json_object_new ();

  g_return_if_fail (KEFU_IS_SESSION (self));

  json_object_set_string_member (args, "id", phrase_id);
  kefu_session_perform (self, "phrase.remove", args);
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
