/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long list by keyboard and pointer, its selection, what screen readers are told, and another model. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-ui-test.h"
#include "row-list-fixture.h"

static void
key (RowDesk *desk, guint keyval, GdkModifierType state)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (desk->window));
  GListModel *controllers;

  /* as the list's own bindings would get it on its way up */
  for (GtkWidget *widget = focus; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      gboolean done = FALSE;

      controllers = gtk_widget_observe_controllers (widget);
      for (guint i = 0; i < g_list_model_get_n_items (controllers) && !done; i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

          if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
            continue;
          for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)) && !done; j++)
            {
              g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
              GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

              if (GTK_IS_KEYVAL_TRIGGER (trigger) &&
                  gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == keyval &&
                  gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == state)
                done = gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                     gtk_shortcut_get_arguments (shortcut));
            }
        }
      g_object_unref (controllers);
      if (done)
        break;
    }
  kefu_ui_test_settle ();
}

static guint
focused (RowDesk *desk)
{
  return kefu_row_list_get_position (desk->list, gtk_root_get_focus (GTK_ROOT (desk->window)));
}

static void
test_keys_travel (void)
{
  RowDesk desk;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  gtk_widget_grab_focus (GTK_WIDGET (desk.list));
  g_assert_cmpuint (focused (&desk), ==, 0);
  g_assert_cmpuint (desk.n_chosen, ==, 0);
  key (&desk, GDK_KEY_Down, 0);
  g_assert_cmpuint (focused (&desk), ==, 1);
  g_assert_cmpuint (desk.last_position, ==, 1);
  key (&desk, GDK_KEY_Page_Down, 0);
  g_assert_cmpuint (focused (&desk), ==, 1 + HEIGHT / ROW_HEIGHT);
  row_desk_check_rows (&desk);
  key (&desk, GDK_KEY_Page_Up, 0);
  g_assert_cmpuint (focused (&desk), <=, 2);
  key (&desk, GDK_KEY_End, 0);
  g_assert_cmpuint (focused (&desk), ==, 999);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, 999);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 999), HEIGHT - ROW_HEIGHT);
  key (&desk, GDK_KEY_Up, GDK_CONTROL_MASK);
  g_assert_cmpuint (focused (&desk), ==, 998);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, 999);
  key (&desk, GDK_KEY_space, GDK_CONTROL_MASK);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, 998);
  key (&desk, GDK_KEY_Return, 0);
  g_assert_cmpuint (desk.n_activated, ==, 1);
  g_assert_cmpuint (desk.last_position, ==, 998);
  key (&desk, GDK_KEY_Home, 0);
  g_assert_cmpuint (focused (&desk), ==, 0);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 0), 0);
  row_desk_close (&desk);
}

static void
test_focus_and_selection_stay_with_the_item (void)
{
  RowDesk desk;
  gpointer item;
  GtkWidget *row;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  kefu_row_list_focus (desk.list, 3);
  kefu_row_list_set_selected (desk.list, 3);
  item = row_desk_item_at (&desk, 3);
  row = gtk_widget_get_parent (kefu_row_list_get_content (desk.list, 3));
  g_assert_true (gtk_widget_has_focus (row));
  gtk_test_accessible_assert_state (row, GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  row_desk_insert (&desk, 0, 5000, ROW_HEIGHT);
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, 4);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, 4);
  /* far away, and out of view */
  for (guint i = 0; i < 100; i++)
    row_desk_insert (&desk, 0, 6000 + i, ROW_HEIGHT);
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, 104);
  g_assert_true (gtk_widget_has_focus (row));
  g_assert_true (kefu_row_list_get_content_of (desk.list, item) == gtk_widget_get_first_child (row));
  row_desk_check_rows (&desk);
  /* one change of all */
  g_list_store_sort (desk.store, row_desk_compare_turned, GUINT_TO_POINTER (3));
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, 0);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, 0);
  g_assert_true (row_desk_item_at (&desk, 0) == item);
  /* it goes: the keyboard does not leave the list */
  g_list_store_remove (desk.store, 0);
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, 0);
  g_assert_cmpuint (kefu_row_list_get_selected (desk.list), ==, GTK_INVALID_LIST_POSITION);
  g_list_store_remove_all (desk.store);
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, GTK_INVALID_LIST_POSITION);
  row_desk_insert (&desk, 0, 5000, ROW_HEIGHT);
  kefu_ui_test_settle ();
  row_desk_check_rows (&desk);
  row_desk_close (&desk);
}

