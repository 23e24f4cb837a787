/* SPDX-License-Identifier: GPL-3.0-or-later
 * A store in a folder of its own, its asynchronous calls waited for, and a feed to fill it. */
#include "config.h"

#include "store-fixture.h"

#include <glib/gstdio.h>

#include "kefu-store-private.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

void
test_wait_for (gboolean (*condition) (gpointer), gpointer data)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_US;

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
}

void
test_got_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  g_assert_null (*place);
  *place = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

GAsyncResult *
test_wait_result (GAsyncResult **result)
{
  test_wait_for (is_there, result);
  return *result;
}

static void
changed_cb (StoreFixture *self, KefuChangeSet *set)
{
  kefu_change_set_merge (self->seen, set);
  self->n_changed++;
}

void
store_fixture_open (StoreFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_open_async (self->dir, self->clock, self->agent_id, self->flags, NULL, test_got_result, &result);
  self->store = kefu_store_open_finish (test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->store, "changed", G_CALLBACK (changed_cb), self);
}

StoreFixture *
store_fixture_new (void)
{
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (TEST_NOW);

  return store_fixture_new_for (TEST_AGENT, clock);
}

StoreFixture *
store_fixture_new_for (const char *agent_id, KefuClock *clock)
{
  StoreFixture *self = g_new0 (StoreFixture, 1);
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("kefu-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->agent_id = g_strdup (agent_id);
  self->clock = g_object_ref (clock);
  self->seen = kefu_change_set_new ();
  store_fixture_open (self);
  return self;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
store_fixture_close (StoreFixture *self)
{
  gpointer watched = self->store;

  if (self->store == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->store, self);
  kefu_store_close (self->store);
  /* What still runs on the main context holds it: it must all end. */
  g_object_add_weak_pointer (G_OBJECT (self->store), &watched);
  g_clear_object (&self->store);
  test_wait_for (is_gone, &watched);
}

void
store_fixture_reopen (StoreFixture *self)
{
  store_fixture_close (self);
  store_fixture_open (self);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_dir (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

static void
copy_dir (const char *path, const char *target)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (path, name, NULL);
      g_autofree char *to = g_build_filename (target, name, NULL);
      g_autofree char *content = NULL;
      gsize size;

      if (g_file_test (from, G_FILE_TEST_IS_DIR))
        {
          g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
          copy_dir (from, to);
          continue;
        }
      /* The index of the log is made anew by whoever opens it first. */
      if (g_str_has_suffix (name, "-shm"))
        continue;
      g_assert_true (g_file_get_contents (from, &content, &size, NULL));
      g_assert_true (g_file_set_contents (to, content, (gssize) size, NULL));
    }
}

void
store_fixture_kill (StoreFixture *self)
{
  g_autofree char *copy = g_dir_make_tmp ("kefu-store-XXXXXX", NULL);

  copy_dir (self->dir, copy);
  store_fixture_close (self);
  remove_dir (self->dir);
  g_free (self->dir);
  self->dir = g_steal_pointer (&copy);
  store_fixture_open (self);
}

StoreFixture *
store_fixture_copy (StoreFixture *self, void (*damage) (const char *dir, gconstpointer data), gconstpointer data)
{
  StoreFixture *copy = g_new0 (StoreFixture, 1);

  copy->dir = g_dir_make_tmp ("kefu-store-XXXXXX", NULL);
  copy->agent_id = g_strdup (self->agent_id);
  copy->clock = g_object_ref (self->clock);
  copy->flags = self->flags;
  copy->seen = kefu_change_set_new ();
  copy_dir (self->dir, copy->dir);
  damage (copy->dir, data);
  store_fixture_open (copy);
  return copy;
}

void
store_fixture_forget (StoreFixture *self)
{
  kefu_change_set_unref (self->seen);
  self->seen = kefu_change_set_new ();
  self->n_changed = 0;
}

char *
store_fixture_path (StoreFixture *self, const char *name)
{
  return g_build_filename (self->dir, name, NULL);
}

void
store_fixture_free (StoreFixture *self)
{
  store_fixture_close (self);
  remove_dir (self->dir);
  g_clear_object (&self->clock);
  kefu_change_set_unref (self->seen);
  g_free (self->agent_id);
  g_free (self->dir);
  g_free (self);
}

/* --- the calls --- */

char *
test_json (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

char *
test_perform (StoreFixture *self, const char *type, const char *args, GError **error)
{
  g_autofree char *json = test_json (args);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_nonnull (node);
  kefu_store_perform_async (self->store, type, json_node_get_object (node), 0, NULL, test_got_result, &result);
  return kefu_store_perform_finish (self->store, test_wait_result (&result), error);
}

gboolean
test_apply (StoreFixture *self, GBytes *batch, KefuBatchResult *out, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_apply_batch_async (self->store, batch, NULL, test_got_result, &result);
  return kefu_store_apply_batch_finish (self->store, test_wait_result (&result), out, error);
}

void
test_apply_ok (StoreFixture *self, GBytes *batch)
{
  g_autoptr (GBytes) owned = batch;
  g_autoptr (GError) error = NULL;
  KefuBatchResult result;

  test_apply (self, owned, &result, &error);
  g_assert_no_error (error);
  g_assert_true (result.applied);
}

void
test_reset (StoreFixture *self, const char *epoch)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_reset_cache_async (self->store, epoch, NULL, test_got_result, &result);
  kefu_store_reset_cache_finish (self->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
}

GBytes *
test_take (StoreFixture *self, guint limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *body;

  kefu_store_take_ops_async (self->store, limit, NULL, test_got_result, &result);
  body = kefu_store_take_ops_finish (self->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return body;
}

gboolean
test_settle (StoreFixture *self, const char *results, guint *n_settled, guint *n_rejected, GError **error)
{
  g_autofree char *json = test_json (results);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_settle_ops_async (self->store, bytes, NULL, test_got_result, &result);
  return kefu_store_settle_ops_finish (self->store, test_wait_result (&result), n_settled, n_rejected, error);
}

char *
test_draft (StoreFixture *self, const char *conversation_id, const char *mode)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  kefu_store_load_draft_async (self->store, conversation_id, mode, NULL, test_got_result, &result);
  text = kefu_store_load_draft_finish (self->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return text;
}

static GPtrArray *
finish_list (StoreFixture *self, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (self->store, test_wait_result (result), &error);

  g_assert_no_error (error);
  g_assert_nonnull (rows);
  return rows;
}

GPtrArray *
test_inbox (StoreFixture *self, KefuInboxView view, KefuInboxOrder order)
{
  const KefuInboxQuery query = { .view = view, .order = order };
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_list_inbox_async (self->store, &query, NULL, 0, NULL, test_got_result, &result);
  return finish_list (self, &result);
}

GPtrArray *
test_messages (StoreFixture *self, const char *conversation_id)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_list_messages_async (self->store, conversation_id, G_MAXINT64, -1, 1000, NULL, test_got_result, &result);
  return finish_list (self, &result);
}

KefuConversationRecord *
test_conversation (StoreFixture *self, const char *id)
{
  const char *ids[] = { id, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  kefu_store_get_conversations_async (self->store, ids, NULL, test_got_result, &result);
  rows = finish_list (self, &result);
  g_assert_cmpuint (rows->len, ==, 1);
  return kefu_conversation_record_ref (g_ptr_array_index (rows, 0));
}

GPtrArray *
test_outbox (StoreFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_list_outbox_async (self->store, NULL, test_got_result, &result);
  return finish_list (self, &result);
}

/* A page, or NULL at the end. */
static KefuSearchResults *
search_page (StoreFixture *self, KefuSearchQuery *query, int group, const KefuSearchPlace *place, guint limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KefuSearchResults *results;

  if (place == NULL)
    kefu_store_search_async (self->store, query, limit, NULL, test_got_result, &result);
  else
    kefu_store_search_more_async (self->store, query, group, place, limit, NULL, test_got_result, &result);
  results = kefu_store_search_finish (self->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return results;
}

GPtrArray *
test_search_paged (StoreFixture *self, const char *text, guint limit)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_search_hit_record_unref);
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new (text, kefu_clock_now (self->clock));
  g_autoptr (KefuSearchResults) first = search_page (self, query, -1, NULL, limit);

  for (guint group = 0; group < KEFU_SEARCH_N_GROUPS; group++)
    {
      gboolean more = first->more[group];
      KefuSearchPlace place = first->next[group];

      g_ptr_array_extend (hits, first->hits[group], (GCopyFunc) kefu_search_hit_record_ref, NULL);
      while (more)
        {
          g_autoptr (KefuSearchResults) next = search_page (self, query, (int) group, &place, limit);

          g_assert_cmpuint (next->hits[group]->len, <=, limit);
          g_ptr_array_extend (hits, next->hits[group], (GCopyFunc) kefu_search_hit_record_ref, NULL);
          more = next->more[group];
          place = next->next[group];
        }
    }
  return hits;
}

static void
cache_size_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);

  g_task_return_int (task, kefu_db_int (core->cache, 0, "PRAGMA cache_size", ""));
}

gint64
store_fixture_cache_size (StoreFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_write (self->store, KEFU_WORKER_NORMAL, cache_size_job, kefu_store_request_new (), NULL, test_got_result,
                    &result);
  return g_task_propagate_int (G_TASK (test_wait_result (&result)), NULL);
}

struct _StoreGate
{
  GMutex lock;
  GCond changed;
  gboolean reached;
  gboolean open;
};

static void
gate_clear (gpointer data)
{
  StoreGate *self = data;

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static void
gate_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, gate_clear);
}

