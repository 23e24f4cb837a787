/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done in the workspace by key and by menu. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-below.h"
#include "kefu-refusal.h"
#include "kefu-workspace-view-private.h"

static void
go (KefuWorkspaceView *self, const char *id)
{
  if (id == NULL)
    return;
  kefu_workspace_view_open (self, id, NULL);
  kefu_chat_pane_focus_composer (kefu_workspace_view_need_chat (self));
}

static void
previous_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);

  go (self, kefu_inbox_pane_neighbour (self->inbox_pane, -1));
}

/* Where the agent was when they asked for the next customer. */
typedef struct
{
  KefuWorkspaceView *view;
  char *open_id; /* (nullable) */
  guint length;
} Travel;

static void
travel_free (Travel *travel)
{
  g_object_unref (travel->view);
  g_free (travel->open_id);
  g_free (travel);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Travel, travel_free)

/* Whoever opened something else or wrote on meanwhile stays: the rest of a sentence must not go to another customer. */
static gboolean
is_still_there (const Travel *travel)
{
  const KefuWorkspaceView *view = travel->view;

  return view->session != NULL && g_strcmp0 (view->open_id, travel->open_id) == 0 &&
         kefu_workspace_view_get_text_length (view) <= travel->length;
}

/* (transfer full): here and now. */
static Travel *
travel_new (KefuWorkspaceView *self)
{
  Travel *travel = g_new0 (Travel, 1);

  travel->view = g_object_ref (self);
  travel->open_id = g_strdup (self->open_id);
  travel->length = kefu_workspace_view_get_text_length (self);
  return travel;
}

static void
found_below_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Travel) travel = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = kefu_inbox_find_below_finish (KEFU_STORE (source), result, &error);

  if (error != NULL)
    g_message ("Who comes next is unknown: %s", error->message);
  else if (is_still_there (travel))
    go (travel->view, id != NULL ? id : kefu_inbox_pane_neighbour (travel->view->inbox_pane, 1));
}

static void
next_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);

  /* the list may not be read as far as what was opened from a search */
  if (self->open_id != NULL && kefu_inbox_pane_lookup (self->inbox_pane, self->open_id) == NULL)
    kefu_inbox_find_below_async (kefu_session_get_store (self->session), kefu_inbox_pane_get_query (self->inbox_pane),
                                 self->open_id, NULL, found_below_cb, travel_new (self));
  else
    go (self, kefu_inbox_pane_neighbour (self->inbox_pane, 1));
}

static void
found_longest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Travel) travel = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = kefu_inbox_pane_find_longest_finish (KEFU_INBOX_PANE (source), result, &error);

  if (error != NULL)
    g_message ("Who waits longest is unknown: %s", error->message);
  if (is_still_there (travel))
    go (travel->view, id);
}

static void
go_to_longest (KefuWorkspaceView *self, const char *leave_out)
{
  kefu_inbox_pane_find_longest_async (self->inbox_pane, leave_out, NULL, found_longest_cb, travel_new (self));
}

void
kefu_workspace_view_leave_for_next (KefuWorkspaceView *self)
{
  go_to_longest (self, self->open_id);
}

static void
longest_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  go_to_longest (KEFU_WORKSPACE_VIEW (widget), NULL);
}

static void
search_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_workspace_view_show_search (KEFU_WORKSPACE_VIEW (widget), TRUE);
}

static void
panel_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);

  kefu_panes_set_panel_visible (self->panes, !kefu_panes_get_panel_visible (self->panes));
}

static void
page_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);
  const char *page = g_variant_get_string (parameter, NULL);

  /* The first press only shows the page: whoever looks up an order goes on writing. The second one goes there. */
  if (kefu_panes_get_panel_visible (self->panes) &&
      g_str_equal (kefu_side_panel_get_page (kefu_workspace_view_need_panel (self)), page))
    {
      kefu_side_panel_focus_page (kefu_workspace_view_need_panel (self));
      return;
    }
  kefu_panes_set_panel_visible (self->panes, TRUE);
  kefu_side_panel_set_page (kefu_workspace_view_need_panel (self), page);
}

static void
flag_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);

  kefu_side_panel_toggle_flag (kefu_workspace_view_need_panel (self),
                               (int) g_ascii_strtoll (g_variant_get_string (parameter, NULL), NULL, 10));
}

/* What was refused goes back to where it was typed. */
static void
edit_refused_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);
  KefuOutboxRecord *found = kefu_outbox_list_find (self->outbox, g_variant_get_string (parameter, NULL));
  g_autoptr (KefuOutboxRecord) record = found != NULL ? kefu_outbox_record_ref (found) : NULL;

  if (record == NULL || !kefu_refusal_can_edit (record))
    return;
  kefu_inbox_pane_close_tray (self->inbox_pane);
  if (record->conversation_id != NULL)
    kefu_workspace_view_open (self, record->conversation_id, NULL);
  if (g_str_equal (record->type, "message.send"))
    {
      kefu_chat_pane_take_back (kefu_workspace_view_need_chat (self), record);
      return;
    }
  kefu_panes_set_panel_visible (self->panes, TRUE);
  kefu_side_panel_edit_refused (kefu_workspace_view_need_panel (self), record);
}

