/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of conversations and messages: kefu:conversation/ID?message=ID. */
#include "config.h"

#include "kefu-deep-link.h"

#include <string.h>

#define PREFIX "kefu:conversation/"
#define MAX_ID 64

static gboolean
is_id (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

  return length > 0 && length <= MAX_ID && text[length] == '\0';
}

KefuDeepLink *
kefu_deep_link_parse (const char *uri)
{
  g_autoptr (KefuDeepLink) self = NULL;
  g_auto (GStrv) parts = NULL;
  g_auto (GStrv) parameters = NULL;

  g_return_val_if_fail (uri != NULL, NULL);

  if (g_ascii_strncasecmp (uri, PREFIX, strlen (PREFIX)) != 0)
    return NULL;
  parts = g_strsplit (uri + strlen (PREFIX), "?", 2);
  if (parts[0] == NULL || !is_id (parts[0]))
    return NULL;
  self = g_new0 (KefuDeepLink, 1);
  self->conversation_id = g_strdup (parts[0]);
  if (parts[1] == NULL)
    return g_steal_pointer (&self);
  parameters = g_strsplit (parts[1], "&", -1);
  for (guint i = 0; parameters[i] != NULL; i++)
    {
      const char *id = parameters[i] + strlen ("message=");

      if (!g_str_has_prefix (parameters[i], "message="))
        continue;
      if (!is_id (id) || self->message_id != NULL)
        return NULL;
      self->message_id = g_strdup (id);
    }
  return g_steal_pointer (&self);
}

void
kefu_deep_link_free (KefuDeepLink *self)
{
  g_free (self->conversation_id);
  g_free (self->message_id);
  g_free (self);
}

char *
kefu_deep_link_make (const char *conversation_id, const char *message_id)
{
  g_return_val_if_fail (conversation_id != NULL, NULL);

  return g_strconcat (PREFIX, conversation_id, message_id != NULL ? "?message=" : NULL, message_id, NULL);
}
