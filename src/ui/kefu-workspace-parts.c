/* SPDX-License-Identifier: GPL-3.0-or-later
 * The parts of the workspace that its first frame does without. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-workspace-view-private.h"

/* Frames, and what comes from the store and the server, go before. */
#define FILL_PRIORITY (G_PRIORITY_DEFAULT_IDLE + 10)

/* --- the parts' wishes --- */

static void
next_requested_cb (KefuWorkspaceView *self)
{
  kefu_workspace_view_leave_for_next (self);
}

static void
toggle_panel_cb (KefuWorkspaceView *self)
{
  kefu_panes_set_panel_visible (self->panes, !kefu_panes_get_panel_visible (self->panes));
}

static void
insert_phrase_cb (KefuWorkspaceView *self, KefuPhraseRecord *phrase)
{
  KefuChatPane *pane = kefu_workspace_view_need_chat (self);

  if (self->conversation == NULL)
    {
      kefu_session_fail (self->session, _ ("Open a conversation first"));
      return;
    }
  kefu_chat_pane_insert_phrase (pane, phrase);
  kefu_chat_pane_focus_composer (pane);
}

static void
show_message_cb (KefuWorkspaceView *self, const char *conversation_id, const char *message_id)
{
  kefu_workspace_view_open (self, conversation_id, message_id);
}

static void
hit_cb (KefuWorkspaceView *self, const char *conversation_id, const char *message_id, const char *words)
{
  kefu_workspace_view_show_hit (self, conversation_id, message_id, words);
}

static void
search_close_cb (KefuWorkspaceView *self)
{
  kefu_workspace_view_show_search (self, FALSE);
}

/* --- the parts --- */

KefuChatPane *
kefu_workspace_view_need_chat (KefuWorkspaceView *self)
{
  GtkWidget *pane;

  if (self->chat_pane != NULL || self->session == NULL)
    return self->chat_pane;
  pane = kefu_chat_pane_new ();
  self->chat_pane = KEFU_CHAT_PANE (pane);
  kefu_accessible_name_by_tooltips (pane);
  g_signal_connect_object (pane, "next-requested", G_CALLBACK (next_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pane, "toggle-panel", G_CALLBACK (toggle_panel_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->panes, "panel-visible", pane, "panel-visible", G_BINDING_SYNC_CREATE);
  g_settings_bind (self->settings, "enter-sends", pane, "enter-sends", G_SETTINGS_BIND_DEFAULT);
  kefu_chat_pane_set_session (self->chat_pane, self->session);
  kefu_chat_pane_set_conversation (self->chat_pane, self->conversation);
  adw_bin_set_child (self->chat_place, pane);
  /* from here on it says itself how narrow it can be */
  gtk_widget_set_size_request (GTK_WIDGET (self->chat_place), -1, -1);
  return self->chat_pane;
}

KefuSidePanel *
kefu_workspace_view_need_panel (KefuWorkspaceView *self)
{
  GtkWidget *panel;

  if (self->side_panel != NULL || self->session == NULL)
    return self->side_panel;
  panel = kefu_side_panel_new ();
  self->side_panel = KEFU_SIDE_PANEL (panel);
  kefu_accessible_name_by_tooltips (panel);
  g_signal_connect_object (panel, "insert-phrase", G_CALLBACK (insert_phrase_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (panel, "show-message", G_CALLBACK (show_message_cb), self, G_CONNECT_SWAPPED);
  kefu_side_panel_set_session (self->side_panel, self->session);
  kefu_side_panel_set_conversation (self->side_panel, self->conversation);
  g_settings_bind (self->settings, "panel-page", panel, "page", G_SETTINGS_BIND_DEFAULT);
  adw_bin_set_child (self->panel_place, panel);
  return self->side_panel;
}

KefuSearchPage *
kefu_workspace_view_need_search (KefuWorkspaceView *self)
{
  GtkWidget *page;

  if (self->search_page != NULL || self->session == NULL)
    return self->search_page;
  page = g_object_new (KEFU_TYPE_SEARCH_PAGE, NULL);
  self->search_page = KEFU_SEARCH_PAGE (page);
  kefu_accessible_name_by_tooltips (page);
  g_signal_connect_object (page, "open", G_CALLBACK (hit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "insert-phrase", G_CALLBACK (insert_phrase_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "close", G_CALLBACK (search_close_cb), self, G_CONNECT_SWAPPED);
  kefu_search_page_set_session (self->search_page, self->session);
  gtk_stack_add_named (self->left_stack, page, "search");
  return self->search_page;
}

guint
kefu_workspace_view_get_text_length (const KefuWorkspaceView *self)
{
  return self->chat_pane != NULL ? kefu_chat_pane_get_text_length (self->chat_pane) : 0;
}

/* --- after the first frame --- */

/* One a turn, so that no turn is long. */
static gboolean
fill_cb (gpointer user_data)
{
  KefuWorkspaceView *self = user_data;

  if (self->chat_pane == NULL)
    kefu_workspace_view_need_chat (self);
  else if (self->side_panel == NULL)
    kefu_workspace_view_need_panel (self);
  if (self->side_panel == NULL)
    return G_SOURCE_CONTINUE;
  self->fill_id = 0;
  return G_SOURCE_REMOVE;
}

static void
after_paint_cb (KefuWorkspaceView *self, GdkFrameClock *frame_clock)
{
  kefu_workspace_view_stop_filling (self);
  self->fill_id = g_idle_add_full (FILL_PRIORITY, fill_cb, self, NULL);
}

void
kefu_workspace_view_fill_after_paint (KefuWorkspaceView *self)
{
  kefu_workspace_view_stop_filling (self);
  if (self->chat_pane != NULL && self->side_panel != NULL)
    return;
  self->fill_clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
  g_signal_connect_swapped (self->fill_clock, "after-paint", G_CALLBACK (after_paint_cb), self);
}

void
kefu_workspace_view_stop_filling (KefuWorkspaceView *self)
{
  g_clear_handle_id (&self->fill_id, g_source_remove);
  if (self->fill_clock != NULL)
    g_signal_handlers_disconnect_by_data (self->fill_clock, self);
  g_clear_object (&self->fill_clock);
}