static void
gate_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StoreGate *self = task_data;

  g_mutex_lock (&self->lock);
  self->reached = TRUE;
  while (!self->open)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  g_task_return_boolean (task, TRUE);
}

StoreGate *
store_gate_new (StoreFixture *self)
{
  StoreGate *gate = g_atomic_rc_box_new0 (StoreGate);
  g_autoptr (GTask) task = g_task_new (self->store, NULL, NULL, NULL);

  g_mutex_init (&gate->lock);
  g_cond_init (&gate->changed);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (gate), gate_unref);
  kefu_worker_push (kefu_store_get_core (self->store)->reading, task, KEFU_WORKER_NORMAL, gate_job);
  return gate;
}

static gboolean
gate_is_reached (gpointer data)
{
  StoreGate *self = data;
  gboolean reached;

  g_mutex_lock (&self->lock);
  reached = self->reached;
  g_mutex_unlock (&self->lock);
  return reached;
}

void
store_gate_wait (StoreGate *self)
{
  test_wait_for (gate_is_reached, self);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
store_gate_open (StoreGate *self)
{
  g_mutex_lock (&self->lock);
  self->open = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  gate_unref (self);
}

static int
deny (void *data, int action, const char *a, const char *b, const char *schema, const char *trigger)
{
  return SQLITE_DENY;
}

void
store_fixture_break_reader (StoreFixture *self, gboolean broken)
{
  KefuStoreCore *core = kefu_store_get_core (self->store);

  g_mutex_lock (&core->reader_lock);
  sqlite3_set_authorizer (kefu_db_handle (core->reader), broken ? deny : NULL, NULL);
  g_mutex_unlock (&core->reader_lock);
}

void
store_fixture_trace (StoreFixture *self, int (*func) (unsigned, void *, void *, void *), gpointer data)
{
  KefuStoreCore *core = kefu_store_get_core (self->store);

  g_mutex_lock (&core->searcher_lock);
  if (core->searcher == NULL)
    core->searcher = kefu_store_files_open_reader (core, NULL);
  sqlite3_trace_v2 (kefu_db_handle (core->searcher), func != NULL ? SQLITE_TRACE_STMT : 0, func, data);
  g_mutex_unlock (&core->searcher_lock);
}

GPtrArray *
test_search (StoreFixture *self, const char *text)
{
  return test_search_paged (self, text, 1000);
}

/* --- the feed --- */

Feed *
feed_new (const char *epoch)
{
  Feed *self = g_new0 (Feed, 1);

  self->epoch = g_strdup (epoch);
  self->changes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
feed_free (Feed *self)
{
  g_free (self->epoch);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

gint64
feed_head (Feed *self)
{
  return self->changes->len;
}

gint64
feed_put (Feed *self, const char *kind, const char *id, const char *fields)
{
  g_autofree char *body = test_json (fields);
  gint64 seq = feed_head (self) + 1;

  g_ptr_array_add (self->changes,
                   g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",\"kind\":\"%s\",\"id\":\"%s\",\"op\":\"put\","
                                    "\"body\":{\"id\":\"%s\",\"rev\":%" G_GINT64_FORMAT "%s%s}}",
                                    seq, kind, id, id, seq, *body != '\0' ? "," : "", body));
  return seq;
}

gint64
feed_del (Feed *self, const char *kind, const char *id)
{
  gint64 seq = feed_head (self) + 1;

  g_ptr_array_add (self->changes,
                   g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",\"kind\":\"%s\",\"id\":\"%s\",\"op\":\"del\"}", seq,
                                    kind, id));
  return seq;
}

GBytes *
feed_batch (Feed *self, gint64 from, gint64 to, gboolean more)
{
  GString *json = g_string_new ("{\"t\":\"changes\",\"changes\":[");

  if (to < 0)
    to = feed_head (self);
  for (gint64 seq = from + 1; seq <= to; seq++)
    g_string_append_printf (json, "%s%s", seq > from + 1 ? "," : "",
                            (const char *) g_ptr_array_index (self->changes, (guint) seq - 1));
  g_string_append_printf (json,
                          "],\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"more\":%s,\"epoch\":\"%s\"}",
                          from, to, more ? "true" : "false", self->epoch);
  return g_string_free_to_bytes (json);
}

void
feed_put_shop (Feed *self, guint n)
{
  feed_put (self, "agent", TEST_AGENT, "'name':'小林','login':'lin','role':'agent'");
  feed_put (self, "agent", "agent-2", "'name':'阿芳','login':'fang','role':'lead'");
  feed_put (self, "channel", "channel-1", "'type':'wechat','name':'微信客服','shop':'时光表行'");
  feed_put (self, "customer", CUSTOMER_1, "'name':'沈若溪','level':'VIP2','phone':'13912342746','tags':['老客']");
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012u", i);
      g_autofree char *message = g_strdup_printf ("a0000000-0000-7000-8000-%012u", i);
      g_autofree char *fields =
        g_strdup_printf ("'customer_id':'" CUSTOMER_1
                         "','channel_id':'channel-1','key':'k%u','title':'','status':'open',"
                         "'assignee_id':'" TEST_AGENT "','waiting_since':%" G_GINT64_FORMAT
                         ",'last_in_at':%" G_GINT64_FORMAT ","
                         "'last_mseq':1,'last_at':%" G_GINT64_FORMAT
                         ",'last_text':'在吗','last_dir':'in','last_kind':'text','in_count':1,"
                         "'created_at':%" G_GINT64_FORMAT,
                         i, TEST_NOW - 60000 - i, TEST_NOW - 60000 - i, TEST_NOW - 60000 - i, TEST_NOW - 60000 - i);

      feed_put (self, "conversation", id, fields);
      feed_put_message (self, id, message, 1, "在吗");
    }
}

gint64
feed_put_message (Feed *self, const char *conversation, const char *id, gint64 mseq, const char *body)
{
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'%s','mseq':%" G_GINT64_FORMAT ",'kind':'text','dir':'in','body':'%s',"
                     "'in_no':%" G_GINT64_FORMAT ",'sent_at':%" G_GINT64_FORMAT,
                     conversation, mseq, body, mseq, TEST_NOW - 100000 + mseq);

  return feed_put (self, "message", id, fields);
}
