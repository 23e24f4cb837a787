/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages that the cache has lost come back from the real server when somebody reads there. */
#include "config.h"

#include <string.h>

#include "kefu-db.h"
#include "kefu-id.h"
#include "kefu-native-backend.h"
#include "kefu-sync-engine.h"
#include "kefu-timeline-model.h"
#include "net-fixture.h"
#include "store-fixture.h"

#define N_MESSAGES 150

typedef struct
{
  NetFixture net;
  StoreFixture *store;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  char *conversation;
  KefuTimelineModel *model;
} World;

static KefuHistory *
history (World *self)
{
  return kefu_sync_engine_get_history (self->engine);
}

static void
connect_desk (World *self)
{
  g_autofree char *address = g_strconcat ("unix:", self->net.dir, "/kefu.sock", NULL);
  g_autoptr (GError) error = NULL;

  self->backend = kefu_native_backend_new (address, &error);
  g_assert_no_error (error);
  kefu_backend_set_token (self->backend, self->net.token);
  self->engine = kefu_sync_engine_new (self->store->store, self->backend, self->net.clock, NULL);
  kefu_sync_engine_start (self->engine);
  NET_WAIT_UNTIL (kefu_sync_engine_get_state (self->engine) == KEFU_SYNC_LIVE);
}

/* Runs statements on the desk's cache, as pruning does. */
static void
cache_exec (World *self, const char *sql)
{
  g_autofree char *path = store_fixture_path (self->store, "cache.db");
  g_autoptr (GError) error = NULL;
  KefuDb *cache = kefu_db_open (path, 0, &error);

  g_assert_no_error (error);
  kefu_db_exec (cache, sql, &error);
  g_assert_no_error (error);
  kefu_db_close (cache);
}

static gint64
cache_int (World *self, const char *sql)
{
  g_autofree char *path = store_fixture_path (self->store, "cache.db");
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);

  return kefu_db_int (cache, -1, sql, "");
}

static void
set_up (World *self, gconstpointer data)
{
  net_set_up (&self->net, FALSE);
  for (int i = 1; i <= N_MESSAGES; i++)
    {
      g_autofree char *id = g_strdup_printf ("event-%d", i);
      g_autofree char *text = g_strdup_printf ("%d", i);

      net_customer_writes (&self->net, id, "buyer", text);
    }
  /* A day every ten messages, so that there are times to look for. */
  net_exec (&self->net, "UPDATE message SET sent_at = 1700000000000 + (mseq / 10) * 86400000 + mseq * 1000");
  self->conversation = net_sql (&self->net, "SELECT id FROM conversation");
  self->store = store_fixture_new_for (self->net.agent_id, self->net.clock);
  connect_desk (self);
  NET_WAIT_UNTIL (cache_int (self, "SELECT count(*) FROM message") == N_MESSAGES);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (World *self, gconstpointer data)
{
  gpointer watched = self->engine;

  if (self->model != NULL)
    g_assert_finalize_object (self->model);
  kefu_sync_engine_stop (self->engine);
  g_object_add_weak_pointer (G_OBJECT (self->engine), &watched);
  g_clear_object (&self->engine);
  test_wait_for (is_gone, &watched);
  g_clear_object (&self->backend);
  store_fixture_free (self->store);
  g_free (self->conversation);
  net_tear_down (&self->net);
}

static void
open_model (World *self)
{
  self->model = kefu_timeline_model_new (self->store->store, history (self), self->conversation, -1, N_MESSAGES);
}

static gboolean
flag (World *self, const char *name)
{
  gboolean value;

  g_object_get (self->model, name, &value, NULL);
  return value;
}

static guint
n_items (World *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->model));
}

