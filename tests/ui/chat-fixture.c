/* SPDX-License-Identifier: GPL-3.0-or-later
 * A chat pane in a window over a real store, with a keyboard. */
#include "config.h"

#include "chat-fixture.h"

#include <glib/gstdio.h>

#define SENTINEL_NAME "Pause"

/* --- a server that is never there, but for its history --- */

#define TEST_TYPE_BACKEND (test_backend_get_type ())
G_DECLARE_FINAL_TYPE (TestBackend, test_backend, TEST, BACKEND, GObject)

static void chat_backend_let_go (TestBackend *self);

/* (transfer full): message number @mseq of CONV_1 as the server tells it. */
static char *
chat_message_json (int mseq, const char *text)
{
  return g_strdup_printf (
    "{\"id\":\"e0000000-0000-7000-8000-%012d\",\"rev\":1,\"conversation_id\":\"" CONV_1
    "\",\"mseq\":%d,\"kind\":\"text\",\"dir\":\"in\",\"body\":\"%s %d\",\"in_no\":%d,\"sent_at\":%" G_GINT64_FORMAT "}",
    mseq, mseq, text, mseq, mseq, CHAT_NOW + mseq * 1000);
}

struct _TestBackend
{
  GObject parent_instance;

  int n_messages; /* of CONV_1 that it has; 0: it has no history */
  gboolean fails;
  gboolean holds;
  GPtrArray *held; /* answers that wait */
};

static KefuBackendFlags
test_backend_get_flags (KefuBackend *backend)
{
  return TEST_BACKEND (backend)->n_messages > 0 ? KEFU_BACKEND_HISTORY : 0;
}

static void
test_backend_fetch_messages_async (KefuBackend *backend,
                                   const char *conversation_id,
                                   const KefuHistoryQuery *query,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  TestBackend *self = TEST_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);
  g_autoptr (GString) json = g_string_new ("{\"messages\":[");
  gint64 before = MIN (query->before, self->n_messages + 1);
  gint64 first = MAX (before - query->limit, 1);

  if (self->fails)
    {
      g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_SERVER, "Told to fail");
      return;
    }
  for (gint64 i = first; i < before; i++)
    {
      g_autofree char *message = chat_message_json ((int) i, "很久以前说的话");

      g_string_append_printf (json, "%s%s", i > first ? "," : "", message);
    }
  g_string_append_printf (json, "],\"more\":%s}", first > 1 ? "true" : "false");
  g_object_set_data_full (G_OBJECT (task), "answer", g_string_free_to_bytes (g_steal_pointer (&json)),
                          (GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (self->held, g_steal_pointer (&task));
  chat_backend_let_go (self);
}

static GBytes *
test_backend_bytes_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_backend_close_stream (KefuBackend *backend)
{
}

static void
test_backend_iface (KefuBackendInterface *iface)
{
  iface->get_flags = test_backend_get_flags;
  iface->close_stream = test_backend_close_stream;
  iface->fetch_messages_async = test_backend_fetch_messages_async;
  iface->bytes_finish = test_backend_bytes_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestBackend,
                               test_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, test_backend_iface))

static void
test_backend_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_BACKEND (object)->held);

  G_OBJECT_CLASS (test_backend_parent_class)->finalize (object);
}

static void
test_backend_class_init (TestBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_backend_finalize;
}

