/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program: one instance, one window, one agent at a time. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#include "kefu-certificate-dialog.h"
#include "kefu-deep-link.h"
#include "kefu-first-paint.h"
#include "kefu-gate.h"
#include "kefu-inbox-row.h"
#include "kefu-lock.h"
#include "kefu-sign-in.h"
#include "kefu-ui.h"
#include "kefu-window.h"

/* Wires what the sign-in says to what the window shows, and back. */
struct _KefuApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  KefuClock *clock;
  KefuSecrets *secrets;
  KefuNotifier *notifier;
  KefuTrust *trust;
  KefuGate *gate;
  KefuSignIn *sign_in;
  KefuLock *lock;
  KefuWindow *window;
  GtkWidget *certificate_dialog;
  /* asked for before the workspace was there, or was unlocked */
  KefuDeepLink *wanted;
  guint signal_ids[2];
};

G_DEFINE_FINAL_TYPE (KefuApplication, kefu_application, ADW_TYPE_APPLICATION)

/* --- what the sign-in says --- */

static void
opening_cb (KefuApplication *self, const char *text)
{
  if (self->window != NULL)
    kefu_window_show_opening (self->window, text);
}

static const char *
sign_in_words (KefuApplication *self)
{
  g_autofree char *address = g_settings_get_string (self->settings, "server-address");

  if (g_str_equal (address, "demo"))
    return _ ("The demo shop needs no password");
  return kefu_secrets_is_persistent (self->secrets) ? _ ("Kept in the keyring of this computer")
                                                    : _ ("Kept in memory only: there is no keyring here");
}

static void
open_wanted (KefuApplication *self)
{
  g_autoptr (KefuDeepLink) link = NULL;

  if (kefu_lock_get_locked (self->lock) || self->window == NULL || kefu_window_get_view (self->window) == NULL)
    return;
  link = g_steal_pointer (&self->wanted);
  if (link != NULL)
    kefu_workspace_view_follow (kefu_window_get_view (self->window), link->conversation_id, link->message_id);
}

static void
locked_cb (KefuApplication *self)
{
  gboolean locked = kefu_lock_get_locked (self->lock);
  GAction *lock = g_action_map_lookup_action (G_ACTION_MAP (self), "lock");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (lock), !locked && kefu_sign_in_get_workspace (self->sign_in) != NULL);
  if (self->window != NULL)
    kefu_window_set_locked (self->window, locked);
  open_wanted (self);
}

static void
opened_cb (KefuApplication *self, KefuWorkspace *workspace, const char *title)
{
  KefuSession *session = kefu_workspace_get_session (workspace);
  const char *notice = kefu_store_get_notice (kefu_session_get_store (session));

  if (self->window == NULL)
    return;
  kefu_window_set_sign_in_words (self->window, sign_in_words (self));
  kefu_lock_opened (self->lock);
  kefu_window_show_session (self->window, session, title);
  if (notice != NULL)
    kefu_window_notice (self->window, notice);
  open_wanted (self);
}

static void
painted_cb (KefuApplication *self)
{
  kefu_sign_in_look_up (self->sign_in);
}

static void
closed_cb (KefuApplication *self)
{
  kefu_lock_closed (self->lock);
  /* the view saves its drafts on the way out, while the store is still open */
  if (self->window != NULL)
    kefu_window_show_welcome (self->window);
}

static void
refused_cb (KefuApplication *self, const GError *error)
{
  if (self->window != NULL)
    kefu_window_set_connect_error (self->window, error);
}

static void
failed_cb (KefuApplication *self, const char *title, const char *text)
{
  if (self->window != NULL)
    kefu_window_show_failure (self->window, title, text);
}

/* --- the server's certificate --- */

static KefuSyncEngine *
engine (KefuApplication *self)
{
  KefuWorkspace *workspace = kefu_sign_in_get_workspace (self->sign_in);

  return workspace != NULL ? kefu_session_get_engine (kefu_workspace_get_session (workspace)) : NULL;
}

static void
accepted_cb (KefuApplication *self, KefuCertificateDialog *dialog)
{
  kefu_gate_accept (self->gate, kefu_certificate_dialog_get_certificate (dialog));
  if (engine (self) != NULL)
    kefu_sync_engine_resume (engine (self));
  else if (self->window != NULL)
    kefu_window_connect_again (self->window);
}

static void
retry_cb (KefuApplication *self)
{
  if (engine (self) != NULL)
    kefu_sync_engine_retry_now (engine (self));
  else if (self->window != NULL)
    kefu_window_connect_again (self->window);
}

