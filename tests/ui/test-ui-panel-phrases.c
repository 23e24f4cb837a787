/* SPDX-License-Identifier: GPL-3.0-or-later
 * The phrases page of the side panel. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-phrase-editor.h"
#include "kefu-phrase-popover.h"
#include "kefu-phrase-tree-row.h"
#include "kefu-phrases-page.h"
#include "panel-fixture.h"

static GtkWidget *
page (Panel *panel)
{
  return panel_find (panel, KEFU_TYPE_PHRASES_PAGE, NULL);
}

static GtkWidget *
list (Panel *panel)
{
  return kefu_ui_test_find (page (panel), GTK_TYPE_LIST_VIEW, "list");
}

static GtkWidget *
entry (Panel *panel)
{
  return kefu_ui_test_find (page (panel), GTK_TYPE_SEARCH_ENTRY, "search_entry");
}

static GListModel *
model (Panel *panel)
{
  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list (panel))));
}

/* (transfer none) (nullable): the title of row @n. */
static const char *
title (Panel *panel, guint n)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (model (panel), n);
  g_autoptr (KefuPhraseNode) node = row ? gtk_tree_list_row_get_item (row) : NULL;

  return node ? kefu_phrase_node_get_title (node) : NULL;
}

/* The place of the row called @text, or G_MAXUINT. */
static guint
place (Panel *panel, const char *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (model (panel)); i++)
    if (g_strcmp0 (title (panel, i), text) == 0)
      return i;
  return G_MAXUINT;
}

static void
activate (Panel *panel, const char *text)
{
  guint position = place (panel, text);

  g_assert_cmpuint (position, !=, G_MAXUINT);
  g_signal_emit_by_name (list (panel), "activate", position);
}

static void
choose (Panel *panel, const char *text)
{
  guint position = place (panel, text);

  g_assert_cmpuint (position, !=, G_MAXUINT);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (model (panel)), position, TRUE);
}

static void
search (Panel *panel, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (entry (panel)), text);
  kefu_ui_test_settle ();
}

static void
scope (Panel *panel, const char *id)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (panel_find (panel, GTK_TYPE_TOGGLE_BUTTON, id)), TRUE);
  kefu_ui_test_settle ();
}

static void
inserted_cb (char **heard, KefuPhraseRecord *phrase)
{
  g_free (*heard);
  *heard = g_strdup (phrase->code);
}

static GtkWidget *
find_editor (void)
{
  for (guint i = 0; i < g_list_model_get_n_items (gtk_window_get_toplevels ()); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (gtk_window_get_toplevels (), i);

      if (KEFU_IS_PHRASE_EDITOR (window))
        return window;
    }
  return NULL;
}

static void
write_entry (GtkWidget *editor, const char *id, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, id)), text);
}

static void
write_body (GtkWidget *editor, const char *text)
{
  GtkWidget *view = kefu_ui_test_find (editor, GTK_TYPE_TEXT_VIEW, "body_view");

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
}

static void
save_editor (GtkWidget *editor)
{
  g_object_ref (editor);
  panel_click (kefu_ui_test_find (editor, GTK_TYPE_BUTTON, "save_button"));
  kefu_ui_test_settle ();
  g_assert_finalize_object (editor);
}

static void
test_groups_unfold (void)
{
  Panel panel = { 0 };
  GtkTreeListRow *row;

  panel_open (&panel, "shen", "phrases");
  /* Two groups are few: they are open. */
  g_assert_cmpstr (title (&panel, 0), ==, "开场与问候");
  g_assert_cmpstr (title (&panel, 1), ==, "首次问候");
  g_assert_cmpstr (title (&panel, 3), ==, "运费与包邮");
  g_assert_cmpuint (g_list_model_get_n_items (model (&panel)), ==, 8);
  g_assert_cmpstr (panel_text (&panel, "count_label"), ==, "6 team phrases");

  activate (&panel, "开场与问候");
  g_assert_cmpuint (g_list_model_get_n_items (model (&panel)), ==, 6);
  row = g_list_model_get_item (model (&panel), 0);
  g_assert_false (gtk_tree_list_row_get_expanded (row));
  g_object_unref (row);
  panel_close (&panel);
}

