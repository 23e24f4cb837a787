/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was refused and what a colleague was faster with: asked where it was typed, and in the tray. */
#include "config.h"

#include "fixture.h"
#include "kefu-composer.h"
#include "kefu-conflict-box.h"
#include "kefu-conflict-card.h"
#include "kefu-session-edits.h"
#include "kefu-side-panel.h"
#include "kefu-tray-row.h"
#include "kefu-tray.h"
#include "kefu-ui-test.h"
#include "kefu-window.h"
#include "kefu-workspace-view.h"

#define ITEM "01900000-0009-7000-8000-000000000001"

typedef struct
{
  KefuFixture *fixture;
  KefuWindow *window;
  GtkWidget *view;
  char *conversation_id;
  KefuChecklistRecord *item;
  KefuCustomerRecord *customer;
} Desk;

static void
got_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

#define WAIT_RESULT(result) kefu_ui_test_wait ((result) != NULL)

static KefuOutboxList *
outbox (Desk *desk)
{
  return kefu_session_get_outbox (desk->fixture->session);
}

static GtkWidget *
part (GtkWidget *widget, const char *id)
{
  GtkWidget *found = kefu_ui_test_find (widget, GTK_TYPE_WIDGET, id);

  g_assert_nonnull (found);
  return found;
}

/* A conversation with a promise in it. */
static void
desk_open (Desk *desk)
{
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) customers = NULL;
  g_autoptr (GPtrArray) conversations = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *feed = NULL;
  const char *ids[] = { NULL, NULL };
  KefuConversationRecord *conversation;
  KefuStore *store;

  desk->fixture = kefu_fixture_new ();
  store = desk->fixture->store;
  desk->conversation_id = kefu_fixture_id (1);
  ids[0] = desk->conversation_id;
  kefu_store_get_conversations_async (store, ids, NULL, got_result, &found);
  WAIT_RESULT (found);
  conversations = kefu_store_list_finish (store, found, NULL);
  conversation = conversations->pdata[0];
  feed = g_strdup_printf (
    "[{\"kind\":\"agent\",\"id\":\"fang\",\"op\":\"put\",\"body\":{\"id\":\"fang\",\"name\":\"王芳\",\"login\":"
    "\"fang\"}},"
    "{\"kind\":\"checklist_item\",\"id\":\"" ITEM "\",\"op\":\"put\",\"body\":{\"id\":\"" ITEM
    "\",\"customer_id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"gift\",\"title\":\"送电池\",\"created_at\":1}}]",
    conversation->customer_id, conversation->id);
  kefu_fixture_feed (desk->fixture, feed);
  kefu_store_get_customer_async (store, conversation->customer_id, NULL, NULL, got_result, &customers);
  WAIT_RESULT (customers);
  records = kefu_store_list_finish (store, customers, NULL);
  desk->customer = kefu_customer_record_ref (records->pdata[0]);
  desk->item = kefu_checklist_record_new ();
  desk->item->id = g_strdup (ITEM);
  desk->item->kind = g_strdup ("gift");
  desk->item->title = g_strdup ("送电池");

  desk->window = kefu_window_new (NULL, desk->fixture->settings);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 1280, 800);
  kefu_window_show_session (desk->window, desk->fixture->session, "拾光表行");
  gtk_window_present (GTK_WINDOW (desk->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (desk->window));
  desk->view = GTK_WIDGET (kefu_window_get_view (desk->window));
  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk->view), desk->conversation_id, NULL);
  kefu_ui_test_settle ();
}

static void
desk_close (Desk *desk)
{
  gpointer window = desk->window;

  gtk_window_set_focus (window, NULL);
  kefu_ui_test_settle ();
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  /* An answer of the store that is under way holds what it is for. */
  kefu_ui_test_wait (window == NULL);
  g_free (desk->conversation_id);
  kefu_checklist_record_unref (desk->item);
  kefu_customer_record_unref (desk->customer);
  kefu_fixture_free (desk->fixture);
}

