/* SPDX-License-Identifier: GPL-3.0-or-later
 * The customer page of the side panel. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-checklist-row.h"
#include "kefu-contact-row.h"
#include "kefu-customer-editor.h"
#include "kefu-customer-page.h"
#include "kefu-tag-box.h"
#include "kefu-wrap-box.h"
#include "panel-fixture.h"

static KefuContactRow *
contact_row (Panel *panel, const char *id)
{
  return KEFU_CONTACT_ROW (panel_find (panel, KEFU_TYPE_CONTACT_ROW, id));
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

static void
test_says_who_writes (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "shen", "customer");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-customer");
  g_assert_cmpstr (panel_text (&panel, "name_label"), ==, "沈若溪");
  g_assert_cmpstr (panel_text (&panel, "level_label"), ==, "VIP 2");
  g_assert_cmpstr (panel_text (&panel, "about_label"), ==, "Female · 浙江杭州 · customer for 2 years");
  g_assert_cmpuint (count_children (panel_find (&panel, KEFU_TYPE_WRAP_BOX, "identities")), ==, 3);
  g_assert_cmpstr (panel_text (&panel, "birthday_label"), ==, "3 July · in 21 days");
  g_assert_cmpstr (panel_text (&panel, "notes_label"), ==,
                   "喜欢直接给方案；不接电话，留言就好。送人的单都要手写卡片。");
  panel_close (&panel);
}

static void
test_counts_value_and_risk (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "shen", "customer");
  g_assert_cmpstr (panel_text (&panel, "orders_figure"), ==, "9");
  g_assert_cmpstr (panel_text (&panel, "paid_figure"), ==, "¥4,318");
  g_assert_cmpstr (panel_text (&panel, "repeat_figure"), ==, "8");
  g_assert_cmpstr (panel_text (&panel, "last_figure"), ==, "2");
  g_assert_cmpstr (panel_text (&panel, "refund_figure"), ==, "11%");
  g_assert_cmpstr (panel_text (&panel, "reviews_figure"), ==, "7 / 0");
  g_assert_cmpstr (panel_text (&panel, "risk_label"), ==, "Level 2");
  g_assert_cmpstr (panel_text (&panel, "risk_why"), ==, "Claim window 9 days");
  g_assert_true (gtk_widget_has_css_class (panel_find (&panel, GTK_TYPE_BOX, "risk_seg_2"), "on"));
  g_assert_false (gtk_widget_has_css_class (panel_find (&panel, GTK_TYPE_BOX, "risk_seg_3"), "on"));
  panel_close (&panel);
}

static void
test_phone_and_address_are_masked_until_asked_for (void)
{
  Panel panel = { 0 };
  KefuContactRow *phone, *address;

  panel_open (&panel, "shen", "customer");
  phone = contact_row (&panel, "phone_row");
  address = contact_row (&panel, "address_row");
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (phone), "value_label"), ==, "139 **** 2746");
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (address), "value_label"), ==, "浙江省杭州市西湖区 ****");
  g_assert_null (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "13912342746"));
  g_assert_cmpuint (panel_pending (&panel), ==, 0);

  panel_click (kefu_ui_test_find (GTK_WIDGET (phone), GTK_TYPE_TOGGLE_BUTTON, "reveal_button"));
  g_assert_true (kefu_contact_row_get_revealed (phone));
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (phone), "value_label"), ==, "13912342746");
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (address), "value_label"), ==, "浙江省杭州市西湖区 ****");
  kefu_ui_test_wait (panel_pending (&panel) == 1);

  panel_click (kefu_ui_test_find (GTK_WIDGET (phone), GTK_TYPE_BUTTON, "copy_button"));
  kefu_ui_test_wait (panel_pending (&panel) == 2);

  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (panel.fixture->clock), 29999);
  g_assert_true (kefu_contact_row_get_revealed (phone));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (panel.fixture->clock), 1);
  g_assert_false (kefu_contact_row_get_revealed (phone));
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (phone), "value_label"), ==, "139 **** 2746");
  panel_close (&panel);
}

static void
test_another_customer_is_masked_again (void)
{
  Panel panel = { 0 };
  KefuContactRow *phone;

  panel_open (&panel, "shen", "customer");
  phone = contact_row (&panel, "phone_row");
  panel_click (kefu_ui_test_find (GTK_WIDGET (phone), GTK_TYPE_TOGGLE_BUTTON, "reveal_button"));
  g_assert_true (kefu_contact_row_get_revealed (phone));
  panel_show (&panel, "han");
  g_assert_false (kefu_contact_row_get_revealed (phone));
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (phone), "value_label"), ==, "138 **** 0001");
  panel_close (&panel);
}

static void
test_identity_hides_a_number_too (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "new", "customer");
  g_assert_nonnull (
    kefu_ui_test_find (panel_find (&panel, KEFU_TYPE_WRAP_BOX, "identities"), GTK_TYPE_LABEL, "150****8832"));
  /* It is the customer's name as well, for want of another. */
  g_assert_cmpstr (panel_text (&panel, "name_label"), ==, "150****8832");
  g_assert_null (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "15012348832"));
  panel_close (&panel);
}

