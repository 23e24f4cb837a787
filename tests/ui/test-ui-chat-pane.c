/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with a conversation: resolve, take, hand over, snooze, note down. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"

static AdwMessageDialog *
find_dialog (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

static char *
status (ChatFixture *self, const char *conversation_id)
{
  g_autoptr (KefuConversationRecord) record = chat_record (self, conversation_id);

  return g_strdup (record->status);
}

#define assert_status(self, id, expected)                                                                              \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *_status = status (self, id);                                                                      \
    g_assert_cmpstr (_status, ==, expected);                                                                           \
  }                                                                                                                    \
  G_STMT_END

static void
test_resolving_asks_while_promises_are_open (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  AdwMessageDialog *dialog = NULL;

  kefu_chat_pane_resolve (self->pane);
  chat_wait_until ((dialog = find_dialog ()));
  g_assert (dialog != NULL);
  g_assert_true (g_str_has_prefix (adw_message_dialog_get_body (dialog), "改发顺丰"));
  assert_status (self, CONV_1, "open");
  gtk_window_close (GTK_WINDOW (dialog));
  chat_wait_until (find_dialog () == NULL);
  assert_status (self, CONV_1, "open");

  kefu_chat_pane_resolve (self->pane);
  chat_wait_until ((dialog = find_dialog ()));
  g_signal_emit_by_name (kefu_ui_test_find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "_Resolve Anyway"), "clicked");
  chat_wait_until (find_dialog () == NULL);
  assert_status (self, CONV_1, "resolved");

  /* and back */
  kefu_chat_pane_resolve (self->pane);
  assert_status (self, CONV_1, "open");
}

static void
test_resolving_without_promises_asks_nothing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_fixture_open (self, CONV_2);
  kefu_chat_pane_resolve (self->pane);
  g_assert_null (find_dialog ());
  assert_status (self, CONV_2, "resolved");
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_resolve_and_next_asks_for_the_next (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  guint n_next = 0;

  g_signal_connect_swapped (self->pane, "next-requested", G_CALLBACK (count_cb), &n_next);
  chat_fixture_open (self, CONV_2);
  gtk_widget_activate_action (GTK_WIDGET (self->pane), "chat.resolve-next", NULL);
  g_assert_cmpuint (n_next, ==, 1);
}

static void
test_taking_and_handing_over (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *take = kefu_ui_test_find (GTK_WIDGET (self->pane), GTK_TYPE_BUTTON, "take");
  GtkWidget *assign = kefu_ui_test_find (GTK_WIDGET (self->pane), GTK_TYPE_MENU_BUTTON, "assign");

  chat_fixture_open (self, CONV_2);
  g_assert_true (gtk_widget_get_visible (take));
  g_assert_false (gtk_widget_get_visible (assign));
  kefu_chat_pane_take (self->pane);
  chat_wait_until (gtk_widget_get_visible (assign));
  g_assert_false (gtk_widget_get_visible (take));

  gtk_widget_activate_action (GTK_WIDGET (self->pane), "chat.assign", "s", "a2");
  chat_wait_until (g_strcmp0 (kefu_conversation_get_record (self->conversation)->assignee_name, "阿杰") == 0);
  gtk_widget_activate_action (GTK_WIDGET (self->pane), "chat.assign", "s", "");
  chat_wait_until (gtk_widget_get_visible (take));
}

static void
test_snoozing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (KefuConversationRecord) record = NULL;

  gtk_widget_activate_action (GTK_WIDGET (self->pane), "chat.snooze", "x", CHAT_NOW + CHAT_MINUTE);
  record = chat_record (self, CONV_1);
  g_assert_cmpstr (record->status, ==, "snoozed");
  g_assert_cmpint (record->snooze_until, ==, CHAT_NOW + CHAT_MINUTE);
  gtk_widget_activate_action (GTK_WIDGET (self->pane), "chat.reopen", NULL);
  assert_status (self, CONV_1, "open");
}

static KefuChecklistRecord *
find_item (GPtrArray *items, const char *proof)
{
  for (guint i = 0; i < items->len; i++)
    if (g_strcmp0 (((KefuChecklistRecord *) items->pdata[i])->proof_message_id, proof) == 0)
      return items->pdata[i];
  return NULL;
}

