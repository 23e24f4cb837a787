/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is signed in where: the way from a password, a kept token or the demo shop to an open workspace. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-sign-in.h"

#include <glib/gi18n.h>

#include "kefu-attempt.h"
#include "kefu-kept-token.h"
#include "kefu-last-sign-in.h"
#include "kefu-native-backend.h"
#include "kefu-paths.h"
#include "kefu-sign-in-private.h"
#include "kefu-wipe.h"

guint kefu_sign_in_signals[KEFU_SIGN_IN_N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSignIn, kefu_sign_in, G_TYPE_OBJECT)

void
kefu_sign_in_set_target (KefuSignIn *self, const char *address, const char *login, const char *password)
{
  g_free (self->address);
  self->address = g_strdup (address);
  g_free (self->login);
  self->login = g_strdup (login);
  g_free (self->password);
  self->password = g_strdup (password);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->verifier, g_free);
}

static void
close_workspace (KefuSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->renewing = self->looking = self->asked = FALSE;
  if (self->workspace != NULL)
    {
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_CLOSED], 0);
      kefu_workspace_close (self->workspace);
      g_clear_object (&self->workspace);
    }
  g_clear_object (&self->backend);
}

static void
state_cb (KefuSignIn *self, GParamSpec *pspec, KefuSyncEngine *engine)
{
  KefuSyncState state = kefu_sync_engine_get_state (engine);

  if (state == KEFU_SYNC_AUTH_REQUIRED && kefu_sign_in_is_demo (self))
    kefu_sign_in_renew_demo (self);
  else if (state == KEFU_SYNC_AUTH_REQUIRED)
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_PASSWORD_NEEDED], 0,
                   kefu_sync_engine_get_auth_reason (engine));
  else if (state == KEFU_SYNC_UNTRUSTED)
    kefu_gate_explain (self->gate);
  else if (state == KEFU_SYNC_LIVE)
    kefu_gate_passed (self->gate);
}

/* --- opening --- */

static void
start_engine (KefuSignIn *self)
{
  if (kefu_sign_in_is_demo (self) && self->token == NULL)
    kefu_sign_in_renew_demo (self);
  else if (self->workspace != NULL && !self->looking)
    kefu_sync_engine_start (kefu_session_get_engine (kefu_workspace_get_session (self->workspace)));
}

static void
workspace_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWorkspace) workspace = kefu_workspace_open_finish (result, &error);
  g_autofree char *title = NULL;
  KefuSyncEngine *engine;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (workspace == NULL)
    {
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Workspace Cannot Be Opened"),
                     error->message);
      return;
    }
  self->workspace = g_steal_pointer (&workspace);
  title = kefu_paths_workspace_title (self->address);
  engine = kefu_session_get_engine (kefu_workspace_get_session (self->workspace));
  g_signal_connect_object (engine, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_OPENED], 0, self->workspace, title);
  start_engine (self);
}

static void
open_workspace (KefuSignIn *self, const char *agent_id, const char *agent_name)
{
  g_autofree char *dir = kefu_paths_workspace (self->address, self->login);

  kefu_backend_set_token (self->backend, self->token);
  kefu_workspace_open_async (g_steal_pointer (&self->early), dir, agent_id, agent_name, self->backend, self->clock,
                             self->notifier, self->settings, self->cancellable, workspace_opened_cb,
                             g_object_ref (self));
}

gboolean
kefu_sign_in_make_backend (KefuSignIn *self, GError **error)
{
  g_autofree char *socket = kefu_paths_demo_socket ();
  g_autofree char *unix_address = g_strconcat ("unix:", socket, NULL);
  const char *address = kefu_sign_in_is_demo (self) ? unix_address : self->address;

  g_clear_object (&self->backend);
  self->backend = kefu_native_backend_new (address, error);
  kefu_gate_set_backend (self->gate, self->backend);
  return self->backend != NULL;
}

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  char *verifier = kefu_kept_token_store_finish (result, &error);

  if (error != NULL)
    return;
  g_free (self->verifier);
  self->verifier = verifier;
  if (!kefu_secrets_is_persistent (self->secrets))
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_UNKEPT], 0);
}

