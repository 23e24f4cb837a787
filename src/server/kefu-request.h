/* SPDX-License-Identifier: GPL-3.0-or-later
 * One HTTP request: what was asked, by whom, and the answer in the making. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "kefu-storage.h"

G_BEGIN_DECLS

/* RFC 6585; libsoup 3.2 has no name for it. */
#define KEFU_STATUS_TOO_MANY_REQUESTS 429

typedef struct _KefuRequest KefuRequest;
typedef struct _KefuRoute KefuRoute;

/**
 * KefuRequest:
 *
 * Made on the main thread, handed to a worker whole, and handed back with an answer: never used by two threads at once. @message
 * is for the main thread only.
 */
struct _KefuRequest
{
  SoupServerMessage *message; /* owns the request: a reference to the one is a reference to the other */
  const KefuRoute *route;
  KefuStorage *storage;

  char **args;       /* what stands for the stars of the route's pattern */
  GHashTable *query; /* (nullable) */
  GBytes *body;      /* (nullable) */
  gsize received;    /* bytes of the body so far */
  gsize held;        /* of them in memory, counted in *ledger too */
  gsize *ledger;     /* (nullable): of all requests; a GRcBox */
  char *token;       /* (nullable): of Authorization: Bearer */
  char *address;     /* of the other side, "local" on a Unix socket */
  char *timestamp;   /* (nullable): Kefu-Timestamp */
  char *signature;   /* (nullable): Kefu-Signature */
  gint64 now;

  char *agent_id; /* (nullable): set by kefu_request_authenticate() */
  gboolean touch; /* the same: the last use of the token is to be written down */

  guint status;
  char *answer;      /* JSON */
  guint retry_after; /* seconds, 0: no such header */
  gboolean gone;     /* the connection ended; main thread */

  gpointer state; /* of the route */
  GDestroyNotify state_free;
};

/* (transfer none): made for @message and freed with it. */
KefuRequest *kefu_request_new (SoupServerMessage *message, KefuStorage *storage, GHashTable *query);
/* (transfer none) (nullable) */
KefuRequest *kefu_request_get (SoupServerMessage *message);
KefuRequest *kefu_request_ref (KefuRequest *self);
void kefu_request_unref (KefuRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuRequest, kefu_request_unref)

/* (nullable): a parameter of the query. */
const char *kefu_request_param (KefuRequest *self, const char *name);
/* A whole number from @min to @max, @fallback if it is not there; FALSE after a 400. */
gboolean
kefu_request_param_int (KefuRequest *self, const char *name, gint64 fallback, gint64 min, gint64 max, gint64 *value);
/* Whether the token is good; fills agent_id, or answers 401. On a worker. */
gboolean kefu_request_authenticate (KefuRequest *self, KefuDb *db);
/* (transfer full) (nullable): the body, which must be a JSON object; NULL after a 400. On a worker. */
JsonNode *kefu_request_parse (KefuRequest *self);

/* The answer; @json is taken. */
void kefu_request_answer (KefuRequest *self, guint status, char *json);
/* `{"error":{"code","message","field"?}}` */
void kefu_request_fail (KefuRequest *self, guint status, const char *code, const char *message, const char *field);
/* The same from an error of ours: @field for KEFU_ERROR_INVALID, which is 422. */
void kefu_request_fail_error (KefuRequest *self, const GError *error, const char *field);
/* Puts the answer on the message; main thread. */
void kefu_request_send (KefuRequest *self);

G_END_DECLS
