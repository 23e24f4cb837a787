/* SPDX-License-Identifier: GPL-3.0-or-later
 * A real server in the test's own process, and a client that talks to it over its socket. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "kefu-server.h"

G_BEGIN_DECLS

/* 2024-06-01 00:00 UTC: where fake clocks begin. */
#define NET_START_MS 1717200000000LL

typedef struct
{
  char *dir;
  KefuClock *clock;
  KefuServer *server;
  SoupSession *session;
  char *base_url;
  char *channel_id;
  char *secret;
  char *token; /* of agent "li", password "right" */
  char *agent_id;
  char *epoch;
} NetFixture;

/* An answer. */
typedef struct
{
  guint status;
  char *text;
  JsonNode *json; /* (nullable) */
  char *content_type;
  char *retry_after;
  char *content_range;
  char *kefu_offset; /* (nullable) */
  char *disposition; /* (nullable) */
  gsize length;
} NetAnswer;

void net_answer_free (NetAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetAnswer, net_answer_free)

/* A server in a new folder with one channel and one agent, who is signed in. @fake_clock: time stands still. */
void net_set_up (NetFixture *fixture, gboolean fake_clock);
void net_tear_down (NetFixture *fixture);
/* Stops the server and opens the folder again. */
void net_restart (NetFixture *fixture);
/* The same, @away_ms later on a fake clock. */
void net_restart_later (NetFixture *fixture, gint64 away_ms);

/* Iterates the main context until @condition says TRUE; fails after 20 s. */
void net_wait (gboolean (*condition) (gpointer), gpointer user_data);
/* The same, named for what it waits for. */
#define NET_WAIT_UNTIL(expression)                                                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 net_until_ = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;                                                 \
    while (!(expression))                                                                                              \
      {                                                                                                                \
        if (g_get_monotonic_time () > net_until_)                                                                      \
          g_error ("%s:%d: this never came true: %s", __FILE__, __LINE__, #expression);                                \
        if (!g_main_context_iteration (NULL, FALSE))                                                                   \
          g_usleep (500);                                                                                              \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

/* (transfer full): sends and waits. @body NULL: none. @headers: name, value, …, NULL, or NULL itself. */
NetAnswer *
net_call (NetFixture *fixture, const char *method, const char *path, GBytes *body, const char *const *headers);
/* The same with the token, and a body of text. */
NetAnswer *net_call_signed_in (NetFixture *fixture, const char *method, const char *path, const char *body);
/* (transfer full): signs a body and posts it to the channel. */
NetAnswer *net_inbound (NetFixture *fixture, const char *body);
/* (transfer full): one text message of customer @key as an inbound body. */
char *net_message (NetFixture *fixture, const char *event_id, const char *key, const char *text);
/* Posts such a message and fails unless it is stored. */
void net_customer_writes (NetFixture *fixture, const char *event_id, const char *key, const char *text);
/* (transfer full): the first op's result of POST /v1/ops with this one op; @args is JSON. */
JsonObject *net_op (NetFixture *fixture, const char *op_id, const char *type, const char *args);
/* (transfer full): the one text the query gives, from a connection of the test's own. */
char *net_sql (NetFixture *fixture, const char *sql);
/* Statements that change something. */
void net_exec (NetFixture *fixture, const char *sql);
gint64 net_sql_int (NetFixture *fixture, const char *sql);
/* (transfer full): a checksum over all that is stored: "nothing stored" means that it stays. */
char *net_digest (NetFixture *fixture);
/* (transfer full): a UUID for an op or entity. */
char *net_id (void);
gint64 net_now (NetFixture *fixture);
/* As if the server had looked for old things every day until now: else it would not believe a clock that leaps. */
void net_tidied_today (NetFixture *fixture);
/* (transfer none): "error.code" of an answer, "" if there is none. */
const char *net_error_code (NetAnswer *answer);
const char *net_error_field (NetAnswer *answer);

/* A reader of the stream. */
typedef struct
{
  SoupWebsocketConnection *connection;
  GPtrArray *changes; /* JsonObject of each batch */
  GPtrArray *ephs;    /* JsonObject */
  gint64 position;    /* `to` of the last batch */
  guint n_batches;
  gboolean gap; /* a batch did not begin where the last one ended */
  gboolean closed;
  guint close_code;
  char *close_reason;
  guint status; /* of the handshake, if it failed */
} NetReader;

/* (transfer full): connected, or failed with `status` set. */
NetReader *net_reader_new (NetFixture *fixture, const char *token, const char *cursor);
void net_reader_free (NetReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetReader, net_reader_free)
/* How many changes of @kind came. */
guint net_reader_count (NetReader *reader, const char *kind);

G_END_DECLS
