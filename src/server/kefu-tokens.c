/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens: what a desk shows instead of a password, one per device, until it is ended or not used for long. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-tokens.h"

#include "kefu-random.h"

#define TOKEN_BYTES 32
#define DAY_MS (24LL * 3600 * 1000)
/* The last use is known this well, and no call writes to the disk more often for it. */
#define STALE_MS (5LL * 60 * 1000)
/* As long a desk that was away can be told why its token is void. */
#define KEEP_MS (90 * DAY_MS)

/* In ms, from which last use on a token is good. */
#define EXPIRY                                                                                                         \
  "(coalesce((SELECT value FROM meta WHERE key = 'token_days'), " G_STRINGIFY (KEFU_TOKEN_DAYS) ") * 86400000)"

static const struct
{
  const char *code;
  const char *text;
} states[] = {
  [KEFU_TOKEN_GOOD] = { "ok", "" },
  [KEFU_TOKEN_UNKNOWN] = { "unauthorized", "The token is not known; sign in again" },
  [KEFU_TOKEN_EXPIRED] = { "expired", "The token was not used for too long; sign in again" },
  [KEFU_TOKEN_REVOKED] = { "revoked", "This device was signed out; sign in again" },
  [KEFU_TOKEN_PASSWORD] = { "password_changed", "The password was changed; sign in again" },
  [KEFU_TOKEN_DISABLED] = { "disabled", "This agent may not sign in" },
};

const char *
kefu_token_state_code (KefuTokenState state)
{
  return states[state].code;
}

const char *
kefu_token_state_text (KefuTokenState state)
{
  return states[state].text;
}

static GBytes *
hash_token (const char *token)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) token, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}

char *
kefu_token_create (KefuWrite *write,
                   const char *agent_id,
                   const char *device_id,
                   const char *device_name,
                   GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  gint64 now = kefu_write_get_now (write);
  guint8 bytes[TOKEN_BYTES];
  g_autofree char *token = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GBytes) hash = NULL;

  kefu_random_bytes (bytes, sizeof bytes);
  token = g_base64_encode (bytes, sizeof bytes);
  /* The URL-safe alphabet without padding, as bearer tokens are written (RFC 6750 allows both). */
  g_strdelimit (token, "+", '-');
  g_strdelimit (token, "/", '_');
  g_strdelimit (token, "=", '\0');
  hash = hash_token (token);
  if (!kefu_db_run (db, error,
                    "DELETE FROM session WHERE agent_id = ? AND (device_id = ? OR max(seen_at, ended_at) + " EXPIRY
                    " < ?)",
                    "ssi", agent_id, device_id, now - KEEP_MS) ||
      !kefu_db_run (db, error,
                    "INSERT INTO session(token, id, agent_id, device_id, device_name, at, seen_at) "
                    "VALUES(?, ?, ?, ?, ?, ?, ?)",
                    "bssssii", hash, id, agent_id, device_id, device_name, now, now))
    return NULL;
  return g_steal_pointer (&token);
}

static KefuTokenState
state_of (KefuStmt *row, gint64 now_ms)
{
  const char *ended = kefu_stmt_text (row, 1);

  if (kefu_stmt_int (row, 2) != 0)
    return KEFU_TOKEN_DISABLED;
  if (g_strcmp0 (ended, kefu_token_state_code (KEFU_TOKEN_PASSWORD)) == 0)
    return KEFU_TOKEN_PASSWORD;
  if (ended != NULL)
    return KEFU_TOKEN_REVOKED;
  return kefu_stmt_int (row, 3) + kefu_stmt_int (row, 4) <= now_ms ? KEFU_TOKEN_EXPIRED : KEFU_TOKEN_GOOD;
}

KefuTokenState
kefu_token_check (KefuDb *db, const char *token, gint64 now_ms, char **agent_id, gboolean *stale)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (KefuStmt) row = NULL;
  KefuTokenState state;

  if (token == NULL)
    return KEFU_TOKEN_UNKNOWN;
  hash = hash_token (token);
  row = kefu_db_row (db, NULL,
                     "SELECT s.agent_id, s.ended, a.disabled, s.seen_at, " EXPIRY
                     " FROM session s JOIN agent a ON a.id = s.agent_id WHERE s.token = ?",
                     "b", hash);
  if (row == NULL)
    return KEFU_TOKEN_UNKNOWN;
  state = state_of (row, now_ms);
  if (state == KEFU_TOKEN_GOOD && agent_id != NULL)
    *agent_id = g_strdup (kefu_stmt_text (row, 0));
  if (stale != NULL)
    *stale = state == KEFU_TOKEN_GOOD && ABS (now_ms - kefu_stmt_int (row, 3)) >= STALE_MS;
  return state;
}

gboolean
kefu_token_touch (KefuDb *db, const char *token, gint64 now_ms, GError **error)
{
  g_autoptr (GBytes) hash = hash_token (token);

  return kefu_db_run (db, error, "UPDATE session SET seen_at = ? WHERE token = ? AND ended IS NULL", "ib", now_ms,
                      hash);
}

gboolean
kefu_token_forget (KefuWrite *write, const char *token, GError **error)
{
  g_autoptr (GBytes) hash = hash_token (token);

  return kefu_db_run (kefu_write_get_db (write), error, "DELETE FROM session WHERE token = ?", "b", hash);
}

int
kefu_tokens_end (KefuWrite *write,
                 const char *agent_id,
                 const char *id,
                 const char *except,
                 KefuTokenState why,
                 GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  g_autoptr (GBytes) hash = except != NULL ? hash_token (except) : NULL;

  if (!kefu_db_run (db, error,
                    "UPDATE session SET ended = ?, ended_at = ? WHERE agent_id = ? AND ended IS NULL "
                    "AND id = coalesce(?, id) AND token IS NOT ?",
                    "sissb", kefu_token_state_code (why), kefu_write_get_now (write), agent_id, id, hash))
    return -1;
  return kefu_db_changes (db);
}

static void
info_free (gpointer data)
{
  KefuTokenInfo *info = data;

  g_free (info->id);
  g_free (info->device_name);
  g_free (info);
}

GPtrArray *
kefu_tokens_list (KefuDb *db, const char *agent_id, const char *token, gint64 now_ms, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (info_free);
  g_autoptr (GBytes) hash = token != NULL ? hash_token (token) : NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, &failure,
                   "SELECT id, device_name, at, seen_at, token IS ? FROM session WHERE agent_id = ? AND ended IS NULL "
                   "AND seen_at + " EXPIRY " > ? ORDER BY seen_at DESC, id",
                   "bsi", hash, agent_id, now_ms);

  while (stmt != NULL && kefu_stmt_step (stmt, &failure))
    {
      KefuTokenInfo *info = g_new0 (KefuTokenInfo, 1);

      info->id = g_strdup (kefu_stmt_text (stmt, 0));
      info->device_name = g_strdup (kefu_stmt_text (stmt, 1));
      info->created_at = kefu_stmt_int (stmt, 2);
      info->seen_at = kefu_stmt_int (stmt, 3);
      info->current = kefu_stmt_int (stmt, 4) != 0;
      g_ptr_array_add (list, info);
    }
  if (failure == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gboolean
kefu_tokens_set_days (KefuDb *db, int days, GError **error)
{
  return kefu_db_int (db, KEFU_TOKEN_DAYS, "SELECT value FROM meta WHERE key = 'token_days'", "") == days ||
         kefu_db_run (db, error, "INSERT OR REPLACE INTO meta VALUES('token_days', ?)", "i", (gint64) days);
}