/* Its row is out of view when it goes: the keyboard goes on where the agent looks. */
static void
test_the_focused_one_goes_out_of_view (void)
{
  RowDesk desk;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  kefu_row_list_focus (desk.list, 3);
  row_desk_scroll (&desk, 12000);
  g_assert_cmpuint (focused (&desk), ==, 3);
  g_list_store_remove (desk.store, 3);
  row_desk_rest (&desk);
  g_assert_cmpuint (focused (&desk), ==, 12000 / ROW_HEIGHT - 1);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 12000 / ROW_HEIGHT - 1), 0);
  /* and with all others */
  kefu_row_list_focus (desk.list, 300);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (items, row_desk_item_new (5000 + i));
  row_desk_scroll (&desk, 30000);
  g_list_store_splice (desk.store, 0, row_desk_n_items (&desk), items->pdata, items->len);
  row_desk_rest (&desk);
  g_assert_cmpuint (focused (&desk), ==, 0);
  row_desk_check_rows (&desk);
  kefu_row_list_focus (desk.list, 2);
  row_desk_scroll (&desk, 2000);
  g_list_store_remove_all (desk.store);
  row_desk_rest (&desk);
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (desk.list)));
  row_desk_close (&desk);
}

/* --- clicks --- */

static void
click (RowDesk *desk, const char *what, int n_press, double y)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (desk->list));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_GESTURE_CLICK (controller))
        continue;
      g_signal_emit_by_name (controller, what, n_press, 10.0, y);
      n++;
    }
  g_assert_cmpuint (n, ==, 1);
}

static void
replace_first (RowDesk *desk, guint n)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, row_desk_item_new (5000 + i));
  g_list_store_splice (desk->store, 0, n, items->pdata, n);
}

/* The list changes under the pointer: what was clicked is what was seen, or nothing. */
static void
test_a_click_is_for_what_was_seen (void)
{
  RowDesk desk;
  gpointer item;
  double y = 5 * ROW_HEIGHT + 10;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  click (&desk, "pressed", 1, y);
  click (&desk, "released", 1, y);
  g_assert_cmpuint (desk.n_chosen, ==, 1);
  g_assert_cmpuint (desk.last_position, ==, 5);
  /* it moves between the press and the release */
  y = 7 * ROW_HEIGHT + 10;
  item = row_desk_item_at (&desk, 7);
  click (&desk, "pressed", 1, y);
  g_list_store_sort (desk.store, row_desk_compare_turned, GUINT_TO_POINTER (7));
  click (&desk, "released", 1, y);
  g_assert_cmpuint (desk.n_chosen, ==, 2);
  g_assert_true (row_desk_item_at (&desk, desk.last_position) == item);
  g_assert_cmpuint (desk.last_position, ==, 0);
  row_desk_rest (&desk);
  /* or goes */
  click (&desk, "pressed", 1, y);
  replace_first (&desk, 50);
  click (&desk, "released", 1, y);
  g_assert_cmpuint (desk.n_chosen, ==, 2);
  row_desk_rest (&desk);
  /* or did so before the press, and the view has not followed yet */
  item = row_desk_item_at (&desk, 7);
  row_desk_insert (&desk, 0, 7000, ROW_HEIGHT);
  click (&desk, "pressed", 1, y);
  click (&desk, "released", 1, y);
  g_assert_cmpuint (desk.n_chosen, ==, 3);
  g_assert_true (row_desk_item_at (&desk, desk.last_position) == item);
  row_desk_rest (&desk);
  replace_first (&desk, 50);
  click (&desk, "pressed", 1, y);
  click (&desk, "released", 1, y);
  g_assert_cmpuint (desk.n_chosen, ==, 3);
  row_desk_rest (&desk);
  /* the second of two */
  item = row_desk_item_at (&desk, 7);
  g_list_store_sort (desk.store, row_desk_compare_turned, g_object_get_data (item, "number"));
  click (&desk, "pressed", 2, y);
  g_assert_cmpuint (desk.n_activated, ==, 1);
  g_assert_cmpuint (desk.last_position, ==, 0);
  row_desk_rest (&desk);
  replace_first (&desk, 50);
  click (&desk, "pressed", 2, y);
  click (&desk, "released", 2, y);
  g_assert_cmpuint (desk.n_activated, ==, 1);
  g_assert_cmpuint (desk.n_chosen, ==, 3);
  row_desk_close (&desk);
}

