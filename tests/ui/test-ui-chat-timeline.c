/* SPDX-License-Identifier: GPL-3.0-or-later
 * The messages of a conversation: where it opens, what it follows, what it says. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"
#include "kefu-message-row.h"
#include "kefu-row-list.h"

static GtkAdjustment *
adjustment (ChatFixture *self)
{
  GtkWidget *scrolled = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_SCROLLED_WINDOW, "scrolled");

  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
}

static double
gap (ChatFixture *self)
{
  GtkAdjustment *a = adjustment (self);

  return gtk_adjustment_get_upper (a) - gtk_adjustment_get_page_size (a) - gtk_adjustment_get_value (a);
}

static GListModel *
rows (ChatFixture *self)
{
  GtkWidget *list = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_ROW_LIST, "list");

  return kefu_row_list_get_model (KEFU_ROW_LIST (list));
}

/* Enough to fill several screens. */
static void
write_much (ChatFixture *self, int from, int to)
{
  for (int i = from; i <= to; i++)
    {
      g_autofree char *text =
        g_strdup_printf ("消息 %d：%s", i,
                         i % 3 ? "在吗"
                               : "这条消息长一些，要占好几行，因为客户把事情从头到尾又说了一遍，一点也没有落下。");

      chat_customer_writes (self, i, text);
    }
}

static void
open_long_chat (ChatFixture *self)
{
  write_much (self, 5, 60);
  chat_fixture_open (self, CONV_2);
  chat_fixture_open (self, CONV_1);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > 50);
  kefu_ui_test_settle ();
}

static void
test_the_end_is_followed (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  guint before;

  open_long_chat (self);
  kefu_timeline_view_go_to_end (self->pane->timeline);
  chat_wait_until (gap (self) < 1);
  before = g_list_model_get_n_items (rows (self));
  write_much (self, 61, 64);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > before);
  kefu_ui_test_settle ();
  g_assert_cmpfloat (gap (self), <, 1);
  g_assert_true (kefu_timeline_view_get_at_end (self->pane->timeline));

  /* a narrower window keeps the end as well */
  gtk_window_set_default_size (self->window, 420, 400);
  kefu_ui_test_settle ();
  g_assert_cmpfloat (gap (self), <, 1);
}

static void
test_who_reads_above_is_left_alone (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *latest;
  double value;

  open_long_chat (self);
  kefu_timeline_view_go_to_end (self->pane->timeline);
  chat_wait_until (gap (self) < 1);
  kefu_ui_test_settle ();
  gtk_adjustment_set_value (adjustment (self), gtk_adjustment_get_value (adjustment (self)) - 400);
  kefu_ui_test_settle ();
  value = gtk_adjustment_get_value (adjustment (self));
  write_much (self, 61, 62);
  kefu_ui_test_settle ();
  g_assert_cmpfloat (gap (self), >, 100);
  g_assert_cmpfloat (ABS (gtk_adjustment_get_value (adjustment (self)) - value), <, 60);

  latest = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_BUTTON, "latest");
  chat_wait_until (gtk_widget_get_visible (latest));
  g_assert_cmpstr (kefu_ui_test_text (latest, "latest_label"), ==, "2 new messages");
  g_signal_emit_by_name (latest, "clicked");
  chat_wait_until (gap (self) < 1 && !gtk_widget_get_visible (latest));
}

/* CONV_1 with the messages up to 60, all but the last @n of them read, opened anew. */
static void
open_with_unread (ChatFixture *self, int n)
{
  g_autofree char *read = g_strdup_printf ("{'kind':'read','id':'" CONV_1 ":a1','body':{'id':'" CONV_1
                                           ":a1','conversation_id':'" CONV_1 "','agent_id':'a1','mseq':%d,'in_no':%d}}",
                                           60 - n, 60 - n);

  write_much (self, 5, 60);
  chat_feed (self, read,
             "{'kind':'conversation','id':'" CONV_1 "','body':{'id':'" CONV_1
             "','customer_id':'u1','channel_id':'ch1','key':'k1',"
             "'status':'open','assignee_id':'a1','in_count':60,'last_mseq':60}}",
             NULL);
  chat_fixture_open (self, CONV_2);
  chat_fixture_open (self, CONV_1);
  chat_wait_until (g_list_model_get_n_items (rows (self)) > 50);
  kefu_ui_test_settle ();
}

/* A row that waits for another item keeps its parts. */
static GtkWidget *
find_unread_line (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) &&
      g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), "New messages"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_unread_line (child);

      if (found)
        return found;
    }
  return NULL;
}