static void
certificate_cb (KefuApplication *self, const KefuCertificate *certificate)
{
  GtkWidget *dialog;

  if (self->window == NULL || self->certificate_dialog != NULL)
    return;
  dialog = kefu_certificate_dialog_new (GTK_WINDOW (self->window), certificate, kefu_clock_now (self->clock));
  g_set_weak_pointer (&self->certificate_dialog, dialog);
  g_signal_connect_object (dialog, "accepted", G_CALLBACK (accepted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
forgotten_cb (KefuApplication *self)
{
  if (engine (self) != NULL && kefu_sync_engine_get_state (engine (self)) == KEFU_SYNC_UNTRUSTED)
    kefu_sync_engine_retry_now (engine (self));
}

static void
password_needed_cb (KefuApplication *self, int reason)
{
  g_autofree char *address = g_settings_get_string (self->settings, "server-address");
  g_autofree char *login = g_settings_get_string (self->settings, "login");

  if (self->window != NULL)
    kefu_window_ask_password (self->window, login, address, (KefuAuthReason) reason);
}

static void
renewed_cb (KefuApplication *self, const char *error)
{
  if (self->window != NULL)
    kefu_window_set_password_error (self->window, error);
}

static void
looked_up_cb (KefuApplication *self)
{
  if (self->window != NULL)
    kefu_window_set_sign_in_words (self->window, sign_in_words (self));
}

static void
unkept_cb (KefuApplication *self)
{
  if (self->window == NULL)
    return;
  kefu_window_set_sign_in_words (self->window, sign_in_words (self));
  kefu_window_toast (self->window,
                     _ ("There is no keyring here: you will be asked for the password at the next start"));
}

static void
notice_cb (KefuApplication *self, const char *text)
{
  if (self->window != NULL)
    kefu_window_notice (self->window, text);
}

static void
signed_out_cb (KefuApplication *self)
{
  if (self->window == NULL)
    return;
  kefu_window_set_sign_in_words (self->window, NULL);
  kefu_window_show_welcome (self->window);
}

/* --- what the window asks for --- */

static void
demo_requested_cb (KefuApplication *self)
{
  kefu_sign_in_demo (self->sign_in);
}

static void
connect_requested_cb (KefuApplication *self, const char *address, const char *login, const char *password)
{
  kefu_sign_in_connect (self->sign_in, address, login, password);
}

static void
retry_requested_cb (KefuApplication *self)
{
  kefu_sign_in_retry (self->sign_in);
}

static void
sign_out_requested_cb (KefuApplication *self, int forget)
{
  kefu_sign_in_sign_out (self->sign_in, (KefuForget) forget);
}

static void
sign_in_requested_cb (KefuApplication *self)
{
  kefu_sign_in_ask (self->sign_in);
}

static void
password_given_cb (KefuApplication *self, const char *password)
{
  if (!kefu_sign_in_renew (self->sign_in, password))
    kefu_window_set_password_error (self->window, _ ("Another sign-in is still under way. Try again in a moment."));
}

/* A click on a notification; which conversation it opens is the session's business. */
static void
notification_cb (KefuApplication *self, const char *id, const char *action, const char *token)
{
  if (self->window == NULL || g_strcmp0 (action, "open") != 0)
    return;
  if (token != NULL)
    gtk_window_set_startup_id (GTK_WINDOW (self->window), token);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* --- the window --- */

/* The store is told at its opening where its cache shall be. */
static void
keep_nothing_cb (KefuApplication *self)
{
  if (kefu_sign_in_get_workspace (self->sign_in) != NULL)
    kefu_sign_in_reopen (self->sign_in);
}

static gboolean
is_inbox_row (GtkWidget *widget)
{
  return KEFU_IS_INBOX_ROW (widget);
}

static gboolean
ensure_window (KefuApplication *self)
{
  if (self->window != NULL)
    return FALSE;

  g_set_weak_pointer (&self->window, kefu_window_new (GTK_APPLICATION (self), self->settings));
  kefu_first_paint_watch (GTK_WINDOW (self->window), is_inbox_row);
  kefu_lock_set_window (self->lock, self->window);
  kefu_window_set_trust (self->window, self->trust);
  g_signal_connect_object (self->window, "demo-requested", G_CALLBACK (demo_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "connect-requested", G_CALLBACK (connect_requested_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "retry-requested", G_CALLBACK (retry_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "sign-out-requested", G_CALLBACK (sign_out_requested_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "sign-in-requested", G_CALLBACK (sign_in_requested_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "password-given", G_CALLBACK (password_given_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "painted", G_CALLBACK (painted_cb), self, G_CONNECT_SWAPPED);
  return TRUE;
}

static void
demo_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KefuApplication *self = user_data;

  ensure_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
  if (kefu_sign_in_get_workspace (self->sign_in) != NULL)
    return;
  {
    g_autofree char *address = g_settings_get_string (self->settings, "server-address");

    if (!g_str_equal (address, "demo") || !kefu_sign_in_resume (self->sign_in))
      kefu_sign_in_demo (self->sign_in);
  }
}

static void
lock_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  kefu_lock_now (KEFU_APPLICATION (user_data)->lock);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  KefuApplication *self = user_data;

  if (self->window != NULL)
    kefu_window_quit (self->window);
  g_application_quit (G_APPLICATION (self));
}

/* A logout or Ctrl+C in a terminal: drafts are saved like at any other end. */
static gboolean
signal_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

/* --- GApplication --- */

static void
kefu_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "demo", .activate = demo_action },
    { .name = "lock", .activate = lock_action },
    { .name = "quit", .activate = quit_action },
  };
  KefuApplication *self = KEFU_APPLICATION (application);

  self->settings = g_settings_new (KEFU_APP_ID);
  self->clock = kefu_system_clock_new ();
  self->secrets = kefu_libsecret_secrets_new ();
  self->notifier = kefu_libnotify_notifier_new ();
  self->trust = kefu_trust_new (self->settings);
  self->gate = kefu_gate_new (self->trust);
  self->sign_in = kefu_sign_in_new (self->settings, self->clock, self->secrets, self->notifier, self->gate);
  /* the disk is read while GTK comes up */
  kefu_sign_in_prepare (self->sign_in);
  G_APPLICATION_CLASS (kefu_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", (const char *[]){ "<Control>q", NULL });
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.lock", (const char *[]){ "<Control>l", NULL });

  self->signal_ids[0] = g_unix_signal_add (SIGTERM, signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->lock = kefu_lock_new (self->settings, self->clock, self->sign_in);

  g_signal_connect_object (self->settings, "changed::keep-nothing", G_CALLBACK (keep_nothing_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->lock, "notify::locked", G_CALLBACK (locked_cb), self, G_CONNECT_SWAPPED);
  locked_cb (self);
  g_signal_connect_object (self->gate, "refused", G_CALLBACK (certificate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trust, "forgotten", G_CALLBACK (forgotten_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "opening", G_CALLBACK (opening_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "password-needed", G_CALLBACK (password_needed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "renewed", G_CALLBACK (renewed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "looked-up", G_CALLBACK (looked_up_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "unkept", G_CALLBACK (unkept_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "notice", G_CALLBACK (notice_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "signed-out", G_CALLBACK (signed_out_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notifier, "activated", G_CALLBACK (notification_cb), self, G_CONNECT_SWAPPED);
}

static void
kefu_application_activate (GApplication *application)
{
  KefuApplication *self = KEFU_APPLICATION (application);

  if (ensure_window (self) && kefu_sign_in_get_workspace (self->sign_in) == NULL &&
      !kefu_sign_in_resume (self->sign_in))
    kefu_window_show_welcome (self->window);
  kefu_window_present_ready (self->window);
}

static void
kefu_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  KefuApplication *self = KEFU_APPLICATION (application);
  g_autofree char *uri = g_file_get_uri (files[0]);
  g_autoptr (KefuDeepLink) link = kefu_deep_link_parse (uri);

  g_application_activate (application);
  if (link == NULL)
    {
      kefu_window_toast (self->window, _ ("This link leads nowhere: it names no conversation"));
      return;
    }
  g_clear_pointer (&self->wanted, kefu_deep_link_free);
  self->wanted = g_steal_pointer (&link);
  open_wanted (self);
}

static void
kefu_application_shutdown (GApplication *application)
{
  KefuApplication *self = KEFU_APPLICATION (application);

  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  if (self->sign_in != NULL)
    kefu_sign_in_shut_down (self->sign_in);
  G_APPLICATION_CLASS (kefu_application_parent_class)->shutdown (application);
}

static int
kefu_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("kefu %s\n", KEFU_VERSION);
      return 0;
    }
  if (g_variant_dict_contains (options, "demo"))
    {
      if (!g_application_register (application, NULL, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_action_group_activate_action (G_ACTION_GROUP (application), "demo", NULL);
    }
  return -1;
}

static void
kefu_application_dispose (GObject *object)
{
  KefuApplication *self = KEFU_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->lock);
  g_clear_weak_pointer (&self->certificate_dialog);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->gate);
  g_clear_object (&self->trust);
  g_clear_object (&self->notifier);
  g_clear_object (&self->secrets);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->wanted, kefu_deep_link_free);
  G_OBJECT_CLASS (kefu_application_parent_class)->dispose (object);
}

static void
kefu_application_class_init (KefuApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_application_dispose;
  application_class->startup = kefu_application_startup;
  application_class->activate = kefu_application_activate;
  application_class->open = kefu_application_open;
  application_class->shutdown = kefu_application_shutdown;
  application_class->handle_local_options = kefu_application_handle_local_options;
}

static void
kefu_application_init (KefuApplication *self)
{
  static const GOptionEntry options[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open the demo shop"), NULL },
    { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), "[kefu:conversation/ID]");
}

KefuApplication *
kefu_application_new (void)
{
  kefu_ui_init ();
  return g_object_new (KEFU_TYPE_APPLICATION, "application-id", KEFU_APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", KEFU_UI_RESOURCES, NULL);
}