static void
test_what_is_not_known_is_not_shown (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "new", "customer");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-customer-new");
  g_assert_false (gtk_widget_get_visible (panel_find (&panel, GTK_TYPE_LABEL, "level_label")));
  g_assert_false (gtk_widget_get_visible (panel_find (&panel, GTK_TYPE_LABEL, "about_label")));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (contact_row (&panel, "address_row"))));
  g_assert_false (gtk_widget_get_visible (panel_find (&panel, GTK_TYPE_BOX, "risk_section")));
  g_assert_false (gtk_widget_get_visible (panel_find (&panel, GTK_TYPE_BOX, "notes_section")));
  g_assert_false (gtk_widget_get_visible (panel_find (&panel, GTK_TYPE_BOX, "earlier_section")));
  g_assert_cmpstr (panel_text (&panel, "last_figure"), ==, "–");
  panel_close (&panel);
}

static void
test_tags_come_and_go (void)
{
  Panel panel = { 0 };
  GtkWidget *box, *chip;

  panel_open (&panel, "shen", "customer");
  box = panel_find (&panel, KEFU_TYPE_TAG_BOX, "tag_box");
  g_assert_nonnull (kefu_ui_test_find (box, GTK_TYPE_LABEL, "细手腕"));

  chip = gtk_widget_get_ancestor (kefu_ui_test_find (box, GTK_TYPE_LABEL, "细手腕"), GTK_TYPE_MENU_BUTTON);
  gtk_menu_button_popup (GTK_MENU_BUTTON (chip));
  kefu_ui_test_wait (kefu_ui_test_find (chip, GTK_TYPE_LABEL, "Remove Tag") != NULL);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (chip));
  kefu_ui_test_settle ();

  g_signal_emit_by_name (box, "tag-added", "团购群主");
  kefu_ui_test_wait (kefu_ui_test_find (box, GTK_TYPE_LABEL, "团购群主") != NULL);
  gtk_widget_activate_action (box, "tag.remove", "s", "细手腕");
  kefu_ui_test_wait (kefu_ui_test_find (box, GTK_TYPE_LABEL, "细手腕") == NULL);
  g_assert_nonnull (kefu_ui_test_find (box, GTK_TYPE_LABEL, "送礼"));
  g_assert_cmpuint (panel_pending (&panel), ==, 2);
  panel_close (&panel);
}

static void
test_editor_saves_only_what_changed (void)
{
  Panel panel = { 0 };
  GtkWidget *editor;

  panel_open (&panel, "shen", "customer");
  panel_click (panel_find (&panel, GTK_TYPE_BUTTON, "edit_button"));
  editor = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (KEFU_IS_CUSTOMER_EDITOR (window))
        editor = window;
    }
  g_assert_nonnull (editor);
  gtk_test_widget_wait_for_draw (editor);
  kefu_ui_shot (editor, "panel-customer-editor");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (editor)),
                                         kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "name_row")));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "phone_row"))),
                   ==, "139 **** 2746");

  /* A day that does not exist cannot be saved. */
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "birthday_row")), "02-30");
  g_assert_false (gtk_widget_get_sensitive (kefu_ui_test_find (editor, GTK_TYPE_BUTTON, "save_button")));
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "birthday_row")), "07-03");

  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "region_row")), "浙江宁波");
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "level_row")), "VIP 3");
  g_object_ref (editor);
  panel_click (kefu_ui_test_find (editor, GTK_TYPE_BUTTON, "save_button"));
  kefu_ui_test_wait (g_str_equal (panel_text (&panel, "level_label"), "VIP 3"));
  kefu_ui_test_wait (strstr (panel_text (&panel, "about_label"), "浙江宁波") != NULL);
  g_assert_cmpuint (panel_pending (&panel), ==, 2);
  kefu_ui_test_settle ();
  g_assert_finalize_object (editor);
  panel_close (&panel);
}

