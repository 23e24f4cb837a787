/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store's two files: opening, dropping, setting aside. Runs on the writer's thread. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <errno.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-store-private.h"
#include "kefu-store-resources.h"

/* Of sql/cache.sql; to be raised with every change of it. */
#define CACHE_VERSION 1
#define CACHE_SCRIPT "/org/kefu/store/cache.sql"
/* Where kefu_db_migrate() keeps it; no row or no table is 0. */
#define ENTITY_VERSION "SELECT version FROM schema_version WHERE dir = ?"
#define DESK_SCRIPTS "/org/kefu/store/desk"

static char *
path_of (KefuStoreCore *core, const char *name)
{
  return g_build_filename (core->dir, name, NULL);
}

/* A database is three files. */
static void
for_each_file (const char *path, void (*func) (const char *from, const char *to), const char *to)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *target = to != NULL ? g_strconcat (to, suffixes[i], NULL) : NULL;

      func (from, target);
    }
}

static void
delete_file (const char *from, const char *to)
{
  if (g_unlink (from) != 0 && errno != ENOENT)
    g_message ("%s cannot be deleted: %s", from, g_strerror (errno));
}

static void
rename_file (const char *from, const char *to)
{
  if (g_rename (from, to) != 0 && errno != ENOENT)
    g_message ("%s cannot be set aside: %s", from, g_strerror (errno));
}

static gboolean
make_dir (const char *dir, GError **error)
{
  if (g_mkdir_with_parents (dir, 0700) == 0 && g_chmod (dir, 0700) == 0)
    return TRUE;
  g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY,
               _ ("The folder %s cannot be used: %s"), dir, g_strerror (errno));
  return FALSE;
}

/* --- desk.db --- */

static KefuDb *
try_desk (const char *path, GError **error)
{
  g_autoptr (KefuDb) desk = kefu_db_open (path, KEFU_DB_DURABLE, error);
  g_autofree char *check = NULL;

  if (desk == NULL)
    return NULL;
  check = kefu_db_text (desk, "PRAGMA quick_check(1)", "");
  if (g_strcmp0 (check, "ok") != 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT, _ ("The file is damaged: %s"), check != NULL ? check : "?");
      return NULL;
    }
  if (!kefu_db_migrate (desk, DESK_SCRIPTS, error))
    return NULL;
  return g_steal_pointer (&desk);
}

