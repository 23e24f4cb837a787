/* SPDX-License-Identifier: GPL-3.0-or-later
 * The left of the window: the conversations of a view. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-day.h"
#include "kefu-glyph.h"
#include "kefu-inbox-filter.h"
#include "kefu-inbox-longest.h"
#include "kefu-inbox-model.h"
#include "kefu-inbox-row.h"
#include "kefu-inbox-selection.h"
#include "kefu-row-list.h"
#include "kefu-tray.h"
#include "kefu-ui.h"

/* How near to the last row more is read. */
#define LOOK_AHEAD_PAGES 3
#define LOOK_AHEAD_ROWS 40

/* The selection mirrors the open conversation, not the other way round: what is open may be in no view, and a change of
 * view must not open another one. */
struct _KefuInboxPane
{
  GtkWidget parent_instance;

  GtkMenuButton *view_button;
  GtkMenuButton *order_button;
  GtkMenuButton *filter_button;
  GtkWidget *select_button;
  KefuInboxFilter *filter;
  GtkLabel *view_label;
  GtkLabel *view_count;
  GtkLabel *order_label;
  GtkStack *stack;
  GtkSpinner *spinner;
  AdwStatusPage *empty_page;
  GtkWidget *unfilter_button;
  GtkScrolledWindow *scrolled_window;
  KefuRowList *list_view;
  KefuInboxLook *look;
  GtkRevealer *newer_revealer;
  GtkLabel *newer_label;
  KefuInboxSelection *chosen;
  KefuTray *tray;

  KefuSession *session;
  GSettings *settings;
  KefuInboxModel *model;
  char *open_id;
  gboolean greeted;
  gboolean ready;
  guint midnight_id;
  guint settle_id;
  GSignalGroup *dialog; /* on the dialog that took the keyboard from the window */
};

enum
{
  CHOSEN,
  ACTIVATED,
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuInboxPane, kefu_inbox_pane, GTK_TYPE_WIDGET)

typedef struct
{
  const char *key;
  const char *label;
  const char *empty_title;
  const char *empty_text;
} ViewLook;

static const ViewLook view_looks[KEFU_N_VIEWS] = {
  [KEFU_VIEW_MINE] = { "mine", NC_ ("view of the inbox", "Mine"), N_ ("Nothing Is Yours Yet"),
                       N_ ("Take a conversation from “Unassigned”.") },
  [KEFU_VIEW_UNASSIGNED] = { "unassigned", NC_ ("view of the inbox", "Unassigned"), N_ ("Nobody Is Left"),
                             N_ ("Every conversation has an agent.") },
  [KEFU_VIEW_WAITING] = { "waiting", NC_ ("view of the inbox", "Waiting"), N_ ("Nobody Waits"),
                          N_ ("Every customer has an answer.") },
  [KEFU_VIEW_MENTIONS] = { "mentions", NC_ ("view of the inbox", "Mentions"), N_ ("Nobody Has Mentioned You"),
                           N_ ("A note with @ and your name brings a conversation here.") },
  [KEFU_VIEW_SNOOZED] = { "snoozed", NC_ ("view of the inbox", "Snoozed"), N_ ("Nothing Snoozed"),
                          N_ ("Snoozed conversations come back by themselves.") },
  [KEFU_VIEW_RESOLVED] = { "resolved", NC_ ("view of the inbox", "Resolved"), N_ ("Nothing Resolved Yet"),
                           N_ ("Resolved conversations stay here to be read.") },
  [KEFU_VIEW_ALL] = { "all", NC_ ("view of the inbox", "All"), N_ ("No Conversations Yet"),
                      N_ ("They appear here as soon as a customer writes.") },
};

/* The button stands in a narrow pane, beside three others. */
static const struct
{
  const char *key;
  const char *label;
  const char *in_short;
} order_looks[] = {
  [KEFU_ORDER_LONGEST] = { "longest", NC_ ("order of the inbox", "Longest waiting"),
                           NC_ ("order of the inbox, in short", "Longest") },
  [KEFU_ORDER_NEWEST] = { "newest", NC_ ("order of the inbox", "Newest"),
                          NC_ ("order of the inbox, in short", "Newest") },
  [KEFU_ORDER_UNREAD] = { "unread", NC_ ("order of the inbox", "Unread first"),
                          NC_ ("order of the inbox, in short", "Unread") },
};

