/* SPDX-License-Identifier: GPL-3.0-or-later
 * The strip under the header that says what is wrong with the connection. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-sync-strip.h"

#include <glib/gi18n.h>

#include "kefu-time-format.h"
#include "kefu-ui.h"

/* Starting, connecting and catching up usually take less than this; a strip that comes and goes would only move the window. */
#define PATIENCE_MS 1500

struct _KefuSyncStrip
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *box;
  GtkImage *image;
  GtkLabel *what;
  GtkLabel *detail;
  GtkButton *button;

  KefuSession *session;
  KefuOutboxList *outbox;
  const char *state_icon;
  char *state_text;
  guint patience_id;
};

enum
{
  PROP_0,
  PROP_STATE_ICON,
  PROP_STATE_TEXT,
  N_PROPS
};

enum
{
  SIGN_IN_REQUESTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSyncStrip, kefu_sync_strip, GTK_TYPE_WIDGET)

/* One row for each state: what the strip says and offers. */
typedef struct
{
  const char *icon;
  const char *what;
  const char *verb; /* NULL: nothing to do but wait */
  gboolean brief;   /* shown only when it lasts */
} StateLook;

static const StateLook looks[] = {
  /* before the engine is started */
  [KEFU_SYNC_OFFLINE] = { "kefu-sync-off-symbolic", N_ ("Working offline"), N_ ("Try Now"), TRUE },
  [KEFU_SYNC_CONNECTING] = { "kefu-sync-off-symbolic", N_ ("Connecting…"), NULL, TRUE },
  [KEFU_SYNC_CATCHING_UP] = { "kefu-sync-ok-symbolic", N_ ("Catching up"), NULL, TRUE },
  [KEFU_SYNC_LIVE] = { "kefu-sync-ok-symbolic", N_ ("Up to date"), NULL, FALSE },
  [KEFU_SYNC_BACKOFF] = { "kefu-sync-off-symbolic", N_ ("Working offline"), N_ ("Try Now"), FALSE },
  [KEFU_SYNC_AUTH_REQUIRED] = { "kefu-sync-off-symbolic", N_ ("Password needed"), N_ ("Sign In"), FALSE },
  [KEFU_SYNC_FAILED] = { "kefu-failed-symbolic", N_ ("Cannot store what comes"), N_ ("Try Now"), FALSE },
  [KEFU_SYNC_UNTRUSTED] = { "kefu-failed-symbolic", N_ ("The server’s certificate is wrong"), N_ ("What Happened?"),
                            FALSE },
};

/* What AUTH_REQUIRED says, by its reason. */
static const char *const reasons[] = {
  [KEFU_AUTH_UNKNOWN] = N_ ("Password needed"),          [KEFU_AUTH_EXPIRED] = N_ ("Your sign-in has expired"),
  [KEFU_AUTH_REVOKED] = N_ ("Signed out by the server"), [KEFU_AUTH_PASSWORD] = N_ ("Your password was changed"),
  [KEFU_AUTH_DISABLED] = N_ ("Your login is disabled"),
};

static const char *
what (KefuSyncStrip *self, KefuSyncState state)
{
  if (state == KEFU_SYNC_AUTH_REQUIRED)
    return _ (reasons[kefu_sync_engine_get_auth_reason (kefu_session_get_engine (self->session))]);
  return _ (looks[state].what);
}

static void
add_part (GString *text, const char *part)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

/* "3 unsent · synced to 14:03:22 · Connection refused" */
static char *
describe (KefuSyncStrip *self, KefuSyncState state)
{
  KefuSyncEngine *engine = kefu_session_get_engine (self->session);
  guint n_unsent = kefu_outbox_list_get_n_waiting (self->outbox);
  gint64 synced_at = kefu_sync_engine_get_synced_at (engine);
  gint64 now = kefu_clock_now (kefu_session_get_clock (self->session));
  const char *error = kefu_sync_engine_get_last_error (engine);
  GString *text = g_string_new (NULL);

  if (state == KEFU_SYNC_CATCHING_UP)
    {
      guint n = kefu_sync_engine_get_n_caught_up (engine);
      g_autofree char *part = g_strdup_printf (ngettext ("%u change", "%u changes", n), n);

      add_part (text, part);
    }
  else if (state == KEFU_SYNC_AUTH_REQUIRED)
    add_part (text, _ ("What you write is kept and goes out after you sign in."));
  else if (state == KEFU_SYNC_UNTRUSTED)
    add_part (text, _ ("Nothing is sent there. What you write is kept."));

  if (n_unsent > 0)
    {
      g_autofree char *part = g_strdup_printf (ngettext ("%u unsent", "%u unsent", n_unsent), n_unsent);

      add_part (text, part);
    }
  if (synced_at > 0 && state != KEFU_SYNC_CATCHING_UP)
    {
      g_autofree char *time = kefu_time_format_days (synced_at, now) == 0 ? kefu_time_format_seconds (synced_at)
                                                                          : kefu_time_format_day_time (synced_at, now);
      /* TRANSLATORS: %s is a time, such as "14:03:22" or "Yesterday 21:40" */
      g_autofree char *part = g_strdup_printf (_ ("synced to %s"), time);

      add_part (text, part);
    }
  if (error != NULL && error[0] != '\0' &&
      (state == KEFU_SYNC_BACKOFF || state == KEFU_SYNC_FAILED || state == KEFU_SYNC_OFFLINE))
    add_part (text, error);
  return g_string_free (text, FALSE);
}

