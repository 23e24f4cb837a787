/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent decides about an edit that a colleague was faster with. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-session-conflicts.h"

/* (transfer full) (nullable) */
static JsonObject *
parse_object (const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/* (transfer none): what the agent saw when the edit began. */
static JsonObject *
get_was (JsonObject *args)
{
  JsonNode *node = json_object_get_member (args, "was");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    json_object_set_object_member (args, "was", json_object_new ());
  return json_object_get_object_member (args, "was");
}

/* A removal has looked at more than the field it was refused for. */
static void
see_all (JsonObject *was, JsonObject *entity)
{
  g_autoptr (GList) names = json_object_get_members (was);

  for (GList *name = names; entity != NULL && name != NULL; name = name->next)
    if (json_object_has_member (entity, name->data))
      json_object_set_member (was, name->data, json_object_dup_member (entity, name->data));
}

void
kefu_session_use_mine (KefuSession *self, KefuOutboxRecord *refused)
{
  const KefuConflictRecord *conflict = refused->conflict;
  g_autoptr (JsonObject) args = parse_object (refused->args);
  g_autoptr (JsonObject) entity = NULL;

  g_return_if_fail (KEFU_IS_SESSION (self));
  g_return_if_fail (conflict != NULL && args != NULL);

  entity = parse_object (conflict->entity);
  /* What the agent has been shown is what the new edit begins with. */
  if (conflict->removing)
    see_all (get_was (args), entity);
  else
    json_object_set_string_member (get_was (args), conflict->field, conflict->theirs);
  if (conflict->removed && g_str_equal (conflict->kind, "phrase"))
    json_object_remove_member (args, "was");
  else if (conflict->removed)
    json_object_set_boolean_member (args, "removed", FALSE);
  kefu_session_perform_edit (self, refused->type, args, conflict->rev, refused->op_id);
}

void
kefu_session_keep_theirs (KefuSession *self, KefuOutboxRecord *refused)
{
  g_return_if_fail (KEFU_IS_SESSION (self));

  kefu_store_discard_rejected (kefu_session_get_store (self), refused->op_id);
}
