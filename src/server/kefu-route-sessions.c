/* SPDX-License-Identifier: GPL-3.0-or-later
 * DELETE /v1/session; GET /v1/sessions, DELETE /v1/sessions and /v1/sessions/{id}: where an agent is signed in. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-json.h"
#include "kefu-routes.h"
#include "kefu-tokens.h"

void
kefu_route_session_delete (KefuRequest *request, KefuDb *db)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = NULL;

  if (!kefu_request_authenticate (request, db))
    return;
  write = kefu_write_begin (db, request->now, &error);
  if (write != NULL && kefu_token_forget (write, request->token, &error) && kefu_write_commit (write, &error))
    kefu_request_answer (request, SOUP_STATUS_OK, g_strdup ("{}"));
  else
    kefu_request_fail_error (request, error, NULL);
}

void
kefu_route_sessions (KefuRequest *request, KefuDb *db)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *sessions = json_array_new ();

  json_object_set_array_member (object, "sessions", sessions);
  if (!kefu_request_authenticate (request, db))
    return;
  list = kefu_tokens_list (db, request->agent_id, request->token, request->now, &error);
  if (list == NULL)
    {
      kefu_request_fail_error (request, error, NULL);
      return;
    }
  for (guint i = 0; i < list->len; i++)
    {
      const KefuTokenInfo *info = list->pdata[i];
      JsonObject *session = json_object_new ();

      json_object_set_string_member (session, "id", info->id);
      json_object_set_string_member (session, "device_name", info->device_name);
      json_object_set_int_member (session, "created_at", info->created_at);
      json_object_set_int_member (session, "last_seen", info->current ? request->now : info->seen_at);
      json_object_set_boolean_member (session, "current", info->current);
      json_array_add_object_element (sessions, session);
    }
  node = json_node_init_object (json_node_alloc (), object);
  kefu_request_answer (request, SOUP_STATUS_OK, kefu_json_to_text (node));
}

/* One of the agent's own, or with no id all but the one that asks. Nobody else's: whose they are is part of the query. */
void
kefu_route_sessions_delete (KefuRequest *request, KefuDb *db)
{
  const char *id = request->args != NULL ? request->args[0] : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = NULL;
  int n;

  if (!kefu_request_authenticate (request, db))
    return;
  write = kefu_write_begin (db, request->now, &error);
  n = write != NULL
        ? kefu_tokens_end (write, request->agent_id, id, id == NULL ? request->token : NULL, KEFU_TOKEN_REVOKED, &error)
        : -1;
  if (n < 0 || (n > 0 && !kefu_write_commit (write, &error)))
    kefu_request_fail_error (request, error, NULL);
  else if (n == 0 && id != NULL)
    kefu_request_fail (request, SOUP_STATUS_NOT_FOUND, "not_found", "There is no such session", NULL);
  else
    kefu_request_answer (request, SOUP_STATUS_OK, g_strdup_printf ("{\"ended\":%d}", n));
}