/* The server's word on the newest operation; @rest without its id. */
static void
answer (Desk *desk, const char *rest)
{
  KefuStore *store = desk->fixture->store;
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (GAsyncResult) settled = NULL;
  g_autoptr (GBytes) ops = NULL;
  g_autoptr (GBytes) results = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  guint n_before = kefu_store_get_n_rejected (store);
  JsonArray *list;

  kefu_store_take_ops_async (store, 100, NULL, got_result, &taken);
  WAIT_RESULT (taken);
  ops = kefu_store_take_ops_finish (store, taken, NULL);
  g_assert_nonnull (ops);
  text = g_strndup (g_bytes_get_data (ops, NULL), g_bytes_get_size (ops));
  node = json_from_string (text, NULL);
  list = json_object_get_array_member (json_node_get_object (node), "ops");
  json = g_strdup_printf (
    "{\"results\":[{\"op_id\":\"%s\",%s}]}",
    json_object_get_string_member (json_array_get_object_element (list, json_array_get_length (list) - 1), "op_id"),
    rest);
  results = g_bytes_new (json, strlen (json));
  kefu_store_settle_ops_async (store, results, NULL, got_result, &settled);
  WAIT_RESULT (settled);
  kefu_ui_test_wait (kefu_outbox_list_get_n_rejected (outbox (desk)) == n_before + 1);
}

static void
answer_conflict (Desk *desk, const char *field, const char *theirs)
{
  g_autofree char *rest = g_strdup_printf (
    "\"status\":\"conflict\",\"entity\":{\"rev\":9000000,\"%s\":\"%s\"},\"error\":{\"code\":\"conflict\",\"message\":"
    "\"%s: …\",\"fields\":[{\"field\":\"%s\",\"by\":\"fang\",\"at\":%" G_GINT64_FORMAT "}]}",
    field, theirs, field, field, KEFU_FIXTURE_NOW - 120000);

  answer (desk, rest);
}

static GtkWidget *
shown_card (Desk *desk, const char *page)
{
  KefuSidePanel *panel = KEFU_SIDE_PANEL (kefu_ui_test_find (desk->view, KEFU_TYPE_SIDE_PANEL, NULL));

  kefu_side_panel_set_page (panel, page);
  kefu_ui_test_settle ();
  return kefu_ui_test_find (GTK_WIDGET (panel), KEFU_TYPE_CONFLICT_CARD, NULL);
}

static GtkWidget *
open_tray (Desk *desk)
{
  GtkWidget *tray = part (desk->view, "tray");

  g_signal_emit_by_name (part (tray, "button"), "clicked");
  kefu_ui_test_settle ();
  return tray;
}

static void
test_a_field_of_two_asks_in_the_panel (void)
{
  Desk desk = { 0 };
  GtkWidget *card;

  desk_open (&desk);
  kefu_session_edit_checklist (desk.fixture->session, desk.item, "gift", "送两颗电池", 0, NULL, NULL);
  answer_conflict (&desk, "title", "送表带");
  card = shown_card (&desk, "checklist");
  g_assert_nonnull (card);
  g_assert_cmpstr (kefu_ui_test_text (card, "mine_label"), ==, "送两颗电池");
  g_assert_cmpstr (kefu_ui_test_text (card, "theirs_label"), ==, "送表带");
  g_assert_cmpstr (kefu_ui_test_text (card, "theirs_key"), ==, "Theirs (王芳, 14:03):");
  kefu_ui_shot (GTK_WIDGET (desk.window), "conflict-checklist");

  g_signal_emit_by_name (part (card, "mine_button"), "clicked");
  kefu_ui_test_wait (kefu_outbox_list_get_n_rejected (outbox (&desk)) == 0);
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, 1);
  kefu_ui_test_settle ();
  g_assert_null (shown_card (&desk, "checklist"));
  desk_close (&desk);
}

