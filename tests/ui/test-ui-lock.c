/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a locked desk shows and hides, and what a sign-out leaves: the page, the curtain, the kept token, the deletion. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <glib/gstdio.h>

#include "kefu-curtain.h"
#include "kefu-kept-token.h"
#include "kefu-lock-page.h"
#include "kefu-password.h"
#include "kefu-private-files.h"
#include "kefu-ui-test.h"
#include "kefu-wipe.h"

typedef struct
{
  int count;
  char *password;
} Heard;

static void
unlock_cb (Heard *heard, const char *password)
{
  heard->count++;
  g_free (heard->password);
  heard->password = g_strdup (password);
}

static void
test_page_asks_for_the_password (void)
{
  GtkWidget *page = kefu_lock_page_new ("林小满", TRUE);
  GtkWindow *window = kefu_ui_test_window (page, 900, 600);
  GtkWidget *entry = kefu_ui_test_find (page, GTK_TYPE_PASSWORD_ENTRY, "password_entry");
  GtkWidget *button = kefu_ui_test_find (page, GTK_TYPE_BUTTON, "unlock_button");
  Heard heard = { 0 };

  g_signal_connect_swapped (page, "unlock", G_CALLBACK (unlock_cb), &heard);
  gtk_widget_grab_focus (page);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), entry));
  g_assert_false (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpint (heard.count, ==, 0);
  gtk_editable_set_text (GTK_EDITABLE (entry), "secret");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpint (heard.count, ==, 1);
  g_assert_cmpstr (heard.password, ==, "secret");
  kefu_lock_page_set_busy (KEFU_LOCK_PAGE (page), TRUE);
  g_assert_false (gtk_widget_is_sensitive (button));
  kefu_lock_page_set_error (KEFU_LOCK_PAGE (page), "The password is wrong");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_assert_cmpstr (kefu_ui_test_text (page, "error_label"), ==, "The password is wrong");
  kefu_ui_shot (GTK_WIDGET (window), "locked");
  g_free (heard.password);
  gtk_window_destroy (window);
}

static void
test_the_demo_shop_needs_a_click (void)
{
  GtkWidget *page = kefu_lock_page_new ("林小满", FALSE);
  GtkWindow *window = kefu_ui_test_window (page, 900, 600);
  Heard heard = { 0 };

  g_signal_connect_swapped (page, "unlock", G_CALLBACK (unlock_cb), &heard);
  g_assert_false (gtk_widget_get_visible (kefu_ui_test_find (page, GTK_TYPE_PASSWORD_ENTRY, "password_entry")));
  gtk_widget_grab_focus (page);
  g_assert_true (gtk_widget_activate (gtk_window_get_focus (window)));
  kefu_ui_test_wait (heard.count == 1);
  g_free (heard.password);
  gtk_window_destroy (window);
}

