/* SPDX-License-Identifier: GPL-3.0-or-later
 * The messages of the open conversation. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-timeline-view.h"

#include <glib/gi18n.h>

#include "kefu-text.h"
#include "kefu-timeline-view-private.h"

/* Screens from an end at which the next page is asked for. */
#define PAGE_AHEAD 2.0
/* Screens from the end at which a way back is offered though nothing is new. */
#define FAR_AWAY 1.0

enum
{
  PROP_AT_END = 1,
  N_PROPS
};

enum
{
  LOADED,
  ARRIVED,
  QUOTE,
  TO_CHECKLIST,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTimelineView, kefu_timeline_view, GTK_TYPE_WIDGET)

static KefuTimelineModel *
timeline_model (KefuTimelineView *self)
{
  return self->model && KEFU_IS_TIMELINE_MODEL (self->model) ? KEFU_TIMELINE_MODEL (self->model) : NULL;
}

static gboolean
model_flag (KefuTimelineView *self, const char *name)
{
  gboolean value = FALSE;

  if (timeline_model (self))
    g_object_get (self->model, name, &value, NULL);
  return value;
}

/* --- rows --- */

static GtkWidget *
create_row (gpointer owner)
{
  return kefu_message_row_new ();
}

static void
bind_row (GtkWidget *content, gpointer item, gpointer owner)
{
  KefuTimelineView *self = owner;
  KefuMessageRecord *record = kefu_timeline_item_get_record (item);

  if (self->session)
    self->context.now = kefu_clock_now (kefu_session_get_clock (self->session));
  kefu_message_row_bind (KEFU_MESSAGE_ROW (content), item, &self->context, self->blobs);
  if (self->found_message && record && g_str_equal (record->id, self->found_message))
    {
      g_clear_pointer (&self->found_message, g_free);
      kefu_message_row_flash (KEFU_MESSAGE_ROW (content));
    }
}

static void
unbind_row (GtkWidget *content, gpointer item, gpointer owner)
{
  kefu_message_row_bind (KEFU_MESSAGE_ROW (content), NULL, NULL, NULL);
}

static const KefuRowFuncs row_funcs = { create_row, bind_row, unbind_row };

static void
activate_row_cb (KefuTimelineView *self, guint position)
{
  g_autoptr (KefuTimelineItem) item = self->model ? g_list_model_get_item (self->model, position) : NULL;
  KefuMessageRecord *record = item ? kefu_timeline_item_get_record (item) : NULL;

  if (record && record->attachment)
    gtk_widget_activate_action (GTK_WIDGET (self), "message.open", "s", record->id);
}

/* --- where the agent reads --- */

static void
update_latest (KefuTimelineView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double page = gtk_adjustment_get_page_size (adjustment);
  double below = gtk_adjustment_get_upper (adjustment) - page - gtk_adjustment_get_value (adjustment);
  gboolean at_end = kefu_timeline_view_get_at_end (self);

  if (at_end)
    self->n_new = 0;
  if (self->n_new)
    {
      g_autofree char *text =
        g_strdup_printf (ngettext ("%u new message", "%u new messages", self->n_new), self->n_new);

      gtk_label_set_label (self->latest_label, text);
    }
  else
    {
      gtk_label_set_label (self->latest_label, _ ("Newest"));
    }
  gtk_widget_set_visible (self->latest, self->loaded && !at_end &&
                                          (self->n_new || below > page * FAR_AWAY || model_flag (self, "has-newer")));
}

static void
page_if_near_end (KefuTimelineView *self)
{
  KefuTimelineModel *model = timeline_model (self);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  double page = gtk_adjustment_get_page_size (adjustment);
  double value = gtk_adjustment_get_value (adjustment);

  if (model == NULL || !self->loaded || model_flag (self, "loading"))
    return;
  if (value < page * PAGE_AHEAD && model_flag (self, "has-older"))
    kefu_timeline_model_load_older (model);
  /* also when the other end waits for a server that is away */
  if (gtk_adjustment_get_upper (adjustment) - page - value < page * PAGE_AHEAD && model_flag (self, "has-newer"))
    kefu_timeline_model_load_newer (model);
}