static const char *
view_name (KefuInboxView view)
{
  return g_dpgettext2 (NULL, "view of the inbox", view_looks[view].label);
}

static void
update_state (KefuInboxPane *self)
{
  KefuInboxView view = kefu_inbox_model_get_view (self->model);
  gboolean loading;

  g_object_get (self->model, "loading", &loading, NULL);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (loading)
    gtk_stack_set_visible_child_name (self->stack, "loading");
  else
    {
      gboolean filtered = kefu_inbox_filter_get_active (self->filter);

      adw_status_page_set_title (self->empty_page,
                                 filtered ? _ ("Nothing with This Filter") : _ (view_looks[view].empty_title));
      adw_status_page_set_description (self->empty_page, filtered ? NULL : _ (view_looks[view].empty_text));
      gtk_widget_set_visible (self->unfilter_button, filtered);
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
  gtk_spinner_set_spinning (self->spinner, loading);
  if (!loading && !self->ready)
    {
      self->ready = TRUE;
      g_signal_emit (self, signals[READY], 0);
    }
}

/* The keyboard starts in the list, once there is one, and not on the first button of the header. */
static void
greet (KefuInboxPane *self)
{
  if (self->greeted || g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0)
    return;
  self->greeted = TRUE;
  if (self->open_id == NULL)
    kefu_inbox_pane_focus_list (self);
}

static void
update_head (KefuInboxPane *self)
{
  KefuInboxView view = kefu_inbox_model_get_view (self->model);
  KefuInboxOrder order = kefu_inbox_model_get_order (self->model);
  const char *order_name = g_dpgettext2 (NULL, "order of the inbox", order_looks[order].label);
  g_autofree char *count = g_strdup_printf ("%u", kefu_inbox_model_get_count (self->model, view));
  g_autofree char *view_and_count = g_strdup_printf ("%s %s", view_name (view), count);

  gtk_label_set_label (self->view_label, view_name (view));
  gtk_label_set_label (self->view_count, count);
  gtk_label_set_label (self->order_label,
                       g_dpgettext2 (NULL, "order of the inbox, in short", order_looks[order].in_short));
  kefu_accessible_name_menu_button (self->view_button, view_and_count);
  kefu_accessible_name_menu_button (self->order_button, order_name);
}

static void
update_newer (KefuInboxPane *self)
{
  guint n = kefu_inbox_model_get_n_newer (self->model);

  if (n > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u newer", "%u newer", n), n);

      gtk_label_set_label (self->newer_label, text);
    }
  gtk_revealer_set_reveal_child (self->newer_revealer, n > 0);
}

/* Selects the row of the open conversation, if this view has it. */
static void
sync_selection (KefuInboxPane *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->open_id == NULL || kefu_inbox_model_lookup (self->model, self->open_id, &position) == NULL)
    position = GTK_INVALID_LIST_POSITION;
  kefu_row_list_set_selected (self->list_view, position);
}

/* The list goes on below before its last row is travelled to … */
static void
look_ahead_of_open (KefuInboxPane *self)
{
  guint selected = kefu_row_list_get_selected (self->list_view);

  if (selected != GTK_INVALID_LIST_POSITION &&
      selected + LOOK_AHEAD_ROWS >= g_list_model_get_n_items (G_LIST_MODEL (self->model)))
    kefu_inbox_model_load_more (self->model);
}

/* … or comes into sight. */
static void
look_ahead (KefuInboxPane *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled_window);
  double left = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment);

  if (self->model != NULL && left < LOOK_AHEAD_PAGES * gtk_adjustment_get_page_size (adjustment))
    kefu_inbox_model_load_more (self->model);
}

static void
items_changed_cb (KefuInboxPane *self)
{
  update_state (self);
  sync_selection (self);
  look_ahead_of_open (self);
  greet (self);
}

/* Only another question to the store loads: its answer is another list, which is read from its top. */
static void
loading_cb (KefuInboxPane *self)
{
  gboolean loading;

  g_object_get (self->model, "loading", &loading, NULL);
  if (!loading)
    kefu_row_list_scroll_to (self->list_view, 0, KEFU_PLACE_START);
  update_state (self);
}

static void
chosen_cb (KefuInboxPane *self, guint position)
{
  g_autoptr (KefuConversation) conversation = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  /* While several are being chosen the arrow keys only move among them. */
  if (kefu_inbox_selection_get_active (self->chosen))
    sync_selection (self);
  else if (g_strcmp0 (self->open_id, kefu_conversation_get_id (conversation)) != 0)
    g_signal_emit (self, signals[CHOSEN], 0, kefu_conversation_get_id (conversation));
}