static void
test_phrase_is_inserted (void)
{
  Panel panel = { 0 };
  g_autofree char *heard = NULL;

  panel_open (&panel, "shen", "phrases");
  g_signal_connect_swapped (panel.panel, "insert-phrase", G_CALLBACK (inserted_cb), &heard);
  activate (&panel, "满额包邮说明");
  g_assert_cmpstr (heard, ==, "by1");
  panel_close (&panel);
}

static void
test_search_finds_codes_and_pinyin (void)
{
  Panel panel = { 0 };
  g_autofree char *heard = NULL;

  panel_open (&panel, "shen", "phrases");
  g_signal_connect_swapped (panel.panel, "insert-phrase", G_CALLBACK (inserted_cb), &heard);
  search (&panel, "by3");
  g_assert_cmpstr (title (&panel, 0), ==, "替您申请包邮");
  search (&panel, "lkwh");
  kefu_ui_test_wait (g_strcmp0 (title (&panel, 0), "老客问候") == 0);
  /* Enter takes the best one. */
  g_signal_emit_by_name (entry (&panel), "activate");
  g_assert_cmpstr (heard, ==, "kc2");

  search (&panel, "没有这样的");
  g_assert_nonnull (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "No Phrase Found"));
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-phrases-none");
  search (&panel, "");
  g_assert_cmpstr (title (&panel, 0), ==, "开场与问候");
  panel_close (&panel);
}

static void
test_preview_is_filled_for_the_customer (void)
{
  Panel panel = { 0 };
  GtkWidget *popover;

  panel_open (&panel, "shen", "phrases");
  kefu_ui_test_wait (gtk_window_is_active (panel.window));
  popover = kefu_ui_test_find (panel.panel, KEFU_TYPE_PHRASE_POPOVER, NULL);
  gtk_widget_child_focus (list (&panel), GTK_DIR_TAB_FORWARD);
  choose (&panel, "满额包邮说明");
  kefu_ui_test_wait (gtk_widget_get_mapped (popover));
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-phrases");
  kefu_ui_shot (popover, "panel-phrase-preview");
  g_assert_true (g_str_has_prefix (kefu_ui_test_text (popover, "body"), "若溪，咱们店"));
  g_assert_nonnull (kefu_ui_test_find (popover, GTK_TYPE_LABEL, "4 破例"));
  /* It does not take the focus: the arrow keys go on. */
  g_assert_true (gtk_widget_get_focus_child (list (&panel)) != NULL);
  /* Another customer's name would stand in it. */
  panel_show (&panel, "han");
  kefu_ui_test_wait (!gtk_widget_get_mapped (popover));
  panel_close (&panel);
}

static void
test_most_used_come_first (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "shen", "phrases");
  scope (&panel, "frequent_button");
  g_assert_cmpuint (g_list_model_get_n_items (model (&panel)), ==, 3);
  g_assert_cmpstr (title (&panel, 0), ==, "满额包邮说明");
  g_assert_cmpstr (title (&panel, 2), ==, "老客问候");

  /* The list does not move under the hand while one is used. */
  for (int i = 0; i < 9; i++)
    {
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (panel.fixture->clock), 1000);
      kefu_session_use_phrase (panel.fixture->session, panel_id ("kc2"));
    }
  kefu_ui_test_wait (panel_pending (&panel) == 9);
  kefu_ui_test_settle ();
  g_assert_cmpstr (title (&panel, 2), ==, "老客问候");
  scope (&panel, "team_button");
  scope (&panel, "frequent_button");
  g_assert_cmpstr (title (&panel, 0), ==, "老客问候");
  panel_close (&panel);
}