static gboolean
open_desk (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = path_of (core, "desk.db");
  g_autofree char *aside = NULL;
  g_autoptr (GError) local = NULL;

  core->desk = try_desk (path, &local);
  if (core->desk != NULL)
    return TRUE;
  if (!g_error_matches (local, KEFU_ERROR, KEFU_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  aside = g_strdup_printf ("%s.corrupt-%" G_GINT64_FORMAT, path, kefu_clock_now (core->clock));
  for_each_file (path, rename_file, aside);
  core->notice = g_strdup_printf (_ ("Unsent messages and drafts could not be read (%s). They were set aside as %s"),
                                  local->message, aside);
  core->desk = try_desk (path, error);
  return core->desk != NULL;
}

/* --- cache.db --- */

static KefuDb *
try_cache (const char *path, GError **error)
{
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_WRITE, error);
  g_autoptr (GBytes) script = NULL;
  gint64 before;

  if (cache == NULL)
    return NULL;
  /* So that triggers see rows that are replaced. */
  if (!kefu_db_exec (cache, "PRAGMA recursive_triggers = ON", error))
    return NULL;
  before = kefu_db_int (cache, 0, ENTITY_VERSION, "s", KEFU_ENTITY_SQL);
  if (!kefu_db_migrate (cache, KEFU_ENTITY_SQL, error))
    return NULL;
  if (before != 0)
    {
      if (before == kefu_db_int (cache, 0, ENTITY_VERSION, "s", KEFU_ENTITY_SQL) &&
          kefu_db_int (cache, 0, "SELECT value FROM meta WHERE key = 'version'", "") == CACHE_VERSION)
        return g_steal_pointer (&cache);
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CORRUPT, "Another version of the cache");
      return NULL;
    }

  script = g_resources_lookup_data (CACHE_SCRIPT, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (script == NULL || !kefu_db_begin (cache, error))
    return NULL;
  if (kefu_db_exec (cache, g_bytes_get_data (script, NULL), error) &&
      kefu_db_run (cache, error, "INSERT INTO meta VALUES('version', ?)", "i", (gint64) CACHE_VERSION) &&
      kefu_db_commit (cache, error))
    return g_steal_pointer (&cache);
  kefu_db_rollback (cache);
  return NULL;
}

static KefuDb *
open_reader (KefuStoreCore *core, GError **error)
{
  g_autofree char *cache = path_of (core, "cache.db");
  g_autofree char *desk = path_of (core, "desk.db");
  g_autoptr (KefuDb) reader = kefu_db_open (cache, KEFU_DB_READ_ONLY, error);

  if (reader == NULL || !kefu_db_run (reader, error, "ATTACH DATABASE ? AS desk", "s", desk))
    return NULL;
  return g_steal_pointer (&reader);
}

static void
read_cursor (KefuStoreCore *core)
{
  g_autofree char *cursor = kefu_db_text (core->cache, "SELECT value FROM meta WHERE key = 'cursor'", "");
  char *dot = cursor != NULL ? strrchr (cursor, '.') : NULL;
  gint64 synced_at = kefu_db_int (core->cache, 0, "SELECT value FROM meta WHERE key = 'synced_at'", "");

  if (dot != NULL)
    *dot++ = '\0';
  kefu_store_files_remember_cursor (core, dot != NULL ? cursor : NULL,
                                    dot != NULL ? g_ascii_strtoll (dot, NULL, 10) : 0, synced_at);
}

static gboolean
open_cache (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = path_of (core, "cache.db");
  g_autoptr (GError) local = NULL;

  core->cache = try_cache (path, &local);
  if (core->cache == NULL)
    {
      /* Neither a lock nor a full disk is a reason to drop what is there. */
      if (!g_error_matches (local, KEFU_ERROR, KEFU_ERROR_CORRUPT) &&
          !g_error_matches (local, KEFU_ERROR, KEFU_ERROR_DATABASE))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_message ("The cache is made anew: %s", local->message);
      for_each_file (path, delete_file, NULL);
      core->cache = try_cache (path, error);
    }
  if (core->cache == NULL)
    return FALSE;
  read_cursor (core);
  /* A feed that begins anew may lack what an earlier one confirmed: it is asked for again, the server knows the ids. */
  return core->epoch != NULL ||
         kefu_db_run (core->desk, error, "UPDATE outbox SET state = 'pending', seq = 0 WHERE state = 'acked'", "");
}

gboolean
kefu_store_files_open (KefuStoreCore *core, GError **error)
{
  g_autoptr (KefuChangeSet) unseen = kefu_change_set_new ();

  kefu_model_init ();
  g_resources_register (kefu_store_resources_get_resource ());
  if (!make_dir (core->dir, error) || !open_desk (core, error) || !open_cache (core, error))
    return FALSE;

  /* What the desk was killed in the middle of: the server's state, then everything that still waits. */
  if (!kefu_store_overlay_rebase (core, unseen, error))
    {
      if (error != NULL && !g_error_matches (*error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
        return FALSE;
      g_clear_error (error);
      if (!kefu_store_files_drop_cache (core, error))
        return FALSE;
    }
  kefu_store_files_count_outbox (core);
  if (core->reader == NULL)
    core->reader = open_reader (core, error);
  return core->reader != NULL;
}

gboolean
kefu_store_files_drop_cache (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = path_of (core, "cache.db");
  g_autoptr (KefuChangeSet) unseen = kefu_change_set_new ();
  gboolean ok = FALSE;

  /* A database is not deleted while a connection is open: its end would take the new one's log with it. */
  g_mutex_lock (&core->reader_lock);
  g_clear_pointer (&core->reader, kefu_db_close);
  g_clear_pointer (&core->cache, kefu_db_close);
  for_each_file (path, delete_file, NULL);
  if (open_cache (core, error))
    {
      core->reader = open_reader (core, error);
      ok = core->reader != NULL;
    }
  g_mutex_unlock (&core->reader_lock);
  return ok && kefu_store_overlay_rebase (core, unseen, error);
}

gboolean
kefu_store_files_need_cache (KefuStoreCore *core, GError **error)
{
  return (core->cache != NULL && core->reader != NULL) || kefu_store_files_drop_cache (core, error);
}

void
kefu_store_files_close (KefuStoreCore *core)
{
  g_mutex_lock (&core->reader_lock);
  g_clear_pointer (&core->reader, kefu_db_close);
  g_mutex_unlock (&core->reader_lock);
  g_clear_pointer (&core->cache, kefu_db_close);
  g_clear_pointer (&core->desk, kefu_db_close);
}

gboolean
kefu_store_files_set_cursor (KefuStoreCore *core, const char *epoch, gint64 seq, GError **error)
{
  g_autofree char *cursor = g_strdup_printf ("%s.%" G_GINT64_FORMAT, epoch, seq);

  return kefu_db_run (core->cache, error, "INSERT OR REPLACE INTO meta VALUES('cursor', ?1), ('synced_at', ?2)", "si",
                      cursor, kefu_clock_now (core->clock));
}

void
kefu_store_files_remember_cursor (KefuStoreCore *core, const char *epoch, gint64 seq, gint64 synced_at)
{
  g_mutex_lock (&core->lock);
  if (g_strcmp0 (core->epoch, epoch) != 0)
    {
      g_free (core->epoch);
      core->epoch = g_strdup (epoch);
    }
  core->seq = seq;
  core->synced_at = synced_at;
  g_mutex_unlock (&core->lock);
}

void
kefu_store_files_count_outbox (KefuStoreCore *core)
{
  KefuOutboxCount count = {
    .n_pending = (guint) kefu_db_int (core->desk, 0, "SELECT count(*) FROM outbox WHERE state = 'pending'", ""),
    .n_rejected = (guint) kefu_db_int (core->desk, 0, "SELECT count(*) FROM outbox WHERE state = 'rejected'", ""),
    .oldest_at = kefu_db_int (core->desk, 0, "SELECT min(created_at) FROM outbox WHERE state = 'pending'", ""),
  };

  g_mutex_lock (&core->lock);
  core->count = count;
  g_mutex_unlock (&core->lock);
}