static gboolean
page_cb (gpointer user_data)
{
  KefuTimelineView *self = user_data;

  self->page_id = 0;
  page_if_near_end (self);
  update_latest (self);
  return G_SOURCE_REMOVE;
}

/* Perhaps in the middle of the layout, in which no row may become another and no button come or go: what that changes would be drawn without a
 * place. */
static void
moved_cb (KefuTimelineView *self)
{
  if (self->page_id == 0)
    self->page_id = g_idle_add_full (G_PRIORITY_DEFAULT, page_cb, self, NULL);
}

static void
at_end_cb (KefuTimelineView *self)
{
  moved_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

static void
items_changed_cb (KefuTimelineView *self, guint position, guint removed, guint added, GListModel *model)
{
  guint n_in = 0;

  if (!self->loaded || added == 0 || position + added != g_list_model_get_n_items (model) ||
      model_flag (self, "loading"))
    return;
  for (guint i = position + removed; i < position + added; i++)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (model, i);
      KefuMessageRecord *record = kefu_timeline_item_get_record (item);

      if (record && g_str_equal (record->dir, "in"))
        n_in++;
    }
  if (!kefu_row_list_get_at_end (self->list))
    self->n_new += n_in;
  update_latest (self);
  if (n_in)
    g_signal_emit (self, signals[ARRIVED], 0);
}

/* What was looked for is not there: with the server away, perhaps not yet. */
static void
tell_not_found (KefuTimelineView *self)
{
  KefuHistory *history = self->session ? kefu_session_get_history (self->session) : NULL;

  if (history && !kefu_history_get_available (history))
    kefu_session_fail (self->session, _ ("This message is not on this computer, and the server cannot be reached"));
  else if (self->session)
    kefu_session_fail (self->session, _ ("This message is not in the conversation"));
}

static void
set_marks (KefuTimelineView *self, const char *message_id, const char *words)
{
  g_free (self->marked_id);
  self->marked_id = g_strdup (words && *words ? message_id : NULL);
  g_free (self->marked_words);
  self->marked_words = g_strdup (words);
  if (self->context.marked_id == NULL && self->marked_id == NULL)
    return;
  self->context.marked_id = self->marked_id;
  self->context.marked = self->marked_words;
  kefu_timeline_view_bind_anew (self);
}

/* One that is asked for while another is on its way is the one that counts. */
typedef struct
{
  KefuTimelineView *view;
  guint number;
  gint64 at; /* 0: a message is looked for */
} Search;

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Search *search = user_data;
  g_autoptr (KefuTimelineView) self = search->view;
  guint position = kefu_timeline_model_find_finish (KEFU_TIMELINE_MODEL (object), result);
  g_autoptr (KefuTimelineItem) item = NULL;
  GtkWidget *row;

  if (G_LIST_MODEL (object) != self->model || search->number != self->n_searches)
    return;
  if (search->at > 0 && self->session && !kefu_timeline_model_find_is_certain (result))
    kefu_session_fail (self->session, _ ("The messages of that day are on the server, which cannot be reached"));
  if (position == G_MAXUINT)
    {
      if (search->at == 0)
        tell_not_found (self);
      return;
    }
  item = g_list_model_get_item (self->model, position);
  if (item == NULL)
    return;
  row = kefu_row_list_get_content_of (self->list, item);
  g_free (self->found_message);
  self->found_message = NULL;
  if (row)
    kefu_message_row_flash (KEFU_MESSAGE_ROW (row));
  else
    self->found_message = g_strdup (kefu_timeline_item_get_record (item)->id);
  /* A day is shown with its name. */
  if (search->at > 0 && position > 0)
    {
      g_autoptr (KefuTimelineItem) above = g_list_model_get_item (self->model, position - 1);

      if (kefu_timeline_item_get_kind (above) == KEFU_TIMELINE_DAY)
        position--;
    }
  kefu_row_list_scroll_to (self->list, position, KEFU_PLACE_START);
}

static Search *
search_new (KefuTimelineView *self, gint64 at)
{
  Search *search = g_new0 (Search, 1);

  search->view = g_object_ref (self);
  search->number = ++self->n_searches;
  search->at = at;
  return search;
}