void
kefu_sign_in_remember (KefuSignIn *self, KefuCredentials *credentials, const char *password)
{
  kefu_last_sign_in_set (self->settings, self->address, self->login, credentials);
  self->looking = FALSE;
  g_free (self->token);
  self->token = g_strdup (credentials->token);
  /* no keyring is asked for the demo shop: its password lies in a file beside it */
  if (kefu_sign_in_is_demo (self))
    return;
  kefu_kept_token_store_async (self->secrets, self->address, self->login, self->token, password, self->cancellable,
                               token_stored_cb, g_object_ref (self));
}

gboolean
kefu_sign_in_is_same_agent (KefuSignIn *self, KefuCredentials *credentials)
{
  KefuSession *session = kefu_workspace_get_session (self->workspace);

  return g_strcmp0 (credentials->agent_id, kefu_session_get_agent_id (session)) == 0;
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *password;
  g_autoptr (KefuCredentials) credentials = kefu_attempt_finish (result, &password, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (credentials == NULL)
    {
      if (kefu_sign_in_is_demo (self))
        g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Demo Shop Does Not Open"),
                       error->message);
      else
        g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_REFUSED], 0, error);
      kefu_gate_refused (self->gate, error);
      return;
    }
  /* whoever has just given a password need not give it again */
  g_settings_set_boolean (self->settings, "locked", FALSE);
  kefu_sign_in_remember (self, credentials, password);
  open_workspace (self, credentials->agent_id, credentials->agent_name);
}

void
kefu_sign_in_attempt (KefuSignIn *self)
{
  kefu_attempt_async (self->backend, self->settings, self->clock, self->login, self->password, self->cancellable,
                      signed_in_cb, g_object_ref (self));
  g_clear_pointer (&self->password, g_free);
}

/* --- a start with a kept sign-in --- */

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = kefu_secrets_finish (KEFU_SECRETS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->backend == NULL)
    return;
  /* Without a token all that was fetched can still be read, and what is written waits. */
  if (error != NULL)
    g_warning ("The keyring does not answer: %s", error->message);
  /* else a sign-in meanwhile has brought a newer one */
  if (self->looking)
    {
      g_free (self->token);
      g_free (self->verifier);
      kefu_kept_token_split (secret, &self->token, &self->verifier);
      kefu_backend_set_token (self->backend, self->token);
    }
  self->looking = FALSE;
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_LOOKED_UP], 0);
  start_engine (self);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  const char *password;
  g_autoptr (KefuCredentials) credentials = kefu_attempt_finish (result, &password, &error);
  KefuSession *session;

  /* else the workspace it was for is closed, and another renewal may be under way */
  if (g_task_get_cancellable (G_TASK (result)) == self->cancellable)
    self->renewing = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->workspace == NULL)
    return;
  if (credentials == NULL)
    {
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_RENEWED], 0, error->message);
      kefu_gate_refused (self->gate, error);
      return;
    }
  session = kefu_workspace_get_session (self->workspace);
  kefu_sign_in_remember (self, credentials, password);
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_RENEWED], 0, NULL);
  if (!kefu_sign_in_is_same_agent (self, credentials))
    {
      kefu_sign_in_resume (self);
      return;
    }
  kefu_backend_set_token (self->backend, self->token);
  /* it may have waited for the keyring until now */
  start_engine (self);
  kefu_sync_engine_resume (kefu_session_get_engine (session));
}

/* --- deleting --- */

static void resume_next (KefuSignIn *self);
static void connect_next (KefuSignIn *self);

static void
wiped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = kefu_paths_workspace (self->address, self->login);

  if (kefu_wipe_finish_finish (result, &error))
    self->next (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  else if (!kefu_wipe_is_noted (dir))
    {
      /* another workspace's folder is no reason to keep this one shut */
      g_autofree char *text = g_strdup_printf ("%s: %s", _ ("Not Everything Could Be Deleted"), error->message);

      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_NOTICE], 0, text);
      self->next (self);
    }
  else if (self->next == connect_next)
    {
      g_prefix_error (&error, "%s: ", _ ("Not Everything Could Be Deleted"));
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_REFUSED], 0, error);
    }
  else
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("Not Everything Could Be Deleted"),
                   error->message);
}

