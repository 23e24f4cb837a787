/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection to an SQLite database: statements, transactions, errors in our domain. */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* One connection, used by one thread at a time; not a GObject. */
typedef struct _KefuDb KefuDb;
/* One run of a cached prepared statement; ended by kefu_stmt_end() (g_autoptr). */
typedef struct _KefuStmt KefuStmt;

/* How long a connection waits for another one's lock. */
#define KEFU_DB_BUSY_MS 5000

typedef enum
{
  KEFU_DB_READ_WRITE = 0,
  KEFU_DB_READ_ONLY = 1 << 0,
  /* synchronous=FULL instead of NORMAL: a commit survives a power loss */
  KEFU_DB_DURABLE = 1 << 1,
  /* no file: the path, which begins with "/", is a name in memory that all connections of the process share */
  KEFU_DB_MEMORY = 1 << 2,
  /* auto_vacuum=INCREMENTAL, if the file is made now: `PRAGMA incremental_vacuum(N)` gives pages back to the disk while rowids stay */
  KEFU_DB_SHRINKS = 1 << 3,
} KefuDbFlags;

/* (transfer full) (nullable): opens @path (":memory:" too), mode 0600, WAL, foreign keys off, busy timeout 5 s, with the
 * kefu tokenizer registered for FTS5. Errors: KEFU_ERROR_{DATABASE,BUSY,DISK_FULL,CORRUPT,READ_ONLY}. */
KefuDb *kefu_db_open (const char *path, KefuDbFlags flags, GError **error);
void kefu_db_close (KefuDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDb, kefu_db_close)

sqlite3 *kefu_db_handle (KefuDb *self);
/* One or more statements without parameters. */
gboolean kefu_db_exec (KefuDb *self, const char *sql, GError **error);
/* Attaches the file @path as the schema @name, to a connection of any kind. */
gboolean kefu_db_attach (KefuDb *self, const char *path, const char *name, GError **error);

/**
 * kefu_db_query:
 * @sql: one statement; its prepared form is cached by the text
 * @types: one letter a parameter: 's' const char * (NULL is NULL), 'i' gint64 (cast!), 'd' double,
 *   'b' GBytes * (NULL is NULL), 'n' NULL, nothing to pass
 *
 * Returns: (transfer full) (nullable): a run to step through; NULL and @error if it cannot be prepared.
 * Text is copied at the bind.
 */
KefuStmt *kefu_db_query (KefuDb *self, GError **error, const char *sql, const char *types, ...);
/* (transfer full) (nullable): the same, standing on its first row; NULL if there is none, or with @error if it failed. */
KefuStmt *kefu_db_row (KefuDb *self, GError **error, const char *sql, const char *types, ...);
/* The same, run to its end; TRUE on success. */
gboolean kefu_db_run (KefuDb *self, GError **error, const char *sql, const char *types, ...);
/* The first column of the first row as a number, or @fallback if there is no row, it is NULL or the query fails. */
gint64 kefu_db_int (KefuDb *self, gint64 fallback, const char *sql, const char *types, ...);
/* (transfer full) (nullable): the same as text. */
char *kefu_db_text (KefuDb *self, const char *sql, const char *types, ...);

/* (transfer full) (nullable): a run of @sql with nothing bound yet, for one that is repeated with kefu_stmt_run(). */
KefuStmt *kefu_db_prepare (KefuDb *self, const char *sql, GError **error);
/* @place counts from 1. The text is copied, and need not end with a zero. */
void kefu_stmt_bind_int (KefuStmt *self, int place, gint64 value);
void kefu_stmt_bind_text (KefuStmt *self, int place, const char *text, gsize length);
void kefu_stmt_bind_null (KefuStmt *self, int place);
/* As kefu_stmt_bind_text(), but not copied: @text must stay until something else is bound there or the run is ended. */
void kefu_stmt_bind_borrowed (KefuStmt *self, int place, const char *text, gsize length);
/* To its end, and back to where it can be bound and run again. */
gboolean kefu_stmt_run (KefuStmt *self, GError **error);
/* The first column of the first row as a number, or @fallback as with kefu_db_int(); and back to where it can be bound and run again. */
gint64 kefu_stmt_run_int (KefuStmt *self, gint64 fallback);
/* TRUE: a row is there. FALSE: the end, or @error is set. */
gboolean kefu_stmt_step (KefuStmt *self, GError **error);
gint64 kefu_stmt_int (KefuStmt *self, int column);
/* (nullable): valid until the next step. */
const char *kefu_stmt_text (KefuStmt *self, int column);
gboolean kefu_stmt_is_null (KefuStmt *self, int column);
/* (transfer full) (nullable) */
GBytes *kefu_stmt_bytes (KefuStmt *self, int column);
void kefu_stmt_end (KefuStmt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuStmt, kefu_stmt_end)

/* BEGIN IMMEDIATE; transactions do not nest. */
gboolean kefu_db_begin (KefuDb *self, GError **error);
gboolean kefu_db_commit (KefuDb *self, GError **error);
/* Harmless without a transaction. */
void kefu_db_rollback (KefuDb *self);
/* Rows changed by the last statement. */
int kefu_db_changes (KefuDb *self);
/* The rowid of the row that was inserted last. */
gint64 kefu_db_last_rowid (KefuDb *self);
/* Whether triggers fire, which they do unless they are told otherwise. Each change has every prepared statement prepared anew when it runs next,
 * and must not come between the steps of one. */
void kefu_db_set_triggers (KefuDb *self, gboolean fire);

/**
 * kefu_db_migrate:
 * @dir: resource folder that holds 001.sql, 002.sql, …
 *
 * Brings the database to the newest numbered script, each in a transaction that also stores the version reached. The version
 * is kept by folder (table `schema_version`), so that one database can hold the tables of several folders: the server's own beside
 * the entities. A version newer than the newest script is KEFU_ERROR_CORRUPT with a message that says so.
 */
gboolean kefu_db_migrate (KefuDb *self, const char *dir, GError **error);

G_END_DECLS
