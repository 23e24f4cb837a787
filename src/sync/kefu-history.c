/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages that are on the server and not on this computer: fetched when somebody reads there. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-history.h"

struct _KefuHistory
{
  GObject parent_instance;

  KefuStore *store;
  KefuBackend *backend;
  gboolean available;
};

enum
{
  PROP_AVAILABLE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuHistory, kefu_history, G_TYPE_OBJECT)

/* What is asked for. */
typedef struct
{
  char *conversation_id;
  char *epoch; /* at that time */
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->conversation_id);
  g_free (asked->epoch);
  g_free (asked);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  KefuHistoryPage *page = kefu_store_add_history_finish (KEFU_STORE (source), result, &error);

  if (page == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, page, (GDestroyNotify) kefu_history_page_free);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuHistory *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = kefu_backend_bytes_finish (KEFU_BACKEND (source), result, &error);
  const Asked *asked = g_task_get_task_data (task);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    kefu_store_add_history_async (self->store, asked->conversation_id, answer, asked->epoch, NULL, stored_cb,
                                  g_steal_pointer (&task));
}

static void
kefu_history_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, KEFU_HISTORY (object)->available);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_history_finalize (GObject *object)
{
  KefuHistory *self = KEFU_HISTORY (object);

  g_clear_object (&self->store);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (kefu_history_parent_class)->finalize (object);
}

static void
kefu_history_class_init (KefuHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kefu_history_get_property;
  object_class->finalize = kefu_history_finalize;

  properties[PROP_AVAILABLE] =
    g_param_spec_boolean ("available", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_history_init (KefuHistory *self)
{
}

KefuHistory *
kefu_history_new (KefuStore *store, KefuBackend *backend)
{
  KefuHistory *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (KEFU_IS_BACKEND (backend), NULL);

  self = g_object_new (KEFU_TYPE_HISTORY, NULL);
  self->store = g_object_ref (store);
  self->backend = g_object_ref (backend);
  return self;
}

gboolean
kefu_history_get_available (KefuHistory *self)
{
  g_return_val_if_fail (KEFU_IS_HISTORY (self), FALSE);

  return self->available;
}

void
kefu_history_set_available (KefuHistory *self, gboolean available)
{
  g_return_if_fail (KEFU_IS_HISTORY (self));

  if (self->available == available)
    return;
  self->available = available;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

void
kefu_history_fetch_async (KefuHistory *self,
                          const char *conversation_id,
                          const KefuHistoryQuery *query,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Asked *asked;

  g_return_if_fail (KEFU_IS_HISTORY (self));
  g_return_if_fail (conversation_id != NULL);
  g_return_if_fail (query != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  asked = g_new0 (Asked, 1);
  asked->conversation_id = g_strdup (conversation_id);
  asked->epoch = kefu_store_dup_epoch (self->store);
  g_task_set_task_data (task, asked, asked_free);
  kefu_backend_fetch_messages_async (self->backend, conversation_id, query, cancellable, fetched_cb,
                                     g_steal_pointer (&task));
}

KefuHistoryPage *
kefu_history_fetch_finish (KefuHistory *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
