/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writing and sending: keys, input method, drafts, lint. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"
#include "kefu-blanks.h"

static char *
last_body (ChatFixture *self, const char *conversation_id)
{
  g_autoptr (GPtrArray) messages = chat_messages (self, conversation_id);

  g_assert_cmpuint (messages->len, >, 0);
  return g_strdup (((KefuMessageRecord *) messages->pdata[messages->len - 1])->body);
}

static void
test_enter_sends_exactly_once (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *body = NULL;

  chat_type (self, "  on its way ");
  chat_keys (self, "Return", "Return", "Return", NULL);

  chat_assert_text (self, "");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
  body = last_body (self, CONV_1);
  g_assert_cmpstr (body, ==, "on its way");
}

static void
test_shift_enter_breaks_the_line (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_keys (self, "a", "shift+Return", "b", NULL);
  chat_assert_text (self, "a\nb");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);

  /* and the other way round where the agent wants it so */
  g_object_set (self->pane, "enter-sends", FALSE, NULL);
  chat_keys (self, "Return", "c", NULL);
  chat_assert_text (self, "a\nb\nc");
  chat_keys (self, "shift+Return", NULL);
  chat_assert_text (self, "");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static void
test_enter_of_the_input_method_does_not_send (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_use_test_im (self);
  chat_keys (self, "h", "a", "o", "Return", NULL);
  chat_assert_text (self, "hao");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);

  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static void
test_nothing_is_sent_without_text (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_keys (self, "space", "shift+Return", "space", "Return", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->composer), "composer.send", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_ctrl_enter_asks_for_the_next (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  guint n_next = 0;

  g_signal_connect_swapped (self->pane, "next-requested", G_CALLBACK (count_cb), &n_next);
  chat_keys (self, "ctrl+Return", NULL);
  g_assert_cmpuint (n_next, ==, 0);
  chat_keys (self, "o", "k", "ctrl+Return", NULL);
  g_assert_cmpuint (n_next, ==, 1);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static void
test_note_mode_keeps_a_note (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) messages = NULL;

  kefu_chat_pane_toggle_note_mode (self->pane);
  g_assert_true (gtk_widget_has_css_class (self->composer->card, "note"));
  g_assert_true (gtk_widget_get_mapped (self->composer->note_hint));
  kefu_ui_shot (GTK_WIDGET (self->pane), "composer-note");
  /* no customer reads it: nothing is held back */
  chat_insert (self, "他要不包邮，加我微信");
  g_assert_false (gtk_widget_get_mapped (self->composer->note_hint));
  chat_keys (self, "Return", NULL);
  messages = chat_messages (self, CONV_1);
  g_assert_cmpstr (((KefuMessageRecord *) messages->pdata[messages->len - 1])->kind, ==, "note");

  /* the next customer starts with a reply */
  chat_fixture_open (self, CONV_2);
  g_assert_false (kefu_composer_get_note_mode (self->composer));
  g_assert_false (gtk_widget_get_mapped (self->composer->note_hint));
}

static gboolean
is_bold (PangoAttribute *attribute, gpointer user_data)
{
  PangoAttribute *range = user_data;

  if (attribute->klass->type != PANGO_ATTR_WEIGHT)
    return FALSE;
  range->start_index = attribute->start_index;
  range->end_index = attribute->end_index;
  return TRUE;
}

static void
test_a_mentioned_name_is_bold (void)
{
  static const char note[] = "请@阿杰 看一下，@路人 不用";
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (PangoAttrList) bold = NULL;
  PangoAttribute range = { NULL };
  GtkWidget *label;

  kefu_chat_pane_toggle_note_mode (self->pane);
  chat_insert (self, note);
  chat_keys (self, "Return", NULL);
  chat_wait_until ((label = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, note)));
  chat_wait_until (gtk_label_get_attributes (GTK_LABEL (label)) != NULL);
  bold = pango_attr_list_filter (pango_attr_list_copy (gtk_label_get_attributes (GTK_LABEL (label))), is_bold, &range);
  g_assert_cmpuint (range.start_index, ==, strlen ("请"));
  g_assert_cmpuint (range.end_index, ==, strlen ("请@阿杰"));
  kefu_ui_shot (GTK_WIDGET (self->pane), "note-mention");
}

static gboolean
offers_colleagues (ChatFixture *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->composer->mentions));
}