static void
open_at_right_place (KefuTimelineView *self)
{
  guint n = g_list_model_get_n_items (self->model);

  for (guint i = n; i > 0 && !self->to_end; i--)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (self->model, i - 1);

      if (kefu_timeline_item_get_kind (item) == KEFU_TIMELINE_UNREAD)
        {
          kefu_row_list_scroll_to (self->list, i - 1, KEFU_PLACE_START);
          return;
        }
    }
  kefu_row_list_scroll_to_end (self->list);
}

static void
loaded_cb (KefuTimelineView *self)
{
  if (self->loaded)
    return;
  self->loaded = TRUE;
  if (self->wanted_message)
    {
      g_autofree char *wanted = g_steal_pointer (&self->wanted_message);
      g_autofree char *words = g_steal_pointer (&self->wanted_words);

      /* Should it not be found, this is where it is. */
      kefu_row_list_scroll_to_end (self->list);
      kefu_timeline_view_show_message (self, wanted, words);
    }
  else
    {
      open_at_right_place (self);
    }
  update_latest (self);
  g_signal_emit (self, signals[LOADED], 0);
}

/* Up to which message of it the agent has read, -1: all. */
static gint64
read_in_no_of (KefuConversationRecord *record)
{
  return record && record->unread > 0 ? record->in_count - record->unread : -1;
}

static void
open_model (KefuTimelineView *self, gint64 read_in_no)
{
  g_autoptr (KefuTimelineModel) ahead = g_steal_pointer (&self->ahead);
  g_autoptr (KefuTimelineModel) model = NULL;

  if (self->record && ahead && self->ahead_read_in_no == read_in_no &&
      g_str_equal (kefu_timeline_model_get_conversation_id (ahead), self->record->id))
    {
      model = g_steal_pointer (&ahead);
      kefu_timeline_model_set_last_mseq (model, self->record->last_mseq);
    }
  else if (self->record && self->session)
    model = kefu_timeline_model_new (kefu_session_get_store (self->session), kefu_session_get_history (self->session),
                                     self->record->id, read_in_no, self->record->last_mseq);
  kefu_timeline_view_set_model (self, (GListModel *) model);
}

static void
kefu_timeline_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_AT_END:
      g_value_set_boolean (value, kefu_timeline_view_get_at_end (KEFU_TIMELINE_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_timeline_view_dispose (GObject *object)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (object);
  GtkWidget *child;

  if (self->list)
    {
      kefu_timeline_view_set_model (self, NULL);
      g_signal_handlers_disconnect_by_data (gtk_scrolled_window_get_vadjustment (self->scrolled), self);
    }
  g_clear_handle_id (&self->page_id, g_source_remove);
  g_clear_object (&self->ahead);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->day_popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_TIMELINE_VIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  kefu_timeline_view_wait_for_midnight (self);
  g_clear_object (&self->blobs);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);

  G_OBJECT_CLASS (kefu_timeline_view_parent_class)->dispose (object);
}

static void
kefu_timeline_view_finalize (GObject *object)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (object);

  g_clear_pointer (&self->context.agents, g_hash_table_unref);
  g_free (self->wanted_message);
  g_free (self->wanted_words);
  g_free (self->found_message);
  g_free (self->marked_id);
  g_free (self->marked_words);
  g_free (self->customer_name);

  G_OBJECT_CLASS (kefu_timeline_view_parent_class)->finalize (object);
}

static void
kefu_timeline_view_class_init (KefuTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = kefu_timeline_view_dispose;
  object_class->finalize = kefu_timeline_view_finalize;
  object_class->get_property = kefu_timeline_view_get_property;

  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[LOADED] = g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ARRIVED] = g_signal_new ("arrived", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[QUOTE] = g_signal_new ("quote", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[TO_CHECKLIST] =
    g_signal_new ("to-checklist", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  g_type_ensure (KEFU_TYPE_ROW_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuTimelineView, scrolled);
  gtk_widget_class_bind_template_child (widget_class, KefuTimelineView, list);
  gtk_widget_class_bind_template_child (widget_class, KefuTimelineView, latest);
  gtk_widget_class_bind_template_child (widget_class, KefuTimelineView, latest_label);
  gtk_widget_class_bind_template_child (widget_class, KefuTimelineView, waiting);
  gtk_widget_class_bind_template_callback (widget_class, activate_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, at_end_cb);
  gtk_widget_class_bind_template_callback (widget_class, kefu_timeline_view_go_to_end);

  kefu_timeline_view_install_actions (widget_class);
  kefu_timeline_view_install_day (widget_class);
}

static void
kefu_timeline_view_init (KefuTimelineView *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->context.customer_name = "";
  self->context.agent_id = "";

  kefu_row_list_set_funcs (self->list, &row_funcs, self);
  kefu_row_list_set_follow (self->list, KEFU_FOLLOW_END);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (moved_cb), self);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (moved_cb), self);
}

