/* SPDX-License-Identifier: GPL-3.0-or-later
 * The preferences say how long messages stay and how much room they take. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-preferences-storage.h"
#include "kefu-ui-test.h"

typedef struct
{
  KefuFixture *fixture;
  GtkWindow *window;
  GtkWidget *group;
  AdwComboRow *keep;
} Page;

static void
set_up (Page *self, gconstpointer data)
{
  GtkWidget *page = adw_preferences_page_new ();

  self->fixture = kefu_fixture_new ();
  g_settings_reset (self->fixture->settings, "keep-days");
  self->group = kefu_preferences_storage_new (self->fixture->session, self->fixture->settings);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->group));
  self->window = kefu_ui_test_window (page, 520, 420);
  self->keep = ADW_COMBO_ROW (kefu_ui_test_find (page, ADW_TYPE_COMBO_ROW, NULL));
}

static void
tear_down (Page *self, gconstpointer data)
{
  g_object_ref (self->group);
  gtk_window_destroy (self->window);
  kefu_ui_test_settle ();
  g_assert_finalize_object (self->group);
  kefu_fixture_free (self->fixture);
}

/* The name of the chosen item. */
static const char *
chosen (Page *self)
{
  return gtk_string_object_get_string (adw_combo_row_get_selected_item (self->keep));
}

static void
test_a_choice_is_kept_and_explained (Page *self, gconstpointer data)
{
  g_autofree char *subtitle = g_strdup (adw_action_row_get_subtitle (ADW_ACTION_ROW (self->keep)));

  g_assert_cmpstr (chosen (self), ==, "All");
  adw_combo_row_set_selected (self->keep, 0);
  g_assert_cmpint (g_settings_get_int (self->fixture->settings, "keep-days"), ==, 30);
  /* It says what that means. */
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (self->keep)), !=, subtitle);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (self->keep)), "server"));
  /* from elsewhere */
  g_settings_set_int (self->fixture->settings, "keep-days", 365);
  g_assert_cmpstr (chosen (self), ==, "1 year");
  kefu_ui_shot (GTK_WIDGET (self->window), "storage");
}

/* The labels at the ends of the rows that have one. */
static char *
sizes (Page *self)
{
  GString *text = g_string_new (NULL);
  GtkWidget *list = gtk_widget_get_parent (GTK_WIDGET (self->keep));

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *label;

      if (row == GTK_WIDGET (self->keep))
        continue;
      label = kefu_ui_test_find (row, GTK_TYPE_LABEL, NULL);
      for (GtkWidget *box = gtk_widget_get_last_child (gtk_widget_get_first_child (row)); box != NULL;
           box = gtk_widget_get_prev_sibling (box))
        if (gtk_widget_has_css_class (box, "suffixes"))
          label = kefu_ui_test_find (box, GTK_TYPE_LABEL, NULL);
      g_string_append_printf (text, "%s|", gtk_label_get_label (GTK_LABEL (label)));
    }
  return g_string_free (text, FALSE);
}

static gboolean
has_sizes (Page *self)
{
  g_autofree char *text = sizes (self);
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);

  return g_strv_length (parts) == 3 && g_ascii_isdigit (*parts[0]) && g_ascii_isdigit (*parts[1]);
}

static gboolean
shows (Page *self, const char *before)
{
  g_autofree char *text = sizes (self);

  return !g_str_equal (text, before);
}

static void
test_sizes_are_shown_and_renewed (Page *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *blobs = g_build_filename (self->fixture->dir, "blobs", NULL);
  g_autofree char *file = g_build_filename (blobs, "picture", NULL);
  g_autofree char *content = g_strnfill (3000000, 'x');

  kefu_ui_test_wait (has_sizes (self));
  before = sizes (self);
  g_assert_cmpint (g_mkdir_with_parents (blobs, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, content, -1, NULL));
  kefu_ui_test_settle ();
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->fixture->clock), 2000);
  kefu_ui_test_wait (shows (self, before));
  g_assert_true (has_sizes (self));
}

int
main (int argc, char **argv)
{
  kefu_ui_test_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/storage/" name, Page, NULL, set_up, func, tear_down)
  ADD ("a-choice-is-kept-and-explained", test_a_choice_is_kept_and_explained);
  ADD ("sizes-are-shown-and-renewed", test_sizes_are_shown_and_renewed);
  return g_test_run ();
}