static void
activate_cb (KefuInboxPane *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
click_cb (gpointer user_data)
{
  g_autoptr (KefuInboxPane) self = user_data;

  if (self->session != NULL)
    activate_cb (self);
}

/* A gesture would lose the click to the row's own, which selects it; so this looks at the events on their way down and
 * acts when the row has had its turn. */
static gboolean
event_cb (KefuInboxPane *self, GdkEvent *event)
{
  if (kefu_inbox_selection_take_event (self->chosen, event))
    return GDK_EVENT_STOP;
  if (gdk_event_get_event_type (event) == GDK_BUTTON_RELEASE &&
      gdk_button_event_get_button (event) == GDK_BUTTON_PRIMARY)
    g_idle_add_once (click_cb, g_object_ref (self));
  return GDK_EVENT_PROPAGATE;
}

/* (transfer none) (nullable): the window of this program, beside the one of this list, that has the keyboard. */
static GtkWindow *
find_active_dialog (KefuInboxPane *self)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      /* one that was closed may go on calling itself active */
      if (GTK_ROOT (window) != gtk_widget_get_root (GTK_WIDGET (self)) && gtk_window_is_active (window) &&
          gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

/* The list keeps its order while somebody works: here, or in a dialog, which is no leaving. */
static void
settle (KefuInboxPane *self)
{
  gboolean active = self->session != NULL && kefu_session_get_active (self->session);
  GtkWindow *dialog = active ? NULL : find_active_dialog (self);

  g_signal_group_set_target (self->dialog, dialog);
  if (self->model != NULL)
    kefu_inbox_model_set_settled (self->model, self->open_id != NULL && (active || dialog != NULL));
}

static void
settle_late_cb (gpointer user_data)
{
  KefuInboxPane *self = user_data;

  self->settle_id = 0;
  settle (self);
}

/* A window loses the keyboard before another gets it: whether it went to a dialog is known when that was told too. */
static void
settle_cb (KefuInboxPane *self)
{
  if (kefu_session_get_active (self->session))
    settle (self);
  else if (self->settle_id == 0)
    self->settle_id = g_idle_add_once (settle_late_cb, self);
}

static GtkWidget *
create_row (gpointer owner)
{
  return kefu_inbox_row_new (((KefuInboxPane *) owner)->session, ((KefuInboxPane *) owner)->look);
}

static void
bind_row (GtkWidget *content, gpointer item, gpointer owner)
{
  kefu_inbox_row_set_conversation (KEFU_INBOX_ROW (content), item);
  kefu_inbox_selection_bind_row (((KefuInboxPane *) owner)->chosen, KEFU_INBOX_ROW (content));
}

static void
unbind_row (GtkWidget *content, gpointer item, gpointer owner)
{
  kefu_inbox_row_set_conversation (KEFU_INBOX_ROW (content), NULL);
}

static const KefuRowFuncs row_funcs = { create_row, bind_row, unbind_row };

static void
refresh_row (GtkWidget *content, gpointer item, gpointer user_data)
{
  kefu_inbox_row_refresh (KEFU_INBOX_ROW (content));
}

static void schedule_midnight (KefuInboxPane *self);

static void
midnight_cb (gpointer user_data)
{
  KefuInboxPane *self = user_data;

  self->midnight_id = 0;
  kefu_row_list_foreach (self->list_view, refresh_row, NULL);
  schedule_midnight (self);
}

/* "14:01" is wrong as soon as it was yesterday. */
static void
schedule_midnight (KefuInboxPane *self)
{
  KefuClock *clock = kefu_session_get_clock (self->session);
  gint64 now = kefu_clock_now (clock);
  gint64 left = kefu_day_at (now, 1, 0, 0) - now;

  self->midnight_id = kefu_clock_add_timeout (clock, (guint) left + 1000, midnight_cb, self, NULL);
}

/* Made when it is opened: its labels carry the counts of that moment. */
static void
create_view_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuInboxPane *self = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < KEFU_N_VIEWS; i++)
    {
      guint count = kefu_inbox_model_get_count (self->model, i);
      g_autofree char *label = count > 0 ? g_strdup_printf ("%s  %u", view_name (i), count) : g_strdup (view_name (i));
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "inbox.inbox-view", "s", view_looks[i].key);
      g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
apply_newer_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuInboxPane *self = KEFU_INBOX_PANE (widget);

  kefu_inbox_model_apply_newer (self->model);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled_window), 0);
}