static void
test_backend_init (TestBackend *self)
{
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
chat_backend_let_go (TestBackend *self)
{
  for (guint i = 0; !self->holds && i < self->held->len; i++)
    {
      GBytes *answer = g_object_get_data (self->held->pdata[i], "answer");

      g_task_return_pointer (self->held->pdata[i], g_bytes_ref (answer), (GDestroyNotify) g_bytes_unref);
    }
  if (!self->holds)
    g_ptr_array_set_size (self->held, 0);
}

void
chat_history_hold (ChatFixture *self, gboolean hold)
{
  TEST_BACKEND (self->backend)->holds = hold;
  chat_backend_let_go (TEST_BACKEND (self->backend));
}

void
chat_history_fail (ChatFixture *self, gboolean fail)
{
  TEST_BACKEND (self->backend)->fails = fail;
}

/* --- waiting for answers --- */

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GPtrArray *
finish_list (ChatFixture *self, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  chat_wait_until (*result);
  rows = kefu_store_list_finish (self->store, *result, &error);
  g_assert_no_error (error);
  return rows;
}

/* What was begun stands in the queue before this: when it answers, that is done. */
static void
settle (ChatFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) ops = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_take_ops_async (self->store, 1, NULL, result_cb, &result);
  chat_wait_until (result);
  ops = kefu_store_take_ops_finish (self->store, result, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

GPtrArray *
chat_messages (ChatFixture *self, const char *conversation_id)
{
  g_autoptr (GAsyncResult) result = NULL;

  settle (self);
  kefu_store_list_messages_async (self->store, conversation_id, G_MAXINT64, -1, 1000, NULL, result_cb, &result);
  return finish_list (self, &result);
}

guint
chat_n_sent (ChatFixture *self, const char *conversation_id)
{
  g_autoptr (GPtrArray) messages = chat_messages (self, conversation_id);
  guint n = 0;

  for (guint i = 0; i < messages->len; i++)
    n += g_strcmp0 (((KefuMessageRecord *) messages->pdata[i])->author_id, AGENT) == 0;
  return n;
}

GPtrArray *
chat_checklist (ChatFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  settle (self);
  kefu_store_list_checklist_async (self->store, "u1", NULL, result_cb, &result);
  return finish_list (self, &result);
}

KefuConversationRecord *
chat_record (ChatFixture *self, const char *conversation_id)
{
  const char *ids[] = { conversation_id, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  settle (self);
  kefu_store_get_conversations_async (self->store, ids, NULL, result_cb, &result);
  rows = finish_list (self, &result);
  g_assert_cmpuint (rows->len, ==, 1);
  return kefu_conversation_record_ref (rows->pdata[0]);
}

char *
chat_draft (ChatFixture *self, const char *conversation_id, const char *mode)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  settle (self);
  kefu_store_load_draft_async (self->store, conversation_id, mode, NULL, result_cb, &result);
  chat_wait_until (result);
  text = kefu_store_load_draft_finish (self->store, result, &error);
  g_assert_no_error (error);
  return text;
}

/* --- the feed --- */

static void
apply (ChatFixture *self, GString *changes, guint n)
{
  g_autofree char *json =
    g_strdup_printf ("{\"changes\":[%s],\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"epoch\":\"e\"}",
                     changes->str, self->seq, self->seq + n);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KefuBatchResult out;

  kefu_store_apply_batch_async (self->store, bytes, NULL, result_cb, &result);
  chat_wait_until (result);
  kefu_store_apply_batch_finish (self->store, result, &out, &error);
  g_assert_no_error (error);
  g_assert_true (out.applied);
  self->seq += n;
}

static void
append_change (ChatFixture *self, GString *changes, guint *n, const char *change)
{
  g_autofree char *json = g_strdelimit (g_strdup (change), "'", '"');
  const char *body = strstr (json, "\"body\":{");
  gint64 seq = self->seq + ++*n;

  g_assert_nonnull (body);
  body += strlen ("\"body\":{");
  /* {kind,id,"body":{ + rev,id come in front of the fields */
  g_string_append_printf (changes, "%s{\"seq\":%" G_GINT64_FORMAT ",\"op\":\"put\",", *n > 1 ? "," : "", seq);
  g_string_append_len (changes, json + 1, body - json - 1);
  g_string_append_printf (changes, "\"rev\":%" G_GINT64_FORMAT "%s", seq, *body == '}' ? "" : ",");
  g_string_append (changes, body);
}

void
chat_feed (ChatFixture *self, ...)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  const char *change;
  guint n = 0;
  va_list args;

  va_start (args, self);
  while ((change = va_arg (args, const char *)))
    append_change (self, changes, &n, change);
  va_end (args);
  apply (self, changes, n);
}

void
chat_customer_writes (ChatFixture *self, int mseq, const char *text)
{
  g_autofree char *change =
    g_strdup_printf ("{'kind':'message','id':'e0000000-0000-7000-8000-%012d','body':{'id':'e0000000-0000-7000-8000-%"
                     "012d','conversation_id':'" CONV_1 "','mseq':%d,'kind':'text','dir':'in',"
                     "'body':'%s','in_no':%d,'sent_at':%" G_GINT64_FORMAT "}}",
                     mseq, mseq, mseq, text, mseq, CHAT_NOW + mseq * 1000);

  chat_feed (self, change, NULL);
}

/* The shop: enough of everything for one conversation. */
static void
fill (ChatFixture *self)
{
  g_autofree char *conversation =
    g_strdup_printf ("{'kind':'conversation','id':'" CONV_1 "','body':{'id':'" CONV_1
                     "','customer_id':'u1','channel_id':'ch1','key':'"
                     "k1','status':'open',"
                     "'assignee_id':'a1','waiting_since':%" G_GINT64_FORMAT ",'last_in_at':%" G_GINT64_FORMAT
                     ",'last_mseq':4,'last_at':%" G_GINT64_FORMAT
                     ",'last_text':'谢谢','last_dir':'in','in_count':3,'open_items':1}}",
                     CHAT_NOW - 2 * CHAT_MINUTE, CHAT_NOW - 2 * CHAT_MINUTE, CHAT_NOW - 2 * CHAT_MINUTE);
  g_autoptr (GString) messages = g_string_new (NULL);
  guint n = 0;
  const char *lines[][2] = {
    { "in", "在吗，能送颗电池吗" }, { "out", "送您一颗电池" }, { "in", "太好了" }, { "in", "谢谢" }
  };

  chat_feed (
    self, "{'kind':'agent','id':'a1','body':{'id':'a1','name':'林小满','login':'lin'}}",
    "{'kind':'agent','id':'a2','body':{'id':'a2','name':'阿杰','login':'jie'}}",
    "{'kind':'channel','id':'ch1','body':{'id':'ch1','type':'wechat','name':'微信','shop':'拾光表行','max_len':60}}",
    "{'kind':'customer','id':'u1','body':{'id':'u1','name':'沈若溪','level':'VIP 2'}}",
    "{'kind':'customer','id':'u2','body':{'id':'u2','name':'郑可欣'}}", conversation,
    "{'kind':'conversation','id':'" CONV_2 "','body':{'id':'" CONV_2
    "','customer_id':'u2','channel_id':'ch1','key':'k2'}}",
    "{'kind':'checklist_item','id':'d0000000-0000-7000-8000-000000000001','body':{'id':'d0000000-0000-7000-8000-"
    "000000000001','customer_id':'u1','conversation_id':'" CONV_1 "','kind':'courier',"
    "'title':'改发顺丰','created_at':1718172000000}}",
    "{'kind':'phrase_group','id':'g1','body':{'id':'g1','name':'运费与包邮'}}",
    "{'kind':'phrase','id':'" PHRASE_1 "','body':{'id':'" PHRASE_1
    "','group_id':'g1','code':'yf1','title':'满额包邮说明',"
    "'body':'{customer.name}，还差 {还差多少} 元，搭一双{凑单款}就包邮。','ladder':'by','step':'说明','uses':9}}",
    "{'kind':'phrase','id':'" PHRASE_2 "','body':{'id':'" PHRASE_2
    "','group_id':'g1','code':'yf2','title':'替您申请','body':'我去申请。',"
    "'ladder':'by','step':'申请','uses':3}}",
    NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *change =
        g_strdup_printf ("{'kind':'message','id':'e0000000-0000-7000-8000-%012u','body':{'id':'e0000000-0000-7000-8000-"
                         "%012u','conversation_id':'" CONV_1 "','mseq':%u,'kind':'text','dir':'%s',"
                         "'author_id':%s,'body':'%s','in_no':%u,'sent_at':%" G_GINT64_FORMAT ",'delivery':'%s'}}",
                         i + 1, i + 1, i + 1, lines[i][0], g_str_equal (lines[i][0], "out") ? "'a2'" : "null",
                         lines[i][1], i < 2 ? 1 : i, CHAT_NOW - (10 - (gint64) i) * CHAT_MINUTE,
                         g_str_equal (lines[i][0], "out") ? "read" : "");

      append_change (self, messages, &n, change);
    }
  apply (self, messages, n);
}

/* --- the window --- */

static gboolean
key_cb (ChatFixture *self, guint keyval, guint keycode, GdkModifierType state, GtkEventControllerKey *controller)
{
  if (keyval != GDK_KEY_Pause)
    return GDK_EVENT_PROPAGATE;
  self->n_marks++;
  return GDK_EVENT_STOP;
}

static void
open_window (ChatFixture *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (self->window, 700, 640);
  self->pane = KEFU_CHAT_PANE (kefu_chat_pane_new ());
  self->composer = self->pane->composer;
  self->buffer = self->composer->buffer;
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->pane));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->window), keys);
  kefu_chat_pane_set_session (self->pane, self->session);
  gtk_window_present (self->window);
  chat_wait_until (gtk_window_is_active (self->window));
}

