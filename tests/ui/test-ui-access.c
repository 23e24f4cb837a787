/* SPDX-License-Identifier: GPL-3.0-or-later
 * Certificates and sign-ins as an agent sees them: the question, the alarm, the lists in the preferences. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <string.h>

#include "fixture.h"
#include "kefu-certificate-dialog.h"
#include "kefu-certificate-group.h"
#include "kefu-device-group.h"
#include "kefu-ui-test.h"

#define OURS "3f2a9c01b7d4e6580011223344556677889aabbccddeeff0123456789abcdef0"
#define THEIRS "00112233445566778899aabbccddeeff00112233445566778899aabbdeadbeef"
#define SERVER "desk.example:8443"

static void
count_cb (int *count)
{
  (*count)++;
}

static KefuCertificate *
certificate_new (KefuCertificateFault fault, const char *known)
{
  KefuCertificate *certificate = g_new0 (KefuCertificate, 1);

  certificate->fault = fault;
  certificate->server = g_strdup (SERVER);
  certificate->fingerprint = g_strdup (THEIRS);
  certificate->known = g_strdup (known);
  certificate->names = g_strdup ("kefu.example");
  certificate->wrong_name = fault == KEFU_CERTIFICATE_UNKNOWN;
  certificate->not_before = KEFU_FIXTURE_NOW - 1000;
  certificate->not_after = KEFU_FIXTURE_NOW - 100;
  return certificate;
}

/* Shows a dialog, presses its verb, and tells what was heard. */
static void
show (KefuCertificateFault fault, const char *known, const char *shot, int *accepted, int *retried)
{
  GtkWindow *parent = kefu_ui_test_window (gtk_label_new ("behind"), 900, 600);
  g_autoptr (KefuCertificate) certificate = certificate_new (fault, known);
  GtkWidget *dialog = kefu_certificate_dialog_new (parent, certificate, KEFU_FIXTURE_NOW);
  gboolean changed = fault == KEFU_CERTIFICATE_CHANGED;

  g_signal_connect_swapped (dialog, "accepted", G_CALLBACK (count_cb), accepted);
  g_signal_connect_swapped (dialog, "retry", G_CALLBACK (count_cb), retried);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_test_widget_wait_for_draw (dialog);
  g_assert_cmpstr (kefu_ui_test_text (dialog, "shown_label"), ==,
                   "0011 2233 4455 6677\n8899 AABB CCDD EEFF\n0011 2233 4455 6677\n8899 AABB DEAD BEEF");
  g_assert_cmpint (gtk_widget_get_mapped (kefu_ui_test_find (dialog, GTK_TYPE_LABEL, "known_label")), ==, changed);
  /* Enter, pressed by habit, does nothing but close. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (dialog)) ==
                 kefu_ui_test_find (dialog, GTK_TYPE_BUTTON, "close_button"));
  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (dialog)));
  kefu_ui_shot (dialog, shot);
  g_object_ref (dialog);
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  g_signal_emit_by_name (kefu_ui_test_find (dialog, GTK_TYPE_BUTTON, "verb_button"), "clicked");
  kefu_ui_test_settle ();
  g_assert_finalize_object (dialog);
  gtk_window_destroy (parent);
}

static void
test_question (void)
{
  int accepted = 0, retried = 0;

  show (KEFU_CERTIFICATE_UNKNOWN, NULL, "certificate-question", &accepted, &retried);
  g_assert_cmpint (accepted, ==, 1);
  g_assert_cmpint (retried, ==, 0);
}

static void
test_alarm_cannot_be_accepted (void)
{
  int accepted = 0, retried = 0;

  show (KEFU_CERTIFICATE_CHANGED, OURS, "certificate-alarm", &accepted, &retried);
  show (KEFU_CERTIFICATE_CHANGED, KEFU_CERTIFICATE_VOUCHED, "certificate-alarm-vouched", &accepted, &retried);
  show (KEFU_CERTIFICATE_OUTDATED, NULL, "certificate-outdated", &accepted, &retried);
  g_assert_cmpint (accepted, ==, 0);
  g_assert_cmpint (retried, ==, 3);
}

/* --- preferences --- */

typedef struct
{
  KefuFixture *fixture;
  GtkWidget *page;
  GtkWindow *window;
} Prefs;

static void
prefs_open (Prefs *self, GtkWidget *group)
{
  self->page = adw_preferences_page_new ();
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self->page), ADW_PREFERENCES_GROUP (group));
  self->window = kefu_ui_test_window (self->page, 520, 420);
}

