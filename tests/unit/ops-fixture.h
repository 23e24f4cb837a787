/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's and a desk's database side by side, on which the same operation is applied. */
#pragma once

#include "kefu-op.h"

G_BEGIN_DECLS

#define NOW G_GINT64_CONSTANT (1800000000000)
/* Ids of what is there, ending with two digits: of a customer, identity, conversation, message, order, phrase group, phrase … */
#define ID(digits) "01890000-0000-7000-8000-0000000000" digits
#define CUSTOMER ID ("01")
#define OTHER_CUSTOMER ID ("02")
#define IDENTITY ID ("03")
#define CONVERSATION ID ("11")
#define OTHER_CONVERSATION ID ("12")
#define MESSAGE ID ("21")
#define OWN_MESSAGE ID ("22")
#define OTHER_MESSAGE ID ("23")
#define ORDER ID ("31")
#define OTHER_ORDER ID ("32")
#define GROUP ID ("41")
#define PHRASE ID ("42")
#define FOREIGN_PHRASE ID ("43")
#define LABEL ID ("51")
#define OTHER_LABEL ID ("50")

/* The agents are "lin", "jie" and "gone" (disabled); the channel "ww1" takes 20 characters. */
typedef struct
{
  KefuDb *server;
  KefuDb *desk;
  gint64 now;
  const char *actor; /* "lin"; NULL is the server itself */
  gint64 if_rev;
  guint n_ops;
  GPtrArray *touched; /* "kind id" of the last operation on the server */
  char *conflicts;    /* (nullable): of the last operation on the server: "field by, field by" */
} Ops;

/* What the server does after an operation: each touched entity gets a row in `change`, whose seq is its rev. Returns the last one. */
gint64 ops_assign_revs (KefuOpContext *context);

void ops_set_up (Ops *self, gconstpointer data);
void ops_tear_down (Ops *self, gconstpointer data);

/**
 * ops_apply:
 * @args: JSON with ' for "
 *
 * Applies the operation on both, and once more on both. Fails the test unless: both say the same; a refused one has written
 * nothing; the repetition changes nothing; both hold the same afterwards, but for rev and mseq. A server's own operation (actor
 * NULL) runs on the server only, and so does one that only the server can refuse, because of somebody else's edit.
 *
 * Returns: the outcome; @message (out) (optional) (transfer full): of the error
 */
KefuOpOutcome ops_apply (Ops *self, const char *type, const char *args, char **message);

void ops_applied (Ops *self, const char *type, const char *args);
/* The message must begin with @named and a colon. */
void ops_rejected (Ops *self, const char *type, const char *args, const char *named);
void ops_conflict (Ops *self, const char *type, const char *args, const char *named);

/* Fails unless the first column of @sql is @expected on both (on the server only for a server's own operation). */
void ops_assert_int (Ops *self, gint64 expected, const char *sql);
void ops_assert_text (Ops *self, const char *expected, const char *sql);

G_END_DECLS
