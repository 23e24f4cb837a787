/* SPDX-License-Identifier: GPL-3.0-or-later
 * The fields of every kind of entity, and the SQL made from them. Only for the files of this folder. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The elements of a JSON array as `j`, WHERE included. OFFSET keeps SQLite from putting the table-valued function in the place of `j.value`: it
 * would build that text anew for every step into it. */
#define KEFU_CHANGES_SOURCE(array)                                                                                     \
  "(SELECT key, type, value FROM json_each(" array ") LIMIT -1 OFFSET 0) AS j WHERE true"

typedef enum
{
  KEFU_FIELD_TEXT,
  KEFU_FIELD_INT,
  KEFU_FIELD_BOOL,  /* 0 or 1 in the row, true or false in JSON */
  KEFU_FIELD_ARRAY, /* JSON text in the row, JSON in JSON */
  KEFU_FIELD_OBJECT,
} KefuFieldType;

typedef struct
{
  const char *name; /* of the column and of the member; NULL ends a list */
  KefuFieldType type;
  gboolean required;
  const char *fallback; /* (nullable): SQL of the value of a missing one; NULL is NULL */
} KefuField;

typedef struct
{
  const char *kind;
  const char *table;
  const KefuField *fields; /* without id, rev, extra */
  const char *time;        /* (nullable): the field, of ms, that the rowid is a key of */

  /* Made from the fields. ?1 is an array of puts of this kind: */
  char *check_sql; /* → id and name of the first field that is missing or of the wrong type */
  char *put_sql;   /* → ids of rows that are new or newer than what was there */
  /* The same for one; bound in this order: rowid if it is a key of time, id, rev, the fields. → the count of changes tells whether it was newer */
  char *plain_sql;
  char *insert_sql; /* the same, bound alike, for a row that is not there yet; any other it leaves alone */
  /* ?1 id, ?2 body */
  char *check_one_sql;
  char *restore_sql;
  /* ?1 id */
  char *select_sql; /* → JSON object of the known fields, JSON object of the others or NULL */
  char *rev_sql;    /* ?1 id, ?2 rev */
  char *delete_sql; /* ?1 id, ?2: rows of this seq or newer stay */
} KefuKind;

/* (transfer none) (nullable): NULL for a kind without a table of its own. */
const KefuKind *kefu_kind_find (const char *kind);
/* (transfer none): all with a table of their own, in an order in which a batch is applied. */
const KefuKind *kefu_kind_all (guint *n_kinds);

G_END_DECLS