/* @next runs on success, and after a failure elsewhere than in the target's folder. */
static void
wipe (KefuSignIn *self, const char *const *dirs, void (*next) (KefuSignIn *))
{
  self->next = next;
  /* the page of a sign-in shows itself that something is under way, and what is wrong */
  if (next != connect_next)
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_OPENING], 0,
                   _ ("Deleting what is stored on this computer…"));
  kefu_wipe_finish_async (dirs, self->cancellable, wiped_cb, g_object_ref (self));
}

/* What a sign-out was in the middle of when the desk was killed. FALSE: nothing. */
static gboolean
finish_wipes (KefuSignIn *self)
{
  g_autofree char *dir = kefu_paths_workspace (self->address, self->login);
  g_autofree char *parent = g_path_get_dirname (dir);
  g_auto (GStrv) dirs = kefu_wipe_find (parent);

  if (dirs[0] == NULL)
    return FALSE;
  if (g_strv_contains ((const char *const *) dirs, dir))
    {
      kefu_last_sign_in_forget (self->settings);
      if (!kefu_sign_in_is_demo (self))
        kefu_kept_token_clear (self->secrets, self->address, self->login);
    }
  wipe (self, (const char *const *) dirs, resume_next);
  return TRUE;
}

/* A folder that is still to be deleted takes no new work: the next start would delete that with it. FALSE: it is not. */
static gboolean
finish_wipe_of_target (KefuSignIn *self, void (*next) (KefuSignIn *))
{
  g_autofree char *dir = kefu_paths_workspace (self->address, self->login);
  const char *dirs[] = { dir, NULL };

  if (!kefu_wipe_is_noted (dir))
    return FALSE;
  wipe (self, dirs, next);
  return TRUE;
}

/* --- object --- */

static void
kefu_sign_in_dispose (GObject *object)
{
  KefuSignIn *self = KEFU_SIGN_IN (object);

  if (self->cancellable != NULL)
    kefu_sign_in_shut_down (self);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->early, kefu_early_store_free);
  g_clear_object (&self->embedded);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  g_clear_object (&self->secrets);
  g_clear_object (&self->notifier);
  g_clear_object (&self->gate);
  G_OBJECT_CLASS (kefu_sign_in_parent_class)->dispose (object);
}

static void
kefu_sign_in_finalize (GObject *object)
{
  KefuSignIn *self = KEFU_SIGN_IN (object);

  kefu_sign_in_set_target (self, NULL, NULL, NULL);
  G_OBJECT_CLASS (kefu_sign_in_parent_class)->finalize (object);
}