/* Where the line above the first unread message stands in the view. */
static double
unread_line_y (ChatFixture *self)
{
  GtkWidget *scrolled = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_SCROLLED_WINDOW, "scrolled");
  GtkWidget *label = find_unread_line (scrolled);
  graphene_rect_t bounds;

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_compute_bounds (label, scrolled, &bounds));
  return bounds.origin.y;
}

static void
test_it_opens_at_the_first_unread (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  open_with_unread (self, 30);
  g_assert_cmpfloat (gap (self), >, 100);
  g_assert_cmpfloat (unread_line_y (self), >=, 0);
  g_assert_cmpfloat (unread_line_y (self), <, 60);
}

static void
test_few_unread_are_all_in_view (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  open_with_unread (self, 2);
  g_assert_cmpfloat (gap (self), <, 1);
  g_assert_cmpfloat (unread_line_y (self), >, 0);
  g_assert_true (kefu_timeline_view_get_at_end (self->pane->timeline));
}

static void
test_own_words_stand_there_at_once (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *waiting = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "waiting");
  GtkWidget *body;

  g_assert_false (gtk_widget_get_visible (waiting));
  chat_insert (self, "马上帮您查");
  chat_keys (self, "Return", NULL);
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "马上帮您查"));
  body = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "马上帮您查");
  g_assert_true (gtk_widget_has_css_class (gtk_widget_get_ancestor (body, KEFU_TYPE_MESSAGE_ROW), "pending"));
  /* nobody is there to take it */
  chat_wait_until (gtk_widget_get_visible (waiting));
}

static void
assert_row_is_named (ChatFixture *self, const char *text, const char *name)
{
  GtkWidget *label = NULL;
  GtkWidget *row;

  chat_wait_until ((label = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, text)));
  row = gtk_widget_get_parent (gtk_widget_get_ancestor (label, KEFU_TYPE_MESSAGE_ROW));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
}

static void
test_rows_are_named_for_screen_readers (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  assert_row_is_named (self, "在吗，能送颗电池吗", "沈若溪, 13:55: 在吗，能送颗电池吗");
  assert_row_is_named (self, "送您一颗电池", "阿杰, 13:56: 送您一颗电池, read");
}

static void
test_a_failed_message_offers_another_try (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autoptr (GPtrArray) messages = NULL;
  GtkWidget *button = NULL;

  chat_feed (
    self,
    "{'kind':'message','id':'" MESSAGE ("9") "','body':{'id':'" MESSAGE (
      "9") "','conversation_id':'" CONV_1 "','mseq':9,'kind':'text','dir':'out',"
           "'author_id':'a1','body':'没到','sent_at':1718172300000,'delivery':'failed','delivery_reason':'渠道拒绝'}}",
    NULL);
  chat_wait_until ((button = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_BUTTON, "Send Again")));
  g_assert_nonnull (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "渠道拒绝"));
  g_signal_emit_by_name (button, "clicked");
  messages = chat_messages (self, CONV_1);
  g_assert_cmpstr (((KefuMessageRecord *) messages->pdata[4])->delivery, ==, "queued");
}

static void
test_a_searched_message_is_brought_into_view (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *label = NULL;

  open_long_chat (self);
  kefu_chat_pane_show_message (self->pane, MESSAGE ("2"), NULL);
  chat_wait_until ((label = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "送您一颗电池")));
  chat_wait_until (gtk_widget_has_css_class (gtk_widget_get_ancestor (label, KEFU_TYPE_MESSAGE_ROW), "found"));
  /* It goes by the end, from where the row comes in at the top. */
  chat_wait_until (!kefu_timeline_view_get_at_end (self->pane->timeline));
}

/* The texts that are marked in a label, joined by "|". */
static char *
marked (GtkWidget *label)
{
  PangoAttrList *list = gtk_inscription_get_attributes (GTK_INSCRIPTION (label));
  GString *text = g_string_new (NULL);
  PangoAttrIterator *iter = list ? pango_attr_list_get_iterator (list) : NULL;

  if (iter == NULL)
    return g_string_free (text, FALSE);
  do
    {
      const PangoAttribute *mark = pango_attr_iterator_get (iter, PANGO_ATTR_BACKGROUND);

      if (mark)
        g_string_append_printf (text, "%s%.*s", text->len ? "|" : "", (int) (mark->end_index - mark->start_index),
                                gtk_inscription_get_text (GTK_INSCRIPTION (label)) + mark->start_index);
    }
  while (pango_attr_iterator_next (iter));
  pango_attr_iterator_destroy (iter);
  return g_string_free (text, FALSE);
}

