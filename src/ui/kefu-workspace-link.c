/* SPDX-License-Identifier: GPL-3.0-or-later
 * Following a link to a conversation, which may be on its way to this computer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include <glib/gi18n.h>

#include "kefu-toast.h"
#include "kefu-workspace-view-private.h"

/* Whoever opens something else meanwhile stays there. */
struct _KefuWorkspaceLink
{
  char *conversation_id;
  char *message_id; /* (nullable) */
  char *open_id;    /* (nullable): what was open when it was clicked */
  GCancellable *cancellable;
  KefuStore *store;
  KefuSyncEngine *engine;
  gulong changed_id; /* 0: it is not waited for */
  gulong state_id;
};

static void look (KefuWorkspaceView *self);

void
kefu_workspace_view_forget_link (KefuWorkspaceView *self)
{
  KefuWorkspaceLink *link = g_steal_pointer (&self->link);

  if (link == NULL)
    return;
  g_cancellable_cancel (link->cancellable);
  g_clear_signal_handler (&link->changed_id, link->store);
  g_clear_signal_handler (&link->state_id, link->engine);
  g_object_unref (link->cancellable);
  g_object_unref (link->store);
  g_object_unref (link->engine);
  g_free (link->conversation_id);
  g_free (link->message_id);
  g_free (link->open_id);
  g_free (link);
}

static gboolean
is_coming (KefuWorkspaceLink *link)
{
  KefuSyncState state = kefu_sync_engine_get_state (link->engine);

  /* not begun: it waits for the keyring */
  return state == KEFU_SYNC_OFFLINE || state == KEFU_SYNC_CONNECTING || state == KEFU_SYNC_CATCHING_UP;
}

static void
store_changed_cb (KefuWorkspaceView *self, KefuChangeSet *set)
{
  if (kefu_change_set_has (set, "conversation", self->link->conversation_id))
    look (self);
}

static void
wait_for_it (KefuWorkspaceView *self)
{
  KefuWorkspaceLink *link = self->link;

  if (link->changed_id != 0)
    return;
  link->changed_id = g_signal_connect_swapped (link->store, "changed", G_CALLBACK (store_changed_cb), self);
  link->state_id = g_signal_connect_swapped (link->engine, "notify::state", G_CALLBACK (look), self);
  kefu_toast_show (GTK_WIDGET (self), _ ("Fetching what this link leads to…"));
}

static void
open_it (KefuWorkspaceView *self)
{
  g_autofree char *conversation_id = g_strdup (self->link->conversation_id);
  g_autofree char *message_id = g_strdup (self->link->message_id);

  kefu_workspace_view_forget_link (self);
  kefu_workspace_view_open (self, conversation_id, message_id);
  kefu_chat_pane_focus_composer (kefu_workspace_view_need_chat (self));
}

static void
is_missing (KefuWorkspaceView *self)
{
  gboolean asked = kefu_sync_engine_get_state (self->link->engine) == KEFU_SYNC_LIVE;

  if (is_coming (self->link))
    {
      wait_for_it (self);
      return;
    }
  kefu_workspace_view_forget_link (self);
  kefu_session_fail (self->session, asked ? _ ("The conversation of this link is not on this computer")
                                          : _ ("The conversation of this link is not on this computer yet"));
}

/* (transfer full) (nullable) (element-type a record): NULL: nobody follows the link any more. */
static GPtrArray *
finish (KefuWorkspaceView *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->link == NULL || self->session == NULL)
    {
      g_clear_pointer (&records, g_ptr_array_unref);
      return NULL;
    }
  if (g_strcmp0 (self->open_id, self->link->open_id) != 0)
    {
      kefu_workspace_view_forget_link (self);
      g_clear_pointer (&records, g_ptr_array_unref);
      return NULL;
    }
  return records != NULL ? records : g_ptr_array_new ();
}

/* The chat asks the server for one that is not here, but for that the desk must have caught up. */
static void
message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuWorkspaceView) self = user_data;
  g_autoptr (GPtrArray) records = finish (self, source, result);

  if (records == NULL)
    return;
  if (records->len == 0 && is_coming (self->link))
    wait_for_it (self);
  else
    open_it (self);
}

static void
conversation_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuWorkspaceView) self = user_data;
  g_autoptr (GPtrArray) records = finish (self, source, result);

  if (records == NULL)
    return;
  if (records->len == 0)
    is_missing (self);
  else if (self->link->message_id == NULL)
    open_it (self);
  else
    {
      const char *ids[] = { self->link->message_id, NULL };

      kefu_store_get_messages_async (self->link->store, ids, self->link->cancellable, message_cb, g_object_ref (self));
    }
}

static void
look (KefuWorkspaceView *self)
{
  const char *ids[] = { self->link->conversation_id, NULL };

  /* what was asked before is answered by this */
  g_cancellable_cancel (self->link->cancellable);
  g_object_unref (self->link->cancellable);
  self->link->cancellable = g_cancellable_new ();
  kefu_store_get_conversations_async (self->link->store, ids, self->link->cancellable, conversation_cb,
                                      g_object_ref (self));
}

void
kefu_workspace_view_follow (KefuWorkspaceView *self, const char *conversation_id, const char *message_id)
{
  g_return_if_fail (KEFU_IS_WORKSPACE_VIEW (self));
  g_return_if_fail (conversation_id != NULL);

  kefu_workspace_view_forget_link (self);
  self->link = g_new0 (KefuWorkspaceLink, 1);
  self->link->conversation_id = g_strdup (conversation_id);
  self->link->message_id = g_strdup (message_id);
  self->link->open_id = g_strdup (self->open_id);
  self->link->cancellable = g_cancellable_new ();
  self->link->store = g_object_ref (kefu_session_get_store (self->session));
  self->link->engine = g_object_ref (kefu_session_get_engine (self->session));
  look (self);
}