/* What an end says: G_MAXUINT: it has no row. */
static guint
edge (World *self, gboolean older)
{
  KefuTimelineKind kind = older ? KEFU_TIMELINE_OLDER_END : KEFU_TIMELINE_NEWER_END;
  g_autoptr (KefuTimelineItem) item = NULL;

  if (n_items (self) == 0)
    return G_MAXUINT;
  item = g_list_model_get_item (G_LIST_MODEL (self->model), older ? 0 : n_items (self) - 1);
  return kefu_timeline_item_get_kind (item) == kind ? kefu_timeline_item_get_edge (item, NULL) : G_MAXUINT;
}

/* (transfer full): the mseqs that are shown: "41-150", "none", with commas where one is left out. */
static char *
shown (World *self)
{
  GString *text = g_string_new (NULL);
  gint64 first = 0, last = 0;

  for (guint i = 0; i <= n_items (self); i++)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);
      KefuMessageRecord *record = item != NULL ? kefu_timeline_item_get_record (item) : NULL;

      if (item != NULL && record == NULL)
        continue;
      if (record != NULL && record->mseq == last + 1 && last > 0)
        {
          last++;
          continue;
        }
      if (last > 0)
        g_string_append_printf (text, "%s%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, text->len > 0 ? "," : "", first,
                                last);
      first = last = record != NULL ? record->mseq : 0;
    }
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

static gboolean
shows (World *self, const char *expected)
{
  g_autofree char *got = shown (self);

  return g_str_equal (got, expected);
}

/* As one who goes on scrolling. */
static gboolean
pages (World *self, gboolean older, const char *expected)
{
  if (shows (self, expected) && !flag (self, "loading"))
    return TRUE;
  if (older)
    kefu_timeline_model_load_older (self->model);
  else
    kefu_timeline_model_load_newer (self->model);
  return FALSE;
}

#define wait_shows(self, expected) NET_WAIT_UNTIL (shows (self, expected))

/* Of the last search. */
static gboolean was_certain;

static void
got_position (GObject *source, GAsyncResult *result, gpointer user_data)
{
  was_certain = kefu_timeline_model_find_is_certain (result);
  *(guint *) user_data = kefu_timeline_model_find_finish (KEFU_TIMELINE_MODEL (source), result);
}

/* The mseq of the message that was found, 0 if none. */
static gint64
found_mseq (World *self, guint *position)
{
  g_autoptr (KefuTimelineItem) item = NULL;

  NET_WAIT_UNTIL (*position != G_MAXUINT - 1);
  if (*position == G_MAXUINT)
    return 0;
  item = g_list_model_get_item (G_LIST_MODEL (self->model), *position);
  return kefu_timeline_item_get_record (item)->mseq;
}

static gint64
find (World *self, const char *message_id)
{
  guint position = G_MAXUINT - 1;

  kefu_timeline_model_find_async (self->model, message_id, got_position, &position);
  return found_mseq (self, &position);
}

static gint64
find_time (World *self, gint64 at)
{
  guint position = G_MAXUINT - 1;

  kefu_timeline_model_find_time_async (self->model, at, got_position, &position);
  return found_mseq (self, &position);
}

/* The id of a message, from the server. */
static char *
message_id (World *self, int mseq)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM message WHERE mseq = %d", mseq);

  return net_sql (&self->net, sql);
}

static void
test_a_whole_conversation_says_where_it_begins (World *self, gconstpointer data)
{
  open_model (self);
  NET_WAIT_UNTIL (!flag (self, "loading"));
  g_assert_true (shows (self, "91-150"));
  g_assert_cmpuint (edge (self, TRUE), ==, G_MAXUINT);
  kefu_timeline_model_load_older (self->model);
  wait_shows (self, "31-150");
  NET_WAIT_UNTIL (pages (self, TRUE, "1-150"));
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_END);
  g_assert_false (flag (self, "has-older"));
}

