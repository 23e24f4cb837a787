/* SPDX-License-Identifier: GPL-3.0-or-later
 * Channels as the server keeps them: the entity, its secrets and where its messages are posted. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-channels.h"

#include <string.h>

#include <glib/gi18n.h>

#include "kefu-id.h"
#include "kefu-json.h"
#include "kefu-random.h"

#define SECRET_BYTES 32
#define ROTATION_MS (24LL * 3600 * 1000)

#define LIST_SQL                                                                                                       \
  "SELECT c.id, c.type, c.name, c.shop, s.url, s.secret, CASE WHEN s.old_until > ? THEN s.old_secret END, s.once"      \
  " FROM channel c JOIN channel_secret s ON s.channel_id = c.id WHERE c.disabled = 0"

static const char *const types[] = { "wangwang", "wechat", "qq", "email", "weibo", "sms", "phone", "web", NULL };

static char *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  GString *text = g_string_sized_new (2 * SECRET_BYTES);

  kefu_random_bytes (bytes, sizeof bytes);
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static gboolean
check_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (url == NULL)
    return TRUE;
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && (g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https")) &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The URL should be http:// or https:// and a host"));
  return FALSE;
}

static KefuChannelInfo *
read_info (KefuStmt *stmt)
{
  KefuChannelInfo *info = g_new0 (KefuChannelInfo, 1);

  info->id = g_strdup (kefu_stmt_text (stmt, 0));
  info->type = g_strdup (kefu_stmt_text (stmt, 1));
  info->name = g_strdup (kefu_stmt_text (stmt, 2));
  info->shop = g_strdup (kefu_stmt_text (stmt, 3));
  info->url = g_strdup (kefu_stmt_text (stmt, 4));
  info->secret = g_strdup (kefu_stmt_text (stmt, 5));
  info->old_secret = g_strdup (kefu_stmt_text (stmt, 6));
  info->once = kefu_stmt_int (stmt, 7) != 0;
  return info;
}

void
kefu_channel_info_free (KefuChannelInfo *self)
{
  g_free (self->id);
  g_free (self->type);
  g_free (self->name);
  g_free (self->shop);
  g_free (self->url);
  g_free (self->secret);
  g_free (self->old_secret);
  g_free (self);
}

char *
kefu_channel_add (KefuWrite *write, const KefuChannelSpec *spec, char **secret, GError **error)
{
  g_autofree char *id = spec->id != NULL ? g_strdup (spec->id) : kefu_id_new (kefu_write_get_now (write));
  g_autofree char *made = make_secret ();
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) channel = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (spec->type == NULL || !g_strv_contains (types, spec->type))
    {
      g_autofree char *list = g_strjoinv (", ", (char **) types);

      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The type should be one of %s"), list);
      return NULL;
    }
  if (spec->name == NULL || *spec->name == '\0' || !g_utf8_validate (spec->name, -1, NULL) ||
      strpbrk (spec->name, "\t\r\n") != NULL)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The channel needs a name in one line"));
      return NULL;
    }
  if (!check_url (spec->url, error))
    return NULL;
  channel = json_object_new ();
  json_object_set_string_member (channel, "id", id);
  json_object_set_string_member (channel, "type", spec->type);
  json_object_set_string_member (channel, "name", spec->name);
  json_object_set_string_member (channel, "shop", spec->shop != NULL ? spec->shop : "");
  json_object_set_int_member (channel, "window_h", spec->window_h);
  json_object_set_int_member (channel, "window_n", spec->window_n);
  json_object_set_int_member (channel, "max_len", spec->max_len);
  node = json_node_init_object (json_node_alloc (), channel);
  json = kefu_json_to_text (node);
  if (!kefu_write_put (write, "channel", json, error) ||
      !kefu_db_run (kefu_write_get_db (write), error,
                    "INSERT INTO channel_secret(channel_id, secret, url, once) VALUES(?, ?, ?, ?)", "sssi", id, made,
                    spec->url, (gint64) spec->once))
    return NULL;
  if (secret != NULL)
    *secret = g_steal_pointer (&made);
  return g_steal_pointer (&id);
}

char *
kefu_channel_rotate (KefuWrite *write, const char *id, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autofree char *made = make_secret ();

  if (!kefu_db_run (db, error,
                    "UPDATE channel_secret SET old_secret = secret, old_until = ?, secret = ? WHERE channel_id = ?",
                    "iss", kefu_write_get_now (write) + ROTATION_MS, made, id))
    return NULL;
  if (kefu_db_changes (db) == 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("There is no channel %s"), id);
      return NULL;
    }
  return g_steal_pointer (&made);
}

gboolean
kefu_channel_set_url (KefuWrite *write, const char *id, const char *url, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);

  if (!check_url (url, error) ||
      !kefu_db_run (db, error, "UPDATE channel_secret SET url = ? WHERE channel_id = ?", "ss", url, id))
    return FALSE;
  if (kefu_db_changes (db) == 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("There is no channel %s"), id);
      return FALSE;
    }
  return TRUE;
}

GPtrArray *
kefu_channel_list (KefuDb *db, gint64 now_ms, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, LIST_SQL " ORDER BY c.name, c.id", "i", now_ms);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_channel_info_free);
  g_autoptr (GError) step_error = NULL;

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step_error))
    g_ptr_array_add (list, read_info (stmt));
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return NULL;
    }
  return g_steal_pointer (&list);
}

KefuChannelInfo *
kefu_channel_lookup (KefuDb *db, const char *id, gint64 now_ms, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, LIST_SQL " AND c.id = ?", "is", now_ms, id);
  g_autoptr (GError) step_error = NULL;

  if (stmt == NULL)
    return NULL;
  if (kefu_stmt_step (stmt, &step_error))
    return read_info (stmt);
  if (step_error != NULL)
    g_propagate_error (error, g_steal_pointer (&step_error));
  else
    g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, "There is no such channel");
  return NULL;
}
