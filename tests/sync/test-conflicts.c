/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two agents at two desks and the real kefu-server: what they edit merges, or the later one is asked. */
#include "config.h"

#include <signal.h>

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

#include "kefu-db.h"
#include "kefu-native-backend.h"
#include "kefu-session-conflicts.h"
#include "kefu-session-edits.h"
#include "kefu-signature.h"
#include "server-process.h"
#include "store-fixture.h"

typedef struct
{
  char *agent_id;
  StoreFixture *store;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  KefuSession *session;
} Desk;

typedef struct
{
  char *dir;
  char *address;
  GSubprocess *server;
  KefuClock *clock;
  Desk fang; /* 王芳 */
  Desk qing; /* 李青 */
} World;

/* --- the server --- */

static void
customer_writes (World *self, const char *channel_id, const char *secret)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *json = g_strdup_printf (
    "{\"events\":[{\"id\":\"e1\",\"type\":\"message\",\"conversation\":{\"key\":\"k1\",\"type\":\"direct\"},"
    "\"sender\":{\"key\":\"k1\",\"name\":\"沈若溪\"},\"sent_at\":%" G_GINT64_FORMAT
    ",\"parts\":[{\"type\":\"text\",\"text\":\"在吗\"}]}]}",
    now);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now / 1000);
  g_autofree char *signature = kefu_signature_make (secret, now / 1000, body);
  g_autofree char *uri = g_strdup_printf ("http://kefu/v1/channels/%s/inbound", channel_id);
  g_autoptr (GSocketAddress) socket = g_unix_socket_address_new (self->address + strlen ("unix:"));
  g_autoptr (SoupSession) shop = soup_session_new_with_options ("remote-connectable", socket, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) answer = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Signature", signature);
  soup_session_send_and_read_async (shop, message, G_PRIORITY_DEFAULT, NULL, test_got_result, &result);
  answer = soup_session_send_and_read_finish (shop, test_wait_result (&result), NULL);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* --- the desks --- */

static void
connect_desk (World *self, Desk *desk)
{
  desk->engine = kefu_sync_engine_new (desk->store->store, desk->backend, self->clock, NULL);
  kefu_sync_engine_start (desk->engine);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* The desk works on without a network. */
static void
disconnect_desk (Desk *desk)
{
  gpointer watched = desk->engine;

  kefu_sync_engine_stop (desk->engine);
  g_object_add_weak_pointer (G_OBJECT (desk->engine), &watched);
  g_clear_object (&desk->engine);
  test_wait_for (is_gone, &watched);
}

static void
open_desk (World *self, Desk *desk, const char *login, const char *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  desk->backend = kefu_native_backend_new (self->address, NULL);
  kefu_backend_sign_in_async (desk->backend, login, "richtig", login, "Desk", NULL, test_got_result, &result);
  credentials = kefu_backend_sign_in_finish (desk->backend, test_wait_result (&result), &error);
  g_assert_no_error (error);
  desk->agent_id = g_strdup (credentials->agent_id);
  kefu_backend_set_token (desk->backend, credentials->token);
  desk->store = store_fixture_new_for (desk->agent_id, self->clock);
  desk->session = kefu_session_new (desk->store->store, NULL, NULL, self->clock, NULL, desk->agent_id, name);
  connect_desk (self, desk);
}

static void
close_desk (Desk *desk)
{
  if (desk->engine != NULL)
    disconnect_desk (desk);
  g_clear_object (&desk->session);
  g_clear_object (&desk->backend);
  store_fixture_free (desk->store);
  g_free (desk->agent_id);
}

/* Both desks are on line and have nothing left to say or to hear. */
static gboolean
are_equal (gpointer data)
{
  World *self = data;
  Desk *desks[] = { &self->fang, &self->qing };
  g_autofree char *path = g_build_filename (self->dir, "kefu.db", NULL);
  g_autoptr (KefuDb) db = NULL;
  g_autofree char *head = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (desks); i++)
    {
      kefu_sync_engine_retry_now (desks[i]->engine);
      if (kefu_sync_engine_get_state (desks[i]->engine) != KEFU_SYNC_LIVE ||
          kefu_store_get_n_pending (desks[i]->store->store) > 0)
        return FALSE;
    }
  db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  head = kefu_db_text (db, "SELECT '.' || max(seq) FROM change", "");
  for (guint i = 0; i < G_N_ELEMENTS (desks); i++)
    {
      g_autofree char *cursor = kefu_store_dup_cursor (desks[i]->store->store);

      if (cursor == NULL || !g_str_has_suffix (cursor, head))
        return FALSE;
    }
  return TRUE;
}

