/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the operations share. Only for the files of this folder. */
#pragma once

#include "kefu-attachment.h"
#include "kefu-op.h"

G_BEGIN_DECLS

/* The longest text of a field that has no limit of its own, in characters. */
#define KEFU_MAX_TEXT 2000
/* The same of a message or a note. */
#define KEFU_MAX_BODY 20000

/**
 * KefuOpFunc:
 * @error: never NULL: KEFU_ERROR_INVALID or NOT_FOUND refuse, KEFU_ERROR_CONFLICT is a conflict, anything else a failure
 *
 * An operation. Checks everything before its first write: what it refuses has changed nothing.
 */
typedef gboolean (*KefuOpFunc) (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error);

typedef struct
{
  const char *type; /* NULL ends a list */
  KefuOpFunc func;
  gboolean server_only;
} KefuOpEntry;

extern const KefuOpEntry kefu_op_channel_entries[];
extern const KefuOpEntry kefu_op_checklist_entries[];
extern const KefuOpEntry kefu_op_conversation_entries[];
extern const KefuOpEntry kefu_op_customer_entries[];
extern const KefuOpEntry kefu_op_message_entries[];
extern const KefuOpEntry kefu_op_order_entries[];
extern const KefuOpEntry kefu_op_phrase_entries[];
extern const KefuOpEntry kefu_op_shop_entries[];

/* --- arguments (kefu-op-args.c): FALSE and KEFU_ERROR_INVALID naming @name --- */

typedef enum
{
  KEFU_ARG_OPTIONAL = 0,
  KEFU_ARG_REQUIRED = 1 << 0,
  /* a text that is all white space is refused */
  KEFU_ARG_FILLED = 1 << 1,
} KefuArgFlags;