static void
test_one_key_notes_a_promise_down (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) items = NULL;
  KefuChecklistRecord *item;

  kefu_chat_pane_to_checklist (self->pane);
  items = chat_checklist (self);
  /* "送您一颗电池", not the "谢谢" after it */
  item = find_item (items, MESSAGE ("2"));
  g_assert (item != NULL);
  g_assert_cmpstr (item->kind, ==, "gift");
  g_assert_nonnull (strstr (item->title, "电池"));
  g_assert_cmpuint (items->len, ==, 2);
}

static void
test_the_same_promise_is_not_noted_twice (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) items = NULL;

  kefu_chat_pane_to_checklist (self->pane);
  kefu_chat_pane_to_checklist (self->pane);
  kefu_chat_pane_to_checklist (self->pane);
  items = chat_checklist (self);
  for (guint i = 0; i < items->len; i++)
    {
      KefuChecklistRecord *item = items->pdata[i];

      if (item->proof_message_id)
        g_assert_true (find_item (items, item->proof_message_id) == item);
    }
}

static void
test_noting_down_can_be_undone (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *undo;
  g_autoptr (GPtrArray) items = NULL;

  kefu_chat_pane_to_checklist (self->pane);
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->toasts), GTK_TYPE_BUTTON, "_Undo"));
  items = chat_checklist (self);
  g_assert_cmpuint (items->len, ==, 2);
  undo = kefu_ui_test_find (GTK_WIDGET (self->pane->toasts), GTK_TYPE_BUTTON, "_Undo");
  g_signal_emit_by_name (undo, "clicked");
  do
    {
      g_clear_pointer (&items, g_ptr_array_unref);
      items = chat_checklist (self);
    }
  while (items->len != 1);
}

static void
test_the_message_in_focus_goes_to_the_checklist (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) items = NULL;

  gtk_widget_activate_action (GTK_WIDGET (self->pane->timeline), "message.to-checklist", "s", MESSAGE ("4"));
  do
    {
      g_clear_pointer (&items, g_ptr_array_unref);
      items = chat_checklist (self);
    }
  while (find_item (items, MESSAGE ("4")) == NULL);
}

static void
test_a_number_for_a_name_is_masked (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_feed (self, "{'kind':'customer','id':'u2','body':{'id':'u2','name':'15000008832'}}", NULL);
  chat_fixture_open (self, CONV_2);
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (self->pane->header), "name"), ==, "150****8832");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (kefu_composer_get_text_view (self->composer)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Reply to 150****8832");
}

static void
test_an_empty_pane_does_nothing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  kefu_chat_pane_set_conversation (self->pane, NULL);
  kefu_chat_pane_resolve (self->pane);
  kefu_chat_pane_take (self->pane);
  kefu_chat_pane_to_checklist (self->pane);
  kefu_chat_pane_toggle_note_mode (self->pane);
  kefu_chat_pane_open_phrases (self->pane);
  kefu_chat_pane_send_and_next (self->pane);
  kefu_chat_pane_focus_composer (self->pane);
  assert_status (self, CONV_1, "open");
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/pane/resolving-asks-while-promises-are-open", test_resolving_asks_while_promises_are_open);
  g_test_add_func ("/ui/chat/pane/resolving-without-promises-asks-nothing",
                   test_resolving_without_promises_asks_nothing);
  g_test_add_func ("/ui/chat/pane/resolve-and-next-asks-for-the-next", test_resolve_and_next_asks_for_the_next);
  g_test_add_func ("/ui/chat/pane/taking-and-handing-over", test_taking_and_handing_over);
  g_test_add_func ("/ui/chat/pane/snoozing", test_snoozing);
  g_test_add_func ("/ui/chat/pane/one-key-notes-a-promise-down", test_one_key_notes_a_promise_down);
  g_test_add_func ("/ui/chat/pane/the-same-promise-is-not-noted-twice", test_the_same_promise_is_not_noted_twice);
  g_test_add_func ("/ui/chat/pane/noting-down-can-be-undone", test_noting_down_can_be_undone);
  g_test_add_func ("/ui/chat/pane/the-message-in-focus-goes-to-the-checklist",
                   test_the_message_in_focus_goes_to_the_checklist);
  g_test_add_func ("/ui/chat/pane/a-number-for-a-name-is-masked", test_a_number_for_a_name_is_masked);
  g_test_add_func ("/ui/chat/pane/an-empty-pane-does-nothing", test_an_empty_pane_does_nothing);
  return g_test_run ();
}
