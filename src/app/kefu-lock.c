/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lock of the desk: when it falls, what it hides, who opens it. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-lock.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-curtain.h"
#include "kefu-idle.h"
#include "kefu-lock-page.h"
#include "kefu-password.h"
#include "kefu-preferences.h"
#include "kefu-rate-limit.h"

#define TRIES 5
#define MINUTE_MS (60 * 1000)

/* Two facts make a drawn curtain: the desk is locked, which the settings remember, and a workspace is open, without which there is nothing to
 * hide. */
struct _KefuLock
{
  GObject parent_instance;

  GSettings *settings;
  KefuClock *clock;
  KefuSignIn *sign_in;
  KefuIdle *idle;
  KefuRateLimit *tries;
  KefuWindow *window; /* weak */
  KefuCurtain *curtain;
  KefuLockPage *page; /* weak */
  GCancellable *cancellable;
  char *password;        /* being checked */
  gboolean asked_server; /* for it */
  gboolean waiting;      /* for the keyring, which has what it is compared with */
};

enum
{
  PROP_0,
  PROP_LOCKED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuLock, kefu_lock, G_TYPE_OBJECT)

static void
forget_password (KefuLock *self)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
  self->asked_server = self->waiting = FALSE;
}

/* --- unlocking --- */

static void
unlock (KefuLock *self)
{
  KefuWorkspace *workspace = kefu_sign_in_get_workspace (self->sign_in);

  forget_password (self);
  kefu_rate_limit_forget (self->tries, "");
  g_settings_set_boolean (self->settings, "locked", FALSE);
  if (workspace != NULL)
    kefu_workspace_set_discreet (workspace, FALSE);
  if (self->curtain != NULL)
    kefu_curtain_open (self->curtain);
  kefu_idle_start (self->idle);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

static void
refuse (KefuLock *self, const char *text)
{
  forget_password (self);
  if (self->page != NULL)
    kefu_lock_page_set_error (self->page, text);
}

static void
ask_server (KefuLock *self)
{
  self->asked_server = kefu_sign_in_renew (self->sign_in, self->password);
  /* an answer to somebody else's question opens nothing here */
  if (!self->asked_server)
    refuse (self, _ ("Another sign-in is still under way. Try again in a moment."));
}

static void
renewed_cb (KefuLock *self, const char *error)
{
  if (!self->asked_server)
    return;
  if (error == NULL)
    unlock (self);
  else
    refuse (self, error);
}

static gboolean
server_wants_password (KefuLock *self)
{
  KefuWorkspace *workspace = kefu_sign_in_get_workspace (self->sign_in);
  KefuSyncEngine *engine = kefu_session_get_engine (kefu_workspace_get_session (workspace));

  return kefu_sync_engine_get_state (engine) == KEFU_SYNC_AUTH_REQUIRED;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuLock) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean same = kefu_password_verify_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->password == NULL ||
      kefu_sign_in_get_workspace (self->sign_in) == NULL)
    return;
  if (same)
    unlock (self);
  else if (server_wants_password (self))
    /* it may have been changed there */
    ask_server (self);
  else
    refuse (self, _ ("The password is wrong"));
}

static void
check (KefuLock *self)
{
  const char *verifier = kefu_sign_in_get_verifier (self->sign_in);

  if (verifier != NULL)
    kefu_password_verify_async (self->password, verifier, self->cancellable, verified_cb, g_object_ref (self));
  else
    ask_server (self);
}

static void
looked_up_cb (KefuLock *self)
{
  if (!self->waiting)
    return;
  self->waiting = FALSE;
  check (self);
}

static void
unlock_cb (KefuLock *self, const char *password)
{
  gint64 wait_ms;

  if (self->password != NULL)
    return;
  if (kefu_sign_in_is_demo (self->sign_in))
    {
      unlock (self);
      return;
    }
  wait_ms = kefu_rate_limit_try (self->tries, "", kefu_clock_now (self->clock));
  if (wait_ms > 0)
    {
      guint seconds = (guint) ((wait_ms + 999) / 1000);
      g_autofree char *text = g_strdup_printf (ngettext ("Too many attempts. Try again in %u second.",
                                                         "Too many attempts. Try again in %u seconds.", seconds),
                                               seconds);

      refuse (self, text);
      return;
    }
  self->password = g_strdup (password);
  kefu_lock_page_set_busy (self->page, TRUE);
  self->waiting = kefu_sign_in_is_looking (self->sign_in);
  if (!self->waiting)
    check (self);
}

/* --- locking --- */

static void
draw (KefuLock *self)
{
  g_autofree char *who = g_settings_get_string (self->settings, "agent-name");
  KefuWorkspace *workspace = kefu_sign_in_get_workspace (self->sign_in);

  kefu_idle_stop (self->idle);
  kefu_workspace_set_discreet (workspace, TRUE);
  if (self->curtain == NULL || kefu_curtain_is_drawn (self->curtain))
    return;
  g_set_weak_pointer (&self->page, KEFU_LOCK_PAGE (kefu_lock_page_new (who, !kefu_sign_in_is_demo (self->sign_in))));
  g_signal_connect_object (self->page, "unlock", G_CALLBACK (unlock_cb), self, G_CONNECT_SWAPPED);
  kefu_curtain_draw (self->curtain, GTK_WIDGET (self->page));
}