/* Sets @error to "@name: …" and returns FALSE. */
gboolean kefu_arg_refuse (GError **error, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* There and not null. */
gboolean kefu_arg_has (JsonObject *args, const char *name);
/* @out: (transfer none) (nullable): NULL if it is absent or null. At most @max_chars characters. */
gboolean kefu_arg_text (JsonObject *args,
                        const char *name,
                        KefuArgFlags flags,
                        guint max_chars,
                        const char **out,
                        GError **error);
/* The same; a UUID. */
gboolean kefu_arg_id (JsonObject *args, const char *name, KefuArgFlags flags, const char **out, GError **error);
/* The same; one of @values, which NULL ends. */
gboolean kefu_arg_one_of (JsonObject *args,
                          const char *name,
                          KefuArgFlags flags,
                          const char *const *values,
                          const char **out,
                          GError **error);
/* @out keeps its value if it is absent or null. */
gboolean kefu_arg_int (JsonObject *args,
                       const char *name,
                       KefuArgFlags flags,
                       gint64 min,
                       gint64 max,
                       gint64 *out,
                       GError **error);
gboolean kefu_arg_bool (JsonObject *args, const char *name, KefuArgFlags flags, gboolean *out, GError **error);
/* @out: (transfer none) (nullable) */
gboolean kefu_arg_object (JsonObject *args, const char *name, KefuArgFlags flags, JsonObject **out, GError **error);
gboolean kefu_arg_array (JsonObject *args, const char *name, KefuArgFlags flags, JsonArray **out, GError **error);

/* --- writing (kefu-op-write.c) --- */

/* Refuses with KEFU_ERROR_NOT_FOUND. */
gboolean kefu_op_not_found (GError **error, const char *name, const char *id);
/* The server's time; on a desk that of the argument `at`, which is optional. Refuses an `at` that is no time. */
gboolean kefu_op_time (KefuOpContext *context, JsonObject *args, gint64 *time, GError **error);
/* On the server, with an @if_rev: KEFU_ERROR_CONFLICT if it is not @rev. */
gboolean kefu_op_check_rev (KefuOpContext *context, gint64 if_rev, gint64 rev, GError **error);
/* Refuses an agent that does not exist or is disabled; NULL is fine. */
gboolean kefu_op_check_agent (KefuOpContext *context, const char *name, const char *agent_id, GError **error);
/* (transfer full): the id of something that comes with what has the id @seed: the same for the same @what. Without a seed a new one. */
char *kefu_op_derive_id (KefuOpContext *context, const char *seed, const char *what);
/* Whether there is a row; FALSE with @error if that could not be found out. @table is of our code. */
gboolean kefu_op_exists (KefuOpContext *context, const char *table, const char *id, GError **error);

/* A message to be stored; fields that are NULL or 0 are empty. */
typedef struct
{
  const char *id;
  const char *conversation_id;
  const char *kind;
  const char *dir;
  const char *author_id;
  const char *body;
  const char *data; /* JSON object */
  const char *quote_id;
  const char *delivery;
  gint64 sent_at;
  gint64 in_no;
} KefuNewMessage;

/* Stores it at the end of its conversation, which exists. On a desk among what is pending, on the server as the next mseq. */
gboolean kefu_op_add_message (KefuOpContext *context, const KefuNewMessage *message, GError **error);
/* An event message of the actor. @data: (transfer full): the object described in kefu-op.h. */
gboolean kefu_op_add_event (KefuOpContext *context,
                            const char *id,
                            const char *conversation_id,
                            gint64 at,
                            JsonObject *data,
                            const char *body,
                            GError **error);

/* --- fields that several agents edit (kefu-op-fields.c) --- */

typedef struct
{
  const char *name; /* of the argument and of the column; NULL ends a list */
  gboolean clears;  /* null and 0 take the value away; else null leaves it as it is */
} KefuOpField;

/**
 * kefu_op_edit_fields:
 * @args: the new values, and `was`: {field: what the agent saw}; their shapes have been checked
 * @changed: (out) (optional): whether anything was written
 *
 * Writes those of @fields that are in @args and differ from `was`. On the server a field that neither holds what `was` says (without
 * `was`: whose entity is not of @if_rev any more) nor what is wanted is a conflict, and nothing is written.
 */
gboolean kefu_op_edit_fields (KefuOpContext *context,
                              const char *kind,
                              const char *id,
                              const KefuOpField *fields,
                              JsonObject *args,
                              gint64 if_rev,
                              gboolean *changed,
                              GError **error);
/* For a removal: a conflict if one of @fields does not hold what `was` in @args says; without `was`, if the rev is another. */
gboolean kefu_op_check_seen (KefuOpContext *context,
                             const char *kind,
                             const char *id,
                             const KefuOpField *fields,
                             JsonObject *args,
                             gint64 if_rev,
                             GError **error);
/* Remembers on the server who gave a field its value, for those who have to be asked about it. A removal is `deleted` = 1. */
gboolean kefu_op_note_edit (KefuOpContext *context,
                            const char *kind,
                            const char *id,
                            const char *field,
                            const char *value,
                            GError **error);
/* Adds @field to the context's conflicts, with whoever gave @noted (mostly @field itself) its @value. */
void kefu_op_add_conflict (KefuOpContext *context,
                           const char *field,
                           const char *kind,
                           const char *id,
                           const char *noted,
                           const char *value);
/* Sets @error for the context's conflicts and returns FALSE. */
gboolean kefu_op_refuse_conflicts (KefuOpContext *context, GError **error);

/* --- who writes on a channel (op-channel.c) --- */

typedef struct
{
  const char *channel_id;
  const char *key;
  const char *name; /* (nullable) */
} KefuSender;

/* Checks that the channel exists; writes nothing. */
gboolean kefu_op_check_channel (KefuOpContext *context, const char *channel_id, GError **error);
/* {channel_id, sender:{key, name?}} */
gboolean kefu_op_read_sender (KefuOpContext *context, JsonObject *args, KefuSender *sender, GError **error);
/* Finds the customer of an address on a channel, or makes both. @identity_id: (out) (optional) (transfer full) */
gboolean kefu_op_ensure_customer (KefuOpContext *context,
                                  const KefuSender *sender,
                                  gint64 since,
                                  char **customer_id,
                                  char **identity_id,
                                  GError **error);

/* (transfer full): what the inbox row shows of a message. */
char *kefu_op_summary (const char *body);
/* (transfer full): the same with a file: its caption or else its name. Both (nullable). */
char *kefu_op_file_summary (const char *caption, const KefuAttachment *file);
/* (transfer full) */
char *kefu_op_json (JsonObject *object);

G_END_DECLS
