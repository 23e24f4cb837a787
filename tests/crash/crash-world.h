/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server and desks as processes of their own, a bad network between them. */
#pragma once

#include <json-glib/json-glib.h>

#include "fault-proxy.h"
#include "kefu-clock.h"
#include "kefu-db.h"

G_BEGIN_DECLS

typedef struct
{
  char *dir;
  char *server_dir;
  char *server_socket;
  char *network_socket; /* of the proxy */
  KefuClock *clock;
  FaultProxy *network;
  GSubprocess *server;
  GDataInputStream *server_out;
  gboolean server_with_clock; /* crash-server, whose clock can be set */
} World;

/* One thing that an agent did. */
typedef struct
{
  char *type;
  JsonObject *args;
  char *op_id;      /* (nullable): NULL: the desk died before it said that it is durable, or it was refused */
  gboolean refused; /* the desk itself refused it */
} WorldAct;

typedef struct
{
  World *world;
  char *name;
  char *dir;
  char *agent_id;
  char *token;
  GSubprocess *process;
  guint n_starts;
  GDataInputStream *out;
  GPtrArray *acts; /* WorldAct, in their order */
  /* of the last `status` */
  guint n_answers;
  char *state;
  guint n_pending;
  guint n_rejected;
  char *cursor;
  guint n_connections;
  guint n_streams;
} WorldDesk;

/* Runs the main context until it is true; fails the test after so many seconds. */
#define WORLD_WAIT(seconds, expression)                                                                                \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 world_until_ = g_get_monotonic_time () + (seconds) * (gint64) G_USEC_PER_SEC;                               \
    while (!(expression))                                                                                              \
      {                                                                                                                \
        if (g_get_monotonic_time () > world_until_)                                                                    \
          g_error ("%s:%d: this never came true: %s", __FILE__, __LINE__, #expression);                                \
        if (!g_main_context_iteration (NULL, FALSE))                                                                   \
          g_usleep (1000);                                                                                             \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

/* A new folder and a network; no server yet. */
World *world_new (guint32 seed);
void world_free (World *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
/* Runs the main context for so long. */
void world_pass (guint ms);

/* (transfer full): what a command of kefu-server says; it works beside a running server. */
char *world_command (World *self, const char *input, const char *const *words);
void world_add_agent (World *self, const char *login, const char *name);
/* @url (nullable). @id, @secret: (out) (transfer full) */
void world_add_channel (World *self, const char *name, const char *url, gboolean once, char **id, char **secret);
void world_start_server (World *self);
void world_kill_server (World *self);
/* Sets the clock of a server with one, and waits until it is set. */
void world_jump_server (World *self, gint64 ms);
/* (transfer full) */
KefuDb *world_open_server_db (World *self);
gint64 world_server_int (World *self, const char *sql);
/* Copies the database as it is on the disk; the server must not run. */
void world_back_up (World *self);
void world_restore (World *self);

/* (transfer full): signs in as @login past the network; not started. */
WorldDesk *world_desk_new (World *world, const char *login, const char *name);
void world_desk_free (WorldDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorldDesk, world_desk_free)
void world_desk_start (WorldDesk *self);
void world_desk_kill (WorldDesk *self);
void world_desk_signal (WorldDesk *self, int number);
void world_desk_tell (WorldDesk *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Asks for its state, and waits for the answer. */
void world_desk_ask (WorldDesk *self);
/* Does one act and waits until it is durable. @args: JSON with ' for ". Returns: (transfer none): the act. */
WorldAct *world_desk_perform (WorldDesk *self, const char *type, const char *args);
/* (transfer full) */
KefuDb *world_desk_open_db (WorldDesk *self, const char *name);
/* Live, nothing waits, the same as the server, entity by entity, in both directions. Asks and looks once. */
gboolean world_desk_is_equal (WorldDesk *self);

G_END_DECLS