void
kefu_lock_now (KefuLock *self)
{
  g_return_if_fail (KEFU_IS_LOCK (self));

  if (kefu_sign_in_get_workspace (self->sign_in) == NULL || kefu_lock_get_locked (self))
    return;
  g_settings_set_boolean (self->settings, "locked", TRUE);
  draw (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

/* Whoever shares a computer is not asked to think of it: without a choice of its own, a desk that keeps nothing locks by itself. */
static void
limit_cb (KefuLock *self)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (self->settings, "lock-after");
  int seconds = g_settings_get_int (self->settings, "lock-after");

  if (chosen == NULL && g_settings_get_boolean (self->settings, "keep-nothing"))
    seconds = KEFU_LOCK_SHARED_S;
  kefu_idle_set_limit (self->idle, (gint64) seconds * 1000);
}

/* --- input --- */

static gboolean
event_cb (KefuLock *self, GdkEvent *event)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
      /* in every window: the accelerators of the application reach only some */
      if (gdk_key_event_matches (event, GDK_KEY_l, GDK_CONTROL_MASK) == GDK_KEY_MATCH_EXACT)
        {
          kefu_lock_now (self);
          return GDK_EVENT_STOP;
        }
      return kefu_idle_touch (self->idle);
    case GDK_MOTION_NOTIFY:
    case GDK_BUTTON_PRESS:
    case GDK_BUTTON_RELEASE:
    case GDK_KEY_RELEASE:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
    case GDK_TOUCH_UPDATE:
    case GDK_TOUCHPAD_SWIPE:
    case GDK_TOUCHPAD_PINCH:
      /* what locks the desk shall do nothing else in it */
      return kefu_idle_touch (self->idle);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
watch (KefuLock *self, GtkWidget *toplevel)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (toplevel, controller);
}

static void
toplevels_cb (KefuLock *self, guint position, guint removed, guint added, GListModel *toplevels)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      watch (self, toplevel);
    }
}

/* --- object --- */

static void
kefu_lock_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LOCKED:
      g_value_set_boolean (value, kefu_lock_get_locked (KEFU_LOCK (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_lock_dispose (GObject *object)
{
  KefuLock *self = KEFU_LOCK (object);

  g_cancellable_cancel (self->cancellable);
  forget_password (self);
  g_clear_weak_pointer (&self->page);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->curtain);
  g_clear_object (&self->idle);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (kefu_lock_parent_class)->dispose (object);
}

static void
kefu_lock_finalize (GObject *object)
{
  KefuLock *self = KEFU_LOCK (object);

  g_object_unref (self->cancellable);
  kefu_rate_limit_free (self->tries);
  G_OBJECT_CLASS (kefu_lock_parent_class)->finalize (object);
}

static void
kefu_lock_class_init (KefuLockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kefu_lock_get_property;
  object_class->dispose = kefu_lock_dispose;
  object_class->finalize = kefu_lock_finalize;

  properties[PROP_LOCKED] =
    g_param_spec_boolean ("locked", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_lock_init (KefuLock *self)
{
  self->cancellable = g_cancellable_new ();
  self->tries = kefu_rate_limit_new (TRIES, MINUTE_MS);
}

KefuLock *
kefu_lock_new (GSettings *settings, KefuClock *clock, KefuSignIn *sign_in)
{
  KefuLock *self = g_object_new (KEFU_TYPE_LOCK, NULL);

  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->sign_in = g_object_ref (sign_in);
  self->idle = kefu_idle_new (clock);
  g_signal_connect_object (self->idle, "idle", G_CALLBACK (kefu_lock_now), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::lock-after", G_CALLBACK (limit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::keep-nothing", G_CALLBACK (limit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "looked-up", G_CALLBACK (looked_up_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "renewed", G_CALLBACK (renewed_cb), self, G_CONNECT_SWAPPED);
  limit_cb (self);
  return self;
}

void
kefu_lock_set_window (KefuLock *self, KefuWindow *window)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  g_return_if_fail (KEFU_IS_LOCK (self));
  g_return_if_fail (KEFU_IS_WINDOW (window));

  g_set_weak_pointer (&self->window, window);
  g_set_object (&self->curtain, NULL);
  self->curtain = kefu_curtain_new (ADW_APPLICATION_WINDOW (window));
  g_signal_handlers_disconnect_by_func (toplevels, toplevels_cb, self);
  toplevels_cb (self, 0, 0, g_list_model_get_n_items (toplevels), toplevels);
  g_signal_connect_object (toplevels, "items-changed", G_CALLBACK (toplevels_cb), self, G_CONNECT_SWAPPED);
}

gboolean
kefu_lock_get_locked (KefuLock *self)
{
  g_return_val_if_fail (KEFU_IS_LOCK (self), FALSE);

  return kefu_sign_in_get_workspace (self->sign_in) != NULL && g_settings_get_boolean (self->settings, "locked");
}

void
kefu_lock_opened (KefuLock *self)
{
  g_return_if_fail (KEFU_IS_LOCK (self));

  if (kefu_lock_get_locked (self))
    draw (self);
  else
    kefu_idle_start (self->idle);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

void
kefu_lock_closed (KefuLock *self)
{
  g_return_if_fail (KEFU_IS_LOCK (self));

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  forget_password (self);
  kefu_idle_stop (self->idle);
  if (self->curtain != NULL)
    kefu_curtain_open (self->curtain);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}