static void
kefu_sign_in_class_init (KefuSignInClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = KEFU_TYPE_SIGN_IN;

  object_class->dispose = kefu_sign_in_dispose;
  object_class->finalize = kefu_sign_in_finalize;

  kefu_sign_in_signals[KEFU_SIGN_IN_OPENING] =
    g_signal_new ("opening", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  kefu_sign_in_signals[KEFU_SIGN_IN_OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                            G_TYPE_NONE, 2, KEFU_TYPE_WORKSPACE, G_TYPE_STRING);
  kefu_sign_in_signals[KEFU_SIGN_IN_CLOSED] =
    g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  kefu_sign_in_signals[KEFU_SIGN_IN_REFUSED] =
    g_signal_new ("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  kefu_sign_in_signals[KEFU_SIGN_IN_FAILED] =
    g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  kefu_sign_in_signals[KEFU_SIGN_IN_PASSWORD_NEEDED] =
    g_signal_new ("password-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  kefu_sign_in_signals[KEFU_SIGN_IN_RENEWED] =
    g_signal_new ("renewed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  kefu_sign_in_signals[KEFU_SIGN_IN_UNKEPT] =
    g_signal_new ("unkept", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  kefu_sign_in_signals[KEFU_SIGN_IN_LOOKED_UP] =
    g_signal_new ("looked-up", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  kefu_sign_in_signals[KEFU_SIGN_IN_NOTICE] =
    g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  kefu_sign_in_signals[KEFU_SIGN_IN_SIGNED_OUT] =
    g_signal_new ("signed-out", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_sign_in_init (KefuSignIn *self)
{
  self->cancellable = g_cancellable_new ();
}

KefuSignIn *
kefu_sign_in_new (GSettings *settings, KefuClock *clock, KefuSecrets *secrets, KefuNotifier *notifier, KefuGate *gate)
{
  KefuSignIn *self = g_object_new (KEFU_TYPE_SIGN_IN, NULL);

  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->secrets = g_object_ref (secrets);
  self->notifier = g_object_ref (notifier);
  self->gate = g_object_ref (gate);
  return self;
}

/* (transfer full) (nullable): the folder of the last sign-in. */
static char *
dup_last_dir (KefuSignIn *self)
{
  g_autofree char *address = g_settings_get_string (self->settings, "server-address");
  g_autofree char *login = g_settings_get_string (self->settings, "login");

  return address[0] != '\0' ? kefu_paths_workspace (address, login) : NULL;
}

/* The target is the last sign-in. FALSE: nobody was signed in. */
static gboolean
open_kept (KefuSignIn *self)
{
  g_autofree char *agent_id = g_settings_get_string (self->settings, "agent-id");
  g_autofree char *agent_name = g_settings_get_string (self->settings, "agent-name");
  g_autoptr (GError) error = NULL;

  if (self->address[0] == '\0' || agent_id[0] == '\0')
    return FALSE;

  if ((kefu_sign_in_is_demo (self) && !kefu_sign_in_start_embedded (self)) || !kefu_sign_in_make_backend (self, &error))
    {
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Workspace Cannot Be Opened"),
                     error ? error->message : _ ("kefu-server is not installed."));
      return TRUE;
    }
  self->looking = !kefu_sign_in_is_demo (self);
  open_workspace (self, agent_id, agent_name);
  return TRUE;
}

static void
resume_next (KefuSignIn *self)
{
  if (!open_kept (self))
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_SIGNED_OUT], 0);
}

void
kefu_sign_in_prepare (KefuSignIn *self)
{
  g_autofree char *agent_id = NULL;
  g_autofree char *dir = NULL;

  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  if (self->workspace != NULL || self->early != NULL)
    return;
  dir = dup_last_dir (self);
  agent_id = g_settings_get_string (self->settings, "agent-id");
  if (dir != NULL && agent_id[0] != '\0' && !kefu_wipe_is_noted (dir))
    self->early = kefu_early_store_begin (dir, self->clock, agent_id, kefu_workspace_get_store_flags (self->settings));
}

gboolean
kefu_sign_in_resume (KefuSignIn *self)
{
  g_autofree char *address = NULL;
  g_autofree char *login = NULL;

  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), FALSE);

  address = g_settings_get_string (self->settings, "server-address");
  login = g_settings_get_string (self->settings, "login");
  close_workspace (self);
  kefu_sign_in_set_target (self, address, login, NULL);
  return finish_wipes (self) || open_kept (self);
}

void
kefu_sign_in_look_up (KefuSignIn *self)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  if (!self->looking || self->asked)
    return;
  self->asked = TRUE;
  kefu_secrets_lookup_async (self->secrets, self->address, self->login, self->cancellable, token_found_cb,
                             g_object_ref (self));
}

static void
demo_next (KefuSignIn *self)
{
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_OPENING], 0, _ ("Setting up the demo shop…"));
  if (!kefu_sign_in_start_embedded (self))
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Demo Shop Does Not Start"),
                   _ ("kefu-server is not installed."));
  else if (kefu_embedded_get_address (self->embedded) != NULL)
    kefu_sign_in_embedded_ready (self);
}

void
kefu_sign_in_demo (KefuSignIn *self)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  close_workspace (self);
  kefu_sign_in_set_target (self, KEFU_SIGN_IN_DEMO, "", NULL);
  if (!finish_wipe_of_target (self, demo_next))
    demo_next (self);
}

static void
connect_next (KefuSignIn *self)
{
  g_autoptr (GError) error = NULL;

  if (kefu_sign_in_make_backend (self, &error))
    kefu_sign_in_attempt (self);
  else
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_REFUSED], 0, error);
}