static void
test_the_curtain_hides_and_brings_back (void)
{
  GtkWidget *window = adw_application_window_new (NULL);
  GtkWidget *text = gtk_text_view_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *dialog = gtk_window_new ();
  GtkWidget *late = gtk_window_new ();
  GdkClipboard *clipboard = gtk_widget_get_clipboard (window);
  KefuCurtain *curtain;

  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("before"));
  gtk_box_append (GTK_BOX (box), text);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  curtain = kefu_curtain_new (ADW_APPLICATION_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (text);
  gdk_clipboard_set_text (clipboard, "a customer's number");
  kefu_ui_test_settle ();

  kefu_curtain_draw (curtain, kefu_lock_page_new ("lin", TRUE));
  g_assert_true (kefu_curtain_is_drawn (curtain));
  g_assert_null (gtk_widget_get_root (text));
  g_assert_false (gtk_widget_get_visible (dialog));
  g_assert_null (gdk_clipboard_get_content (clipboard));
  /* one that somebody opens meanwhile */
  gtk_window_present (GTK_WINDOW (late));
  kefu_ui_test_settle ();
  g_assert_false (gtk_widget_get_visible (late));

  kefu_curtain_open (curtain);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == text);
  g_assert_true (gtk_widget_get_visible (dialog));
  g_assert_true (gtk_widget_get_visible (late));

  /* a window that is closed behind it does not come back */
  kefu_curtain_draw (curtain, kefu_lock_page_new ("lin", TRUE));
  gtk_window_destroy (GTK_WINDOW (dialog));
  kefu_curtain_open (curtain);
  g_assert_finalize_object (curtain);
  gtk_window_destroy (GTK_WINDOW (late));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_a_token_is_kept_with_its_verifier (void)
{
  g_autoptr (KefuSecrets) secrets = kefu_memory_secrets_new ();
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autofree char *verifier = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *token = NULL;
  g_autofree char *again = NULL;

  kefu_kept_token_store_async (secrets, "https://desk.example", "lin", "token", "正确", NULL, result_cb, &stored);
  kefu_ui_test_wait (stored != NULL);
  verifier = kefu_kept_token_store_finish (stored, NULL);
  g_assert_true (kefu_password_verify ("正确", verifier));
  g_assert_false (kefu_password_verify ("错误", verifier));

  kefu_secrets_lookup_async (secrets, "https://desk.example", "lin", NULL, result_cb, &found);
  kefu_ui_test_wait (found != NULL);
  secret = kefu_secrets_finish (secrets, found, NULL);
  kefu_kept_token_split (secret, &token, &again);
  g_assert_cmpstr (token, ==, "token");
  g_assert_cmpstr (again, ==, verifier);
  g_assert_null (strstr (secret, "正确"));

  /* one of a desk that knew no verifier, and none */
  g_clear_pointer (&token, g_free);
  g_clear_pointer (&again, g_free);
  kefu_kept_token_split ("token", &token, &again);
  g_assert_cmpstr (token, ==, "token");
  g_assert_null (again);
  g_clear_pointer (&token, g_free);
  kefu_kept_token_split (NULL, &token, &again);
  g_assert_null (token);
}

static void
put (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static gboolean
is_there (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
begin (const char *dir, gboolean all)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_wipe_begin_async (dir, all, NULL, result_cb, &result);
  kefu_ui_test_wait (result != NULL);
  g_assert_true (kefu_wipe_begin_finish (result, &error));
  g_assert_no_error (error);
}

static void
finish (const char *parent)
{
  g_auto (GStrv) dirs = kefu_wipe_find (parent);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (dirs), ==, 1);
  kefu_wipe_finish_async ((const char *const *) dirs, NULL, result_cb, &result);
  kefu_ui_test_wait (result != NULL);
  g_assert_true (kefu_wipe_finish_finish (result, &error));
  g_assert_no_error (error);
}

static void
test_a_deletion_goes_to_the_end (void)
{
  g_autofree char *parent = g_dir_make_tmp ("kefu-wipe-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (parent, "one", NULL);
  g_autofree char *other = g_build_filename (parent, "two", NULL);
  static const char *const names[] = { "desk.db", "cache.db", "cache.db-wal", "blobs/abc", "outgoing/def", "lock" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    put (dir, names[i]);
  put (other, "desk.db");

  /* all but what is unsent */
  begin (dir, FALSE);
  g_assert_false (kefu_wipe_is_all (dir));
  finish (parent);
  g_assert_true (is_there (dir, "desk.db") && is_there (dir, "outgoing/def"));
  g_assert_false (is_there (dir, "cache.db") || is_there (dir, "cache.db-wal") || is_there (dir, "blobs"));
  g_assert_false (is_there (dir, "wipe"));

  /* everything, of one workspace */
  begin (dir, TRUE);
  g_assert_true (kefu_wipe_is_all (dir));
  finish (parent);
  g_assert_false (is_there (parent, "one"));
  g_assert_true (is_there (other, "desk.db"));
  g_assert_true (kefu_private_files_remove (parent, NULL, NULL));
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/lock/page-asks-for-the-password", test_page_asks_for_the_password);
  g_test_add_func ("/ui/lock/the-demo-shop-needs-a-click", test_the_demo_shop_needs_a_click);
  g_test_add_func ("/ui/lock/the-curtain-hides-and-brings-back", test_the_curtain_hides_and_brings_back);
  g_test_add_func ("/ui/lock/a-token-is-kept-with-its-verifier", test_a_token_is_kept_with_its_verifier);
  g_test_add_func ("/ui/lock/a-deletion-goes-to-the-end", test_a_deletion_goes_to_the_end);
  return g_test_run ();
}
