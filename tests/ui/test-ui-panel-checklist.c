/* SPDX-License-Identifier: GPL-3.0-or-later
 * The checklist page of the side panel. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-checklist-editor.h"
#include "kefu-checklist-list.h"
#include "kefu-checklist-row.h"
#include "panel-fixture.h"

enum
{
  OVER,
  TODAY,
  LATER,
  DONE
};

static GtkWidget *
page (Panel *panel)
{
  return panel_find (panel, GTK_TYPE_WIDGET, "checklist_page");
}

/* The row of an item by its title, or NULL. */
static GtkWidget *
row (Panel *panel, const char *title)
{
  GtkWidget *label = kefu_ui_test_find (page (panel), GTK_TYPE_LABEL, title);

  return label ? gtk_widget_get_ancestor (label, KEFU_TYPE_CHECKLIST_ROW) : NULL;
}

/* In which card an item stands: OVER … DONE, or -1. */
static int
group_of (Panel *panel, const char *title)
{
  GtkWidget *widget = row (panel, title);
  const char *id;

  if (!widget)
    return -1;
  id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (gtk_widget_get_ancestor (widget, KEFU_TYPE_CHECKLIST_LIST)));
  g_assert_true (g_str_has_prefix (id, "list_"));
  return id[5] - '0';
}

static guint
badge (Panel *panel)
{
  GtkWidget *stack = panel_find (panel, ADW_TYPE_VIEW_STACK, NULL);

  return adw_view_stack_page_get_badge_number (adw_view_stack_get_page (ADW_VIEW_STACK (stack), page (panel)));
}

static gboolean
has_focus (GtkWidget *widget)
{
  return widget && gtk_widget_has_focus (widget);
}

static void
test_groups_by_urgency (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "checklist");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-checklist");
  g_assert_cmpint (group_of (&panel, "补发焦糖色皮带"), ==, OVER);
  g_assert_cmpint (group_of (&panel, "补发件走顺丰"), ==, TODAY);
  g_assert_cmpint (group_of (&panel, "退运费差价 ¥12"), ==, TODAY);
  g_assert_cmpint (group_of (&panel, "签收后回访佩戴感受"), ==, LATER);
  g_assert_cmpint (group_of (&panel, "改到公司地址"), ==, DONE);
  g_assert_cmpstr (panel_text (&panel, "count_1"), ==, "2");
  g_assert_cmpstr (panel_text (&panel, "count_3"), ==, "2");
  g_assert_cmpuint (badge (&panel), ==, 5);
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发焦糖色皮带"), "due_label"), ==, "1 h over");
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发件走顺丰"), "due_label"), ==, "by 17:00");
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "签收后回访佩戴感受"), "due_label"), ==, "15 Jun");
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发焦糖色皮带"), "proof_label"), ==,
                   "Yesterday 20:43 promised · 林小满");
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发件走顺丰"), "proof_label"), ==, "Today 14:02 asked · 阿杰");
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "改到公司地址"), "proof_label"), ==, "阿杰 Yesterday 20:50");
  panel_close (&panel);
}

static void
test_rows_have_names_for_screen_readers (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "checklist");
  gtk_test_accessible_assert_property (row (&panel, "补发件走顺丰"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Courier: 补发件走顺丰, Today 14:02 asked · 阿杰, by 17:00");
  panel_close (&panel);
}

static void
test_tick_is_stored_at_once (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "checklist");
  gtk_widget_activate_action (row (&panel, "补发件走顺丰"), "item.toggle", NULL);
  kefu_ui_test_wait (group_of (&panel, "补发件走顺丰") == DONE);
  g_assert_cmpuint (badge (&panel), ==, 4);
  g_assert_cmpuint (panel_pending (&panel), ==, 1);
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发件走顺丰"), "proof_label"), ==, "林小满 Today 14:05");

  gtk_widget_activate_action (row (&panel, "补发件走顺丰"), "item.toggle", NULL);
  kefu_ui_test_wait (group_of (&panel, "补发件走顺丰") == TODAY);
  g_assert_cmpuint (badge (&panel), ==, 5);
  panel_close (&panel);
}

static void
test_focus_goes_on_to_the_next_item (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "checklist");
  kefu_ui_test_wait (gtk_window_is_active (panel.window));
  gtk_widget_grab_focus (row (&panel, "补发件走顺丰"));
  gtk_widget_activate_action (row (&panel, "补发件走顺丰"), "item.toggle", NULL);
  kefu_ui_test_wait (group_of (&panel, "补发件走顺丰") == DONE);
  g_assert_true (has_focus (row (&panel, "退运费差价 ¥12")));

  /* The last one of a card: on to the next card. */
  gtk_widget_activate_action (row (&panel, "退运费差价 ¥12"), "item.toggle", NULL);
  kefu_ui_test_wait (group_of (&panel, "退运费差价 ¥12") == DONE);
  g_assert_true (has_focus (row (&panel, "签收后回访佩戴感受")));
  panel_close (&panel);
}

