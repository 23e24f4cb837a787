/* SPDX-License-Identifier: GPL-3.0-or-later
 * When old messages and files leave this computer. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-retention.h"

#include "kefu-store-tidy.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)
/* The start has better things to do. */
#define FIRST_MS 60000
/* After a failure (a full disk), and while the desk catches up. */
#define LATER_MS 600000
/* Between two steps, so that a long run takes a part of one core only. */
#define PAUSE_MS 20
#define MAX_DAYS 36500

struct _KefuRetention
{
  GObject parent_instance;

  KefuSession *session; /* weak */
  KefuStore *store;
  KefuClock *clock;
  GCancellable *cancellable;
  int days;
  gint64 keep_from; /* of the run, ms; 0 for all */
  gboolean busy;
  gboolean again; /* `days` has changed meanwhile */
  guint n_messages;
  guint timeout_id; /* of the next step, or the next run */
};

enum
{
  PROP_0,
  PROP_DAYS,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuRetention, kefu_retention, G_TYPE_OBJECT)

static void begin_cb (gpointer user_data);
static void step_cb (gpointer user_data);

static void
call_in (KefuRetention *self, gint64 delay_ms, GSourceOnceFunc func)
{
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  self->timeout_id = kefu_clock_add_timeout (self->clock, (guint) delay_ms, func, self, NULL);
}

static void
set_busy (KefuRetention *self, gboolean busy)
{
  if (self->busy == busy)
    return;
  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
end (KefuRetention *self, const GError *error)
{
  gboolean again = self->again;

  if (error != NULL)
    g_message ("Old messages and files stay for now: %s", error->message);
  else if (self->n_messages > 0)
    g_debug ("%u old messages have left this computer", self->n_messages);
  self->again = FALSE;
  set_busy (self, FALSE);
  if (again)
    begin_cb (self);
  else
    call_in (self, error != NULL ? LATER_MS : DAY_MS, begin_cb);
}

static void
files_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gssize n = kefu_store_tidy_files_finish (KEFU_STORE (source), result, &error);
  KefuRetention *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (n > 0)
    g_debug ("%" G_GSSIZE_FORMAT " old files have left this computer", n);
  end (self, error);
}

static void
stepped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  KefuTidyStep step = { 0 };
  gboolean ok = kefu_store_tidy_finish (KEFU_STORE (source), result, &step, &error);
  KefuRetention *self = user_data;

  /* Then we are gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  self->n_messages += step.n_messages;
  if (!ok || self->again)
    end (self, error);
  else if (step.more)
    call_in (self, PAUSE_MS, step_cb);
  else
    kefu_store_tidy_files_async (self->store, step.keep_from, self->cancellable, files_cb, self);
}

static gboolean
is_catching_up (KefuRetention *self)
{
  KefuSyncEngine *engine = kefu_session_get_engine (self->session);

  return engine != NULL && kefu_sync_engine_get_state (engine) == KEFU_SYNC_CATCHING_UP;
}

static void
step_cb (gpointer user_data)
{
  KefuRetention *self = user_data;

  self->timeout_id = 0;
  if (self->session == NULL)
    return;
  kefu_store_tidy_async (self->store, self->keep_from, kefu_session_get_focus_conversation (self->session),
                         self->cancellable, stepped_cb, self);
}

static void
begin_cb (gpointer user_data)
{
  KefuRetention *self = user_data;

  self->timeout_id = 0;
  if (self->session == NULL)
    return;
  if (is_catching_up (self))
    {
      call_in (self, LATER_MS, begin_cb);
      return;
    }
  self->keep_from = self->days > 0 ? kefu_clock_now (self->clock) - self->days * DAY_MS : 0;
  self->n_messages = 0;
  set_busy (self, TRUE);
  step_cb (self);
}

static void
set_days (KefuRetention *self, int days)
{
  if (self->days == days)
    return;
  self->days = days;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DAYS]);
  if (self->session == NULL || kefu_store_keeps_nothing (self->store))
    return;
  if (self->busy)
    self->again = TRUE;
  else
    call_in (self, PAUSE_MS, begin_cb);
}

static void
kefu_retention_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_DAYS:
      set_days (KEFU_RETENTION (object), g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_retention_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuRetention *self = KEFU_RETENTION (object);

  switch (prop_id)
    {
    case PROP_DAYS:
      g_value_set_int (value, self->days);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_retention_dispose (GObject *object)
{
  KefuRetention *self = KEFU_RETENTION (object);

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  g_clear_weak_pointer (&self->session);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (kefu_retention_parent_class)->dispose (object);
}

static void
kefu_retention_finalize (GObject *object)
{
  g_clear_object (&KEFU_RETENTION (object)->cancellable);
  G_OBJECT_CLASS (kefu_retention_parent_class)->finalize (object);
}

static void
kefu_retention_class_init (KefuRetentionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = kefu_retention_set_property;
  object_class->get_property = kefu_retention_get_property;
  object_class->dispose = kefu_retention_dispose;
  object_class->finalize = kefu_retention_finalize;

  properties[PROP_DAYS] = g_param_spec_int ("days", NULL, NULL, 0, MAX_DAYS, 0,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_retention_init (KefuRetention *self)
{
  self->cancellable = g_cancellable_new ();
}

KefuRetention *
kefu_retention_new (KefuSession *session, int days)
{
  KefuRetention *self = g_object_new (KEFU_TYPE_RETENTION, NULL);

  g_return_val_if_fail (KEFU_IS_SESSION (session), NULL);

  g_set_weak_pointer (&self->session, session);
  self->store = g_object_ref (kefu_session_get_store (session));
  self->clock = g_object_ref (kefu_session_get_clock (session));
  self->days = CLAMP (days, 0, MAX_DAYS);
  if (!kefu_store_keeps_nothing (self->store))
    call_in (self, FIRST_MS, begin_cb);
  return self;
}