/* What the agent did has reached the outbox: the writer takes one thing after the other. */
static void
flush (Desk *desk)
{
  g_autofree char *draft = test_draft (desk->store, "", "reply");
}

static void
settle (World *self)
{
  flush (&self->fang);
  flush (&self->qing);
  if (self->fang.engine == NULL)
    connect_desk (self, &self->fang);
  if (self->qing.engine == NULL)
    connect_desk (self, &self->qing);
  test_wait_for (are_equal, self);
}

static gboolean
has_sent (gpointer data)
{
  Desk *desk = data;

  kefu_sync_engine_retry_now (desk->engine);
  return kefu_store_get_n_pending (desk->store->store) == 0;
}

/* What the desk has done is at the server before anything else happens. */
static void
send_first (Desk *desk)
{
  flush (desk);
  test_wait_for (has_sent, desk);
}

static gpointer
first_record (Desk *desk, GAsyncResult *result)
{
  g_autoptr (GPtrArray) records = kefu_store_list_finish (desk->store->store, result, NULL);

  return records->len > 0 ? g_ptr_array_steal_index (records, 0) : NULL;
}

static char *
customer_of (Desk *desk)
{
  g_autoptr (GPtrArray) inbox = test_inbox (desk->store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);

  g_assert_cmpuint (inbox->len, ==, 1);
  return g_strdup (((KefuConversationRecord *) inbox->pdata[0])->customer_id);
}

/* (transfer full) (nullable): the one item, as the desk shows it. */
static KefuChecklistRecord *
item_of (Desk *desk)
{
  g_autofree char *customer_id = customer_of (desk);
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_list_checklist_async (desk->store->store, customer_id, NULL, test_got_result, &result);
  return first_record (desk, test_wait_result (&result));
}

static KefuCustomerRecord *
customer_record_of (Desk *desk)
{
  g_autofree char *customer_id = customer_of (desk);
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_get_customer_async (desk->store->store, customer_id, NULL, NULL, test_got_result, &result);
  return first_record (desk, test_wait_result (&result));
}

static void
edit_title (Desk *desk, KefuChecklistRecord *seen, const char *title)
{
  kefu_session_edit_checklist (desk->session, seen, seen->kind, title, seen->due_at, seen->order_id, NULL);
}

static void
assert_title (Desk *desk, const char *expected)
{
  g_autoptr (KefuChecklistRecord) item = item_of (desk);

  g_assert_cmpstr (item != NULL ? item->title : NULL, ==, expected);
}

/* (transfer full): what @desk is asked, which must be "field: mine / who: theirs". */
static KefuOutboxRecord *
asked (Desk *desk, const char *expected)
{
  g_autoptr (GPtrArray) tray = test_outbox (desk->store);
  KefuOutboxRecord *record;
  g_autofree char *text = NULL;

  g_assert_cmpuint (tray->len, ==, 1);
  record = g_ptr_array_steal_index (tray, 0);
  g_assert_nonnull (record->conflict);
  text = g_strdup_printf ("%s: %s / %s: %s", record->conflict->field,
                          record->conflict->removing ? "-" : record->conflict->mine, record->conflict->by_name,
                          record->conflict->removed ? "-" : record->conflict->theirs);
  g_assert_cmpstr (text, ==, expected);
  return record;
}