static void
test_own_phrase_is_written_changed_and_removed (void)
{
  Panel panel = { 0 };
  GtkWidget *editor, *overlay, *undo;

  panel_open (&panel, "shen", "phrases");
  scope (&panel, "personal_button");
  g_assert_nonnull (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "No Phrases of Your Own"));
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-phrases-personal-none");

  gtk_widget_activate_action (page (&panel), "phrase.add", NULL);
  editor = find_editor ();
  gtk_test_widget_wait_for_draw (editor);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (editor)),
                                         kefu_ui_test_find (editor, ADW_TYPE_ENTRY_ROW, "title_row")));
  g_assert_false (gtk_widget_get_sensitive (kefu_ui_test_find (editor, GTK_TYPE_BUTTON, "save_button")));
  write_entry (editor, "title_row", "表扬老客");
  write_entry (editor, "code_row", "kf8");
  write_body (editor, "谢谢{customer.name}一直照顾。");
  kefu_ui_shot (editor, "panel-phrase-editor");
  save_editor (editor);
  kefu_ui_test_wait (place (&panel, "表扬老客") != G_MAXUINT);
  g_assert_cmpstr (title (&panel, 0), ==, "My phrases");
  g_assert_cmpstr (panel_text (&panel, "count_label"), ==, "1 phrase of your own");

  choose (&panel, "表扬老客");
  gtk_widget_activate_action (page (&panel), "phrase.edit", NULL);
  editor = find_editor ();
  gtk_test_widget_wait_for_draw (editor);
  write_entry (editor, "title_row", "感谢老客");
  save_editor (editor);
  kefu_ui_test_wait (place (&panel, "感谢老客") != G_MAXUINT);
  g_assert_cmpuint (place (&panel, "表扬老客"), ==, G_MAXUINT);

  choose (&panel, "感谢老客");
  gtk_widget_activate_action (page (&panel), "phrase.remove", NULL);
  kefu_ui_test_wait (place (&panel, "感谢老客") == G_MAXUINT);
  overlay = gtk_widget_get_ancestor (panel.panel, ADW_TYPE_TOAST_OVERLAY);
  kefu_ui_test_wait ((undo = kefu_ui_test_find (overlay, GTK_TYPE_BUTTON, "Undo")) != NULL);
  panel_click (undo);
  kefu_ui_test_wait (place (&panel, "感谢老客") != G_MAXUINT);
  kefu_ui_test_settle ();
  panel_close (&panel);
}

static void
test_folding_and_selection_survive_changes (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "shen", "phrases");
  activate (&panel, "开场与问候");
  choose (&panel, "差一点凑单包邮");
  panel_feed (&panel,
              "[{\"kind\":\"phrase\",\"id\":\"#by9\",\"op\":\"put\",\"body\":{\"id\":\"#by9\",\"group_id\":\"#g-free\","
              "\"code\":\"by9\",\"title\":\"偏远地区补运费\",\"body\":\"需要补运费。\",\"sort\":9}}]");
  kefu_ui_test_wait (place (&panel, "偏远地区补运费") != G_MAXUINT);
  kefu_ui_test_settle ();
  g_assert_cmpuint (place (&panel, "首次问候"), ==, G_MAXUINT);
  g_assert_true (
    gtk_selection_model_is_selected (GTK_SELECTION_MODEL (model (&panel)), place (&panel, "差一点凑单包邮")));
  panel_close (&panel);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/panel/phrases/groups-unfold", test_groups_unfold);
  g_test_add_func ("/ui/panel/phrases/phrase-is-inserted", test_phrase_is_inserted);
  g_test_add_func ("/ui/panel/phrases/search-finds-codes-and-pinyin", test_search_finds_codes_and_pinyin);
  g_test_add_func ("/ui/panel/phrases/preview-is-filled-for-the-customer", test_preview_is_filled_for_the_customer);
  g_test_add_func ("/ui/panel/phrases/most-used-come-first", test_most_used_come_first);
  g_test_add_func ("/ui/panel/phrases/own-phrase-is-written-changed-and-removed",
                   test_own_phrase_is_written_changed_and_removed);
  g_test_add_func ("/ui/panel/phrases/folding-and-selection-survive-changes",
                   test_folding_and_selection_survive_changes);
  return g_test_run ();
}