/* What the chat pane does by itself. */
static const struct
{
  const char *action;
  void (*func) (KefuChatPane *pane);
} chat_actions[] = {
  { "desk.compose", kefu_chat_pane_focus_composer },      { "desk.day", kefu_chat_pane_ask_for_day },
  { "desk.note", kefu_chat_pane_toggle_note_mode },       { "desk.labels", kefu_chat_pane_open_labels },
  { "desk.phrases", kefu_chat_pane_open_phrases },        { "desk.resolve", kefu_chat_pane_resolve },
  { "desk.send-and-next", kefu_chat_pane_send_and_next }, { "desk.take", kefu_chat_pane_take },
  { "desk.to-checklist", kefu_chat_pane_to_checklist },
};

static void
chat_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (chat_actions); i++)
    if (g_str_equal (chat_actions[i].action, action_name))
      chat_actions[i].func (kefu_workspace_view_need_chat (KEFU_WORKSPACE_VIEW (widget)));
}

/* The same table in words: kefu-shortcuts-window.ui. */
static const struct
{
  const char *trigger;
  const char *action;
  const char *target;
} keys[] = {
  { "<Alt>Down|<Alt>j", "desk.next", NULL },
  { "<Alt>Up|<Alt>k", "desk.previous", NULL },
  { "<Alt>w", "desk.longest", NULL },
  { "<Control>f", "desk.search", NULL },
  { "<Control>1", "desk.page", "customer" },
  { "<Control>2", "desk.page", "orders" },
  { "<Control>3", "desk.page", "checklist" },
  { "<Control>4", "desk.page", "phrases" },
  { "<Alt>1", "desk.flag", "1" },
  { "<Alt>2", "desk.flag", "2" },
  { "<Alt>3", "desk.flag", "3" },
  { "<Alt>4", "desk.flag", "4" },
  { "<Alt>5", "desk.flag", "5" },
  { "F9", "desk.panel", NULL },
  { "<Control>r", "desk.compose", NULL },
  { "<Control>g", "desk.day", NULL },
  { "<Control>slash", "desk.phrases", NULL },
  { "<Control><Shift>n", "desk.note", NULL },
  { "<Control>d", "desk.to-checklist", NULL },
  { "<Control>e", "desk.resolve", NULL },
  { "<Control>t", "desk.take", NULL },
  { "<Control><Shift>l", "desk.labels", NULL },
};

void
kefu_workspace_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "desk.next", NULL, next_cb);
  gtk_widget_class_install_action (widget_class, "desk.previous", NULL, previous_cb);
  gtk_widget_class_install_action (widget_class, "desk.longest", NULL, longest_cb);
  gtk_widget_class_install_action (widget_class, "desk.search", NULL, search_cb);
  gtk_widget_class_install_action (widget_class, "desk.panel", NULL, panel_cb);
  gtk_widget_class_install_action (widget_class, "desk.page", "s", page_cb);
  gtk_widget_class_install_action (widget_class, "desk.flag", "s", flag_cb);
  gtk_widget_class_install_action (widget_class, "desk.edit-refused", "s", edit_refused_cb);
  for (gsize i = 0; i < G_N_ELEMENTS (chat_actions); i++)
    gtk_widget_class_install_action (widget_class, chat_actions[i].action, NULL, chat_cb);
}

/* Captured on their way down: a text view has ideas of its own about Ctrl+/ and Alt+↓. */
void
kefu_workspace_view_add_keys (KefuWorkspaceView *self)
{
  GtkShortcutController *controller = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  gtk_shortcut_controller_set_scope (controller, GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (controller), GTK_PHASE_CAPTURE);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkShortcut *shortcut =
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger), gtk_named_action_new (keys[i].action));

      if (keys[i].target != NULL)
        gtk_shortcut_set_arguments (shortcut, g_variant_new_string (keys[i].target));
      gtk_shortcut_controller_add_shortcut (controller, shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (controller));
}

void
kefu_workspace_view_show_search (KefuWorkspaceView *self, gboolean show)
{
  gboolean shown = g_strcmp0 (gtk_stack_get_visible_child_name (self->left_stack), "search") == 0;

  if (show)
    kefu_workspace_view_need_search (self);
  gtk_toggle_button_set_active (self->search_button, show);
  gtk_stack_set_visible_child_name (self->left_stack, show ? "search" : "inbox");
  if (show)
    {
      /* in a narrow window the panel stands where the search is to be */
      if (!gtk_widget_get_visible (GTK_WIDGET (self->left_stack)))
        kefu_panes_set_panel_visible (self->panes, FALSE);
      kefu_search_page_focus (kefu_workspace_view_need_search (self));
    }
  else if (shown)
    kefu_chat_pane_focus_composer (kefu_workspace_view_need_chat (self));
}