static void
test_removed_item_can_be_brought_back (void)
{
  Panel panel = { 0 };
  GtkWidget *overlay, *undo;

  panel_open (&panel, "han", "checklist");
  gtk_widget_activate_action (row (&panel, "补发焦糖色皮带"), "item.remove", NULL);
  kefu_ui_test_wait (row (&panel, "补发焦糖色皮带") == NULL);
  g_assert_cmpuint (badge (&panel), ==, 4);

  overlay = gtk_widget_get_ancestor (panel.panel, ADW_TYPE_TOAST_OVERLAY);
  kefu_ui_test_wait ((undo = kefu_ui_test_find (overlay, GTK_TYPE_BUTTON, "Undo")) != NULL);
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-undo");
  panel_click (undo);
  kefu_ui_test_wait (row (&panel, "补发焦糖色皮带") != NULL);
  g_assert_cmpint (group_of (&panel, "补发焦糖色皮带"), ==, OVER);
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发焦糖色皮带"), "proof_label"), ==,
                   "Yesterday 20:43 promised · 林小满");
  kefu_ui_test_settle ();
  panel_close (&panel);
}

static void
heard_cb (char **heard, const char *conversation_id, const char *message_id)
{
  g_free (*heard);
  *heard = g_strdup_printf ("%s %s", conversation_id, message_id);
}

static void
test_proof_is_one_click_away (void)
{
  Panel panel = { 0 };
  g_autofree char *heard = NULL;
  g_autofree char *expected = g_strdup_printf ("%s %s", panel_id ("han-open"), panel_id ("promise"));
  GtkWidget *button;

  panel_open (&panel, "han", "checklist");
  g_signal_connect_swapped (panel.panel, "show-message", G_CALLBACK (heard_cb), &heard);
  button = kefu_ui_test_find (row (&panel, "补发焦糖色皮带"), GTK_TYPE_BUTTON, "proof_button");
  panel_click (button);
  g_assert_cmpstr (heard, ==, expected);

  /* From the row it is one Tab away. */
  kefu_ui_test_wait (gtk_window_is_active (panel.window));
  gtk_widget_grab_focus (row (&panel, "补发焦糖色皮带"));
  gtk_widget_child_focus (GTK_WIDGET (panel.window), GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_widget_is_focus (button));

  /* Without a message there is nothing to go to. */
  button = kefu_ui_test_find (row (&panel, "签收后回访佩戴感受"), GTK_TYPE_BUTTON, "proof_button");
  g_assert_false (gtk_widget_is_sensitive (button));
  panel_close (&panel);
}

static GtkWidget *
open_editor (Panel *panel)
{
  GtkWidget *editor = panel_find (panel, KEFU_TYPE_CHECKLIST_EDITOR, "editor");

  gtk_menu_button_popup (GTK_MENU_BUTTON (panel_find (panel, GTK_TYPE_MENU_BUTTON, "add_button")));
  kefu_ui_test_wait (gtk_widget_get_mapped (editor));
  return editor;
}

static void
test_item_is_added_with_enter (void)
{
  Panel panel = { 0 };
  GtkWidget *editor, *entry;

  panel_open (&panel, "han", "checklist");
  editor = open_editor (&panel);
  entry = kefu_ui_test_find (editor, GTK_TYPE_ENTRY, "title_entry");
  /* Kind and due time follow the words. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "今天 17 点前改发顺丰");
  kefu_ui_test_settle ();
  kefu_ui_shot (editor, "panel-checklist-editor");
  g_signal_emit_by_name (entry, "activate");
  kefu_ui_test_wait (row (&panel, "今天 17 点前改发顺丰") != NULL);
  g_assert_cmpint (group_of (&panel, "今天 17 点前改发顺丰"), ==, TODAY);
  g_assert_cmpstr (kefu_checklist_row_get_record (KEFU_CHECKLIST_ROW (row (&panel, "今天 17 点前改发顺丰")))->kind, ==,
                   "courier");
  /* The parcel is under way: the promise belongs to it. */
  g_assert_cmpstr (kefu_checklist_row_get_record (KEFU_CHECKLIST_ROW (row (&panel, "今天 17 点前改发顺丰")))->order_id,
                   ==, panel_id ("han-now"));
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "今天 17 点前改发顺丰"), "proof_label"), ==,
                   "Today 14:05 noted · 林小满");
  g_assert_cmpuint (badge (&panel), ==, 6);
  kefu_ui_test_wait (!gtk_widget_get_mapped (editor));

  /* It is empty the next time, and nothing is added from nothing. */
  open_editor (&panel);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_signal_emit_by_name (entry, "activate");
  kefu_ui_test_settle ();
  g_assert_cmpuint (panel_pending (&panel), ==, 1);
  gtk_popover_popdown (GTK_POPOVER (editor));
  kefu_ui_test_settle ();
  panel_close (&panel);
}