GtkWidget *
kefu_timeline_view_new (void)
{
  return g_object_new (KEFU_TYPE_TIMELINE_VIEW, NULL);
}

static void
bind_anew_cb (GtkWidget *content, gpointer item, gpointer user_data)
{
  KefuTimelineView *self = user_data;

  kefu_message_row_bind (KEFU_MESSAGE_ROW (content), item, &self->context, self->blobs);
}

void
kefu_timeline_view_bind_anew (KefuTimelineView *self)
{
  kefu_row_list_foreach (self->list, bind_anew_cb, self);
}

static void
state_cb (KefuTimelineView *self)
{
  KefuSyncState state = kefu_sync_engine_get_state (kefu_session_get_engine (self->session));
  gboolean away = state != KEFU_SYNC_LIVE && state != KEFU_SYNC_CATCHING_UP;

  if (self->context.away == away)
    return;
  self->context.away = away;
  kefu_timeline_view_bind_anew (self);
}

void
kefu_timeline_view_set_session (KefuTimelineView *self, KefuSession *session, KefuBlobCache *blobs)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  kefu_timeline_view_set_conversation (self, NULL);
  g_clear_object (&self->ahead);
  if (self->session)
    g_signal_handlers_disconnect_by_data (kefu_session_get_engine (self->session), self);
  g_set_object (&self->session, session);
  g_set_object (&self->blobs, blobs);
  kefu_timeline_view_wait_for_midnight (self);
  self->context.agent_id = session ? kefu_session_get_agent_id (session) : "";
  self->context.transfers = session ? kefu_session_get_transfers (session) : NULL;
  if (session)
    {
      g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (state_cb), self,
                               G_CONNECT_SWAPPED);
      state_cb (self);
    }
}

void
kefu_timeline_view_set_conversation (KefuTimelineView *self, KefuConversationRecord *record)
{
  gboolean same;

  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  same = record && self->record && g_str_equal (record->id, self->record->id);
  if (record == NULL && self->record == NULL)
    return;

  if (!same)
    {
      kefu_timeline_view_set_model (self, NULL);
      g_clear_pointer (&self->wanted_message, g_free);
      g_clear_pointer (&self->wanted_words, g_free);
      set_marks (self, NULL, NULL);
    }
  if (record)
    kefu_conversation_record_ref (record);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);
  self->record = record;
  g_free (self->customer_name);
  self->customer_name = kefu_text_mask_name (record ? record->customer_name : "");
  self->context.customer_name = self->customer_name;
  if (!same)
    {
      self->to_end = FALSE;
      open_model (self, read_in_no_of (record));
    }
  else if (timeline_model (self))
    {
      kefu_timeline_model_set_last_mseq (timeline_model (self), record->last_mseq);
    }
}

void
kefu_timeline_view_prepare (KefuTimelineView *self, KefuConversationRecord *record)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  if (record && self->ahead && self->ahead_read_in_no == read_in_no_of (record) &&
      g_str_equal (kefu_timeline_model_get_conversation_id (self->ahead), record->id))
    return;
  g_clear_object (&self->ahead);
  if (record == NULL || self->session == NULL || (self->record && g_str_equal (record->id, self->record->id)))
    return;
  self->ahead_read_in_no = read_in_no_of (record);
  self->ahead =
    kefu_timeline_model_new (kefu_session_get_store (self->session), kefu_session_get_history (self->session),
                             record->id, self->ahead_read_in_no, record->last_mseq);
}

