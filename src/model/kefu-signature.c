/* SPDX-License-Identifier: GPL-3.0-or-later
 * The signature of inbound and outbound events: protocol.md, Inbound. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-signature.h"

#include <string.h>

#define VERSION "v1="
/* How far the sender's clock may be from ours, either way; a signature older than that may be a replay. */
#define MAX_SKEW_S 300

char *
kefu_signature_make (const char *secret, gint64 timestamp_s, GBytes *body)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret));
  g_autofree char *prefix = g_strdup_printf ("%" G_GINT64_FORMAT ".", timestamp_s);
  gsize size;
  const guchar *data = g_bytes_get_data (body, &size);

  g_hmac_update (hmac, (const guchar *) prefix, strlen (prefix));
  if (size > 0)
    g_hmac_update (hmac, data, size);
  return g_strconcat (VERSION, g_hmac_get_string (hmac), NULL);
}

/* The time must not tell how much of a guess is right. */
static gboolean
equal_in_constant_time (const char *a, const char *b, gsize length)
{
  guchar differs = 0;

  for (gsize i = 0; i < length; i++)
    differs |= (guchar) a[i] ^ (guchar) b[i];
  return differs == 0;
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_AUTH, reason);
  return FALSE;
}

gboolean
kefu_signature_check (const char *const *secrets,
                      const char *timestamp_header,
                      const char *signature_header,
                      GBytes *body,
                      gint64 now_ms,
                      GError **error)
{
  g_autofree char *given = NULL;
  gint64 timestamp_s;
  gboolean right = FALSE;

  if (timestamp_header == NULL)
    return refuse (error, "Kefu-Timestamp is missing");
  if (signature_header == NULL)
    return refuse (error, "Kefu-Signature is missing");
  if (!g_ascii_string_to_signed (timestamp_header, 10, 0, G_MAXINT64 / 2000, &timestamp_s, NULL))
    return refuse (error, "Kefu-Timestamp is not a number of seconds");
  if (ABS (now_ms / 1000 - timestamp_s) > MAX_SKEW_S)
    return refuse (error, "Kefu-Timestamp is more than 300 s away from the time here");
  if (!g_str_has_prefix (signature_header, VERSION))
    return refuse (error, "Kefu-Signature does not begin with v1=");

  given = g_ascii_strdown (signature_header, -1);
  for (guint i = 0; secrets != NULL && secrets[i] != NULL; i++)
    {
      g_autofree char *expected = NULL;

      /* An empty secret would let anybody in. */
      if (*secrets[i] == '\0')
        continue;
      expected = kefu_signature_make (secrets[i], timestamp_s, body);
      if (strlen (given) == strlen (expected) && equal_in_constant_time (given, expected, strlen (expected)))
        right = TRUE;
    }
  return right || refuse (error, "Kefu-Signature does not fit the body");
}