static void
test_a_number_of_two_is_hidden_again (void)
{
  Desk desk = { 0 };
  GtkWidget *card;
  GtkToggleButton *reveal;

  desk_open (&desk);
  kefu_session_edit_customer (desk.fixture->session, desk.customer, "phone", desk.customer->phone, "13900001111", NULL);
  answer_conflict (&desk, "phone", "13800002222");
  card =
    kefu_ui_test_find (kefu_ui_test_find (open_tray (&desk), KEFU_TYPE_TRAY_ROW, NULL), KEFU_TYPE_CONFLICT_CARD, NULL);
  reveal = GTK_TOGGLE_BUTTON (part (card, "reveal_button"));
  g_assert_cmpstr (kefu_ui_test_text (card, "mine_label"), !=, "13900001111");
  gtk_toggle_button_set_active (reveal, TRUE);
  g_assert_cmpstr (kefu_ui_test_text (card, "mine_label"), ==, "13900001111");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), 30000);
  g_assert_false (gtk_toggle_button_get_active (reveal));
  g_assert_cmpstr (kefu_ui_test_text (card, "mine_label"), !=, "13900001111");

  gtk_toggle_button_set_active (reveal, TRUE);
  gtk_popover_popdown (GTK_POPOVER (part (part (desk.view, "tray"), "popover")));
  kefu_ui_test_wait (!gtk_toggle_button_get_active (reveal));
  desk_close (&desk);
}

static void
test_the_tray_asks_and_never_repeats (void)
{
  Desk desk = { 0 };
  GtkWidget *tray, *row, *card;

  desk_open (&desk);
  kefu_session_edit_customer (desk.fixture->session, desk.customer, "notes", desk.customer->notes, "周末送货", NULL);
  answer_conflict (&desk, "notes", "工作日送货，送到前台");
  tray = open_tray (&desk);
  row = kefu_ui_test_find (tray, KEFU_TYPE_TRAY_ROW, NULL);
  card = kefu_ui_test_find (row, KEFU_TYPE_CONFLICT_CARD, NULL);
  g_assert_nonnull (card);
  g_assert_false (gtk_widget_get_visible (part (row, "retry_button")));
  g_assert_false (gtk_widget_get_visible (part (row, "discard_button")));
  g_assert_true (gtk_widget_get_visible (part (row, "edit_button")));
  kefu_ui_shot (part (tray, "popover"), "conflict-tray");
  g_signal_emit_by_name (part (card, "theirs_button"), "clicked");
  kefu_ui_test_wait (kefu_outbox_list_get_n_rejected (outbox (&desk)) == 0);
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, 0);
  desk_close (&desk);
}

static char *
composer_text (Desk *desk)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (
    kefu_composer_get_text_view (KEFU_COMPOSER (kefu_ui_test_find (desk->view, KEFU_TYPE_COMPOSER, NULL))));
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  return g_steal_pointer (&text);
}

static void
test_a_refused_message_goes_below_the_draft (void)
{
  Desk desk = { 0 };
  GtkWidget *row;
  g_autofree char *text = NULL;

  desk_open (&desk);
  kefu_session_send_message (desk.fixture->session, desk.conversation_id, FALSE, "可以的", NULL);
  answer (&desk, "\"status\":\"rejected\",\"error\":{\"code\":\"x\",\"message\":\"The window is closed\"}");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (kefu_composer_get_text_view (
                              KEFU_COMPOSER (kefu_ui_test_find (desk.view, KEFU_TYPE_COMPOSER, NULL)))),
                            "写了一半", -1);
  row = kefu_ui_test_find (open_tray (&desk), KEFU_TYPE_TRAY_ROW, NULL);
  g_assert_true (gtk_widget_get_visible (part (row, "retry_button")));
  gtk_widget_activate_action (row, "row.edit", NULL);
  kefu_ui_test_wait (kefu_outbox_list_get_n_rejected (outbox (&desk)) == 0);
  text = composer_text (&desk);
  g_assert_cmpstr (text, ==, "写了一半\n可以的");
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, 0);
  desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/conflicts/a-field-of-two-asks-in-the-panel", test_a_field_of_two_asks_in_the_panel);
  g_test_add_func ("/ui/conflicts/a-number-of-two-is-hidden-again", test_a_number_of_two_is_hidden_again);
  g_test_add_func ("/ui/conflicts/the-tray-asks-and-never-repeats", test_the_tray_asks_and_never_repeats);
  g_test_add_func ("/ui/conflicts/a-refused-message-goes-below-the-draft", test_a_refused_message_goes_below_the_draft);
  return g_test_run ();
}
