/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the measuring programs with a window share: a signed-in desk over real data, and frames. */
#pragma once

#include <adwaita.h>

#include "kefu-session.h"
#include "kefu-ui-test.h"

G_BEGIN_DECLS

/* --- a desk --- */

typedef struct
{
  KefuStore *store;
  KefuSession *session;
  GSettings *settings;
  KefuClock *clock;
  gint64 seq;
} BenchSession;

/* Opens the store in @dir with the clock of the machine and an engine that is not started. @agent_id, @agent_name: who is signed in. */
BenchSession *bench_session_open (const char *dir, const char *agent_id, const char *agent_name);
void bench_session_close (BenchSession *self);
/* (transfer full): a batch of the feed that comes next, of the objects `{kind,id,op,body}` in @changes (a JSON array); the desk takes it as given. */
GBytes *bench_session_batch (BenchSession *self, const char *changes);
/* Brings @batch to the store and waits until it is there. */
void bench_session_apply (BenchSession *self, GBytes *batch);

/* (transfer full): the id of conversation number @n. */
char *bench_conversation_id (guint n);
/* Feeds conversation number @n with @n_messages messages of a chat in a shop, a few minutes apart until now, all read. */
void bench_session_add_conversation (BenchSession *self, guint n, guint n_messages);

/* --- windows --- */

/* (transfer none): a list of @model in a window of its own, each row a label with the item's string: the least that a list can be. */
GtkWindow *bench_string_window (GListModel *model, int width, int height, GtkListView **list);
/* Runs the main loop until @window has painted once more, from now on. */
void bench_wait_frame (GtkWindow *window);
/* Runs the main loop until nothing has been painted in @window for some frames: what comes next starts from rest. */
void bench_rest (GtkWindow *window);

/* --- what an act costs --- */

typedef struct
{
  double wall_ms; /* from the call to the end of the frame that shows it */
  double cpu_ms;  /* of the main thread in that time */
} BenchCost;

typedef void (*BenchAct) (gpointer user_data);
typedef gboolean (*BenchSeen) (gpointer user_data);

/* Does @act from rest and runs the main loop until a frame has been painted after @seen was true for the first time. */
BenchCost bench_act (GtkWindow *window, BenchAct act, BenchSeen seen, gpointer user_data);

G_END_DECLS
