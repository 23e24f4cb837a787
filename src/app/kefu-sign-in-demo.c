/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop: its server beside the desk, and its own sign-in, for which nobody is asked. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include <glib/gi18n.h>

#include "kefu-attempt.h"
#include "kefu-owner.h"
#include "kefu-paths.h"
#include "kefu-sign-in-private.h"

/* The demo shop's password is in a file beside it: a token that is refused is renewed without a question, but not in a loop. */
#define DEMO_RENEW_MS 10000

/* --- the demo shop's own sign-in --- */

static void
demo_renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuCredentials) credentials = kefu_attempt_finish (result, NULL, &error);

  if (self->workspace == NULL)
    return;
  if (credentials != NULL)
    {
      kefu_sign_in_remember (self, credentials, NULL);
      kefu_backend_set_token (self->backend, self->token);
      if (!kefu_sign_in_is_same_agent (self, credentials))
        {
          kefu_sign_in_resume (self);
          return;
        }
    }
  else
    {
      g_message ("The demo shop does not let its owner in: %s", error->message);
      /* nobody else knows the password that the engine will ask for */
      if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
        g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_NOTICE], 0, error->message);
    }
  /* also without a token: the engine says what is wrong, and tries again */
  kefu_attempt_connect_demo (kefu_session_get_engine (kefu_workspace_get_session (self->workspace)));
}

void
kefu_sign_in_renew_demo (KefuSignIn *self)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *dir = NULL;

  if (self->workspace == NULL || kefu_embedded_get_address (self->embedded) == NULL ||
      now - self->renewed_at < DEMO_RENEW_MS)
    return;
  self->renewed_at = now;
  dir = kefu_paths_workspace (KEFU_SIGN_IN_DEMO, "");
  kefu_attempt_owner_async (dir, self->backend, self->settings, self->clock, self->cancellable, demo_renewed_cb,
                            g_object_ref (self));
}

/* --- the embedded server --- */

static void
owner_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuOwner) owner = kefu_owner_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (owner == NULL)
    {
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Demo Shop Does Not Open"),
                     error->message);
      return;
    }
  kefu_sign_in_set_target (self, KEFU_SIGN_IN_DEMO, owner->login, owner->password);
  if (kefu_sign_in_make_backend (self, &error))
    kefu_sign_in_attempt (self);
  else
    g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Demo Shop Does Not Open"),
                   error->message);
}

void
kefu_sign_in_embedded_ready (KefuSignIn *self)
{
  g_autofree char *dir = NULL;

  if (!kefu_sign_in_is_demo (self))
    return;
  self->demo_told = FALSE;
  if (self->workspace != NULL)
    {
      if (self->token != NULL)
        kefu_attempt_connect_demo (kefu_session_get_engine (kefu_workspace_get_session (self->workspace)));
      else
        kefu_sign_in_renew_demo (self);
      return;
    }
  /* a workspace that is being opened starts its engine itself */
  if (self->backend != NULL)
    return;
  dir = kefu_paths_workspace (KEFU_SIGN_IN_DEMO, "");
  kefu_owner_load_async (dir, self->cancellable, owner_loaded_cb, g_object_ref (self));
}

static void
embedded_failed_cb (KefuSignIn *self, const char *text)
{
  if (!kefu_sign_in_is_demo (self))
    return;
  if (self->workspace != NULL && !self->demo_told)
    {
      g_autofree char *why = g_strdup_printf (_ ("The demo shop does not start: %s"), text);

      self->demo_told = TRUE;
      g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_NOTICE], 0, why);
    }
  if (self->workspace != NULL || self->backend != NULL)
    return;
  kefu_embedded_stop (self->embedded);
  g_signal_emit (self, kefu_sign_in_signals[KEFU_SIGN_IN_FAILED], 0, _ ("The Demo Shop Does Not Start"), text);
}

gboolean
kefu_sign_in_start_embedded (KefuSignIn *self)
{
  g_autofree char *program = kefu_paths_find_server ();
  g_autofree char *dir = kefu_paths_workspace (KEFU_SIGN_IN_DEMO, "");
  g_autofree char *socket = kefu_paths_demo_socket ();

  if (self->embedded == NULL)
    {
      if (program == NULL)
        return FALSE;
      self->embedded = kefu_embedded_new (program, dir, socket, self->clock);
      g_signal_connect_object (self->embedded, "ready", G_CALLBACK (kefu_sign_in_embedded_ready), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->embedded, "failed", G_CALLBACK (embedded_failed_cb), self, G_CONNECT_SWAPPED);
    }
  kefu_embedded_start (self->embedded);
  return TRUE;
}