void
kefu_sign_in_connect (KefuSignIn *self, const char *address, const char *login, const char *password)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  close_workspace (self);
  kefu_sign_in_set_target (self, address, login, password);
  if (!finish_wipe_of_target (self, connect_next))
    connect_next (self);
}

void
kefu_sign_in_retry (KefuSignIn *self)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  if (!kefu_sign_in_resume (self) && kefu_sign_in_is_demo (self))
    kefu_sign_in_demo (self);
}

gboolean
kefu_sign_in_renew (KefuSignIn *self, const char *password)
{
  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), FALSE);
  g_return_val_if_fail (password != NULL, FALSE);

  /* two answers could not be told apart by those who wait for `renewed` */
  if (self->workspace == NULL || self->renewing)
    return FALSE;
  self->renewing = TRUE;
  kefu_attempt_async (self->backend, self->settings, self->clock, self->login, password, self->cancellable, renewed_cb,
                      g_object_ref (self));
  return TRUE;
}

void
kefu_sign_in_ask (KefuSignIn *self)
{
  KefuSyncEngine *engine;

  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  if (self->workspace == NULL)
    return;
  engine = kefu_session_get_engine (kefu_workspace_get_session (self->workspace));
  if (kefu_sync_engine_get_state (engine) == KEFU_SYNC_UNTRUSTED)
    kefu_gate_explain (self->gate);
  else if (kefu_sign_in_is_demo (self))
    {
      self->renewed_at = 0;
      kefu_sign_in_renew_demo (self);
    }
  else
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_PASSWORD_NEEDED], 0,
                   kefu_sync_engine_get_auth_reason (engine));
}

/* Out of the workspace. */
static void
leave (KefuSignIn *self)
{
  gboolean looking = self->looking;
  g_autoptr (KefuBackend) backend = NULL;

  kefu_last_sign_in_forget (self->settings);
  g_set_object (&backend, self->backend);
  close_workspace (self);
  kefu_kept_token_end (kefu_sign_in_is_demo (self) ? NULL : self->secrets, backend, self->address, self->login,
                       looking);
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  const char *dirs[] = { NULL, NULL };

  if (!kefu_wipe_begin_finish (result, &error))
    {
      /* closed meanwhile: whoever opens it next finds the note */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("Nothing Could Be Deleted"),
                       error->message);
      return;
    }
  dirs[0] = dir = kefu_paths_workspace (self->address, self->login);
  leave (self);
  if (kefu_sign_in_is_demo (self) && self->embedded != NULL)
    kefu_embedded_stop (self->embedded);
  wipe (self, dirs, resume_next);
}

void
kefu_sign_in_sign_out (KefuSignIn *self, KefuForget forget)
{
  g_autofree char *dir = kefu_paths_workspace (self->address, self->login);

  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  /* before anything else: whatever happens from there on, it will be deleted */
  if (forget != KEFU_FORGET_NOTHING)
    {
      kefu_wipe_begin_async (dir, forget == KEFU_FORGET_ALL, self->cancellable, noted_cb, g_object_ref (self));
      return;
    }
  leave (self);
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_SIGNED_OUT], 0);
}

void
kefu_sign_in_reopen (KefuSignIn *self)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  close_workspace (self);
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_OPENING], 0, _ ("Opening the workspace…"));
  kefu_sign_in_resume (self);
}

void
kefu_sign_in_shut_down (KefuSignIn *self)
{
  g_return_if_fail (KEFU_IS_SIGN_IN (self));

  close_workspace (self);
  if (self->embedded != NULL)
    kefu_embedded_stop (self->embedded);
}

KefuWorkspace *
kefu_sign_in_get_workspace (KefuSignIn *self)
{
  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), NULL);

  return self->workspace;
}

gboolean
kefu_sign_in_is_demo (KefuSignIn *self)
{
  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), FALSE);

  return g_strcmp0 (self->address, KEFU_SIGN_IN_DEMO) == 0;
}

const char *
kefu_sign_in_get_verifier (KefuSignIn *self)
{
  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), NULL);

  return self->verifier;
}

gboolean
kefu_sign_in_is_looking (KefuSignIn *self)
{
  g_return_val_if_fail (KEFU_IS_SIGN_IN (self), FALSE);

  return self->looking;
}