static void
close_window (ChatFixture *self)
{
  g_autoptr (KefuChatPane) pane = g_object_ref (self->pane);
  gpointer watched = pane;

  g_object_add_weak_pointer (G_OBJECT (pane), &watched);
  gtk_window_destroy (self->window);
  g_clear_object (&pane);
  /* Answers on their way hold it; nothing else may. */
  chat_wait_until (watched == NULL);
  self->window = NULL;
  self->pane = NULL;
}

static void
store_changed_cb (ChatFixture *self, KefuChangeSet *set)
{
  if (self->conversation && kefu_change_set_has (set, "conversation", kefu_conversation_get_id (self->conversation)))
    {
      g_autofree char *id = g_strdup (kefu_conversation_get_id (self->conversation));
      const char *ids[] = { id, NULL };
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      guint reading = ++self->n_readings;

      kefu_store_get_conversations_async (self->store, ids, NULL, result_cb, &result);
      rows = finish_list (self, &result);
      /* another change may have come, and been read, while this one was waited for */
      if (reading == self->n_readings && self->conversation && rows->len &&
          g_str_equal (id, kefu_conversation_get_id (self->conversation)))
        kefu_conversation_set_record (self->conversation, rows->pdata[0]);
    }
}

static guint
n_shown (ChatFixture *self)
{
  g_autoptr (GPtrArray) newest = kefu_timeline_view_get_newest (self->pane->timeline, 1);

  return newest->len;
}