static GtkWidget *
row (Prefs *self, const char *title)
{
  GtkWidget *label = kefu_ui_test_find (self->page, GTK_TYPE_LABEL, title);

  return label != NULL && gtk_widget_get_mapped (label) ? gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW) : NULL;
}

/* The dialog that asks, over the preferences. */
static AdwMessageDialog *
question (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data))
      return l->data;
  return NULL;
}

static void
answer (const char *response)
{
  kefu_ui_test_wait (question () != NULL);
  adw_message_dialog_response (question (), response);
  gtk_window_destroy (GTK_WINDOW (question ()));
  kefu_ui_test_wait (question () == NULL);
}

static void
press (GtkWidget *inside)
{
  g_signal_emit_by_name (kefu_ui_test_find (inside, GTK_TYPE_BUTTON, NULL), "clicked");
}

static KefuSyncEngine *
engine (Prefs *self)
{
  return kefu_session_get_engine (self->fixture->session);
}

static void
test_devices (void)
{
  static const char *const names[] = { "林的台式机", "前台 <2>", "Notebook", NULL };
  Prefs prefs = { .fixture = kefu_fixture_new () };
  GPtrArray *left = kefu_puppet_backend_set_devices (prefs.fixture->backend, names);

  prefs_open (&prefs, kefu_device_group_new (prefs.fixture->session));
  /* The server keeps the list: without it there is none. */
  kefu_ui_test_wait (row (&prefs, "Not while working offline") != NULL);
  kefu_ui_shot (GTK_WIDGET (prefs.window), "devices-offline");
  kefu_sync_engine_start (engine (&prefs));
  kefu_ui_test_wait (row (&prefs, "林的台式机") != NULL);
  g_assert_null (row (&prefs, "Not while working offline"));
  g_assert_nonnull (row (&prefs, "This computer"));
  kefu_ui_shot (GTK_WIDGET (prefs.window), "devices");
  /* From this computer one signs out elsewhere. */
  g_assert_null (kefu_ui_test_find (row (&prefs, "林的台式机"), GTK_TYPE_BUTTON, NULL));

  press (row (&prefs, "前台 <2>"));
  answer ("cancel");
  g_assert_cmpuint (left->len, ==, 3);
  press (row (&prefs, "前台 <2>"));
  answer ("do");
  kefu_ui_test_wait (row (&prefs, "前台 <2>") == NULL);
  g_assert_cmpuint (left->len, ==, 2);
  g_signal_emit_by_name (kefu_ui_test_find (prefs.page, GTK_TYPE_BUTTON, "Sign Out _Everywhere Else"), "clicked");
  answer ("do");
  kefu_ui_test_wait (row (&prefs, "Notebook") == NULL);
  g_assert_cmpuint (left->len, ==, 1);
  kefu_ui_test_wait (
    !gtk_widget_get_visible (kefu_ui_test_find (prefs.page, GTK_TYPE_BUTTON, "Sign Out _Everywhere Else")));

  kefu_sync_engine_stop (engine (&prefs));
  kefu_ui_test_wait (row (&prefs, "Not while working offline") != NULL);
  gtk_window_destroy (prefs.window);
  kefu_ui_test_settle ();
  kefu_fixture_free (prefs.fixture);
}

static void
test_devices_that_cannot_be_signed_out (void)
{
  static const char *const names[] = { "here", "there", NULL };
  Prefs prefs = { .fixture = kefu_fixture_new () };

  kefu_puppet_backend_set_devices (prefs.fixture->backend, names);
  kefu_sync_engine_start (engine (&prefs));
  kefu_ui_test_wait (kefu_sync_engine_get_state (engine (&prefs)) == KEFU_SYNC_LIVE);
  prefs_open (&prefs, kefu_device_group_new (prefs.fixture->session));
  kefu_ui_test_wait (row (&prefs, "there") != NULL);
  kefu_puppet_backend_set_failure (prefs.fixture->backend, KEFU_ERROR_NETWORK);
  press (row (&prefs, "there"));
  answer ("do");
  kefu_ui_test_wait (row (&prefs, "Nobody was signed out") != NULL);
  g_assert_nonnull (row (&prefs, "Told to fail"));
  gtk_window_destroy (prefs.window);
  kefu_ui_test_settle ();
  kefu_fixture_free (prefs.fixture);
}