static void
assert_nobody_is_asked (World *self)
{
  g_assert_cmpuint (kefu_store_get_n_rejected (self->fang.store->store), ==, 0);
  g_assert_cmpuint (kefu_store_get_n_rejected (self->qing.store->store), ==, 0);
}

/* --- the whole --- */

static void
set_up (World *self, gconstpointer data)
{
  static const char *const add_fang[] = { "user", "add", "fang", "王芳", "--password-stdin", NULL };
  static const char *const add_qing[] = { "user", "add", "qing", "李青", "--password-stdin", NULL };
  static const char *const add_channel[] = { "channel", "add", "wangwang", "旺旺", "--shop", "表带店", NULL };
  g_autofree char *fang = NULL;
  g_autofree char *qing = NULL;
  g_autofree char *channel = NULL;
  g_autofree char *channel_id = NULL;
  g_autofree char *secret = NULL;
  g_autoptr (GPtrArray) inbox = NULL;

  self->dir = g_dir_make_tmp ("kefu-conflicts-XXXXXX", NULL);
  self->clock = kefu_system_clock_new ();
  self->address = g_strdup_printf ("unix:%s/kefu.sock", self->dir);
  fang = server_process_command (self->dir, "richtig\n", add_fang);
  qing = server_process_command (self->dir, "richtig\n", add_qing);
  channel = server_process_command (self->dir, NULL, add_channel);
  channel_id = server_process_value (channel, "id");
  secret = server_process_value (channel, "secret");
  self->server = server_process_start (self->dir);
  customer_writes (self, channel_id, secret);
  open_desk (self, &self->fang, "fang", "王芳");
  open_desk (self, &self->qing, "qing", "李青");
  settle (self);
  inbox = test_inbox (self->fang.store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  kefu_session_add_checklist (self->fang.session, ((KefuConversationRecord *) inbox->pdata[0])->id, "gift", "送电池", 0,
                              NULL, NULL);
  send_first (&self->fang);
  settle (self);
}

static void
tear_down (World *self, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", self->dir);

  close_desk (&self->fang);
  close_desk (&self->qing);
  server_process_kill (&self->server);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_clear_object (&self->clock);
  g_free (self->dir);
  g_free (self->address);
}

static void
test_different_fields_merge (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->fang);
  g_autoptr (KefuCustomerRecord) customer = customer_record_of (&self->fang);
  g_autoptr (KefuChecklistRecord) item = NULL;
  g_autoptr (KefuCustomerRecord) after = NULL;
  g_autofree char *tags = NULL;

  disconnect_desk (&self->fang);
  disconnect_desk (&self->qing);
  edit_title (&self->fang, seen, "送两颗电池");
  kefu_session_edit_customer (self->fang.session, customer, "notes", "", "爱问物流", NULL);
  kefu_session_tag_customer (self->fang.session, customer->id, "送礼", TRUE);
  kefu_session_edit_checklist (self->qing.session, seen, "resend", seen->title, 1800000000000, NULL, NULL);
  kefu_session_set_done (self->qing.session, seen->id, TRUE);
  kefu_session_edit_customer (self->qing.session, customer, "region", "", "杭州", NULL);
  kefu_session_tag_customer (self->qing.session, customer->id, "爱砍价", TRUE);
  settle (self);

  assert_nobody_is_asked (self);
  item = item_of (&self->qing);
  after = customer_record_of (&self->fang);
  tags = g_strjoinv (",", after->tags);
  g_assert_cmpstr (item->title, ==, "送两颗电池");
  g_assert_cmpstr (item->kind, ==, "resend");
  g_assert_cmpint (item->due_at, ==, 1800000000000);
  g_assert_true (item->done);
  g_assert_cmpstr (after->notes, ==, "爱问物流");
  g_assert_cmpstr (after->region, ==, "杭州");
  g_assert_nonnull (strstr (tags, "送礼"));
  g_assert_nonnull (strstr (tags, "爱砍价"));
}