static GtkWidget *
body (ChatFixture *self, const char *text)
{
  return kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, text);
}

static void
test_the_words_of_a_search_are_marked (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *both = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *before = NULL;
  g_autofree char *none = NULL;

  kefu_chat_pane_show_message (self->pane, MESSAGE ("1"), "from:客户 电池 在吗");
  chat_wait_until (body (self, "在吗，能送颗电池吗"));
  both = marked (body (self, "在吗，能送颗电池吗"));
  g_assert_cmpstr (both, ==, "在吗|电池");
  /* As searches compare: traditional, full width. Only in the message that was found. */
  kefu_chat_pane_show_message (self->pane, MESSAGE ("2"), "電池");
  folded = marked (body (self, "送您一颗电池"));
  g_assert_cmpstr (folded, ==, "电池");
  before = marked (body (self, "在吗，能送颗电池吗"));
  g_assert_cmpstr (before, ==, "");
  /* Another conversation, and back. */
  chat_fixture_open (self, CONV_2);
  chat_fixture_open (self, CONV_1);
  chat_wait_until (body (self, "送您一颗电池"));
  none = marked (body (self, "送您一颗电池"));
  g_assert_cmpstr (none, ==, "");
}

static void
test_a_quote_leads_to_what_it_quotes (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *label = NULL;

  open_long_chat (self);
  chat_feed (self,
             "{'kind':'message','id':'m-quote','body':{'id':'m-quote','conversation_id':'" CONV_1
             "','mseq':61,'kind':'text','dir':'in','body':'就是这句','quote_id':'" MESSAGE (
               "2") "','in_no':61,'sent_at':1718172999000}}",
             NULL);
  kefu_timeline_view_go_to_end (self->pane->timeline);
  chat_wait_until (body (self, "就是这句"));
  gtk_widget_activate_action (GTK_WIDGET (self->pane->timeline), "message.show-quoted", "s", "m-quote");
  chat_wait_until (!kefu_timeline_view_get_at_end (self->pane->timeline));
  /* The quote is not in view any more, the message itself is. */
  chat_wait_until ((label = body (self, "送您一颗电池")) &&
                   (label = gtk_widget_get_ancestor (label, KEFU_TYPE_MESSAGE_ROW)) &&
                   gtk_widget_has_css_class (label, "found"));
}

static void
failed_cb (char **said, const char *text)
{
  g_free (*said);
  *said = g_strdup (text);
}

static void
test_a_message_that_is_nowhere_is_told (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  g_autofree char *said = NULL;

  g_signal_connect_swapped (self->session, "failure", G_CALLBACK (failed_cb), &said);
  kefu_chat_pane_show_message (self->pane, "e0000000-0000-7000-8000-00000000dead", NULL);
  chat_wait_until (said);
  g_assert_cmpstr (said, ==, "This message is not in the conversation");
  g_signal_handlers_disconnect_by_data (self->session, &said);
}

static void
test_a_day_is_gone_to_with_its_name_on_top (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *label = NULL;

  /* Three days later, and many of them. */
  for (int i = 0; i < 60; i++)
    {
      g_autofree char *change =
        g_strdup_printf ("{'kind':'message','id':'m-%03d','body':{'id':'m-%03d','conversation_id':'" CONV_1
                         "','mseq':%d,'kind':'text','dir':'in','body':'第 %d 句','in_no':%d,'sent_at':%" G_GINT64_FORMAT
                         "}}",
                         i, i, 5 + i, i, 5 + i, CHAT_NOW + 3 * 1440 * CHAT_MINUTE + i * 1000);

      chat_feed (self, change, NULL);
    }
  chat_wait_until (g_list_model_get_n_items (rows (self)) > 60);
  kefu_timeline_view_go_to_end (self->pane->timeline);
  chat_wait_until (gap (self) < 1);
  kefu_ui_test_settle ();
  /* Nobody wrote on the day between: the next one. */
  kefu_timeline_view_show_time (self->pane->timeline, CHAT_NOW + 1440 * CHAT_MINUTE);
  chat_wait_until ((label = body (self, "第 0 句")) &&
                   gtk_widget_has_css_class (gtk_widget_get_ancestor (label, KEFU_TYPE_MESSAGE_ROW), "found"));
  chat_wait_until (gap (self) > 100);
}

