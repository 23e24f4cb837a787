/* SPDX-License-Identifier: GPL-3.0-or-later
 * One agent's workspace, put together: storage, backend, engine, session, notifications. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-workspace.h"

#include "kefu-attention.h"
#include "kefu-paths.h"
#include "kefu-retention.h"

struct _KefuWorkspace
{
  GObject parent_instance;

  char *agent_id;
  char *agent_name;
  KefuBackend *backend;
  KefuClock *clock;
  KefuNotifier *notifier;
  GSettings *settings;

  KefuLint *lint; /* this and the store come in any order */
  KefuStore *store;
  KefuSession *session;
  KefuAttention *attention;
  KefuRetention *retention;
  gboolean discreet;
};

G_DEFINE_FINAL_TYPE (KefuWorkspace, kefu_workspace, G_TYPE_OBJECT)

/* Both are there. */
static void
assemble (KefuWorkspace *self)
{
  g_autoptr (KefuSyncEngine) engine =
    kefu_sync_engine_new (self->store, self->backend, self->clock, g_network_monitor_get_default ());

  self->session =
    kefu_session_new (self->store, self->backend, engine, self->clock, self->lint, self->agent_id, self->agent_name);
  self->attention = kefu_attention_new (self->session, self->notifier);
  g_settings_bind (self->settings, "hide-notification-text", self->attention, "hide-text", G_SETTINGS_BIND_GET);
  g_object_set (self->attention, "discreet", self->discreet, NULL);
  self->retention = kefu_retention_new (self->session, g_settings_get_int (self->settings, "keep-days"));
  g_settings_bind (self->settings, "keep-days", self->retention, "days", G_SETTINGS_BIND_GET);
}

/* Called by each that has come. */
static void
part_cb (GTask *task)
{
  KefuWorkspace *self = g_task_get_source_object (task);

  if (self->store == NULL || self->lint == NULL)
    return;
  assemble (self);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuWorkspace *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->store = kefu_early_store_take_finish (result, &error);
  if (self->store != NULL)
    part_cb (task);
  else
    g_task_return_error (task, error);
}

/* Without its rules the desk must still answer customers. */
static KefuLint *
make_lint (GBytes *rules)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = NULL;
  KefuLint *lint = rules ? kefu_lint_new (rules, &error) : NULL;

  if (lint != NULL)
    return lint;
  if (error != NULL)
    g_warning ("The rules of forbidden expressions are wrong: %s", error->message);
  none = g_bytes_new_static ("{\"rules\":[]}", 12);
  return kefu_lint_new (none, NULL);
}

static void
rules_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuWorkspace *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) rules = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (rules == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("No rules of forbidden expressions: %s", error->message);
  self->lint = make_lint (rules);
  part_cb (task);
}

static void
kefu_workspace_dispose (GObject *object)
{
  KefuWorkspace *self = KEFU_WORKSPACE (object);

  kefu_workspace_close (self);
  g_clear_object (&self->lint);
  g_clear_object (&self->backend);
  g_clear_object (&self->clock);
  g_clear_object (&self->notifier);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (kefu_workspace_parent_class)->dispose (object);
}

static void
kefu_workspace_finalize (GObject *object)
{
  KefuWorkspace *self = KEFU_WORKSPACE (object);

  g_free (self->agent_id);
  g_free (self->agent_name);
  G_OBJECT_CLASS (kefu_workspace_parent_class)->finalize (object);
}

static void
kefu_workspace_class_init (KefuWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_workspace_dispose;
  object_class->finalize = kefu_workspace_finalize;
}

static void
kefu_workspace_init (KefuWorkspace *self)
{
}

KefuStoreFlags
kefu_workspace_get_store_flags (GSettings *settings)
{
  g_return_val_if_fail (G_IS_SETTINGS (settings), KEFU_STORE_DEFAULT);

  return g_settings_get_boolean (settings, "keep-nothing") ? KEFU_STORE_KEEP_NOTHING : KEFU_STORE_DEFAULT;
}

void
kefu_workspace_open_async (KefuEarlyStore *early,
                           const char *dir,
                           const char *agent_id,
                           const char *agent_name,
                           KefuBackend *backend,
                           KefuClock *clock,
                           KefuNotifier *notifier,
                           GSettings *settings,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (KefuWorkspace) self = g_object_new (KEFU_TYPE_WORKSPACE, NULL);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = kefu_paths_data_file ("lint/forbidden.json");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  KefuStoreFlags flags = kefu_workspace_get_store_flags (settings);

  g_task_set_source_tag (task, kefu_workspace_open_async);
  self->agent_id = g_strdup (agent_id);
  self->agent_name = g_strdup (agent_name);
  self->backend = g_object_ref (backend);
  self->clock = g_object_ref (clock);
  self->notifier = g_object_ref (notifier);
  self->settings = g_object_ref (settings);
  kefu_early_store_take_async (early, dir, clock, agent_id, flags, cancellable, opened_cb, g_object_ref (task));
  g_file_load_bytes_async (file, cancellable, rules_loaded_cb, task);
}

KefuWorkspace *
kefu_workspace_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

KefuSession *
kefu_workspace_get_session (KefuWorkspace *self)
{
  g_return_val_if_fail (KEFU_IS_WORKSPACE (self), NULL);

  return self->session;
}

void
kefu_workspace_set_discreet (KefuWorkspace *self, gboolean discreet)
{
  g_return_if_fail (KEFU_IS_WORKSPACE (self));

  self->discreet = discreet;
  if (self->attention != NULL)
    g_object_set (self->attention, "discreet", discreet, NULL);
}

void
kefu_workspace_close (KefuWorkspace *self)
{
  g_return_if_fail (KEFU_IS_WORKSPACE (self));

  g_clear_object (&self->attention);
  g_clear_object (&self->retention);
  if (self->session != NULL)
    kefu_sync_engine_stop (kefu_session_get_engine (self->session));
  g_clear_object (&self->session);
  if (self->store != NULL)
    kefu_store_close (self->store);
  g_clear_object (&self->store);
}