static void
opened_cb (char **heard, const char *id)
{
  g_free (*heard);
  *heard = g_strdup (id);
}

static void
test_earlier_conversation_opens (void)
{
  Panel panel = { 0 };
  GtkListBox *list;
  g_autofree char *heard = NULL;

  panel_open (&panel, "shen", "customer");
  g_signal_connect_swapped (panel.fixture->session, "open-conversation", G_CALLBACK (opened_cb), &heard);
  list = GTK_LIST_BOX (panel_find (&panel, GTK_TYPE_LIST_BOX, "earlier_list"));
  gtk_widget_activate (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0)));
  g_assert_cmpstr (heard, ==, panel_id ("shen-strap"));

  /* Seven of ten are enough until the others are asked for. */
  g_assert_nonnull (kefu_ui_test_find (GTK_WIDGET (list), GTK_TYPE_LABEL, "Show 3 More"));
  gtk_widget_activate (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 7)));
  g_assert_nonnull (gtk_list_box_get_row_at_index (list, 9));
  g_assert_null (gtk_list_box_get_row_at_index (list, 10));
  panel_close (&panel);
}

static void
test_says_that_no_conversation_is_open (void)
{
  static const char *const pages[] = { "customer", "orders", "checklist" };
  Panel panel = { 0 };
  GtkWidget *page;

  panel_open (&panel, NULL, "customer");
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *shot = g_strconcat ("panel-none-", pages[i], NULL);

      kefu_side_panel_set_page (KEFU_SIDE_PANEL (panel.panel), pages[i]);
      kefu_ui_test_settle ();
      kefu_ui_shot (GTK_WIDGET (panel.window), shot);
    }
  g_assert_nonnull (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "Open a conversation to see who is writing."));
  kefu_side_panel_set_page (KEFU_SIDE_PANEL (panel.panel), "customer");
  panel_show (&panel, "shen");
  kefu_side_panel_set_conversation (KEFU_SIDE_PANEL (panel.panel), NULL);
  page = panel_find (&panel, KEFU_TYPE_CUSTOMER_PAGE, NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (adw_bin_get_child (ADW_BIN (page)))), ==, "none");
  panel_close (&panel);
}

static void
test_late_answer_for_another_customer_is_dropped (void)
{
  Panel panel = { 0 };
  g_autoptr (KefuConversation) other = NULL;

  panel_open (&panel, "shen", "customer");
  other = g_object_ref (panel.conversation);
  panel_show (&panel, "han");
  /* Back and forth at once: the last one counts, whatever answers still come. */
  kefu_side_panel_set_conversation (KEFU_SIDE_PANEL (panel.panel), other);
  kefu_side_panel_set_conversation (KEFU_SIDE_PANEL (panel.panel), panel.conversation);
  kefu_ui_test_settle ();
  g_assert_cmpstr (panel_text (&panel, "name_label"), ==, "韩冬青");
  kefu_side_panel_set_conversation (KEFU_SIDE_PANEL (panel.panel), other);
  kefu_ui_test_wait (g_str_equal (panel_text (&panel, "name_label"), "沈若溪"));
  kefu_ui_test_settle ();
  g_assert_cmpstr (panel_text (&panel, "name_label"), ==, "沈若溪");
  panel_close (&panel);
}

static void
test_follows_what_others_change (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "customer");
  panel_feed (&panel,
              "[{\"kind\":\"customer\",\"id\":\"#han\",\"op\":\"put\",\"body\":{\"id\":\"#han\",\"name\":\"韩冬青\","
              "\"level\":\"VIP 5\",\"tags\":[\"急单\"]}}]");
  kefu_ui_test_wait (g_str_equal (panel_text (&panel, "level_label"), "VIP 5"));
  g_assert_nonnull (kefu_ui_test_find (panel_find (&panel, KEFU_TYPE_TAG_BOX, "tag_box"), GTK_TYPE_LABEL, "急单"));
  panel_close (&panel);
}