static void
test_chosen_kind_is_not_guessed_away (void)
{
  Panel panel = { 0 };
  GtkWidget *editor, *entry, *kind;

  panel_open (&panel, "han", "checklist");
  editor = open_editor (&panel);
  entry = kefu_ui_test_find (editor, GTK_TYPE_ENTRY, "title_entry");
  kind = kefu_ui_test_find (editor, GTK_TYPE_DROP_DOWN, "kind_drop");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (kind), 3);
  gtk_editable_set_text (GTK_EDITABLE (entry), "改发顺丰");
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (kind)), ==, 3);
  gtk_popover_popdown (GTK_POPOVER (editor));
  kefu_ui_test_settle ();
  panel_close (&panel);
}

static void
test_item_is_edited (void)
{
  Panel panel = { 0 };
  GtkWidget *editor, *entry;

  panel_open (&panel, "han", "checklist");
  gtk_widget_activate_action (row (&panel, "换 38 mm 女款到货提醒"), "item.edit", NULL);
  editor = kefu_ui_test_find (gtk_widget_get_ancestor (row (&panel, "换 38 mm 女款到货提醒"), KEFU_TYPE_CHECKLIST_LIST),
                              KEFU_TYPE_CHECKLIST_EDITOR, NULL);
  kefu_ui_test_wait (gtk_widget_get_mapped (editor));
  entry = kefu_ui_test_find (editor, GTK_TYPE_ENTRY, "title_entry");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "换 38 mm 女款到货提醒");
  gtk_editable_set_text (GTK_EDITABLE (entry), "换 38 mm 蓝色女款");
  g_signal_emit_by_name (entry, "activate");
  kefu_ui_test_wait (row (&panel, "换 38 mm 蓝色女款") != NULL);
  /* The rest is as it was. */
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "换 38 mm 蓝色女款"), "due_label"), ==, "20 Jun");
  g_assert_cmpuint (panel_pending (&panel), ==, 1);
  kefu_ui_test_settle ();
  panel_close (&panel);
}

static void
test_time_makes_an_item_overdue (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "checklist");
  g_assert_cmpint (group_of (&panel, "补发件走顺丰"), ==, TODAY);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (panel.fixture->clock), 3 * 60 * 60 * 1000);
  g_assert_cmpint (group_of (&panel, "补发件走顺丰"), ==, OVER);
  g_assert_cmpstr (kefu_ui_test_text (row (&panel, "补发件走顺丰"), "due_label"), ==, "5 min over");
  panel_close (&panel);
}

static void
test_says_that_nothing_was_promised (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "new", "checklist");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-checklist-empty");
  g_assert_true (gtk_widget_get_visible (panel_find (&panel, ADW_TYPE_STATUS_PAGE, "empty")));
  g_assert_cmpuint (badge (&panel), ==, 0);
  panel_close (&panel);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/panel/checklist/groups-by-urgency", test_groups_by_urgency);
  g_test_add_func ("/ui/panel/checklist/rows-have-names-for-screen-readers", test_rows_have_names_for_screen_readers);
  g_test_add_func ("/ui/panel/checklist/tick-is-stored-at-once", test_tick_is_stored_at_once);
  g_test_add_func ("/ui/panel/checklist/focus-goes-on-to-the-next-item", test_focus_goes_on_to_the_next_item);
  g_test_add_func ("/ui/panel/checklist/removed-item-can-be-brought-back", test_removed_item_can_be_brought_back);
  g_test_add_func ("/ui/panel/checklist/proof-is-one-click-away", test_proof_is_one_click_away);
  g_test_add_func ("/ui/panel/checklist/item-is-added-with-enter", test_item_is_added_with_enter);
  g_test_add_func ("/ui/panel/checklist/chosen-kind-is-not-guessed-away", test_chosen_kind_is_not_guessed_away);
  g_test_add_func ("/ui/panel/checklist/item-is-edited", test_item_is_edited);
  g_test_add_func ("/ui/panel/checklist/time-makes-an-item-overdue", test_time_makes_an_item_overdue);
  g_test_add_func ("/ui/panel/checklist/says-that-nothing-was-promised", test_says_that_nothing_was_promised);
  return g_test_run ();
}
