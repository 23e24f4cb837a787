/* SPDX-License-Identifier: GPL-3.0-or-later
 * The pages a person sees before they are signed in. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-connect-page.h"
#include "kefu-error.h"
#include "kefu-sign-in-dialog.h"
#include "kefu-ui-test.h"
#include "kefu-welcome-page.h"

typedef struct
{
  int count;
  char *address;
  char *login;
  char *password;
} Heard;

static void
heard_cb (Heard *heard)
{
  heard->count++;
}

static void
submit_cb (Heard *heard, const char *address, const char *login, const char *password)
{
  heard->count++;
  heard->address = g_strdup (address);
  heard->login = g_strdup (login);
  heard->password = g_strdup (password);
}

static void
heard_clear (Heard *heard)
{
  g_free (heard->address);
  g_free (heard->login);
  g_free (heard->password);
}

static void
destroy_and_check (GtkWindow *window, GtkWidget *page)
{
  g_object_ref (page);
  gtk_window_set_focus (window, NULL);
  gtk_window_destroy (window);
  kefu_ui_test_settle ();
  g_assert_finalize_object (page);
}

static void
test_welcome_offers_two_ways (void)
{
  GtkWidget *page = kefu_welcome_page_new ();
  GtkWindow *window = kefu_ui_test_window (page, 1280, 800);
  Heard demo = { 0 };
  Heard other = { 0 };

  g_signal_connect_swapped (page, "demo", G_CALLBACK (heard_cb), &demo);
  g_signal_connect_swapped (page, "connect", G_CALLBACK (heard_cb), &other);
  kefu_ui_shot (GTK_WIDGET (window), "welcome");

  gtk_widget_grab_focus (page);
  g_assert_true (gtk_widget_activate (gtk_window_get_focus (window)));
  kefu_ui_test_wait (demo.count == 1);
  gtk_widget_activate_action (page, "welcome.connect", NULL);
  g_assert_cmpint (other.count, ==, 1);
  destroy_and_check (window, page);
}

static void
type (GtkWidget *page, const char *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (page, ADW_TYPE_ENTRY_ROW, row)), text);
}

static void
test_connect_needs_all_three (void)
{
  GtkWidget *page = kefu_connect_page_new ();
  GtkWindow *window = kefu_ui_test_window (page, 1280, 800);
  GtkWidget *button = kefu_ui_test_find (page, GTK_TYPE_BUTTON, "connect_button");
  Heard heard = { 0 };

  g_signal_connect_swapped (page, "submit", G_CALLBACK (submit_cb), &heard);
  kefu_connect_page_prepare (KEFU_CONNECT_PAGE (page), "", "");
  g_assert_false (gtk_widget_is_sensitive (button));
  type (page, "address_row", " https://desk.example ");
  type (page, "login_row", "lin");
  g_assert_false (gtk_widget_is_sensitive (button));
  type (page, "password_row", "secret");
  g_assert_true (gtk_widget_is_sensitive (button));
  kefu_ui_shot (GTK_WIDGET (window), "connect");

  g_signal_emit_by_name (kefu_ui_test_find (page, ADW_TYPE_ENTRY_ROW, "login_row"), "entry-activated");
  g_assert_cmpint (heard.count, ==, 1);
  g_assert_cmpstr (heard.address, ==, "https://desk.example");
  g_assert_cmpstr (heard.login, ==, "lin");
  g_assert_cmpstr (heard.password, ==, "secret");
  heard_clear (&heard);
  destroy_and_check (window, page);
}

static void
test_connect_says_what_went_wrong (void)
{
  GtkWidget *page = kefu_connect_page_new ();
  GtkWindow *window = kefu_ui_test_window (page, 900, 600);
  GtkWidget *label = kefu_ui_test_find (page, GTK_TYPE_LABEL, "error_label");
  GtkWidget *button = kefu_ui_test_find (page, GTK_TYPE_BUTTON, "connect_button");
  g_autoptr (GError) wrong = g_error_new_literal (KEFU_ERROR, KEFU_ERROR_AUTH, "The login or the password is wrong");

  kefu_connect_page_prepare (KEFU_CONNECT_PAGE (page), "https://desk.example", "lin");
  type (page, "password_row", "wrong");
  kefu_connect_page_set_busy (KEFU_CONNECT_PAGE (page), TRUE);
  g_assert_false (gtk_widget_is_sensitive (button));
  kefu_connect_page_set_error (KEFU_CONNECT_PAGE (page), wrong);
  g_assert_true (gtk_widget_get_visible (label));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "The login or the password is wrong");
  kefu_ui_shot (GTK_WIDGET (window), "connect-error");

  /* the password is to be typed again, the rest stays */
  g_assert_false (gtk_widget_is_sensitive (button));
  type (page, "password_row", "right");
  g_assert_true (gtk_widget_is_sensitive (button));
  g_assert_false (gtk_widget_get_visible (label));
  destroy_and_check (window, page);
}