void
kefu_timeline_view_set_agents (KefuTimelineView *self, GPtrArray *agents)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  g_clear_pointer (&self->context.agents, g_hash_table_unref);
  self->context.agents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; agents && i < agents->len; i++)
    {
      KefuAgentRecord *agent = agents->pdata[i];

      g_hash_table_insert (self->context.agents, g_strdup (agent->id), g_strdup (agent->name));
    }
  /* Lines that stand there already say the new names. */
  kefu_timeline_view_bind_anew (self);
}

void
kefu_timeline_view_set_model (KefuTimelineView *self, GListModel *model)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  if (self->model)
    {
      g_clear_signal_handler (&self->loaded_id, self->model);
      g_clear_signal_handler (&self->items_changed_id, self->model);
    }
  self->loaded = FALSE;
  self->n_new = 0;
  g_clear_pointer (&self->found_message, g_free);
  g_set_object (&self->model, model);
  /* Before the list itself: whether it stood at its end is asked then. */
  if (model)
    self->items_changed_id = g_signal_connect_swapped (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  kefu_row_list_set_model (self->list, model);
  update_latest (self);
  if (model == NULL)
    return;

  if (KEFU_IS_TIMELINE_MODEL (model) && !kefu_timeline_model_get_loaded (KEFU_TIMELINE_MODEL (model)))
    self->loaded_id = g_signal_connect_swapped (model, "loaded", G_CALLBACK (loaded_cb), self);
  else
    loaded_cb (self);
}

gboolean
kefu_timeline_view_get_at_end (KefuTimelineView *self)
{
  g_return_val_if_fail (KEFU_IS_TIMELINE_VIEW (self), FALSE);

  return self->list && kefu_row_list_get_at_end (self->list) && !model_flag (self, "has-newer");
}

void
kefu_timeline_view_go_to_end (KefuTimelineView *self)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  if (self->model && model_flag (self, "has-newer"))
    {
      self->to_end = TRUE;
      open_model (self, -1);
    }
  else
    {
      kefu_row_list_scroll_to_end (self->list);
    }
}

void
kefu_timeline_view_show_message (KefuTimelineView *self, const char *message_id, const char *words)
{
  KefuTimelineModel *model;

  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));
  g_return_if_fail (message_id);

  model = timeline_model (self);
  if (!self->loaded || model == NULL)
    {
      g_free (self->wanted_message);
      self->wanted_message = g_strdup (message_id);
      g_free (self->wanted_words);
      self->wanted_words = g_strdup (words);
      return;
    }
  set_marks (self, message_id, words);
  kefu_timeline_model_find_async (model, message_id, found_cb, search_new (self, 0));
}

void
kefu_timeline_view_show_time (KefuTimelineView *self, gint64 at)
{
  KefuTimelineModel *model;

  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  model = timeline_model (self);
  if (self->loaded && model)
    kefu_timeline_model_find_time_async (model, at, found_cb, search_new (self, MAX (at, 1)));
}

void
kefu_timeline_view_set_waiting (KefuTimelineView *self, gboolean waiting)
{
  g_return_if_fail (KEFU_IS_TIMELINE_VIEW (self));

  gtk_widget_set_visible (self->waiting, waiting);
}

KefuMessageRecord *
kefu_timeline_view_get_focused (KefuTimelineView *self)
{
  KefuMessageRow *row;
  KefuTimelineItem *item;

  g_return_val_if_fail (KEFU_IS_TIMELINE_VIEW (self), NULL);

  row = kefu_timeline_view_focused_row (self);
  item = row ? kefu_message_row_get_item (row) : NULL;
  return item ? kefu_timeline_item_get_record (item) : NULL;
}

GPtrArray *
kefu_timeline_view_get_newest (KefuTimelineView *self, guint limit)
{
  GPtrArray *records;
  guint n;

  g_return_val_if_fail (KEFU_IS_TIMELINE_VIEW (self), NULL);

  records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_message_record_unref);
  n = self->model ? g_list_model_get_n_items (self->model) : 0;
  for (guint i = n; i > 0 && records->len < limit; i--)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (self->model, i - 1);
      KefuMessageRecord *record = kefu_timeline_item_get_record (item);

      if (record && !record->recalled && !g_str_equal (record->kind, "event"))
        g_ptr_array_add (records, kefu_message_record_ref (record));
    }
  return records;
}
