/* SPDX-License-Identifier: GPL-3.0-or-later
 * The people who may sign in: agent entities and their passwords. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-agents.h"

#include <glib/gi18n.h>

#include "kefu-entity.h"
#include "kefu-id.h"
#include "kefu-json.h"
#include "kefu-password.h"
#include "kefu-random.h"
#include "kefu-tokens.h"

/* Without 0 O 1 l I, which are mixed up when read aloud or from paper. 56 characters: 20 of them are 116 bits. */
static const char alphabet[] = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/* Lists show it in one line, with tabs between one thing and the next. */
static gboolean
check_line (const char *text, gsize max, const char *fault, GError **error)
{
  gboolean good = text != NULL && *text != '\0' && strlen (text) <= max && g_utf8_validate (text, -1, NULL);

  for (const char *p = text; good && *p != '\0'; p = g_utf8_next_char (p))
    good = !g_unichar_iscntrl (g_utf8_get_char (p));
  if (!good)
    g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, fault);
  return good;
}

static gboolean
check_password (const char *password, GError **error)
{
  if (password != NULL && *password != '\0' && strlen (password) <= 500 && g_utf8_validate (password, -1, NULL))
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The password should have 1 to 500 bytes of UTF-8"));
  return FALSE;
}

char *
kefu_agent_find (KefuDb *db, const char *login, GError **error)
{
  char *id = kefu_db_text (db, "SELECT agent_id FROM agent_password WHERE login = ?", "s", login);

  if (id == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("There is no login “%s”"), login);
  return id;
}

char *
kefu_agent_add (KefuWrite *write,
                const char *login,
                const char *name,
                const char *role,
                const char *password,
                GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *id = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) agent = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!check_line (login, 64, _ ("The login should have 1 to 64 bytes of UTF-8 in one line"), error) ||
      !check_line (name, 200, _ ("The name should have 1 to 200 bytes of UTF-8 in one line"), error) ||
      !check_password (password, error))
    return NULL;
  if (g_strcmp0 (role, "agent") != 0 && g_strcmp0 (role, "lead") != 0)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The role should be agent or lead"));
      return NULL;
    }
  if (kefu_db_int (db, 0, "SELECT 1 FROM agent_password WHERE login = ?", "s", login) == 1)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, _ ("There is a login “%s” already"), login);
      return NULL;
    }
  hash = kefu_password_hash (password, error);
  if (hash == NULL)
    return NULL;
  id = kefu_id_new (kefu_write_get_now (write));
  agent = json_object_new ();
  json_object_set_string_member (agent, "id", id);
  json_object_set_string_member (agent, "name", name);
  json_object_set_string_member (agent, "login", login);
  json_object_set_string_member (agent, "role", role);
  node = json_node_init_object (json_node_alloc (), agent);
  json = kefu_json_to_text (node);
  if (!kefu_write_put (write, "agent", json, error) ||
      !kefu_db_run (db, error, "INSERT INTO agent_password(agent_id, login, hash) VALUES(?, ?, ?)", "sss", id, login,
                    hash))
    return NULL;
  return g_steal_pointer (&id);
}

gboolean
kefu_agent_set_password (KefuWrite *write, const char *login, const char *password, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *id = kefu_agent_find (db, login, error);
  g_autofree char *hash = NULL;

  if (id == NULL || !check_password (password, error))
    return FALSE;
  hash = kefu_password_hash (password, error);
  return hash != NULL &&
         kefu_db_run (db, error, "UPDATE agent_password SET hash = ? WHERE agent_id = ?", "ss", hash, id) &&
         kefu_tokens_end (write, id, NULL, NULL, KEFU_TOKEN_PASSWORD, error) >= 0;
}

gboolean
kefu_agent_set_disabled (KefuWrite *write, const char *login, gboolean disabled, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *id = kefu_agent_find (db, login, error);
  g_autofree char *body = NULL;
  g_autofree char *json = NULL;

  if (id == NULL)
    return FALSE;
  body = kefu_entity_to_json (db, "agent", id, error);
  if (body == NULL)
    return FALSE;
  json = kefu_db_text (db, "SELECT json_set(?, '$.disabled', json(?))", "ss", body, disabled ? "true" : "false");
  return json != NULL && kefu_write_put (write, "agent", json, error) &&
         kefu_tokens_end (write, id, NULL, NULL, KEFU_TOKEN_DISABLED, error) >= 0;
}

char *
kefu_agent_make_password (void)
{
  char password[21] = { 0 };

  for (guint i = 0; i < 20;)
    {
      guint8 byte;

      /* Only what divides evenly, so that all characters are equally likely. */
      kefu_random_bytes (&byte, 1);
      if (byte < 256 / (sizeof alphabet - 1) * (sizeof alphabet - 1))
        password[i++] = alphabet[byte % (sizeof alphabet - 1)];
    }
  return g_strdup (password);
}