static void
test_pages_fit_330_px (void)
{
  static const char *const pages[] = { "customer", "orders", "checklist", "phrases" };
  static const char *const people[] = { "shen", "han", "new" };
  Panel panel = { 0 };

  panel_open (&panel, "shen", "customer");
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      panel_show (&panel, people[i]);
      for (guint j = 0; j < G_N_ELEMENTS (pages); j++)
        {
          int minimum;

          kefu_side_panel_set_page (KEFU_SIDE_PANEL (panel.panel), pages[j]);
          kefu_ui_test_settle ();
          gtk_widget_measure (panel.panel, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
          g_assert_cmpint (minimum, <=, 330);
        }
    }
  panel_close (&panel);
}

static void
test_key_goes_where_it_is_needed (void)
{
  static const struct
  {
    const char *page;
    GType (*type) (void);
  } targets[] = {
    { "customer", gtk_button_get_type },
    { "orders", gtk_toggle_button_get_type },
    { "checklist", kefu_checklist_row_get_type },
    { "phrases", gtk_text_get_type }, /* of the search entry */
  };
  Panel panel = { 0 };

  panel_open (&panel, "han", "customer");
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      kefu_side_panel_set_page (KEFU_SIDE_PANEL (panel.panel), targets[i].page);
      kefu_side_panel_focus_page (KEFU_SIDE_PANEL (panel.panel));
      g_assert_nonnull (gtk_window_get_focus (panel.window));
      g_assert_cmpstr (G_OBJECT_TYPE_NAME (gtk_window_get_focus (panel.window)), ==, g_type_name (targets[i].type ()));
    }
  panel_close (&panel);
}

static void
test_chips_go_on_in_the_next_line (void)
{
  GtkWidget *box = g_object_ref_sink (kefu_wrap_box_new (9, 6));
  GtkWidget *hidden;
  int minimum, natural;

  for (int i = 0; i < 6; i++)
    {
      GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_set_size_request (chip, 60, 20);
      kefu_wrap_box_append (KEFU_WRAP_BOX (box), chip);
      hidden = chip;
    }
  gtk_widget_set_visible (hidden, FALSE);
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 60);
  g_assert_cmpint (natural, ==, 5 * 60 + 4 * 9);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 336, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 20);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 335, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 2 * 20 + 6);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 60, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 5 * 20 + 4 * 6);

  kefu_wrap_box_clear (KEFU_WRAP_BOX (box), hidden);
  g_assert_true (gtk_widget_get_first_child (box) == hidden);
  g_assert_null (gtk_widget_get_next_sibling (hidden));
  g_assert_finalize_object (box);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/panel/customer/says-who-writes", test_says_who_writes);
  g_test_add_func ("/ui/panel/customer/counts-value-and-risk", test_counts_value_and_risk);
  g_test_add_func ("/ui/panel/customer/phone-and-address-are-masked-until-asked-for",
                   test_phone_and_address_are_masked_until_asked_for);
  g_test_add_func ("/ui/panel/customer/another-customer-is-masked-again", test_another_customer_is_masked_again);
  g_test_add_func ("/ui/panel/customer/identity-hides-a-number-too", test_identity_hides_a_number_too);
  g_test_add_func ("/ui/panel/customer/what-is-not-known-is-not-shown", test_what_is_not_known_is_not_shown);
  g_test_add_func ("/ui/panel/customer/tags-come-and-go", test_tags_come_and_go);
  g_test_add_func ("/ui/panel/customer/editor-saves-only-what-changed", test_editor_saves_only_what_changed);
  g_test_add_func ("/ui/panel/customer/earlier-conversation-opens", test_earlier_conversation_opens);
  g_test_add_func ("/ui/panel/customer/says-that-no-conversation-is-open", test_says_that_no_conversation_is_open);
  g_test_add_func ("/ui/panel/customer/late-answer-for-another-customer-is-dropped",
                   test_late_answer_for_another_customer_is_dropped);
  g_test_add_func ("/ui/panel/customer/follows-what-others-change", test_follows_what_others_change);
  g_test_add_func ("/ui/panel/chips-go-on-in-the-next-line", test_chips_go_on_in_the_next_line);
  g_test_add_func ("/ui/panel/pages-fit-330-px", test_pages_fit_330_px);
  g_test_add_func ("/ui/panel/key-goes-where-it-is-needed", test_key_goes_where_it_is_needed);
  return g_test_run ();
}
