/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection to an SQLite database: statements, transactions, errors in our domain. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-db.h"

#include "kefu-private-files.h"
#include "kefu-tokenizer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Idle prepared statements kept for their next run; the text of a query is not made from data, so few are ever seen. */
#define MAX_IDLE 256

/* Prepared statements wait in @idle under their text; one that runs is taken out, so the same text may run twice at a
 * time (a loop over rows whose body asks the same question). */
struct _KefuDb
{
  sqlite3 *handle;
  GHashTable *idle; /* sql text (of the statement) → KefuStmt */
  gboolean in_memory;
};

struct _KefuStmt
{
  KefuDb *db;
  sqlite3_stmt *handle;
};

static KefuError
code_for (int rc)
{
  /* The index of the log is a file too, and lacks room before the database does. */
  if (rc == SQLITE_IOERR_SHMSIZE)
    return KEFU_ERROR_DISK_FULL;
  switch (rc & 0xff)
    {
    case SQLITE_IOERR:
      /* The disk's fault, which says nothing of what is in the file. */
      return KEFU_ERROR_FAILED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return KEFU_ERROR_BUSY;
    case SQLITE_FULL:
      return KEFU_ERROR_DISK_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return KEFU_ERROR_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return KEFU_ERROR_READ_ONLY;
    default:
      return KEFU_ERROR_DATABASE;
    }
}

static gboolean
fail (KefuDb *self, int rc, GError **error)
{
  KefuError code = code_for (rc);
  const char *detail = self->handle != NULL ? sqlite3_errmsg (self->handle) : sqlite3_errstr (rc);

  switch (code)
    {
    case KEFU_ERROR_BUSY:
      g_set_error (error, KEFU_ERROR, code, _ ("The database is in use by another program (%s)"), detail);
      break;
    case KEFU_ERROR_DISK_FULL:
      g_set_error (error, KEFU_ERROR, code, _ ("The disk is full (%s)"), detail);
      break;
    case KEFU_ERROR_CORRUPT:
      g_set_error (error, KEFU_ERROR, code, _ ("The database is damaged (%s)"), detail);
      break;
    case KEFU_ERROR_READ_ONLY:
      g_set_error (error, KEFU_ERROR, code, _ ("The database cannot be written (%s)"), detail);
      break;
    default:
      g_set_error (error, KEFU_ERROR, code, _ ("The database failed: %s (%d)"), detail, rc);
      break;
    }
  return FALSE;
}

/* The file is made here, and not by SQLite, so that it is never readable by others, not even for a moment. An existing
 * one is not opened, only its rights are mended: closing a descriptor of an open database would drop the locks of this
 * process on it. */
static gboolean
make_private_file (const char *path, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    {
      close (fd);
      return TRUE;
    }
  if (errno == EEXIST)
    {
      static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

      for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
        {
          g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

          kefu_private_files_mend_file (file);
        }
      return TRUE;
    }
  g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY,
               _ ("“%s” cannot be made: %s"), path, g_strerror (errno));
  return FALSE;
}

static gboolean
configure (KefuDb *self, KefuDbFlags flags, GError **error)
{
  sqlite3_extended_result_codes (self->handle, 1);
  sqlite3_busy_timeout (self->handle, KEFU_DB_BUSY_MS);
  if (flags & KEFU_DB_READ_ONLY)
    return kefu_db_exec (self, "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; SELECT count(*) FROM sqlite_schema",
                         error);

  /* Before anything writes the first page. */
  if ((flags & KEFU_DB_SHRINKS) && !kefu_db_exec (self, "PRAGMA auto_vacuum=INCREMENTAL", error))
    return FALSE;
  return kefu_db_exec (self, "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY", error) &&
         kefu_db_exec (self, flags & KEFU_DB_DURABLE ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", error);
}

static void
stmt_free (gpointer data)
{
  KefuStmt *self = data;

  sqlite3_finalize (self->handle);
  g_free (self);
}

static KefuStmt *
stmt_take (KefuDb *self, const char *sql, GError **error)
{
  KefuStmt *stmt = NULL;
  const char *tail = NULL;
  int rc;

  if (g_hash_table_steal_extended (self->idle, sql, NULL, (gpointer *) &stmt))
    return stmt;

  stmt = g_new0 (KefuStmt, 1);
  stmt->db = self;
  rc = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->handle, &tail);
  if (rc == SQLITE_OK && stmt->handle != NULL)
    return stmt;

  if (rc == SQLITE_OK)
    g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_DATABASE, "The query is empty");
  else
    fail (self, rc, error);
  stmt_free (stmt);
  return NULL;
}

