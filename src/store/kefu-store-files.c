/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store's two files: opening, dropping, setting aside. Runs on the writer's thread. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-private-files.h"
#include "kefu-store-private.h"
#include "kefu-store-resources.h"

/* Of the scripts; to be raised with every change of one. */
#define CACHE_VERSION 12
/* Where kefu_db_migrate() keeps it; no row or no table is 0. */
#define ENTITY_VERSION "SELECT version FROM schema_version WHERE dir = ?"
#define DESK_SCRIPTS "/org/kefu/store/desk"
/* user_version of a desk.db in which nothing deleted is left. */
#define SWEPT 1
#define LOCK_FILE "lock"
/* A desk that is on its way out still has a moment's work. */
#define LOCK_PATIENCE_MS 3000
/* How long the writer waits for a reader, to empty the log of the outbox behind what was sent. */
#define TRUNCATE_PATIENCE_MS 250
#define BUSY_TIMEOUT_MS 5000
#define BUSY_STEP_MS 1

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
    {
      kefu_private_files_mend (dir);
      return TRUE;
    }
  g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY,
               _ ("The folder %s cannot be used: %s"), dir, g_strerror (errno));
  return FALSE;
}

/* Two desks on one outbox would send everything in two orders. */
static gboolean
take_lock (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = path_of (core, LOCK_FILE);
  g_autoptr (GError) local = NULL;

  core->lock_fd = kefu_private_files_lock (path, LOCK_PATIENCE_MS, &local);
  if (core->lock_fd >= 0)
    return TRUE;
  if (g_error_matches (local, KEFU_ERROR, KEFU_ERROR_BUSY))
    g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_BUSY,
                         _ (
                           "This workspace is open in another Kefu on this computer. Close it there, then try again."));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
keeps_nothing (KefuStoreCore *core)
{
  return (core->flags & KEFU_STORE_KEEP_NOTHING) != 0;
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

/* After each commit: what left the outbox is not to be found in its log either. */
static int
empty_log (void *data, sqlite3 *handle, const char *schema, int n_pages)
{
  sqlite3_busy_timeout (handle, TRUNCATE_PATIENCE_MS);
  /* behind a reader that takes longer it is done at the next commit, or at the end */
  sqlite3_wal_checkpoint_v2 (handle, schema, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout (handle, BUSY_TIMEOUT_MS);
  return SQLITE_OK;
}

/* What is deleted from the file is overwritten, also what was deleted before it had to be. */
static gboolean
make_forgetful (KefuDb *desk, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!kefu_db_exec (desk, "PRAGMA secure_delete=ON", error))
    return FALSE;
  sqlite3_wal_hook (kefu_db_handle (desk), empty_log, NULL);
  /* A full disk leaves no room to rewrite the file, yet what waits in it must be sent: then it is done at another opening. */
  if (kefu_db_int (desk, 0, "PRAGMA user_version", "") != SWEPT &&
      !kefu_db_exec (desk, "VACUUM; PRAGMA user_version=" G_STRINGIFY (SWEPT) "; PRAGMA wal_checkpoint(TRUNCATE)",
                     &local))
    g_message ("What was deleted from the outbox is not overwritten yet: %s", local->message);
  return TRUE;
}

/* From here on deletions leave traces again. */
static gboolean
make_ordinary (KefuDb *desk, GError **error)
{
  return kefu_db_int (desk, 0, "PRAGMA user_version", "") == 0 || kefu_db_exec (desk, "PRAGMA user_version=0", error);
}

static gboolean
set_memory_of_desk (KefuStoreCore *core, GError **error)
{
  return keeps_nothing (core) ? make_forgetful (core->desk, error) : make_ordinary (core->desk, error);
}

static gboolean
open_desk (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = path_of (core, "desk.db");
  g_autofree char *aside = NULL;
  g_autoptr (GError) local = NULL;
  guint n_rescued;

  core->desk = try_desk (path, &local);
  if (core->desk != NULL)
    return set_memory_of_desk (core, error);
  if (!g_error_matches (local, KEFU_ERROR, KEFU_ERROR_CORRUPT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  aside = g_strdup_printf ("%s.corrupt-%" G_GINT64_FORMAT, path, kefu_clock_now (core->clock));
  for_each_file (path, rename_file, aside);
  core->desk = try_desk (path, error);
  if (core->desk == NULL)
    return FALSE;
  n_rescued = kefu_store_rescue (core->desk, aside);
  if (n_rescued > 0)
    core->notice =
      g_strdup_printf (ngettext ("The file of unsent messages and drafts was damaged (%s). %u entry could be "
                                 "read and is back. The damaged file was set aside as %s",
                                 "The file of unsent messages and drafts was damaged (%s). %u entries could be "
                                 "read and are back. The damaged file was set aside as %s",
                                 n_rescued),
                       local->message, n_rescued, aside);
  else
    core->notice = g_strdup_printf (_ ("Unsent messages and drafts could not be read (%s). They were set aside as %s"),
                                    local->message, aside);
  return set_memory_of_desk (core, error);
}

/* --- cache.db --- */

static KefuDbFlags
cache_flags (KefuStoreCore *core)
{
  return keeps_nothing (core) ? KEFU_DB_MEMORY : 0;
}

/* (transfer full): of the file, or the name in memory. */
static char *
cache_path (KefuStoreCore *core)
{
  return keeps_nothing (core) ? g_strdup (core->memory_name) : path_of (core, "cache.db");
}

static gboolean
run_cache_scripts (KefuDb *cache, GError **error)
{
  static const char *const scripts[] = { "/org/kefu/store/cache.sql", "/org/kefu/store/inbox.sql",
                                         "/org/kefu/store/search.sql" };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GBytes) script = g_resources_lookup_data (scripts[i], G_RESOURCE_LOOKUP_FLAGS_NONE, error);

      if (script == NULL || !kefu_db_exec (cache, g_bytes_get_data (script, NULL), error))
        return FALSE;
    }
  return TRUE;
}

static KefuDb *
try_cache (const char *path, KefuDbFlags flags, GError **error)
{
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_WRITE | KEFU_DB_SHRINKS | flags, error);
  gint64 before;

  if (cache == NULL)
    return NULL;
  /* So that triggers see rows that are replaced; and a log that a long first sync has made gives its room back. */
  if (!kefu_db_exec (cache, "PRAGMA recursive_triggers = ON; PRAGMA journal_size_limit = 16777216", error))
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

  if (!kefu_db_begin (cache, error))
    return NULL;
  if (run_cache_scripts (cache, error) &&
      kefu_db_run (cache, error, "INSERT INTO meta VALUES('version', ?)", "i", (gint64) CACHE_VERSION) &&
      kefu_db_commit (cache, error))
    return g_steal_pointer (&cache);
  kefu_db_rollback (cache);
  return NULL;
}