static void
test_the_names_of_days_change_at_midnight (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_wait_until (body (self, "Today"));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), 10 * 60 * CHAT_MINUTE);
  chat_wait_until (body (self, "Yesterday"));
  g_assert_null (body (self, "Today"));
}

static void
test_a_taken_back_message_shows_no_words (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();

  chat_feed (self,
             "{'kind':'message','id':'" MESSAGE ("4") "','body':{'id':'" MESSAGE (
               "4") "','conversation_id':'" CONV_1 "','mseq':4,'kind':'text','dir':'in',"
                    "'body':'谢谢','in_no':3,'sent_at':1718172000000,'recalled':1}}",
             NULL);
  chat_wait_until (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "沈若溪 took a message back"));
  g_assert_null (kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_LABEL, "谢谢"));
}

static void
clipboard_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static char *
clipboard (ChatFixture *self)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self->pane)), NULL, clipboard_cb, &text);
  chat_wait_until (text != NULL);
  return text;
}

static void
test_the_keyboard_reaches_every_message (void)
{
  g_autoptr (ChatFixture) self = chat_fixture_new ();
  GtkWidget *list = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), KEFU_TYPE_ROW_LIST, "list");
  GtkWidget *menu;
  g_autofree char *text = NULL;

  chat_wait_until (g_list_model_get_n_items (rows (self)) >= 4);
  kefu_ui_test_settle ();
  gtk_widget_grab_focus (list);
  chat_keys (self, "End", NULL);
  g_assert_cmpstr (kefu_timeline_view_get_focused (self->pane->timeline)->body, ==, "谢谢");
  chat_keys (self, "Up", "Up", "ctrl+c", NULL);
  text = clipboard (self);
  g_assert_cmpstr (text, ==, "送您一颗电池");

  gtk_widget_activate_action (GTK_WIDGET (self->pane->timeline), "timeline.menu", NULL);
  menu = kefu_ui_test_find (GTK_WIDGET (self->pane->timeline), GTK_TYPE_POPOVER_MENU, NULL);
  g_assert_true (gtk_widget_get_visible (menu));
  gtk_popover_popdown (GTK_POPOVER (menu));
  gtk_widget_activate_action (GTK_WIDGET (self->pane->timeline), "message.quote", "s", MESSAGE ("2"));
  g_assert_cmpstr (self->composer->quote->id, ==, MESSAGE ("2"));
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/chat/timeline/the-end-is-followed", test_the_end_is_followed);
  g_test_add_func ("/ui/chat/timeline/who-reads-above-is-left-alone", test_who_reads_above_is_left_alone);
  g_test_add_func ("/ui/chat/timeline/it-opens-at-the-first-unread", test_it_opens_at_the_first_unread);
  g_test_add_func ("/ui/chat/timeline/few-unread-are-all-in-view", test_few_unread_are_all_in_view);
  g_test_add_func ("/ui/chat/timeline/own-words-stand-there-at-once", test_own_words_stand_there_at_once);
  g_test_add_func ("/ui/chat/timeline/rows-are-named-for-screen-readers", test_rows_are_named_for_screen_readers);
  g_test_add_func ("/ui/chat/timeline/a-failed-message-offers-another-try", test_a_failed_message_offers_another_try);
  g_test_add_func ("/ui/chat/timeline/a-searched-message-is-brought-into-view",
                   test_a_searched_message_is_brought_into_view);
  g_test_add_func ("/ui/chat/timeline/the-words-of-a-search-are-marked", test_the_words_of_a_search_are_marked);
  g_test_add_func ("/ui/chat/timeline/a-quote-leads-to-what-it-quotes", test_a_quote_leads_to_what_it_quotes);
  g_test_add_func ("/ui/chat/timeline/a-message-that-is-nowhere-is-told", test_a_message_that_is_nowhere_is_told);
  g_test_add_func ("/ui/chat/timeline/a-day-is-gone-to-with-its-name-on-top",
                   test_a_day_is_gone_to_with_its_name_on_top);
  g_test_add_func ("/ui/chat/timeline/the-names-of-days-change-at-midnight", test_the_names_of_days_change_at_midnight);
  g_test_add_func ("/ui/chat/timeline/a-taken-back-message-shows-no-words", test_a_taken_back_message_shows_no_words);
  g_test_add_func ("/ui/chat/timeline/the-keyboard-reaches-every-message", test_the_keyboard_reaches_every_message);
  return g_test_run ();
}