static void
set_state (KefuSyncStrip *self, const char *icon, char *text)
{
  if (self->state_icon != icon)
    {
      self->state_icon = icon;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE_ICON]);
    }
  if (g_strcmp0 (self->state_text, text) != 0)
    {
      g_free (self->state_text);
      self->state_text = g_strdup (text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE_TEXT]);
    }
}

static void
show_words (KefuSyncStrip *self, const StateLook *look, const char *words, const char *detail)
{
  gtk_image_set_from_icon_name (self->image, look->icon);
  gtk_label_set_label (self->what, words);
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->detail), detail);
  if (look->verb != NULL)
    gtk_button_set_label (self->button, _ (look->verb));
  gtk_widget_set_visible (GTK_WIDGET (self->button), look->verb != NULL);
}

static void update (KefuSyncStrip *self, gboolean patient);

static void
patience_cb (gpointer user_data)
{
  KefuSyncStrip *self = user_data;

  self->patience_id = 0;
  update (self, FALSE);
}

static void
update (KefuSyncStrip *self, gboolean patient)
{
  KefuSyncState state = kefu_sync_engine_get_state (kefu_session_get_engine (self->session));
  const StateLook *look = &looks[state];
  g_autofree char *detail = describe (self, state);
  g_autofree char *text =
    detail[0] ? g_strdup_printf ("%s · %s", what (self, state), detail) : g_strdup (what (self, state));
  gboolean revealed = gtk_revealer_get_reveal_child (self->revealer);

  set_state (self, look->icon, text);
  if (!look->brief)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->patience_id);

  if (state == KEFU_SYNC_LIVE)
    {
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
      return;
    }
  if (look->brief && patient)
    {
      /* an open strip keeps its words while a retry is on its way */
      if (self->patience_id == 0)
        self->patience_id =
          kefu_clock_add_timeout (kefu_session_get_clock (self->session), PATIENCE_MS, patience_cb, self, NULL);
      if (!revealed || state == KEFU_SYNC_CONNECTING)
        return;
    }
  show_words (self, look, what (self, state), detail);
  if (state == KEFU_SYNC_UNTRUSTED)
    gtk_widget_add_css_class (self->box, "alarm");
  else
    gtk_widget_remove_css_class (self->box, "alarm");
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

static void
changed_cb (KefuSyncStrip *self)
{
  /* what has come to be shown stays patient no longer */
  update (self, TRUE);
}

static void
act_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuSyncStrip *self = KEFU_SYNC_STRIP (widget);
  KefuSyncEngine *engine = kefu_session_get_engine (self->session);

  switch (kefu_sync_engine_get_state (engine))
    {
    case KEFU_SYNC_AUTH_REQUIRED:
    case KEFU_SYNC_UNTRUSTED:
      g_signal_emit (self, signals[SIGN_IN_REQUESTED], 0);
      break;
    case KEFU_SYNC_OFFLINE:
      kefu_sync_engine_start (engine);
      break;
    case KEFU_SYNC_CONNECTING:
    case KEFU_SYNC_CATCHING_UP:
    case KEFU_SYNC_LIVE:
    case KEFU_SYNC_BACKOFF:
    case KEFU_SYNC_FAILED:
    default:
      kefu_sync_engine_retry_now (engine);
    }
}

static void
kefu_sync_strip_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuSyncStrip *self = KEFU_SYNC_STRIP (object);

  switch (prop_id)
    {
    case PROP_STATE_ICON:
      g_value_set_static_string (value, self->state_icon);
      break;
    case PROP_STATE_TEXT:
      g_value_set_string (value, self->state_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_sync_strip_dispose (GObject *object)
{
  KefuSyncStrip *self = KEFU_SYNC_STRIP (object);

  if (self->session != NULL)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->patience_id);
  g_clear_object (&self->session);
  g_clear_object (&self->outbox);
  g_clear_pointer (&self->state_text, g_free);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_SYNC_STRIP);
  G_OBJECT_CLASS (kefu_sync_strip_parent_class)->dispose (object);
}

static void
kefu_sync_strip_class_init (KefuSyncStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_sync_strip_get_property;
  object_class->dispose = kefu_sync_strip_dispose;

  properties[PROP_STATE_ICON] = g_param_spec_string ("state-icon", NULL, NULL, NULL, flags);
  properties[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGN_IN_REQUESTED] =
    g_signal_new ("sign-in-requested", KEFU_TYPE_SYNC_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-sync-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, revealer);
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, box);
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, image);
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, what);
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, detail);
  gtk_widget_class_bind_template_child (widget_class, KefuSyncStrip, button);
  gtk_widget_class_install_action (widget_class, "strip.act", NULL, act_cb);
}

static void
kefu_sync_strip_init (KefuSyncStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
kefu_sync_strip_set_session (KefuSyncStrip *self, KefuSession *session, KefuOutboxList *outbox)
{
  KefuSyncEngine *engine;

  g_return_if_fail (KEFU_IS_SYNC_STRIP (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->outbox = g_object_ref (outbox);
  engine = kefu_session_get_engine (session);
  g_signal_connect_object (engine, "notify::state", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "notify::last-error", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "notify::n-caught-up", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "notify::synced-at", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (outbox, "notify::n-waiting", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}

gboolean
kefu_sync_strip_get_revealed (KefuSyncStrip *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_STRIP (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}
