/* SPDX-License-Identifier: GPL-3.0-or-later
 * Phrases as one types: the picker, the blanks, the favourites. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"
#include "kefu-blanks.h"

#define FILLED "若溪，还差 还差多少 元，搭一双凑单款就包邮。"

static gboolean
picker_is_open (ChatFixture *self)
{
  return gtk_widget_get_visible (self->composer->picker_box);
}

static const char *
selected (ChatFixture *self)
{
  KefuPhraseRecord *phrase = kefu_phrase_picker_get_selected (self->composer->picker);

  return phrase ? phrase->id : NULL;
}

static char *
selection (ChatFixture *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

#define assert_selection(self, expected)                                                                               \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *_selection = selection (self);                                                                    \
    g_assert_cmpstr (_selection, ==, expected);                                                                        \
  }                                                                                                                    \
  G_STMT_END

static void
test_slash_opens_and_initials_find (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_keys (self, "slash", NULL);
  g_assert_true (picker_is_open (self));
  chat_type (self, "tnsq");
  g_assert_cmpstr (selected (self), ==, PHRASE_2);
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (kefu_composer_get_text_view (self->composer))));
}

static void
test_slash_within_a_word_opens_nothing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "1/2");
  g_assert_false (picker_is_open (self));
  chat_type (self, " /");
  g_assert_true (picker_is_open (self));
  chat_keys (self, "space", NULL);
  g_assert_false (picker_is_open (self));
}

static void
test_enter_inserts_and_sends_nothing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/yf1");
  chat_keys (self, "Return", NULL);
  g_assert_false (picker_is_open (self));
  chat_assert_text (self, FILLED);
  assert_selection (self, "还差多少");
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
}

static void
test_arrows_choose (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/yf");
  g_assert_cmpstr (selected (self), ==, PHRASE_1);
  chat_keys (self, "Down", NULL);
  g_assert_cmpstr (selected (self), ==, PHRASE_2);
  chat_keys (self, "Down", NULL);
  g_assert_cmpstr (selected (self), ==, PHRASE_1);
  chat_keys (self, "Up", "Return", NULL);
  chat_assert_text (self, "我去申请。");
}

static void
test_escape_closes_and_keeps_the_text (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/y");
  chat_keys (self, "Escape", NULL);
  g_assert_false (picker_is_open (self));
  chat_type (self, "f");
  g_assert_false (picker_is_open (self));
  chat_assert_text (self, "/yf");
}

static void
test_enter_without_a_match_sends_nothing (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/zzz");
  g_assert_true (picker_is_open (self));
  chat_keys (self, "Return", NULL);
  g_assert_false (picker_is_open (self));
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
}

static void
test_blanks_travel_and_typing_replaces (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/yf1");
  chat_keys (self, "Return", "Tab", NULL);
  assert_selection (self, "凑单款");
  chat_keys (self, "shift+Tab", NULL);
  assert_selection (self, "还差多少");
  chat_type (self, "12");
  g_assert_cmpuint (kefu_blanks_count (self->buffer), ==, 1);
  chat_keys (self, "Tab", NULL);
  assert_selection (self, "凑单款");
  chat_type (self, "M");
  chat_assert_text (self, "若溪，还差 12 元，搭一双M就包邮。");
  g_assert_cmpuint (kefu_blanks_count (self->buffer), ==, 0);
  chat_keys (self, "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 1);
}

static void
test_tab_behind_the_last_blank_goes_to_the_end (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/yf1");
  chat_keys (self, "Return", "1", "Tab", "M", "Tab", NULL);
  chat_type (self, "ok");
  chat_assert_text (self, "若溪，还差 1 元，搭一双M就包邮。ok");

  /* then it leads on, as from any text: to what stands below */
  chat_keys (self, "Tab", NULL);
  g_assert_false (gtk_widget_has_focus (GTK_WIDGET (self->composer->text_view)));
  kefu_composer_focus (self->composer);
  gtk_text_buffer_set_text (self->buffer, "", -1);

  /* and what is sent or taken back leaves nothing of it */
  chat_type (self, "/yf1");
  chat_keys (self, "Return", "ctrl+a", "BackSpace", "a", "Tab", NULL);
  g_assert_false (gtk_widget_has_focus (GTK_WIDGET (self->composer->text_view)));
}

static void
test_untouched_blanks_cannot_be_sent (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_type (self, "/yf1");
  chat_keys (self, "Return", "Return", NULL);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
  assert_selection (self, "还差多少");

  /* undoing brings the blank back as one */
  chat_type (self, "1");
  chat_keys (self, "ctrl+z", "ctrl+z", NULL);
  chat_assert_text (self, FILLED);
  g_assert_cmpuint (kefu_blanks_count (self->buffer), ==, 2);
}