void
chat_fixture_open (ChatFixture *self, const char *conversation_id)
{
  g_autoptr (KefuConversationRecord) record = chat_record (self, conversation_id);
  g_autoptr (GPtrArray) messages = NULL;

  g_clear_object (&self->conversation);
  self->conversation = kefu_conversation_new (record);
  kefu_chat_pane_set_conversation (self->pane, self->conversation);
  kefu_chat_pane_focus_composer (self->pane);
  /* The timeline reads on a thread that the writer's queue says nothing of. */
  messages = chat_messages (self, conversation_id);
  chat_wait_until (n_shown (self) >= MIN (messages->len, 1));
}

void
chat_fixture_new_window (ChatFixture *self)
{
  g_autofree char *id = g_strdup (kefu_conversation_get_id (self->conversation));

  close_window (self);
  open_window (self);
  chat_fixture_open (self, id);
}

static gboolean
has_phrases (ChatFixture *self)
{
  GPtrArray *phrases = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session));

  return phrases && phrases->len == 2;
}

ChatFixture *
chat_fixture_new (void)
{
  return chat_fixture_new_with_history (0);
}

ChatFixture *
chat_fixture_new_with_history (int n)
{
  static const char rules[] = "{\"rules\":[{\"match\":\"不包邮\",\"level\":\"warn\",\"why\":\"说得太生硬\",\"instead\":"
                              "\"满 99 元就免运费，{差额}再添一点就够。\"},"
                              "{\"match\":\"加我微信\",\"level\":\"block\",\"why\":\"平台不许\",\"instead\":\"\"}]}";
  ChatFixture *self = g_new0 (ChatFixture, 1);
  g_autoptr (GBytes) bytes = g_bytes_new_static (rules, sizeof rules - 1);
  g_autoptr (KefuLint) lint = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("kefu-chat-XXXXXX", &error);
  g_assert_no_error (error);
  self->clock = kefu_fake_clock_new (CHAT_NOW);
  kefu_store_open_async (self->dir, self->clock, AGENT, KEFU_STORE_DEFAULT, NULL, result_cb, &result);
  chat_wait_until (result);
  self->store = kefu_store_open_finish (result, &error);
  g_assert_no_error (error);
  fill (self);

  lint = kefu_lint_new (bytes, &error);
  g_assert_no_error (error);
  self->backend = g_object_new (TEST_TYPE_BACKEND, NULL);
  TEST_BACKEND (self->backend)->n_messages = n;
  self->engine = kefu_sync_engine_new (self->store, self->backend, self->clock, NULL);
  self->session = kefu_session_new (self->store, self->backend, self->engine, self->clock, lint, AGENT, "林小满");
  g_signal_connect_swapped (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  chat_wait_until (has_phrases (self));
  open_window (self);
  chat_fixture_open (self, CONV_1);
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_tree (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

void
chat_fixture_free (ChatFixture *self)
{
  close_window (self);
  settle (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->conversation);
  g_assert_finalize_object (self->session);
  g_assert_finalize_object (self->engine);
  kefu_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->backend);
  g_clear_object (&self->clock);
  remove_tree (self->dir);
  g_free (self->dir);
  g_free (self);
}

/* --- the keyboard --- */

static void
run_xdotool (ChatFixture *self, GPtrArray *args)
{
  g_autoptr (GError) error = NULL;
  guint mark = self->n_marks + 1;
  int status = 0;

  g_ptr_array_add (args, NULL);
  g_spawn_sync (NULL, (char **) args->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  /* The sentinel came last: with it all others are there. */
  chat_wait_until (self->n_marks >= mark);
}

void
chat_keys (ChatFixture *self, ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  const char *key;
  va_list keys;

  g_ptr_array_add (args, (gpointer) "xdotool");
  g_ptr_array_add (args, (gpointer) "key");
  g_ptr_array_add (args, (gpointer) "--clearmodifiers");
  va_start (keys, self);
  while ((key = va_arg (keys, const char *)))
    g_ptr_array_add (args, (gpointer) key);
  va_end (keys);
  g_ptr_array_add (args, (gpointer) SENTINEL_NAME);
  run_xdotool (self, args);
}

void
chat_type (ChatFixture *self, const char *text)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  const char *before[] = { "xdotool", "type", "--args", "1", "--delay", "1", text };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    g_ptr_array_add (args, (gpointer) before[i]);
  g_ptr_array_add (args, (gpointer) "key");
  g_ptr_array_add (args, (gpointer) SENTINEL_NAME);
  run_xdotool (self, args);
}

void
chat_insert (ChatFixture *self, const char *text)
{
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
}

char *
chat_text (ChatFixture *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}