static void
test_the_same_field_asks_and_lets_the_others_through (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (KefuChecklistRecord) item = NULL;
  g_autoptr (KefuOutboxRecord) question = NULL;

  disconnect_desk (&self->qing);
  kefu_session_edit_checklist (self->qing.session, seen, "resend", "送表带", 1800000000000, NULL, NULL);
  edit_title (&self->fang, seen, "送两颗电池");
  send_first (&self->fang);
  settle (self);

  assert_title (&self->qing, "送两颗电池");
  question = asked (&self->qing, "title: 送表带 / 王芳: 送两颗电池");
  item = item_of (&self->fang);
  g_assert_cmpstr (item->kind, ==, "resend");
  g_assert_cmpint (item->due_at, ==, 1800000000000);
  g_assert_cmpint (question->conflict->at, >, 0);

  kefu_session_use_mine (self->qing.session, question);
  settle (self);
  assert_nobody_is_asked (self);
  assert_title (&self->fang, "送表带");
}

static void
test_several_fields_ask_one_by_one (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (GPtrArray) tray = NULL;
  g_autoptr (KefuChecklistRecord) item = NULL;

  disconnect_desk (&self->qing);
  kefu_session_edit_checklist (self->qing.session, seen, "resend", "送表带", 1800000000000, NULL, NULL);
  kefu_session_edit_checklist (self->fang.session, seen, "callback", "送两颗电池", 1900000000000, NULL, NULL);
  send_first (&self->fang);
  settle (self);

  tray = test_outbox (self->qing.store);
  g_assert_cmpuint (tray->len, ==, 3);
  kefu_session_use_mine (self->qing.session, tray->pdata[0]);
  kefu_session_keep_theirs (self->qing.session, tray->pdata[1]);
  kefu_session_use_mine (self->qing.session, tray->pdata[2]);
  settle (self);
  assert_nobody_is_asked (self);
  item = item_of (&self->fang);
  g_assert_cmpstr (item->title, ==, "送表带");
  g_assert_cmpstr (item->kind, ==, "callback");
  g_assert_cmpint (item->due_at, ==, 1800000000000);
}

static void
test_an_open_editor_does_not_overwrite_what_came_meanwhile (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) opened = item_of (&self->qing);
  g_autoptr (KefuCustomerRecord) customer = customer_record_of (&self->qing);
  g_autoptr (KefuOutboxRecord) question = NULL;

  edit_title (&self->fang, opened, "送两颗电池");
  kefu_session_edit_customer (self->fang.session, customer, "notes", customer->notes, "爱问物流", NULL);
  send_first (&self->fang);
  settle (self);
  assert_title (&self->qing, "送两颗电池");
  /* Only what the agent changed is saved. */
  kefu_session_edit_customer (self->qing.session, customer, "notes", customer->notes, customer->notes, NULL);
  edit_title (&self->qing, opened, "送表带");
  settle (self);
  question = asked (&self->qing, "title: 送表带 / 王芳: 送两颗电池");
  g_clear_pointer (&customer, kefu_customer_record_unref);
  customer = customer_record_of (&self->qing);
  g_assert_cmpstr (customer->notes, ==, "爱问物流");

  kefu_session_keep_theirs (self->qing.session, question);
  settle (self);
  assert_title (&self->qing, "送两颗电池");
}

