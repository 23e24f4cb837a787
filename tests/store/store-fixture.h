/* SPDX-License-Identifier: GPL-3.0-or-later
 * A store in a folder of its own, its asynchronous calls waited for, and a feed to fill it. */
#pragma once

#include "kefu-clock.h"
#include "kefu-store-search.h"
#include "kefu-store.h"

G_BEGIN_DECLS

#define TEST_AGENT "agent-1"
/* Of feed_put_shop(): the first conversations, the message in each. */
#define CONV_1 "c0000000-0000-7000-8000-000000000001"
#define CONV_2 "c0000000-0000-7000-8000-000000000002"
#define CONV_3 "c0000000-0000-7000-8000-000000000003"
#define CONV_4 "c0000000-0000-7000-8000-000000000004"
#define MESSAGE_1 "a0000000-0000-7000-8000-000000000001"
#define MESSAGE_2 "a0000000-0000-7000-8000-000000000002"
#define MESSAGE_3 "a0000000-0000-7000-8000-000000000003"
#define CUSTOMER_1 "d0000000-0000-7000-8000-000000000001"
/* For what the tests make. */
#define ID_1 "e0000000-0000-7000-8000-000000000001"
#define ID_2 "e0000000-0000-7000-8000-000000000002"
#define ID_3 "e0000000-0000-7000-8000-000000000003"
#define ID_4 "e0000000-0000-7000-8000-000000000004"
#define TEST_NOW G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  char *dir;
  char *agent_id;
  KefuStoreFlags flags; /* of the next opening */
  KefuClock *clock;
  KefuStore *store;
  KefuChangeSet *seen; /* all that `changed` brought since test_forget() */
  guint n_changed;
} StoreFixture;

StoreFixture *store_fixture_new (void);
/* The same for another agent and in another time than TEST_AGENT at TEST_NOW. */
StoreFixture *store_fixture_new_for (const char *agent_id, KefuClock *clock);
void store_fixture_free (StoreFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreFixture, store_fixture_free)
/* Closes and opens it again. */
void store_fixture_reopen (StoreFixture *self);
void store_fixture_close (StoreFixture *self);
void store_fixture_open (StoreFixture *self);
/* As after a kill -9: goes on with a copy of the files as they lie there now, without closing them. */
void store_fixture_kill (StoreFixture *self);
/* A second store on a copy of the files as they lie there now, after @damage has had its way with the copy. */
StoreFixture *
store_fixture_copy (StoreFixture *self, void (*damage) (const char *dir, gconstpointer data), gconstpointer data);
void store_fixture_forget (StoreFixture *self);
char *store_fixture_path (StoreFixture *self, const char *name);

/* --- the calls, waited for --- */

/* Runs the main context until *@condition; fails the test after half a minute. */
void test_wait_for (gboolean (*condition) (gpointer), gpointer data);
/* A GAsyncReadyCallback for a GAsyncResult *, and the wait for it. */
void test_got_result (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *test_wait_result (GAsyncResult **result);

/* @args: JSON with ' for ". */
char *test_perform (StoreFixture *self, const char *type, const char *args, GError **error);
gboolean test_apply (StoreFixture *self, GBytes *batch, KefuBatchResult *result, GError **error);
/* The same, which must be applied. */
void test_apply_ok (StoreFixture *self, GBytes *batch);
void test_reset (StoreFixture *self, const char *epoch);
GBytes *test_take (StoreFixture *self, guint limit);
/* @results: JSON with ' for ". */
gboolean test_settle (StoreFixture *self, const char *results, guint *n_settled, guint *n_rejected, GError **error);
char *test_draft (StoreFixture *self, const char *conversation_id, const char *mode);
GPtrArray *test_inbox (StoreFixture *self, KefuInboxView view, KefuInboxOrder order);
GPtrArray *test_messages (StoreFixture *self, const char *conversation_id);
KefuConversationRecord *test_conversation (StoreFixture *self, const char *id);
GPtrArray *test_outbox (StoreFixture *self);
GPtrArray *test_search (StoreFixture *self, const char *text);
/* The same by pages of at most @limit hits. */
GPtrArray *test_search_paged (StoreFixture *self, const char *text, guint limit);
/* What the writer's connection to the cache has as `PRAGMA cache_size`, when all that it was asked for before is done. */
gint64 store_fixture_cache_size (StoreFixture *self);
/* A place in the queue of what is read (but for searches): what is asked for later waits behind it, unless it is urgent. */
typedef struct _StoreGate StoreGate;
StoreGate *store_gate_new (StoreFixture *self);
/* Until the reader stands before it, and all that was read before has been answered. */
void store_gate_wait (StoreGate *self);
/* @self: (transfer full). */
void store_gate_open (StoreGate *self);
/* While it is broken every reading but the search's fails, with “not authorized”. */
void store_fixture_break_reader (StoreFixture *self, gboolean broken);
/* Every statement of the search goes to @func (of sqlite3_trace_v2(), SQLITE_TRACE_STMT); NULL ends that. */
void store_fixture_trace (StoreFixture *self, int (*func) (unsigned, void *, void *, void *), gpointer data);

/* @text with ' replaced by ", for JSON in C. */
char *test_json (const char *text);

/* --- a feed: what a server would send --- */

typedef struct
{
  char *epoch;
  GPtrArray *changes; /* (element-type utf8): JSON; index 0 is seq 1 */
} Feed;

Feed *feed_new (const char *epoch);
void feed_free (Feed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Feed, feed_free)
/* @fields: members of the body with ' for ", without id and rev. Returns the seq. */
gint64 feed_put (Feed *self, const char *kind, const char *id, const char *fields);
gint64 feed_del (Feed *self, const char *kind, const char *id);
gint64 feed_head (Feed *self);
/* (transfer full): a batch after @from up to @to; -1: the head. */
GBytes *feed_batch (Feed *self, gint64 from, gint64 to, gboolean more);
/* An agent, a channel, a customer and @n conversations (CONV_1 …) with one message in each. */
void feed_put_shop (Feed *self, guint n);
/* A customer's message in @conversation. */
gint64 feed_put_message (Feed *self, const char *conversation, const char *id, gint64 mseq, const char *body);

G_END_DECLS