static void
test_an_at_sign_in_a_note_offers_colleagues (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) messages = NULL;
  GtkWidget *offered = GTK_WIDGET (self->composer->mentions);

  chat_feed (self, "{'kind':'agent','id':'a3','body':{'id':'a3','name':'安琪','login':'anqi'}}",
             "{'kind':'agent','id':'a4','body':{'id':'a4','name':'Bella','login':'bella'}}", NULL);

  /* to the customer an @ is just an @ */
  chat_type (self, "@");
  g_assert_false (offers_colleagues (self));
  chat_keys (self, "BackSpace", NULL);
  kefu_chat_pane_toggle_note_mode (self->pane);
  chat_type (self, "a@b");
  g_assert_false (offers_colleagues (self));

  /* all but oneself, then by pinyin, initials and letters in any case */
  chat_type (self, " @");
  chat_wait_until (kefu_ui_test_find (offered, GTK_TYPE_LABEL, "安琪"));
  g_assert_true (offers_colleagues (self));
  g_assert_nonnull (kefu_ui_test_find (offered, GTK_TYPE_LABEL, "阿杰"));
  g_assert_null (kefu_ui_test_find (offered, GTK_TYPE_LABEL, "林小满"));
  kefu_ui_shot (GTK_WIDGET (self->pane), "mention-picker-pane");
  kefu_ui_shot (offered, "mention-picker");
  chat_type (self, "anq");
  g_assert_null (kefu_ui_test_find (offered, GTK_TYPE_LABEL, "阿杰"));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "a@b @安琪 ");
  g_assert_false (offers_colleagues (self));
  chat_type (self, "@aj");
  chat_keys (self, "Tab", NULL);
  chat_assert_text (self, "a@b @安琪 @阿杰 ");
  chat_type (self, "@bel");
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "a@b @安琪 @阿杰 @Bella ");

  /* the arrows go round */
  chat_type (self, "@");
  chat_wait_until (offers_colleagues (self));
  g_assert_nonnull (kefu_mention_picker_get_selected (self->composer->mentions));
  for (guint i = 0; i < 3; i++)
    chat_keys (self, "Down", NULL);
  chat_keys (self, "Down", "Up", NULL);
  chat_type (self, "an");
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "a@b @安琪 @阿杰 @Bella @安琪 ");

  /* closed it stays closed, and Enter is Enter; so it is behind a whole name */
  chat_type (self, "@");
  chat_wait_until (offers_colleagues (self));
  chat_keys (self, "Escape", "b", NULL);
  g_assert_false (offers_colleagues (self));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "");
  chat_insert (self, "@");
  chat_wait_until (offers_colleagues (self));
  chat_insert (self, "阿杰");
  g_assert_false (offers_colleagues (self));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "");
  messages = chat_messages (self, CONV_1);
  g_assert_cmpstr (((KefuMessageRecord *) messages->pdata[messages->len - 2])->body, ==,
                   "a@b @安琪 @阿杰 @Bella @安琪 @b");
  g_assert_cmpstr (((KefuMessageRecord *) messages->pdata[messages->len - 1])->body, ==, "@阿杰");

  /* it does not stay behind when the note is left */
  chat_type (self, "@");
  chat_wait_until (offers_colleagues (self));
  kefu_chat_pane_toggle_note_mode (self->pane);
  g_assert_false (offers_colleagues (self));
}

static void
test_the_input_method_comes_before_the_colleagues (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *offered = GTK_WIDGET (self->composer->mentions);

  kefu_chat_pane_toggle_note_mode (self->pane);
  chat_wait_until (gtk_widget_get_mapped (self->composer->note_hint));
  chat_insert (self, "＠");
  chat_wait_until (kefu_ui_test_find (offered, GTK_TYPE_LABEL, "阿杰"));
  chat_use_test_im (self);
  /* what it holds is asked for, and Return is its own first */
  chat_type (self, "aj");
  g_assert_true (offers_colleagues (self));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "＠aj");
  g_assert_true (offers_colleagues (self));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "＠阿杰 ");
  chat_insert (self, "＠");
  g_assert_true (offers_colleagues (self));
  chat_type (self, "x");
  g_assert_false (offers_colleagues (self));
}

static void
test_drafts_are_kept_per_conversation_and_mode (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *reply = NULL;
  g_autofree char *note = NULL;

  chat_insert (self, "回复草稿");
  kefu_chat_pane_toggle_note_mode (self->pane);
  chat_assert_text (self, "");
  chat_insert (self, "备注草稿");
  chat_fixture_open (self, CONV_2);
  chat_assert_text (self, "");
  reply = chat_draft (self, CONV_1, "reply");
  g_assert_cmpstr (reply, ==, "回复草稿");
  note = chat_draft (self, CONV_1, "note");
  g_assert_cmpstr (note, ==, "备注草稿");

  chat_fixture_open (self, CONV_1);
  chat_assert_text (self, "回复草稿");
  kefu_chat_pane_toggle_note_mode (self->pane);
  chat_assert_text (self, "备注草稿");
}