/* The fingers are led to what has to be put right. */
static void
test_connect_goes_where_the_fault_is (void)
{
  static const struct
  {
    KefuError code;
    const char *row;
    gboolean emptied;
  } cases[] = {
    { KEFU_ERROR_INVALID, "address_row", FALSE },       { KEFU_ERROR_NETWORK, "address_row", FALSE },
    { KEFU_ERROR_TLS, "address_row", FALSE },           { KEFU_ERROR_AUTH, "password_row", TRUE },
    { KEFU_ERROR_RATE_LIMITED, "password_row", FALSE },
  };
  GtkWidget *page = kefu_connect_page_new ();
  GtkWindow *window = kefu_ui_test_window (page, 900, 600);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (KEFU_ERROR, cases[i].code, "No");
      GtkWidget *row = kefu_ui_test_find (page, ADW_TYPE_ENTRY_ROW, cases[i].row);
      GtkWidget *password = kefu_ui_test_find (page, ADW_TYPE_ENTRY_ROW, "password_row");

      kefu_connect_page_prepare (KEFU_CONNECT_PAGE (page), "https://desk.example", "lin");
      type (page, "password_row", "secret");
      gtk_widget_grab_focus (password);
      kefu_connect_page_set_error (KEFU_CONNECT_PAGE (page), error);
      g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), row));
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (password)), ==, cases[i].emptied ? "" : "secret");
    }
  destroy_and_check (window, page);
}

static void
test_dialog_asks_again (void)
{
  GtkWindow *parent = kefu_ui_test_window (gtk_label_new ("behind"), 400, 300);
  GtkWidget *dialog = kefu_sign_in_dialog_new (parent, "lin & co", "https://desk.example", KEFU_AUTH_EXPIRED);
  GtkWidget *row = kefu_ui_test_find (dialog, ADW_TYPE_ENTRY_ROW, "password_row");
  Heard heard = { 0 };

  g_signal_connect_swapped (dialog, "submit", G_CALLBACK (heard_cb), &heard);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_test_widget_wait_for_draw (dialog);
  g_signal_emit_by_name (row, "entry-activated");
  g_assert_cmpint (heard.count, ==, 0);
  gtk_editable_set_text (GTK_EDITABLE (row), "wrong");
  g_signal_emit_by_name (row, "entry-activated");
  g_assert_cmpint (heard.count, ==, 1);
  kefu_sign_in_dialog_set_error (KEFU_SIGN_IN_DIALOG (dialog), "Wrong password");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (row)), ==, "");
  kefu_ui_shot (dialog, "sign-in-dialog");

  g_object_ref (dialog);
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
  kefu_ui_test_settle ();
  g_assert_finalize_object (dialog);
  gtk_window_destroy (parent);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/pages/welcome-offers-two-ways", test_welcome_offers_two_ways);
  g_test_add_func ("/ui/pages/connect-needs-all-three", test_connect_needs_all_three);
  g_test_add_func ("/ui/pages/connect-says-what-went-wrong", test_connect_says_what_went_wrong);
  g_test_add_func ("/ui/pages/connect-goes-where-the-fault-is", test_connect_goes_where_the_fault_is);
  g_test_add_func ("/ui/pages/dialog-asks-again", test_dialog_asks_again);
  return g_test_run ();
}