static void
remove_filter_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_inbox_filter_remove (KEFU_INBOX_PANE (widget)->filter);
}

static void
view_changed_cb (KefuInboxPane *self)
{
  g_autofree char *key = g_settings_get_string (self->settings, "inbox-view");

  for (guint i = 0; i < KEFU_N_VIEWS; i++)
    if (g_str_equal (key, view_looks[i].key))
      kefu_inbox_model_set_view (self->model, i);
  update_head (self);
  update_state (self);
}

static void
order_changed_cb (KefuInboxPane *self)
{
  g_autofree char *key = g_settings_get_string (self->settings, "inbox-order");

  for (guint i = 0; i < G_N_ELEMENTS (order_looks); i++)
    if (g_str_equal (key, order_looks[i].key))
      kefu_inbox_model_set_order (self->model, i);
  update_head (self);
}

static void
kefu_inbox_pane_dispose (GObject *object)
{
  KefuInboxPane *self = KEFU_INBOX_PANE (object);

  if (self->session != NULL)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->midnight_id);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_object (&self->dialog);
  /* its rows know this pane */
  if (self->list_view != NULL)
    kefu_row_list_set_model (self->list_view, NULL);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_INBOX_PANE);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  g_clear_pointer (&self->open_id, g_free);
  G_OBJECT_CLASS (kefu_inbox_pane_parent_class)->dispose (object);
}

static void
kefu_inbox_pane_class_init (KefuInboxPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_inbox_pane_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", KEFU_TYPE_INBOX_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_STRING);

  signals[ACTIVATED] =
    g_signal_new ("activated", KEFU_TYPE_INBOX_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[READY] = g_signal_new ("ready", KEFU_TYPE_INBOX_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (KEFU_TYPE_INBOX_SELECTION);
  g_type_ensure (KEFU_TYPE_INBOX_FILTER);
  g_type_ensure (KEFU_TYPE_INBOX_LOOK);
  g_type_ensure (KEFU_TYPE_ROW_LIST);
  g_type_ensure (KEFU_TYPE_TRAY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-inbox-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, view_button);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, order_button);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, filter_button);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, select_button);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, filter);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, unfilter_button);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, view_label);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, view_count);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, order_label);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, spinner);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, empty_page);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, list_view);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, look);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, newer_revealer);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, newer_label);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, chosen);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxPane, tray);
  gtk_widget_class_install_action (widget_class, "inbox.apply-newer", NULL, apply_newer_cb);
  gtk_widget_class_install_action (widget_class, "inbox.remove-filter", NULL, remove_filter_cb);
}

static void
kefu_inbox_pane_init (KefuInboxPane *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_glyph_draw_on (GTK_WIDGET (self->filter_button));
  kefu_glyph_draw_on (self->select_button);
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), events);
  g_signal_connect_object (self->list_view, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list_view, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_create_popup_func (self->view_button, create_view_menu_cb, self, NULL);
  self->dialog = g_signal_group_new (GTK_TYPE_WINDOW);
  g_signal_group_connect_swapped (self->dialog, "notify::is-active", G_CALLBACK (settle_cb), self);
  g_signal_group_connect_swapped (self->dialog, "unmap", G_CALLBACK (settle_cb), self);
}

GtkWidget *
kefu_inbox_pane_new (void)
{
  return g_object_new (KEFU_TYPE_INBOX_PANE, NULL);
}