static void
test_a_draft_is_saved_half_a_second_after_typing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  chat_insert (self, "慢慢写");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 499);
  before = chat_draft (self, CONV_1, "reply");
  g_assert_cmpstr (before ? before : "", ==, "");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 1);
  after = chat_draft (self, CONV_1, "reply");
  g_assert_cmpstr (after, ==, "慢慢写");
}

static void
test_a_draft_survives_the_window (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "还没写完");
  chat_fixture_new_window (self);
  chat_wait_until (gtk_text_buffer_get_char_count (self->buffer) > 0);
  chat_assert_text (self, "还没写完");
}

static void
type_into (ChatFixture *self, const char *text)
{
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  /* so long that it would be saved */
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 500);
}

static void
test_typing_before_the_draft_is_there_loses_neither (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (KefuConversationRecord) record = NULL;
  g_autofree char *reply = NULL;
  g_autofree char *note = NULL;
  GtkTextIter caret;

  kefu_store_save_draft (self->store, CONV_2, "reply", "昨天写的");
  kefu_store_save_draft (self->store, CONV_2, "note", "昨天的备注");
  record = chat_record (self, CONV_2);
  kefu_composer_set_conversation (self->composer, record);
  type_into (self, "今天的");
  chat_wait_until (gtk_text_buffer_get_line_count (self->buffer) == 2);
  chat_assert_text (self, "昨天写的\n今天的");
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, gtk_text_buffer_get_insert (self->buffer));
  g_assert_true (gtk_text_iter_is_end (&caret));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 500);
  reply = chat_draft (self, CONV_2, "reply");
  g_assert_cmpstr (reply, ==, "昨天写的\n今天的");

  /* left before the answer, and come back to */
  kefu_composer_set_note_mode (self->composer, TRUE);
  type_into (self, "记一下");
  kefu_composer_set_note_mode (self->composer, FALSE);
  chat_assert_text (self, "昨天写的\n今天的");
  note = chat_draft (self, CONV_2, "note");
  g_assert_cmpstr (note, ==, "昨天的备注\n记一下");
  kefu_composer_set_note_mode (self->composer, TRUE);
  chat_assert_text (self, "昨天的备注\n记一下");
}

static void
test_what_is_sent_is_no_draft (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *draft = NULL;

  chat_insert (self, "好的");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 500);
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
  chat_fixture_open (self, CONV_2);
  chat_fixture_open (self, CONV_1);
  chat_assert_text (self, "");
  draft = chat_draft (self, CONV_1, "reply");
  g_assert_cmpstr (draft ? draft : "", ==, "");
}

static gboolean
lint_is_shown (ChatFixture *self)
{
  GtkWidget *revealer = kefu_ui_test_find (GTK_WIDGET (self->composer->lint), GTK_TYPE_REVEALER, "revealer");

  return gtk_revealer_get_reveal_child (GTK_REVEALER (revealer));
}

static void
test_a_blunt_word_warns_and_can_be_replaced (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "冬青久等了。单买钢带不包邮哦");
  g_assert_true (lint_is_shown (self));
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (self->composer->lint), "instead"), !=, "");
  chat_keys (self, "alt+Return", NULL);
  g_assert_false (lint_is_shown (self));
  chat_assert_text (self, "冬青久等了。满 99 元就免运费，差额再添一点就够。");
  /* the gentler sentence has a blank of its own */
  g_assert_cmpuint (kefu_blanks_count (self->buffer), ==, 1);
}

static void
test_a_warning_can_be_sent_over (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "这款不包邮");
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
  g_assert_false (lint_is_shown (self));
}

static void
test_a_block_cannot_be_sent (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "加我微信说");
  chat_keys (self, "Return", "Return", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->composer), "composer.send", NULL);
  kefu_chat_pane_send_and_next (self->pane);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
  chat_assert_text (self, "加我微信说");
  g_assert_true (lint_is_shown (self));
}

static void
test_an_unfilled_variable_cannot_be_sent (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "您的 {order.tracking} 到了");
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
}

static void
test_too_long_for_the_channel_cannot_be_sent (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *text = g_strnfill (61, 'x');

  chat_insert (self, text);
  g_assert_cmpstr (gtk_label_get_text (self->composer->counter), ==, "61 / 60");
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
  chat_keys (self, "BackSpace", "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static gboolean
stands_at_its_end (GtkWidget *text_view)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (text_view));
  double page = gtk_adjustment_get_page_size (adjustment);

  return (int) page == gtk_widget_get_height (text_view) && gtk_adjustment_get_upper (adjustment) > page &&
         gtk_adjustment_get_value (adjustment) >= gtk_adjustment_get_upper (adjustment) - page - 1;
}