static void
test_blanks_stay_blanks_in_a_draft (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *draft = NULL;

  chat_type (self, "/yf1");
  chat_keys (self, "Return", NULL);
  chat_fixture_open (self, CONV_2);
  draft = chat_draft (self, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "若溪，还差 {还差多少} 元，搭一双{凑单款}就包邮。");
  chat_fixture_new_window (self);
  chat_fixture_open (self, CONV_1);
  chat_wait_until (gtk_text_buffer_get_char_count (self->buffer) > 0);
  chat_assert_text (self, FILLED);
  g_assert_cmpuint (kefu_blanks_count (self->buffer), ==, 2);
}

static void
test_favourites_have_keys (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_keys (self, "F3", NULL);
  chat_assert_text (self, "我去申请。");
  chat_keys (self, "F2", NULL);
  chat_assert_text (self, "我去申请。" FILLED);
  g_assert_cmpuint (chat_n_sent (self, CONV_1), ==, 0);
}

static void
test_ctrl_slash_opens_at_the_caret (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_insert (self, "您好，");
  kefu_chat_pane_open_phrases (self->pane);
  g_assert_true (picker_is_open (self));
  chat_type (self, "yf2");
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "您好，我去申请。");
}

static void
test_the_input_methods_letters_filter (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_use_test_im (self);
  chat_keys (self, "slash", "t", "n", "s", "q", NULL);
  chat_assert_text (self, "/");
  g_assert_cmpstr (selected (self), ==, PHRASE_2);
  /* the first Enter is the input method's, the second the picker's */
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "/tnsq");
  g_assert_true (picker_is_open (self));
  chat_keys (self, "Return", NULL);
  chat_assert_text (self, "我去申请。");
}

static void
test_the_panel_inserts_too (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GPtrArray *all = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session));

  chat_insert (self, "好，");
  kefu_chat_pane_insert_phrase (self->pane, all->pdata[0]);
  chat_assert_text (self, "好，" FILLED);
  assert_selection (self, "还差多少");
}

static void
test_inserting_counts_a_use (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  KefuPhraseEngine *engine = kefu_session_get_phrases (self->session);

  chat_type (self, "/yf2");
  chat_keys (self, "Return", NULL);
  chat_wait_until (((KefuPhraseRecord *) kefu_phrase_engine_get_all (engine)->pdata[1])->uses == 4);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/phrases/slash-opens-and-initials-find", test_slash_opens_and_initials_find);
  g_test_add_func ("/ui/chat/phrases/slash-within-a-word-opens-nothing", test_slash_within_a_word_opens_nothing);
  g_test_add_func ("/ui/chat/phrases/enter-inserts-and-sends-nothing", test_enter_inserts_and_sends_nothing);
  g_test_add_func ("/ui/chat/phrases/arrows-choose", test_arrows_choose);
  g_test_add_func ("/ui/chat/phrases/escape-closes-and-keeps-the-text", test_escape_closes_and_keeps_the_text);
  g_test_add_func ("/ui/chat/phrases/enter-without-a-match-sends-nothing", test_enter_without_a_match_sends_nothing);
  g_test_add_func ("/ui/chat/phrases/blanks-travel-and-typing-replaces", test_blanks_travel_and_typing_replaces);
  g_test_add_func ("/ui/chat/phrases/tab-behind-the-last-blank-goes-to-the-end",
                   test_tab_behind_the_last_blank_goes_to_the_end);
  g_test_add_func ("/ui/chat/phrases/untouched-blanks-cannot-be-sent", test_untouched_blanks_cannot_be_sent);
  g_test_add_func ("/ui/chat/phrases/blanks-stay-blanks-in-a-draft", test_blanks_stay_blanks_in_a_draft);
  g_test_add_func ("/ui/chat/phrases/favourites-have-keys", test_favourites_have_keys);
  g_test_add_func ("/ui/chat/phrases/ctrl-slash-opens-at-the-caret", test_ctrl_slash_opens_at_the_caret);
  g_test_add_func ("/ui/chat/phrases/the-input-methods-letters-filter", test_the_input_methods_letters_filter);
  g_test_add_func ("/ui/chat/phrases/the-panel-inserts-too", test_the_panel_inserts_too);
  g_test_add_func ("/ui/chat/phrases/inserting-counts-a-use", test_inserting_counts_a_use);
  return g_test_run ();
}