static void
test_older_messages_come_from_the_server (World *self, gconstpointer data)
{
  cache_exec (self, "DELETE FROM message WHERE mseq <= 100");
  open_model (self);
  wait_shows (self, "101-150");
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_SERVER);
  kefu_timeline_model_load_older (self->model);
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_LOADING);
  wait_shows (self, "41-150");
  NET_WAIT_UNTIL (pages (self, TRUE, "1-150"));
  NET_WAIT_UNTIL (edge (self, TRUE) != KEFU_TIMELINE_EDGE_LOADING);
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_END);
  /* They stay: the next opening has no need of the server. */
  g_assert_cmpint (cache_int (self, "SELECT count(*) FROM message"), ==, N_MESSAGES);
}

static void
test_what_is_fetched_comes_though_all_changes (World *self, gconstpointer data)
{
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();

  cache_exec (self, "DELETE FROM message WHERE mseq <= 100");
  open_model (self);
  wait_shows (self, "101-150");
  kefu_timeline_model_load_older (self->model);
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_LOADING);
  kefu_change_set_add_all (set);
  g_signal_emit_by_name (self->store->store, "changed", set);
  wait_shows (self, "41-150");
}

static void
test_a_part_that_is_missing_is_not_passed_over (World *self, gconstpointer data)
{
  cache_exec (self, "DELETE FROM message WHERE mseq BETWEEN 20 AND 120");
  open_model (self);
  wait_shows (self, "121-150");
  kefu_timeline_model_load_older (self->model);
  wait_shows (self, "61-150");
  NET_WAIT_UNTIL (pages (self, TRUE, "1-150"));
}

/* What was promised in an old message is kept, and stands alone. */
static void
test_newer_messages_come_from_the_server_too (World *self, gconstpointer data)
{
  g_autofree char *proof = message_id (self, 40);

  cache_exec (self, "DELETE FROM message WHERE mseq <> 40 AND mseq <= 140");
  open_model (self);
  wait_shows (self, "141-150");
  g_assert_cmpint (find (self, proof), ==, 40);
  g_assert_true (shows (self, "40-40"));
  g_assert_cmpuint (edge (self, FALSE), ==, KEFU_TIMELINE_EDGE_SERVER);
  kefu_timeline_model_load_newer (self->model);
  wait_shows (self, "40-99");
  NET_WAIT_UNTIL (pages (self, FALSE, "40-150"));
  NET_WAIT_UNTIL (!flag (self, "has-newer"));
}

static void
test_nothing_is_cached_and_all_comes (World *self, gconstpointer data)
{
  cache_exec (self, "DELETE FROM message");
  open_model (self);
  wait_shows (self, "91-150");
  g_assert_cmpuint (edge (self, FALSE), ==, G_MAXUINT);
}

/* The newest ones are missing while an old one is there: it is not shown as the end. */
static void
test_a_missing_end_is_fetched (World *self, gconstpointer data)
{
  cache_exec (self, "DELETE FROM message WHERE mseq <> 7");
  open_model (self);
  wait_shows (self, "91-150");
}

static void
test_a_message_that_only_the_server_has_is_found (World *self, gconstpointer data)
{
  g_autofree char *id = message_id (self, 30);

  cache_exec (self, "DELETE FROM message WHERE mseq <= 120");
  open_model (self);
  wait_shows (self, "121-150");
  g_assert_cmpint (find (self, id), ==, 30);
  g_assert_true (shows (self, "1-60") || shows (self, "1-59"));
  g_assert_cmpint (find (self, "e0000000-0000-7000-8000-00000000dead"), ==, 0);
}

static void
test_a_day_is_found_wherever_it_is (World *self, gconstpointer data)
{
  const gint64 day = 86400000;
  const gint64 start = G_GINT64_CONSTANT (1700000000000);

  open_model (self);
  NET_WAIT_UNTIL (!flag (self, "loading"));
  g_assert_cmpint (find_time (self, start + 12 * day), ==, 120);
  g_assert_cmpint (find_time (self, start + 2 * day), ==, 20);
  /* Before all, and a time at which nobody wrote any more. */
  g_assert_cmpint (find_time (self, 1000), ==, 1);
  g_assert_cmpint (find_time (self, start + 99 * day), ==, N_MESSAGES);

  cache_exec (self, "DELETE FROM message WHERE mseq <= 100 AND mseq <> 11");
  g_clear_object (&self->model);
  open_model (self);
  wait_shows (self, "101-150");
  /* Neither the first of the cache after that day nor the one that stands alone. */
  g_assert_cmpint (find_time (self, start + 5 * day), ==, 50);
  g_assert_cmpint (find_time (self, start + 1 * day), ==, 10);
  g_assert_true (was_certain);
}