static void
test_an_answer_to_what_has_changed_again_asks_again (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (KefuChecklistRecord) seen_later = NULL;
  g_autoptr (KefuOutboxRecord) question = NULL;
  g_autoptr (KefuOutboxRecord) again = NULL;

  disconnect_desk (&self->qing);
  edit_title (&self->qing, seen, "送表带");
  edit_title (&self->fang, seen, "送两颗电池");
  send_first (&self->fang);
  settle (self);
  question = asked (&self->qing, "title: 送表带 / 王芳: 送两颗电池");

  disconnect_desk (&self->qing);
  kefu_session_use_mine (self->qing.session, question);
  seen_later = item_of (&self->fang);
  edit_title (&self->fang, seen_later, "送礼盒");
  send_first (&self->fang);
  settle (self);
  again = asked (&self->qing, "title: 送表带 / 王芳: 送礼盒");
  assert_title (&self->fang, "送礼盒");

  /* And while it is only looked at, theirs moves on. */
  g_clear_pointer (&seen_later, kefu_checklist_record_unref);
  seen_later = item_of (&self->fang);
  edit_title (&self->fang, seen_later, "送大礼盒");
  send_first (&self->fang);
  settle (self);
  g_clear_pointer (&again, kefu_outbox_record_unref);
  again = asked (&self->qing, "title: 送表带 / : 送大礼盒");
  kefu_session_use_mine (self->qing.session, again);
  settle (self);
  assert_title (&self->fang, "送表带");
  assert_nobody_is_asked (self);
}

static void
test_what_was_removed_asks_and_comes_back (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (KefuOutboxRecord) question = NULL;

  disconnect_desk (&self->qing);
  edit_title (&self->qing, seen, "送表带");
  kefu_session_remove_checklist (self->fang.session, seen);
  send_first (&self->fang);
  settle (self);
  assert_title (&self->qing, NULL);
  question = asked (&self->qing, "title: 送表带 / 王芳: -");
  kefu_session_use_mine (self->qing.session, question);
  settle (self);
  assert_title (&self->fang, "送表带");
  assert_nobody_is_asked (self);
}

static void
test_a_removal_of_what_was_edited_asks (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (KefuOutboxRecord) question = NULL;

  disconnect_desk (&self->qing);
  kefu_session_remove_checklist (self->qing.session, seen);
  flush (&self->qing);
  assert_title (&self->qing, NULL);
  edit_title (&self->fang, seen, "送两颗电池");
  send_first (&self->fang);
  settle (self);
  assert_title (&self->qing, "送两颗电池");
  question = asked (&self->qing, "title: - / 王芳: 送两颗电池");
  kefu_session_use_mine (self->qing.session, question);
  settle (self);
  assert_title (&self->fang, NULL);
  assert_nobody_is_asked (self);
  kefu_session_restore_checklist (self->qing.session, seen->id);
  settle (self);
  assert_title (&self->fang, "送两颗电池");
}

static void
test_an_agents_own_edits_in_a_row_ask_nothing (World *self, gconstpointer data)
{
  g_autoptr (KefuChecklistRecord) seen = item_of (&self->qing);
  g_autoptr (KefuChecklistRecord) first = NULL;

  disconnect_desk (&self->qing);
  edit_title (&self->qing, seen, "送表带");
  flush (&self->qing);
  first = item_of (&self->qing);
  edit_title (&self->qing, first, "送钢表带");
  /* Another field is touched meanwhile. */
  kefu_session_set_done (self->fang.session, seen->id, TRUE);
  send_first (&self->fang);
  settle (self);
  assert_nobody_is_asked (self);
  assert_title (&self->fang, "送钢表带");
}

#define ADD(name, func) g_test_add ("/conflicts/" name, World, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("different-fields-merge", test_different_fields_merge);
  ADD ("the-same-field-asks-and-lets-the-others-through", test_the_same_field_asks_and_lets_the_others_through);
  ADD ("several-fields-ask-one-by-one", test_several_fields_ask_one_by_one);
  ADD ("an-open-editor-does-not-overwrite-what-came-meanwhile",
       test_an_open_editor_does_not_overwrite_what_came_meanwhile);
  ADD ("an-answer-to-what-has-changed-again-asks-again", test_an_answer_to_what_has_changed_again_asks_again);
  ADD ("what-was-removed-asks-and-comes-back", test_what_was_removed_asks_and_comes_back);
  ADD ("a-removal-of-what-was-edited-asks", test_a_removal_of_what_was_edited_asks);
  ADD ("an-agents-own-edits-in-a-row-ask-nothing", test_an_agents_own_edits_in_a_row_ask_nothing);
  return g_test_run ();
}