static int
bind_next (sqlite3_stmt *handle, int place, char type, va_list *values)
{
  const char *text;
  GBytes *bytes;
  gconstpointer data;
  gsize size;

  switch (type)
    {
    case 's':
      text = va_arg (*values, const char *);
      return text != NULL ? sqlite3_bind_text (handle, place, text, -1, SQLITE_TRANSIENT)
                          : sqlite3_bind_null (handle, place);
    case 'i':
      return sqlite3_bind_int64 (handle, place, va_arg (*values, gint64));
    case 'd':
      return sqlite3_bind_double (handle, place, va_arg (*values, double));
    case 'b':
      bytes = va_arg (*values, GBytes *);
      if (bytes == NULL)
        return sqlite3_bind_null (handle, place);
      data = g_bytes_get_data (bytes, &size);
      return sqlite3_bind_blob64 (handle, place, size > 0 ? data : "", size, SQLITE_TRANSIENT);
    case 'n':
      return sqlite3_bind_null (handle, place);
    default:
      g_return_val_if_reached (SQLITE_MISUSE);
    }
}

static KefuStmt *
query_valist (KefuDb *self, GError **error, const char *sql, const char *types, va_list *values)
{
  KefuStmt *stmt = stmt_take (self, sql, error);
  int rc = SQLITE_OK;

  if (stmt == NULL)
    return NULL;

  /* A statement bound to less than it asks for would run with NULLs: that is a mistake in our code. */
  if (sqlite3_bind_parameter_count (stmt->handle) != (int) strlen (types))
    g_critical ("%s: %d parameters, bound “%s”", sql, sqlite3_bind_parameter_count (stmt->handle), types);

  for (int i = 0; types[i] != '\0' && rc == SQLITE_OK; i++)
    rc = bind_next (stmt->handle, i + 1, types[i], values);
  if (rc != SQLITE_OK)
    {
      fail (self, rc, error);
      kefu_stmt_end (stmt);
      return NULL;
    }
  return stmt;
}

KefuDb *
kefu_db_open (const char *path, KefuDbFlags flags, GError **error)
{
  KefuDb *self;
  gboolean read_only = (flags & KEFU_DB_READ_ONLY) != 0;
  gboolean in_memory = (flags & KEFU_DB_MEMORY) != 0 || g_str_equal (path, ":memory:");
  g_autofree char *name = flags & KEFU_DB_MEMORY ? g_strdup_printf ("file:%s?vfs=memdb", path) : g_strdup (path);
  int rc;

  if (!read_only && !in_memory && !make_private_file (path, error))
    return NULL;

  self = g_new0 (KefuDb, 1);
  self->idle = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, stmt_free);
  self->in_memory = in_memory;
  rc = sqlite3_open_v2 (name, &self->handle,
                        (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                          (flags & KEFU_DB_MEMORY ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX,
                        NULL);
  if (rc != SQLITE_OK)
    fail (self, rc, error);
  if (rc != SQLITE_OK || !kefu_tokenizer_register (self->handle, error) || !configure (self, flags, error))
    g_clear_pointer (&self, kefu_db_close);
  return self;
}

gboolean
kefu_db_attach (KefuDb *self, const char *path, const char *name, GError **error)
{
  g_autofree char *uri = NULL;
  g_autofree char *whole = NULL;

  /* A connection to memory would look for it there, unless the way to the disk is named. */
  if (self->in_memory)
    uri = g_filename_to_uri (path, NULL, error);
  if (self->in_memory && uri == NULL)
    return FALSE;
  if (uri != NULL)
    whole = g_strdup_printf ("%s?vfs=%s", uri, sqlite3_vfs_find (NULL)->zName);
  return kefu_db_run (self, error, "ATTACH DATABASE ?1 AS ?2", "ss", whole != NULL ? whole : path, name);
}

void
kefu_db_close (KefuDb *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->idle);
  if (sqlite3_close (self->handle) != SQLITE_OK)
    {
      g_critical ("A statement outlives its database: %s", sqlite3_errmsg (self->handle));
      sqlite3_close_v2 (self->handle);
    }
  g_free (self);
}

sqlite3 *
kefu_db_handle (KefuDb *self)
{
  return self->handle;
}

gboolean
kefu_db_exec (KefuDb *self, const char *sql, GError **error)
{
  int rc = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);

  return rc == SQLITE_OK || fail (self, rc, error);
}

KefuStmt *
kefu_db_prepare (KefuDb *self, const char *sql, GError **error)
{
  return stmt_take (self, sql, error);
}