static void
test_without_the_server_it_waits_and_goes_on_by_itself (World *self, gconstpointer data)
{
  cache_exec (self, "DELETE FROM message WHERE mseq <= 100");
  kefu_sync_engine_stop (self->engine);
  open_model (self);
  wait_shows (self, "101-150");
  kefu_timeline_model_load_older (self->model);
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_OFFLINE);
  /* A day of which only the server knows: the next one that is here. */
  g_assert_cmpint (find_time (self, G_GINT64_CONSTANT (1700000000000)), ==, 101);
  g_assert_false (was_certain);
  g_assert_cmpint (find_time (self, G_GINT64_CONSTANT (1700000000000) + 12 * G_GINT64_CONSTANT (86400000)), ==, 120);
  g_assert_true (was_certain);
  kefu_sync_engine_start (self->engine);
  wait_shows (self, "41-150");
}

static void
test_what_waits_to_be_sent_stands_below_what_comes (World *self, gconstpointer data)
{
  g_autofree char *id = kefu_id_new (net_now (&self->net));
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'text','body':'later','at':%" G_GINT64_FORMAT "}", id,
                     self->conversation, net_now (&self->net));
  g_autofree char *op = NULL;
  g_autoptr (KefuTimelineItem) last = NULL;

  cache_exec (self, "DELETE FROM message");
  kefu_sync_engine_stop (self->engine);
  op = test_perform (self->store, "message.send", args, NULL);
  g_assert_nonnull (op);
  open_model (self);
  NET_WAIT_UNTIL (n_items (self) == 3);
  g_assert_cmpuint (edge (self, TRUE), ==, KEFU_TIMELINE_EDGE_OFFLINE);
  last = g_list_model_get_item (G_LIST_MODEL (self->model), 2);
  g_assert_true (kefu_timeline_item_is_pending (last));
  kefu_sync_engine_start (self->engine);
  /* Whichever is first at the server, the question or the message. */
  NET_WAIT_UNTIL (shows (self, "91-151") || shows (self, "92-151"));
  g_assert_cmpstr (kefu_timeline_item_get_record (last)->id, ==, id);
}

static GError *
add_history_of (World *self, const char *answer, const char *epoch)
{
  g_autoptr (GBytes) bytes = g_bytes_new (answer, strlen (answer));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuHistoryPage) page = NULL;
  GError *error = NULL;

  kefu_store_add_history_async (self->store->store, self->conversation, bytes, epoch, NULL, test_got_result, &result);
  page = kefu_store_add_history_finish (self->store->store, test_wait_result (&result), &error);
  g_assert_true ((page == NULL) == (error != NULL));
  return error;
}

static GError *
add_history (World *self, const char *answer)
{
  g_autofree char *epoch = kefu_store_dup_epoch (self->store->store);

  return add_history_of (self, answer, epoch);
}