static void
test_a_long_text_is_shown_up_to_its_end (void)
{
  g_autoptr (ChatFixture) self = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *text_view;

  /* it grows and scrolls at once only where scrolling takes time, which a window asks for when it is shown */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  self = chat_fixture_new ();
  text_view = GTK_WIDGET (kefu_composer_get_text_view (self->composer));
  for (int i = 0; i < 60; i++)
    g_string_append (text, "这一句话要在输入框里折成很多行，");
  gdk_clipboard_set_text (gtk_widget_get_clipboard (text_view), text->str);
  g_signal_emit_by_name (text_view, "paste-clipboard");
  chat_wait_until (gtk_text_buffer_get_char_count (self->buffer) > 0 && stands_at_its_end (text_view));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static void
test_a_quote_goes_with_the_reply (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) before = chat_messages (self, CONV_1);
  g_autoptr (GPtrArray) after = NULL;

  kefu_composer_set_quote (self->composer, before->pdata[0]);
  chat_insert (self, "有的");
  chat_keys (self, "Return", NULL);
  after = chat_messages (self, CONV_1);
  g_assert_cmpstr (((KefuMessageRecord *) after->pdata[after->len - 1])->quote_id, ==, MESSAGE ("1"));
  g_assert_null (self->composer->quote);
}

static void
test_the_composer_is_named (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkAccessible *entry = GTK_ACCESSIBLE (kefu_composer_get_text_view (self->composer));

  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Reply to 沈若溪");
  kefu_chat_pane_toggle_note_mode (self->pane);
  gtk_test_accessible_assert_property (entry, GTK_ACCESSIBLE_PROPERTY_LABEL, "Note about 沈若溪");
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/composer/enter-sends-exactly-once", test_enter_sends_exactly_once);
  g_test_add_func ("/ui/chat/composer/shift-enter-breaks-the-line", test_shift_enter_breaks_the_line);
  g_test_add_func ("/ui/chat/composer/enter-of-the-input-method-does-not-send",
                   test_enter_of_the_input_method_does_not_send);
  g_test_add_func ("/ui/chat/composer/nothing-is-sent-without-text", test_nothing_is_sent_without_text);
  g_test_add_func ("/ui/chat/composer/ctrl-enter-asks-for-the-next", test_ctrl_enter_asks_for_the_next);
  g_test_add_func ("/ui/chat/composer/note-mode-keeps-a-note", test_note_mode_keeps_a_note);
  g_test_add_func ("/ui/chat/composer/a-mentioned-name-is-bold", test_a_mentioned_name_is_bold);
  g_test_add_func ("/ui/chat/composer/an-at-sign-in-a-note-offers-colleagues",
                   test_an_at_sign_in_a_note_offers_colleagues);
  g_test_add_func ("/ui/chat/composer/the-input-method-comes-before-the-colleagues",
                   test_the_input_method_comes_before_the_colleagues);
  g_test_add_func ("/ui/chat/composer/drafts-are-kept-per-conversation-and-mode",
                   test_drafts_are_kept_per_conversation_and_mode);
  g_test_add_func ("/ui/chat/composer/a-draft-is-saved-half-a-second-after-typing",
                   test_a_draft_is_saved_half_a_second_after_typing);
  g_test_add_func ("/ui/chat/composer/a-draft-survives-the-window", test_a_draft_survives_the_window);
  g_test_add_func ("/ui/chat/composer/typing-before-the-draft-is-there-loses-neither",
                   test_typing_before_the_draft_is_there_loses_neither);
  g_test_add_func ("/ui/chat/composer/what-is-sent-is-no-draft", test_what_is_sent_is_no_draft);
  g_test_add_func ("/ui/chat/composer/a-blunt-word-warns-and-can-be-replaced",
                   test_a_blunt_word_warns_and_can_be_replaced);
  g_test_add_func ("/ui/chat/composer/a-warning-can-be-sent-over", test_a_warning_can_be_sent_over);
  g_test_add_func ("/ui/chat/composer/a-block-cannot-be-sent", test_a_block_cannot_be_sent);
  g_test_add_func ("/ui/chat/composer/an-unfilled-variable-cannot-be-sent", test_an_unfilled_variable_cannot_be_sent);
  g_test_add_func ("/ui/chat/composer/too-long-for-the-channel-cannot-be-sent",
                   test_too_long_for_the_channel_cannot_be_sent);
  g_test_add_func ("/ui/chat/composer/a-long-text-is-shown-up-to-its-end", test_a_long_text_is_shown_up_to_its_end);
  g_test_add_func ("/ui/chat/composer/a-quote-goes-with-the-reply", test_a_quote_goes_with_the_reply);
  g_test_add_func ("/ui/chat/composer/the-composer-is-named", test_the_composer_is_named);
  return g_test_run ();
}