KefuDb *
kefu_store_files_open_reader (KefuStoreCore *core, GError **error)
{
  g_autofree char *cache = cache_path (core);
  g_autofree char *desk = path_of (core, "desk.db");
  g_autoptr (KefuDb) reader = kefu_db_open (cache, KEFU_DB_READ_ONLY | cache_flags (core), error);

  if (reader == NULL || !kefu_db_attach (reader, desk, "desk", error))
    return NULL;
  return g_steal_pointer (&reader);
}

/* The writer of a cache in memory waits for those who read. */
static int
wait_for_readers (void *data, int n_times)
{
  if (n_times * BUSY_STEP_MS >= BUSY_TIMEOUT_MS)
    return 0;
  kefu_store_search_reader_give_way (data);
  g_usleep (BUSY_STEP_MS * 1000);
  return 1;
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
  g_autofree char *path = cache_path (core);
  g_autoptr (GError) local = NULL;

  core->catching_up = FALSE;
  core->cache = try_cache (path, cache_flags (core), &local);
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
      if (!keeps_nothing (core))
        for_each_file (path, delete_file, NULL);
      core->cache = try_cache (path, cache_flags (core), error);
    }
  if (core->cache != NULL && keeps_nothing (core))
    sqlite3_busy_handler (kefu_db_handle (core->cache), wait_for_readers, core);
  if (core->cache == NULL || !kefu_store_inbox_adopt (core->cache, core->agent_id, error))
    return FALSE;
  read_cursor (core);
  /* A feed that begins anew may lack what an earlier one confirmed: it is asked for again, the server knows the ids. */
  return core->epoch != NULL ||
         kefu_db_run (core->desk, error, "UPDATE outbox SET state = 'pending', seq = 0 WHERE state = 'acked'", "");
}

/* Deletes what an opening that kept the cache has left, and names the one in memory. */
static void
forget_fetched (KefuStoreCore *core)
{
  g_autofree char *path = path_of (core, "cache.db");
  g_autofree char *blobs = path_of (core, "blobs");
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (GError) error = NULL;

  for_each_file (path, delete_file, NULL);
  if (g_file_test (blobs, G_FILE_TEST_IS_DIR) && !kefu_private_files_remove (blobs, NULL, &error))
    g_warning ("%s", error->message);
  g_free (core->memory_name);
  core->memory_name = g_strdup_printf ("/kefu-cache-%s", id);
}

gboolean
kefu_store_files_open (KefuStoreCore *core, GError **error)
{
  g_autoptr (KefuChangeSet) unseen = kefu_change_set_new ();

  kefu_model_init ();
  g_resources_register (kefu_store_resources_get_resource ());
  if (!make_dir (core->dir, error) || !take_lock (core, error) || !open_desk (core, error))
    return FALSE;
  if (keeps_nothing (core))
    forget_fetched (core);
  if (!open_cache (core, error))
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
  kefu_store_blobs_open (core);
  kefu_store_files_count_outbox (core);
  if (core->reader == NULL)
    core->reader = kefu_store_files_open_reader (core, error);
  return core->reader != NULL;
}

gboolean
kefu_store_files_drop_cache (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = cache_path (core);
  g_autoptr (KefuChangeSet) unseen = kefu_change_set_new ();
  gboolean ok = FALSE;

  /* A database is not deleted while a connection is open: its end would take the new one's log with it. */
  g_mutex_lock (&core->reader_lock);
  g_mutex_lock (&core->searcher_lock);
  g_clear_pointer (&core->reader, kefu_db_close);
  g_clear_pointer (&core->searcher, kefu_db_close);
  g_clear_pointer (&core->cache, kefu_db_close);
  core->tidy.phase = KEFU_TIDY_DONE;
  core->catching_up = FALSE;
  if (!keeps_nothing (core))
    for_each_file (path, delete_file, NULL);
  if (open_cache (core, error))
    {
      core->reader = kefu_store_files_open_reader (core, error);
      ok = core->reader != NULL;
    }
  g_mutex_unlock (&core->searcher_lock);
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
  g_mutex_lock (&core->searcher_lock);
  g_clear_pointer (&core->searcher, kefu_db_close);
  g_mutex_unlock (&core->searcher_lock);
  g_clear_pointer (&core->cache, kefu_db_close);
  g_clear_pointer (&core->desk, kefu_db_close);
  if (core->lock_fd >= 0)
    close (core->lock_fd);
  core->lock_fd = -1;
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