static void
test_a_wrong_answer_changes_nothing (World *self, gconstpointer data)
{
  static const char *const wrong[] = {
    "",
    "rubbish",
    "[]",
    "{}",
    "{\"messages\":[]}",
    "{\"messages\":{},\"more\":false}",
    "{\"messages\":[7],\"more\":false}",
    "{\"messages\":[{\"id\":\"m1\",\"rev\":1,\"mseq\":1,\"conversation_id\":\"another\",\"dir\":\"in\",\"sent_at\":1}],"
    "\"more\":false}",
  };
  g_autofree char *bad_body = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = add_history (self, wrong[i]);

      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
    }
  /* Of before the server began anew. */
  {
    g_autofree char *right = g_strdup_printf ("{\"messages\":[{\"id\":\"m0\",\"rev\":1,\"mseq\":1,\"conversation_id\":"
                                              "\"%s\",\"dir\":\"in\",\"sent_at\":1,\"body\":\"x\"}],\"more\":false}",
                                              self->conversation);
    g_autoptr (GError) error = add_history_of (self, right, "another");

    g_assert_error (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE);
  }
  /* The first of two is right, and is not stored either. */
  bad_body = g_strdup_printf (
    "{\"messages\":[{\"id\":\"m1\",\"rev\":1,\"mseq\":1,\"conversation_id\":\"%s\",\"dir\":\"in\",\"sent_at\":1,"
    "\"body\":\"x\"},{\"id\":\"m2\",\"rev\":1,\"mseq\":2,\"conversation_id\":\"%s\"}],\"more\":false}",
    self->conversation, self->conversation);
  {
    g_autoptr (GError) error = add_history (self, bad_body);

    g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
  }
  g_assert_cmpint (cache_int (self, "SELECT count(*) FROM message"), ==, N_MESSAGES);
}

/* An answer that was on its way while the feed went on is older than what is there. */
static void
test_an_old_answer_takes_nothing_back (World *self, gconstpointer data)
{
  g_autofree char *id = message_id (self, 5);
  g_autofree char *old = NULL;
  g_autofree char *later = NULL;
  g_autoptr (GError) error = NULL;

  old = g_strdup_printf ("{\"messages\":[{\"id\":\"%s\",\"rev\":1,\"mseq\":5,\"conversation_id\":\"%s\",\"dir\":\"in\","
                         "\"sent_at\":1,\"body\":\"old\"}],\"more\":true}",
                         id, self->conversation);
  error = add_history (self, old);
  g_assert_no_error (error);
  g_assert_cmpint (cache_int (self, "SELECT count(*) FROM message WHERE body = 'old'"), ==, 0);
  /* What changed after the cursor comes by the feed. */
  later = g_strdup_printf ("{\"messages\":[{\"id\":\"m-new\",\"rev\":99999,\"mseq\":151,\"conversation_id\":\"%s\","
                           "\"dir\":\"in\",\"sent_at\":1,\"body\":\"later\"}],\"more\":true}",
                           self->conversation);
  error = add_history (self, later);
  g_assert_no_error (error);
  g_assert_cmpint (cache_int (self, "SELECT count(*) FROM message WHERE body = 'later'"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/history/" name, World, NULL, set_up, func, tear_down)
  ADD ("a-whole-conversation-says-where-it-begins", test_a_whole_conversation_says_where_it_begins);
  ADD ("what-is-fetched-comes-though-all-changes", test_what_is_fetched_comes_though_all_changes);
  ADD ("older-messages-come-from-the-server", test_older_messages_come_from_the_server);
  ADD ("a-part-that-is-missing-is-not-passed-over", test_a_part_that_is_missing_is_not_passed_over);
  ADD ("newer-messages-come-from-the-server-too", test_newer_messages_come_from_the_server_too);
  ADD ("nothing-is-cached-and-all-comes", test_nothing_is_cached_and_all_comes);
  ADD ("a-missing-end-is-fetched", test_a_missing_end_is_fetched);
  ADD ("a-message-that-only-the-server-has-is-found", test_a_message_that_only_the_server_has_is_found);
  ADD ("a-day-is-found-wherever-it-is", test_a_day_is_found_wherever_it_is);
  ADD ("without-the-server-it-waits-and-goes-on-by-itself", test_without_the_server_it_waits_and_goes_on_by_itself);
  ADD ("what-waits-to-be-sent-stands-below-what-comes", test_what_waits_to_be_sent_stands_below_what_comes);
  ADD ("a-wrong-answer-changes-nothing", test_a_wrong_answer_changes_nothing);
  ADD ("an-old-answer-takes-nothing-back", test_an_old_answer_takes_nothing_back);
  return g_test_run ();
}