static void
test_screen_readers_are_told (void)
{
  RowDesk desk;
  GtkWidget *row;

  row_desk_open (&desk, 50, TRUE, KEFU_FOLLOW_START);
  gtk_test_accessible_assert_role (desk.list, GTK_ACCESSIBLE_ROLE_LIST);
  row = gtk_widget_get_first_child (GTK_WIDGET (desk.list));
  for (guint i = 0; i < 10; i++, row = gtk_widget_get_next_sibling (row))
    {
      g_autofree char *name = g_strdup_printf ("row %u", i);

      gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
      gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
      gtk_test_accessible_assert_relation (row, GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) i + 1);
      gtk_test_accessible_assert_relation (row, GTK_ACCESSIBLE_RELATION_SET_SIZE, 50);
    }
  /* in the order of the list, also those that served before */
  row_desk_scroll (&desk, 20 * ROW_HEIGHT);
  row_desk_insert (&desk, 25, 5000, ROW_HEIGHT);
  kefu_ui_test_settle ();
  for (guint position = G_MAXUINT, i = 0; i < 15; i++)
    {
      GtkWidget *content = kefu_row_list_get_content (desk.list, 20 + i);
      GtkWidget *after = gtk_widget_get_parent (content);

      if (position != G_MAXUINT)
        {
          GtkWidget *before = gtk_widget_get_prev_sibling (after);

          while (kefu_row_list_get_item (desk.list, before) == NULL)
            {
              gtk_test_accessible_assert_state (before, GTK_ACCESSIBLE_STATE_HIDDEN, TRUE);
              before = gtk_widget_get_prev_sibling (before);
            }
          g_assert_cmpuint (kefu_row_list_get_position (desk.list, before), ==, position);
        }
      position = 20 + i;
      gtk_test_accessible_assert_relation (after, GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) position + 1);
      gtk_test_accessible_assert_relation (after, GTK_ACCESSIBLE_RELATION_SET_SIZE, 51);
    }
  row_desk_close (&desk);
}

static void
test_another_model (void)
{
  RowDesk desk;
  g_autoptr (GListStore) other = row_desk_store_new (3);
  GListStore *first;
  guint made;

  row_desk_open (&desk, 1000, FALSE, KEFU_FOLLOW_END);
  row_desk_check_end (&desk);
  made = desk.n_made;
  first = desk.store;
  kefu_row_list_set_model (desk.list, G_LIST_MODEL (other));
  desk.store = other;
  kefu_ui_test_settle ();
  g_assert_cmpuint (desk.n_bound, ==, desk.n_unbound + 3);
  g_assert_cmpuint (desk.n_made, ==, made);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 0), 0);
  g_assert_cmpfloat (gtk_adjustment_get_value (row_desk_adjustment (&desk)), ==, 0);
  kefu_row_list_set_model (desk.list, NULL);
  g_assert_cmpuint (desk.n_bound, ==, desk.n_unbound);
  kefu_ui_test_settle ();
  desk.store = first;
  kefu_row_list_set_model (desk.list, G_LIST_MODEL (first));
  kefu_ui_test_settle ();
  row_desk_check_end (&desk);
  /* the keyboard is in the list, never in a row that shows nothing */
  kefu_row_list_focus (desk.list, 990);
  kefu_row_list_set_model (desk.list, NULL);
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (desk.list)));
  kefu_ui_test_settle ();
  kefu_row_list_set_model (desk.list, G_LIST_MODEL (first));
  kefu_ui_test_settle ();
  g_assert_cmpuint (focused (&desk), ==, 999);
  row_desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  row_desk_style ();
  g_test_add_func ("/ui/row-list-keys/keys-travel", test_keys_travel);
  g_test_add_func ("/ui/row-list-keys/focus-and-selection-stay-with-the-item",
                   test_focus_and_selection_stay_with_the_item);
  g_test_add_func ("/ui/row-list-keys/the-focused-one-goes-out-of-view", test_the_focused_one_goes_out_of_view);
  g_test_add_func ("/ui/row-list-keys/a-click-is-for-what-was-seen", test_a_click_is_for_what_was_seen);
  g_test_add_func ("/ui/row-list-keys/screen-readers-are-told", test_screen_readers_are_told);
  g_test_add_func ("/ui/row-list-keys/another-model", test_another_model);
  return g_test_run ();
}