static void
type (const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (kefu_ui_test_find (GTK_WIDGET (question ()), ADW_TYPE_ENTRY_ROW, NULL)), text);
}

static void
test_certificate_is_forgotten_on_purpose (void)
{
  Prefs prefs = { .fixture = kefu_fixture_new () };
  g_autoptr (KefuTrust) trust = NULL;
  g_autoptr (KefuCertificate) certificate = certificate_new (KEFU_CERTIFICATE_CHANGED, OURS);
  g_autofree char *known = NULL;
  int forgotten = 0;

  g_settings_reset (prefs.fixture->settings, "server-certificates");
  trust = kefu_trust_new (prefs.fixture->settings);
  g_signal_connect_swapped (trust, "forgotten", G_CALLBACK (count_cb), &forgotten);
  prefs_open (&prefs, kefu_certificate_group_new (trust));
  g_assert_null (row (&prefs, SERVER));
  kefu_trust_learn (trust, SERVER, OURS);
  /* Learned once: nothing but forgetting makes room for another one. */
  kefu_trust_learn (trust, SERVER, THEIRS);
  known = kefu_trust_lookup (trust, SERVER);
  g_assert_cmpstr (known, ==, OURS);
  kefu_ui_test_wait (row (&prefs, SERVER) != NULL);
  kefu_trust_set_refused (trust, SERVER, certificate);
  kefu_ui_test_settle ();
  kefu_ui_shot (GTK_WIDGET (prefs.window), "certificates");

  press (row (&prefs, SERVER));
  kefu_ui_test_wait (question () != NULL);
  g_assert_false (adw_message_dialog_get_response_enabled (question (), "do"));
  /* Not those of the certificate that was known. */
  type ("9abcdef0");
  g_assert_false (adw_message_dialog_get_response_enabled (question (), "do"));
  type ("beef");
  g_assert_false (adw_message_dialog_get_response_enabled (question (), "do"));
  type ("DEAD BEEF");
  g_assert_true (adw_message_dialog_get_response_enabled (question (), "do"));
  kefu_ui_shot (GTK_WIDGET (question ()), "certificate-forget");
  answer ("do");
  g_assert_cmpint (forgotten, ==, 1);
  kefu_ui_test_wait (row (&prefs, SERVER) == NULL);
  g_assert_null (kefu_trust_get_refused (trust, SERVER));
  gtk_window_destroy (prefs.window);
  kefu_ui_test_settle ();
  kefu_fixture_free (prefs.fixture);
}

static void
test_damaged_entry_trusts_nobody (void)
{
  Prefs prefs = { .fixture = kefu_fixture_new () };
  g_autoptr (KefuTrust) trust = kefu_trust_new (prefs.fixture->settings);
  g_autofree char *known = NULL;
  g_autofree char *other = NULL;

  g_settings_set_value (prefs.fixture->settings, "server-certificates", g_variant_new_parsed ("{%s: ''}", SERVER));
  known = kefu_trust_lookup (trust, SERVER);
  g_assert_nonnull (known);
  g_assert_cmpstr (known, !=, KEFU_CERTIFICATE_VOUCHED);
  other = kefu_trust_lookup (trust, "desk.example:443");
  g_assert_null (other);
  g_settings_reset (prefs.fixture->settings, "server-certificates");
  kefu_fixture_free (prefs.fixture);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/access/question", test_question);
  g_test_add_func ("/ui/access/alarm-cannot-be-accepted", test_alarm_cannot_be_accepted);
  g_test_add_func ("/ui/access/devices", test_devices);
  g_test_add_func ("/ui/access/devices-that-cannot-be-signed-out", test_devices_that_cannot_be_signed_out);
  g_test_add_func ("/ui/access/certificate-is-forgotten-on-purpose", test_certificate_is_forgotten_on_purpose);
  g_test_add_func ("/ui/access/damaged-entry-trusts-nobody", test_damaged_entry_trusts_nobody);
  return g_test_run ();
}
