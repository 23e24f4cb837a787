/* SPDX-License-Identifier: GPL-3.0-or-later
 * The owner of the embedded workspace, as its server wrote them down. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-owner.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "kefu-error.h"

static KefuOwner *
parse (GBytes *bytes)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  JsonNode *root;
  const char *login, *password;
  KefuOwner *owner;

  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  login = json_object_get_string_member_with_default (json_node_get_object (root), "login", NULL);
  password = json_object_get_string_member_with_default (json_node_get_object (root), "password", NULL);
  if (login == NULL || password == NULL)
    return NULL;
  owner = g_new0 (KefuOwner, 1);
  owner->login = g_strdup (login);
  owner->password = g_strdup (password);
  return owner;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);
  KefuOwner *owner;

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  owner = parse (bytes);
  if (owner != NULL)
    g_task_return_pointer (task, owner, (GDestroyNotify) kefu_owner_free);
  else
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_CORRUPT,
                             _ ("The file owner.json of the demo shop is damaged"));
}

void
kefu_owner_free (KefuOwner *self)
{
  g_free (self->login);
  g_free (self->password);
  g_free (self);
}

void
kefu_owner_load_async (const char *dir, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *path = g_build_filename (dir, "owner.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_task_set_source_tag (task, kefu_owner_load_async);
  g_file_load_bytes_async (file, cancellable, loaded_cb, task);
}

KefuOwner *
kefu_owner_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