void
kefu_inbox_pane_set_session (KefuInboxPane *self, KefuSession *session, KefuOutboxList *outbox, GSettings *settings)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GAction) view_action = g_settings_create_action (settings, "inbox-view");
  g_autoptr (GAction) order_action = g_settings_create_action (settings, "inbox-order");
  g_autoptr (GAction) channel_action = g_settings_create_action (settings, "inbox-channel");
  g_autoptr (GAction) label_action = g_settings_create_action (settings, "inbox-label");

  g_return_if_fail (KEFU_IS_INBOX_PANE (self));
  g_return_if_fail (KEFU_IS_SESSION (session));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->settings = g_object_ref (settings);
  self->model = kefu_inbox_model_new (kefu_session_get_store (session));

  view_changed_cb (self);
  order_changed_cb (self);
  kefu_inbox_filter_set_session (self->filter, session, self->model, settings, self->filter_button);
  update_newer (self);
  kefu_row_list_set_funcs (self->list_view, &row_funcs, self);
  kefu_row_list_set_model (self->list_view, G_LIST_MODEL (self->model));

  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->model, "notify::loading", G_CALLBACK (loading_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::n-newer", G_CALLBACK (update_newer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "counts-changed", G_CALLBACK (update_head), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled_window), "value-changed",
                           G_CALLBACK (look_ahead), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled_window), "changed",
                           G_CALLBACK (look_ahead), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::active", G_CALLBACK (settle_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::inbox-view", G_CALLBACK (view_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::inbox-order", G_CALLBACK (order_changed_cb), self, G_CONNECT_SWAPPED);

  /* inbox.inbox-view, -order, -channel and -label, named after their keys: radio items that follow the settings */
  g_action_map_add_action (G_ACTION_MAP (actions), view_action);
  g_action_map_add_action (G_ACTION_MAP (actions), order_action);
  g_action_map_add_action (G_ACTION_MAP (actions), channel_action);
  g_action_map_add_action (G_ACTION_MAP (actions), label_action);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "inbox", G_ACTION_GROUP (actions));

  kefu_inbox_selection_set_session (self->chosen, session, self->model, self->list_view);
  kefu_tray_set_session (self->tray, session, outbox);
  schedule_midnight (self);
}

void
kefu_inbox_pane_set_open (KefuInboxPane *self, const char *conversation_id)
{
  g_return_if_fail (KEFU_IS_INBOX_PANE (self));

  if (g_strcmp0 (self->open_id, conversation_id) == 0)
    return;
  g_free (self->open_id);
  self->open_id = g_strdup (conversation_id);
  settle (self);
  sync_selection (self);
  if (kefu_row_list_get_selected (self->list_view) != GTK_INVALID_LIST_POSITION)
    kefu_row_list_scroll_to (self->list_view, kefu_row_list_get_selected (self->list_view), KEFU_PLACE_NEAREST);
  look_ahead_of_open (self);
}

const char *
kefu_inbox_pane_neighbour (KefuInboxPane *self, int step)
{
  guint n, position;
  g_autoptr (KefuConversation) conversation = NULL;

  g_return_val_if_fail (KEFU_IS_INBOX_PANE (self), NULL);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  if (n == 0)
    return NULL;
  position = kefu_row_list_get_selected (self->list_view);
  if (position == GTK_INVALID_LIST_POSITION)
    position = 0;
  else
    position = (guint) CLAMP ((gint64) position + step, 0, (gint64) n - 1);
  conversation = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  return kefu_conversation_get_id (conversation);
}

const KefuInboxQuery *
kefu_inbox_pane_get_query (KefuInboxPane *self)
{
  g_return_val_if_fail (KEFU_IS_INBOX_PANE (self), NULL);

  return kefu_inbox_model_get_query (self->model);
}

KefuConversationRecord *
kefu_inbox_pane_lookup (KefuInboxPane *self, const char *conversation_id)
{
  KefuConversation *conversation;

  g_return_val_if_fail (KEFU_IS_INBOX_PANE (self), NULL);

  conversation = kefu_inbox_model_lookup (self->model, conversation_id, NULL);
  return conversation != NULL ? kefu_conversation_get_record (conversation) : NULL;
}

static void
longest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *id = kefu_inbox_find_longest_finish (KEFU_STORE (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, id, g_free);
}

void
kefu_inbox_pane_find_longest_async (KefuInboxPane *self,
                                    const char *leave_out,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task;

  g_return_if_fail (KEFU_IS_INBOX_PANE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  kefu_inbox_model_apply_newer (self->model);
  kefu_inbox_find_longest_async (kefu_session_get_store (self->session), kefu_inbox_model_get_query (self->model),
                                 leave_out, cancellable, longest_cb, task);
}

char *
kefu_inbox_pane_find_longest_finish (KefuInboxPane *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kefu_inbox_pane_focus_list (KefuInboxPane *self)
{
  g_return_if_fail (KEFU_IS_INBOX_PANE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

void
kefu_inbox_pane_close_tray (KefuInboxPane *self)
{
  g_return_if_fail (KEFU_IS_INBOX_PANE (self));

  kefu_tray_close (self->tray);
}
