/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-auth.h"

#include <sys/random.h>

#define TOKEN_BYTES 32

char *
kefu_session_create (KefuWrite *write,
                     const char *agent_id,
                     const char *device_id,
                     const char *device_name,
                     GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  guint8 bytes[TOKEN_BYTES];
  g_autofree char *token = NULL;
  g_autoptr (GBytes) hash = NULL;

  kefu_random_bytes (bytes, sizeof bytes);
  token = g_base64_encode (bytes, sizeof bytes);
  /* The URL-safe alphabet without padding, as bearer tokens are written (RFC 6750 allows both). */
  g_strdelimit (token, "+", '-');
  g_strdelimit (token, "/", '_');
  g_strdelimit (token, "=", '\0');
  hash = kefu_token_hash (token);
  if (!kefu_db_run (db, error, "DELETE FROM session WHERE agent_id = ? AND device_id = ?", "ss", agent_id, device_id) ||
      !kefu_db_run (db, error, "INSERT INTO session(token, agent_id, device_id, device_name, at) VALUES(?, ?, ?, ?, ?)",
                    "bsssi", hash, agent_id, device_id, device_name, kefu_write_get_now (write)))
    return NULL;
  return g_steal_pointer (&token);
}

char *
kefu_session_lookup (KefuDb *db, const char *token)
{
  g_autoptr (GBytes) hash = NULL;

  if (token == NULL)
    return NULL;
  hash = kefu_token_hash (token);
  return kefu_db_text (
    db, "SELECT s.agent_id FROM session s JOIN agent a ON a.id = s.agent_id WHERE s.token = ? AND a.disabled = 0", "b",
    hash);
}

gboolean
kefu_session_revoke (KefuWrite *write, const char *token, GError **error)
{
  g_autoptr (GBytes) hash = kefu_token_hash (token);

  return kefu_db_run (kefu_write_get_db (write), error, "DELETE FROM session WHERE token = ?", "b", hash);
}

GBytes *
kefu_token_hash (const char *token)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) token, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}

void
kefu_random_bytes (guint8 *buffer, gsize n)
{
  gsize done = 0;

  while (done < n)
    {
      gssize got = getrandom (buffer + done, n - done, 0);

      if (got > 0)
        done += (gsize) got;
      else if (got < 0 && errno != EINTR)
        g_error ("The kernel gives no random numbers: %s", g_strerror (errno));
    }
}