void
kefu_stmt_bind_int (KefuStmt *self, int place, gint64 value)
{
  sqlite3_bind_int64 (self->handle, place, value);
}

/* Only a want of memory could fail here, which ends the program anyway. */
void
kefu_stmt_bind_text (KefuStmt *self, int place, const char *text, gsize length)
{
  sqlite3_bind_text64 (self->handle, place, text, length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void
kefu_stmt_bind_borrowed (KefuStmt *self, int place, const char *text, gsize length)
{
  sqlite3_bind_text64 (self->handle, place, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

void
kefu_stmt_bind_null (KefuStmt *self, int place)
{
  sqlite3_bind_null (self->handle, place);
}

gboolean
kefu_stmt_run (KefuStmt *self, GError **error)
{
  int rc;

  do
    rc = sqlite3_step (self->handle);
  while (rc == SQLITE_ROW);
  if (rc != SQLITE_DONE)
    fail (self->db, rc, error);
  sqlite3_reset (self->handle);
  return rc == SQLITE_DONE;
}

gint64
kefu_stmt_run_int (KefuStmt *self, gint64 fallback)
{
  if (sqlite3_step (self->handle) == SQLITE_ROW && sqlite3_column_type (self->handle, 0) != SQLITE_NULL)
    fallback = sqlite3_column_int64 (self->handle, 0);
  sqlite3_reset (self->handle);
  return fallback;
}

KefuStmt *
kefu_db_query (KefuDb *self, GError **error, const char *sql, const char *types, ...)
{
  KefuStmt *stmt;
  va_list values;

  va_start (values, types);
  stmt = query_valist (self, error, sql, types, &values);
  va_end (values);
  return stmt;
}

KefuStmt *
kefu_db_row (KefuDb *self, GError **error, const char *sql, const char *types, ...)
{
  KefuStmt *stmt;
  va_list values;

  va_start (values, types);
  stmt = query_valist (self, error, sql, types, &values);
  va_end (values);
  if (stmt != NULL && !kefu_stmt_step (stmt, error))
    g_clear_pointer (&stmt, kefu_stmt_end);
  return stmt;
}

gboolean
kefu_db_run (KefuDb *self, GError **error, const char *sql, const char *types, ...)
{
  KefuStmt *stmt;
  va_list values;
  int rc;

  va_start (values, types);
  stmt = query_valist (self, error, sql, types, &values);
  va_end (values);
  if (stmt == NULL)
    return FALSE;

  do
    rc = sqlite3_step (stmt->handle);
  while (rc == SQLITE_ROW);
  if (rc != SQLITE_DONE)
    fail (self, rc, error);
  kefu_stmt_end (stmt);
  return rc == SQLITE_DONE;
}

/* The first row of a query whose failure the caller does not tell apart from "no row". */
static KefuStmt *
first_row (KefuDb *self, const char *sql, const char *types, va_list *values)
{
  g_autoptr (GError) error = NULL;
  KefuStmt *stmt = query_valist (self, &error, sql, types, values);

  if (stmt != NULL && !kefu_stmt_step (stmt, &error))
    g_clear_pointer (&stmt, kefu_stmt_end);
  if (error != NULL)
    g_debug ("%s: %s", sql, error->message);
  return stmt;
}

gint64
kefu_db_int (KefuDb *self, gint64 fallback, const char *sql, const char *types, ...)
{
  KefuStmt *stmt;
  va_list values;
  gint64 result = fallback;

  va_start (values, types);
  stmt = first_row (self, sql, types, &values);
  va_end (values);
  if (stmt != NULL && !kefu_stmt_is_null (stmt, 0))
    result = kefu_stmt_int (stmt, 0);
  g_clear_pointer (&stmt, kefu_stmt_end);
  return result;
}

char *
kefu_db_text (KefuDb *self, const char *sql, const char *types, ...)
{
  KefuStmt *stmt;
  va_list values;
  char *result = NULL;

  va_start (values, types);
  stmt = first_row (self, sql, types, &values);
  va_end (values);
  if (stmt != NULL)
    result = g_strdup (kefu_stmt_text (stmt, 0));
  g_clear_pointer (&stmt, kefu_stmt_end);
  return result;
}

gboolean
kefu_stmt_step (KefuStmt *self, GError **error)
{
  int rc = sqlite3_step (self->handle);

  if (rc == SQLITE_ROW)
    return TRUE;
  if (rc != SQLITE_DONE)
    fail (self->db, rc, error);
  return FALSE;
}

gint64
kefu_stmt_int (KefuStmt *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}

const char *
kefu_stmt_text (KefuStmt *self, int column)
{
  return (const char *) sqlite3_column_text (self->handle, column);
}

gboolean
kefu_stmt_is_null (KefuStmt *self, int column)
{
  return sqlite3_column_type (self->handle, column) == SQLITE_NULL;
}

GBytes *
kefu_stmt_bytes (KefuStmt *self, int column)
{
  gconstpointer data;

  if (kefu_stmt_is_null (self, column))
    return NULL;
  data = sqlite3_column_blob (self->handle, column);
  return g_bytes_new (data, sqlite3_column_bytes (self->handle, column));
}

void
kefu_stmt_end (KefuStmt *self)
{
  const char *sql;

  if (self == NULL)
    return;

  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
  sql = sqlite3_sql (self->handle);
  if (g_hash_table_contains (self->db->idle, sql))
    {
      stmt_free (self);
      return;
    }
  /* Any other one makes room: this one was used last. */
  if (g_hash_table_size (self->db->idle) >= MAX_IDLE)
    {
      GHashTableIter iter;

      g_hash_table_iter_init (&iter, self->db->idle);
      if (g_hash_table_iter_next (&iter, NULL, NULL))
        g_hash_table_iter_remove (&iter);
    }
  g_hash_table_insert (self->db->idle, (gpointer) sql, self);
}

gboolean
kefu_db_begin (KefuDb *self, GError **error)
{
  return kefu_db_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
kefu_db_commit (KefuDb *self, GError **error)
{
  return kefu_db_run (self, error, "COMMIT", "");
}

void
kefu_db_rollback (KefuDb *self)
{
  g_autoptr (GError) error = NULL;

  if (sqlite3_get_autocommit (self->handle))
    return;
  if (!kefu_db_run (self, &error, "ROLLBACK", ""))
    g_warning ("A transaction could not be rolled back: %s", error->message);
}

int
kefu_db_changes (KefuDb *self)
{
  return sqlite3_changes (self->handle);
}

gint64
kefu_db_last_rowid (KefuDb *self)
{
  return sqlite3_last_insert_rowid (self->handle);
}

void
kefu_db_set_triggers (KefuDb *self, gboolean fire)
{
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, fire ? 1 : 0, NULL);
}

/* Highest NNN of NNN.sql in @dir, 0 if there is none. */
static int
newest_script (const char *dir)
{
  g_auto (GStrv) names = g_resources_enumerate_children (dir, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  int newest = 0;

  for (int i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint64 number;
      g_autofree char *digits = NULL;

      if (!g_str_has_suffix (names[i], ".sql"))
        continue;
      digits = g_strndup (names[i], strlen (names[i]) - strlen (".sql"));
      if (g_ascii_string_to_unsigned (digits, 10, 1, 999, &number, NULL))
        newest = MAX (newest, (int) number);
    }
  return newest;
}

static gboolean
run_script (KefuDb *self, const char *dir, int number, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/%03d.sql", dir, number);
  g_autoptr (GBytes) script = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  /* Resource data ends with a NUL that is not counted: text files can be used as strings. */
  if (script == NULL || !kefu_db_begin (self, error))
    return FALSE;
  if (kefu_db_exec (self, g_bytes_get_data (script, NULL), error) &&
      kefu_db_run (self, error, "INSERT OR REPLACE INTO schema_version(dir, version) VALUES(?1, ?2)", "si", dir,
                   (gint64) number) &&
      kefu_db_commit (self, error))
    return TRUE;
  kefu_db_rollback (self);
  return FALSE;
}

gboolean
kefu_db_migrate (KefuDb *self, const char *dir, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) step_error = NULL;
  int newest = newest_script (dir);
  int version = 0;

  g_return_val_if_fail (newest > 0, FALSE);

  if (!kefu_db_exec (self, "CREATE TABLE IF NOT EXISTS schema_version(dir TEXT PRIMARY KEY, version INTEGER NOT NULL)",
                     error))
    return FALSE;
  stmt = kefu_db_query (self, error, "SELECT version FROM schema_version WHERE dir = ?1", "s", dir);
  if (stmt == NULL)
    return FALSE;
  if (kefu_stmt_step (stmt, &step_error))
    version = (int) kefu_stmt_int (stmt, 0);
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  g_clear_pointer (&stmt, kefu_stmt_end);

  if (version < 0 || version > newest)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT,
                   _ ("The database has version %d, made by a newer Kefu; this one knows versions up to %d"), version,
                   newest);
      return FALSE;
    }
  for (int number = version + 1; number <= newest; number++)
    if (!run_script (self, dir, number, error))
      return FALSE;
  return TRUE;
}
