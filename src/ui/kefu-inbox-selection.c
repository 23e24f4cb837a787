/* SPDX-License-Identifier: GPL-3.0-or-later
 * Several conversations of the inbox, chosen to do one thing with all of them. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-selection.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-bulk-acts.h"
#include "kefu-inbox-left.h"
#include "kefu-label-menu.h"
#include "kefu-menu-section.h"
#include "kefu-snooze-times.h"
#include "kefu-toast.h"
#include "kefu-ui.h"

/* What is chosen are ids and not rows: the list goes on under them, and not all of a view is loaded. The list's own selection
 * stays what it was, the open conversation. */
struct _KefuInboxSelection
{
  GtkWidget parent_instance;

  GtkLabel *count;
  GtkLabel *all_label;
  GtkMenuButton *assign;
  GtkMenuButton *label;
  KefuLabelMenu *label_menu;
  GtkMenuButton *snooze;

  KefuSession *session;
  KefuInboxModel *model;
  KefuRowList *list_view;
  GPtrArray *agents; /* KefuAgentRecord; NULL until they are read */
  GCancellable *cancellable;
  GCancellable *listing; /* of the whole view; NULL: is not asked for */
  GCancellable *looking; /* at those without a row; NULL: is not asked for */
  gboolean look_again;

  GHashTable *ids; /* conversation id → KefuConversationRecord: as it was when it was chosen */
  char *anchor;    /* from where Shift reaches */
  guint n_busy;    /* acts under way */
  gboolean active;
  gboolean had_keyboard; /* when the act began: its buttons let go of it */
  gboolean pressed;      /* a button press that was taken, so that its release is too */
};

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuInboxSelection, kefu_inbox_selection, GTK_TYPE_WIDGET)

static const char *const acts[] = { "bulk.assign", "bulk.snooze", "bulk.resolve", "bulk.read" };

/* --- what is chosen --- */

static void
show_row (KefuInboxSelection *self, KefuInboxRow *row)
{
  KefuConversation *conversation = kefu_inbox_row_get_conversation (row);

  kefu_inbox_row_set_check (row, self->active,
                            conversation != NULL &&
                              kefu_inbox_selection_has (self, kefu_conversation_get_id (conversation)));
}

static void
update_row (GtkWidget *content, gpointer item, gpointer user_data)
{
  show_row (KEFU_INBOX_SELECTION (user_data), KEFU_INBOX_ROW (content));
}

/* The bar; a storm of messages, which moves the counts, must not cost the rows anything. */
static void
update_bar (KefuInboxSelection *self)
{
  guint n = g_hash_table_size (self->ids);
  guint n_all =
    self->model != NULL ? kefu_inbox_model_get_count (self->model, kefu_inbox_model_get_view (self->model)) : 0;
  gboolean can_act = n > 0 && self->n_busy == 0;
  g_autofree char *text = g_strdup_printf (ngettext ("%u selected", "%u selected", n), n);
  g_autofree char *all = NULL;

  gtk_label_set_label (self->count, text);
  if (n_all > KEFU_STORE_MAX_ACTS)
    all = g_strdup_printf (_ ("Select First %u of %u"), (guint) KEFU_STORE_MAX_ACTS, n_all);
  else
    all = g_strdup_printf (_ ("Select All %u"), n_all);
  gtk_label_set_label (self->all_label, all);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), acts[i], can_act);
  gtk_widget_set_sensitive (GTK_WIDGET (self->assign), can_act);
  gtk_widget_set_sensitive (GTK_WIDGET (self->label), n > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->snooze), can_act);
}

static void
update (KefuInboxSelection *self)
{
  update_bar (self);
  if (self->list_view != NULL)
    kefu_row_list_foreach (self->list_view, update_row, self);
}

static void
counts_changed_cb (KefuInboxSelection *self)
{
  if (self->active)
    update_bar (self);
}

static void
clear (KefuInboxSelection *self)
{
  /* what still comes is of another choice */
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_hash_table_remove_all (self->ids);
  g_clear_pointer (&self->anchor, g_free);
}

/* --- what leaves the view is chosen no more --- */

static void look_for_those_gone (KefuInboxSelection *self);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuInboxSelection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) gone = kefu_inbox_find_left_finish (KEFU_INBOX_MODEL (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->session == NULL)
    return;
  g_clear_object (&self->looking);
  for (guint i = 0; gone != NULL && i < gone->len; i++)
    g_hash_table_remove (self->ids, g_ptr_array_index (gone, i));
  if (gone != NULL && gone->len > 0)
    update (self);
  if (self->look_again)
    look_for_those_gone (self);
}

/* One question at a time, whatever happens in the list or below it. */
static void
look_for_those_gone (KefuInboxSelection *self)
{
  self->look_again = self->looking != NULL;
  if (!self->active || self->looking != NULL || g_hash_table_size (self->ids) == 0)
    return;
  self->looking = g_cancellable_new ();
  kefu_inbox_find_left_async (self->model, kefu_session_get_store (self->session), self->ids, self->looking, looked_cb,
                              g_object_ref (self));
}

/* FALSE: no more fit in. */
static gboolean
choose (KefuInboxSelection *self, KefuConversationRecord *record)
{
  g_autofree char *text = NULL;

  if (g_hash_table_contains (self->ids, record->id))
    return TRUE;
  if (g_hash_table_size (self->ids) < KEFU_STORE_MAX_ACTS)
    {
      g_hash_table_insert (self->ids, g_strdup (record->id), kefu_conversation_record_ref (record));
      return TRUE;
    }
  text = g_strdup_printf (_ ("At most %u at once"), (guint) KEFU_STORE_MAX_ACTS);
  kefu_toast_show (GTK_WIDGET (self), text);
  return FALSE;
}

static void
toggle (KefuInboxSelection *self, KefuConversation *conversation)
{
  const char *id = kefu_conversation_get_id (conversation);

  if (!g_hash_table_remove (self->ids, id))
    choose (self, kefu_conversation_get_record (conversation));
  g_free (self->anchor);
  self->anchor = g_strdup (id);
  kefu_inbox_selection_set_active (self, TRUE);
  update (self);
}

static void
choose_rows (KefuInboxSelection *self, guint first, guint last)
{
  for (guint i = first; i <= last; i++)
    {
      g_autoptr (KefuConversation) conversation = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      if (conversation == NULL || !choose (self, kefu_conversation_get_record (conversation)))
        break;
    }
  kefu_inbox_selection_set_active (self, TRUE);
  update (self);
}

/* All from the last one that was chosen by itself, or from the open one, up to @id. */
static void
reach (KefuInboxSelection *self, const char *id)
{
  const char *from = self->anchor != NULL ? self->anchor : kefu_session_get_focus_conversation (self->session);
  guint start, end;

  if (kefu_inbox_model_lookup (self->model, id, &end) == NULL)
    return;
  if (from == NULL || kefu_inbox_model_lookup (self->model, from, &start) == NULL)
    start = end;
  if (self->anchor == NULL)
    self->anchor = g_strdup (start != end ? from : id);
  choose_rows (self, MIN (start, end), MAX (start, end));
}

static void
choose_loaded (KefuInboxSelection *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  if (n > 0)
    choose_rows (self, 0, n - 1);
}

/* --- by mouse and by key --- */

/* The conversation of the row at a place of the list's surface. */
static KefuConversation *
conversation_at (KefuInboxSelection *self, GdkEvent *event)
{
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkNative *native = gtk_widget_get_native (list);
  double x, y, left, top;
  GtkWidget *picked;

  if (native == NULL || !gdk_event_get_position (event, &x, &y))
    return NULL;
  gtk_native_get_surface_transform (native, &left, &top);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (native), list, x - left, y - top, &x, &y))
    return NULL;
  picked = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);
  return picked != NULL ? kefu_row_list_get_item (self->list_view, picked) : NULL;
}

/* Gives the keyboard to the row of @conversation. */
static void
grab_row (KefuInboxSelection *self, KefuConversation *conversation)
{
  GtkWidget *row = kefu_row_list_get_content_of (self->list_view, conversation);

  if (row != NULL)
    kefu_row_list_focus (self->list_view, kefu_row_list_get_position (self->list_view, row));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

gboolean
kefu_inbox_selection_take_event (KefuInboxSelection *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);
  KefuConversation *conversation;
  GdkModifierType state;

  g_return_val_if_fail (KEFU_IS_INBOX_SELECTION (self), FALSE);

  if ((type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE) ||
      gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY)
    return FALSE;
  if (type == GDK_BUTTON_RELEASE)
    {
      gboolean taken = self->pressed;

      self->pressed = FALSE;
      return taken;
    }
  state = gdk_event_get_modifier_state (event) & (GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  if (!self->active && state == 0)
    return FALSE;
  conversation = conversation_at (self, event);
  if (conversation == NULL)
    return FALSE;
  self->pressed = TRUE;
  if (state & GDK_SHIFT_MASK)
    reach (self, kefu_conversation_get_id (conversation));
  else
    toggle (self, conversation);
  /* The keyboard is where one chooses: an Enter must not send what stands in the composer. */
  grab_row (self, conversation);
  return TRUE;
}

/* The conversation of the row that has the keyboard. */
static KefuConversation *
focused (KefuInboxSelection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->list_view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL ? kefu_row_list_get_item (self->list_view, focus) : NULL;
}

static gboolean
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

static gboolean
key_cb (KefuInboxSelection *self, guint keyval, guint keycode, GdkModifierType state)
{
  KefuConversation *conversation;

  state &= GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK;
  if (keyval == GDK_KEY_a && state == GDK_CONTROL_MASK)
    {
      choose_loaded (self);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Escape && self->active)
    {
      kefu_inbox_selection_set_active (self, FALSE);
      return GDK_EVENT_STOP;
    }
  if (keyval != GDK_KEY_space && keyval != GDK_KEY_KP_Space && !(self->active && is_enter (keyval)))
    return GDK_EVENT_PROPAGATE;
  conversation = focused (self);
  if (conversation == NULL || (!self->active && state == 0))
    return GDK_EVENT_PROPAGATE;
  if (state & GDK_SHIFT_MASK)
    reach (self, kefu_conversation_get_id (conversation));
  else
    toggle (self, conversation);
  return GDK_EVENT_STOP;
}

static gboolean
bar_key_cb (KefuInboxSelection *self, guint keyval)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  kefu_inbox_selection_set_active (self, FALSE);
  return GDK_EVENT_STOP;
}

/* --- the bar --- */

/* (transfer full) */
static const char **
chosen_ids (KefuInboxSelection *self)
{
  return (const char **) g_hash_table_get_keys_as_array (self->ids, NULL);
}

static gboolean
has_keyboard (KefuInboxSelection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

/* Whoever acted by key goes on in the list; who has gone elsewhere since stays there. */
static void
give_keyboard_to_list (KefuInboxSelection *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->had_keyboard && self->list_view != NULL && root != NULL &&
      (gtk_root_get_focus (root) == NULL || has_keyboard (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  self->had_keyboard = FALSE;
}

/* What was done is done: the next click opens a conversation again. Labels are often several. */
static void
finished_cb (GtkWidget *widget, gboolean did)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (widget);

  self->n_busy--;
  if (self->session != NULL)
    give_keyboard_to_list (self);
  if (did && self->session != NULL)
    kefu_inbox_selection_set_active (self, FALSE);
  else if (self->session != NULL)
    update (self);
}

static void
labelled_cb (GtkWidget *widget, gboolean did)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (widget);

  self->n_busy--;
  if (self->session != NULL)
    update (self);
}

static void
perform (KefuInboxSelection *self, const KefuBulkAct *act, const char *name)
{
  if (g_hash_table_size (self->ids) == 0)
    return;
  self->n_busy++;
  if (act->kind != KEFU_BULK_LABEL)
    self->had_keyboard = has_keyboard (self);
  kefu_bulk_acts_perform (GTK_WIDGET (self), self->session, self->ids, act, name,
                          act->kind == KEFU_BULK_LABEL ? labelled_cb : finished_cb);
  update (self);
}

static const char *
agent_name (KefuInboxSelection *self, const char *id)
{
  for (guint i = 0; self->agents != NULL && i < self->agents->len; i++)
    {
      const KefuAgentRecord *agent = g_ptr_array_index (self->agents, i);

      if (g_str_equal (agent->id, id))
        return agent->name;
    }
  return id;
}

static void
assign_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (widget);
  const char *id = g_variant_get_string (parameter, NULL);

  if (*id == '\0')
    perform (self, &(KefuBulkAct){ .kind = KEFU_BULK_ASSIGN }, NULL);
  else
    perform (self, &(KefuBulkAct){ .kind = KEFU_BULK_ASSIGN, .id = id }, agent_name (self, id));
}

static void
snooze_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  perform (KEFU_INBOX_SELECTION (widget),
           &(KefuBulkAct){ .kind = KEFU_BULK_SNOOZE, .until = g_variant_get_int64 (parameter) }, NULL);
}

static void
resolve_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  perform (KEFU_INBOX_SELECTION (widget), &(KefuBulkAct){ .kind = KEFU_BULK_RESOLVE }, NULL);
}

static void
read_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  perform (KEFU_INBOX_SELECTION (widget), &(KefuBulkAct){ .kind = KEFU_BULK_READ }, NULL);
}

static void
label_toggled_cb (KefuInboxSelection *self, const char *label_id, gboolean add)
{
  const char *const ids[] = { label_id, NULL };
  g_autofree char *name = kefu_label_list_join_names (kefu_session_get_labels (self->session), ids);

  perform (self, &(KefuBulkAct){ .kind = KEFU_BULK_LABEL, .id = label_id, .add = add }, name != NULL ? name : label_id);
}

static void
close_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  kefu_inbox_selection_set_active (self, FALSE);
}

static void
all_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuInboxSelection) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (self->session == NULL || !self->active || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (records == NULL)
    {
      kefu_session_fail (self->session, error->message);
      return;
    }
  clear (self);
  for (guint i = 0; i < MIN (records->len, KEFU_STORE_MAX_ACTS); i++)
    choose (self, g_ptr_array_index (records, i));
  update (self);
}

/* Not only what is loaded: the store says what the view has. */
static void
all_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (widget);

  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
  self->listing = g_cancellable_new ();
  kefu_store_list_inbox_async (kefu_session_get_store (self->session), kefu_inbox_model_get_query (self->model), NULL,
                               KEFU_STORE_MAX_ACTS, self->listing, all_listed_cb, g_object_ref (self));
}

/* --- its menus --- */

static void
add_agent (GMenu *menu, const char *label, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "bulk.assign", "s", id);
  g_menu_append_item (menu, item);
}

static void
make_assign_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuInboxSelection *self = user_data;
  const char *me = kefu_session_get_agent_id (self->session);
  g_autoptr (GMenu) menu = g_menu_new ();
  GMenu *rest = kefu_menu_section (button, 0);
  GMenu *agents = kefu_menu_section (button, 1);

  add_agent (rest, _ ("_Take Over"), me);
  add_agent (rest, _ ("Put _Back for Anyone"), "");
  for (guint i = 0; self->agents != NULL && i < self->agents->len; i++)
    {
      const KefuAgentRecord *agent = g_ptr_array_index (self->agents, i);
      g_autofree char *label = NULL;

      if (g_str_equal (agent->id, me))
        continue;
      label = g_strdup_printf (_ ("Hand Over to %s"), agent->name);
      add_agent (agents, label, agent->id);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (agents));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
make_snooze_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuInboxSelection *self = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();

  kefu_snooze_times_append (menu, "bulk.snooze", kefu_clock_now (kefu_session_get_clock (self->session)));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
agents_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuInboxSelection) self = user_data;
  GPtrArray *agents = kefu_store_list_finish (KEFU_STORE (source), result, NULL);

  if (agents == NULL)
    return;
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  self->agents = agents;
}

static void
list_agents (KefuInboxSelection *self)
{
  kefu_store_list_agents_async (kefu_session_get_store (self->session), self->cancellable, agents_listed_cb,
                                g_object_ref (self));
}

static void
labels_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuInboxSelection) self = user_data;
  g_autoptr (KefuBulk) bulk = kefu_bulk_load_finish (result, NULL);
  g_autoptr (GHashTable) counts = NULL;

  if (bulk == NULL || self->session == NULL)
    return;
  counts = kefu_bulk_count_labels (bulk);
  kefu_label_menu_set_counts (self->label_menu, counts, kefu_bulk_get_n (bulk));
}

/* Which labels all, some or none of them have, as it is when the menu opens. */
static void
label_menu_shown_cb (KefuInboxSelection *self)
{
  g_autofree const char **ids = chosen_ids (self);

  kefu_bulk_load_async (self->session, ids, self->cancellable, labels_loaded_cb, g_object_ref (self));
}

/* --- the object --- */

static void
query_changed_cb (KefuInboxSelection *self)
{
  if (self->active)
    clear (self);
  update (self);
}

static void
kefu_inbox_selection_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, KEFU_INBOX_SELECTION (object)->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_inbox_selection_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      kefu_inbox_selection_set_active (KEFU_INBOX_SELECTION (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_inbox_selection_dispose (GObject *object)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->listing);
  g_cancellable_cancel (self->looking);
  g_clear_weak_pointer (&self->list_view);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_INBOX_SELECTION);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kefu_inbox_selection_parent_class)->dispose (object);
}

static void
kefu_inbox_selection_finalize (GObject *object)
{
  KefuInboxSelection *self = KEFU_INBOX_SELECTION (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->listing);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  g_hash_table_unref (self->ids);
  g_free (self->anchor);
  G_OBJECT_CLASS (kefu_inbox_selection_parent_class)->finalize (object);
}

static void
kefu_inbox_selection_class_init (KefuInboxSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kefu_inbox_selection_get_property;
  object_class->set_property = kefu_inbox_selection_set_property;
  object_class->dispose = kefu_inbox_selection_dispose;
  object_class->finalize = kefu_inbox_selection_finalize;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (KEFU_TYPE_LABEL_MENU);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-inbox-selection.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, count);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, all_label);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, assign);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, label);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, label_menu);
  gtk_widget_class_bind_template_child (widget_class, KefuInboxSelection, snooze);
  gtk_widget_class_bind_template_callback (widget_class, label_toggled_cb);
  gtk_widget_class_install_action (widget_class, "bulk.assign", "s", assign_action);
  gtk_widget_class_install_action (widget_class, "bulk.snooze", "x", snooze_action);
  gtk_widget_class_install_action (widget_class, "bulk.resolve", NULL, resolve_action);
  gtk_widget_class_install_action (widget_class, "bulk.read", NULL, read_action);
  gtk_widget_class_install_action (widget_class, "bulk.all", NULL, all_action);
  gtk_widget_class_install_action (widget_class, "bulk.close", NULL, close_action);
}

static void
kefu_inbox_selection_init (KefuInboxSelection *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kefu_conversation_record_unref);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->assign, make_assign_menu_cb, self, NULL);
  gtk_menu_button_set_create_popup_func (self->snooze, make_snooze_menu_cb, self, NULL);
  g_signal_connect_object (self->label_menu, "show", G_CALLBACK (label_menu_shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (bar_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  update (self);
}

void
kefu_inbox_selection_set_session (KefuInboxSelection *self,
                                  KefuSession *session,
                                  KefuInboxModel *model,
                                  KefuRowList *list_view)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_return_if_fail (KEFU_IS_INBOX_SELECTION (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->model = g_object_ref (model);
  g_set_weak_pointer (&self->list_view, list_view);
  kefu_label_menu_set_list (self->label_menu, kefu_session_get_labels (session));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list_view), keys);
  g_signal_connect_object (model, "query-changed", G_CALLBACK (query_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (look_for_those_gone), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kefu_session_get_store (session), "changed", G_CALLBACK (look_for_those_gone), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "counts-changed", G_CALLBACK (counts_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
}

gboolean
kefu_inbox_selection_get_active (KefuInboxSelection *self)
{
  g_return_val_if_fail (KEFU_IS_INBOX_SELECTION (self), FALSE);

  return self->active;
}

void
kefu_inbox_selection_set_active (KefuInboxSelection *self, gboolean active)
{
  g_return_if_fail (KEFU_IS_INBOX_SELECTION (self));

  active = !!active;
  if (self->active == active)
    return;
  self->active = active;
  if (!active)
    clear (self);
  else if (self->session != NULL)
    list_agents (self);
  gtk_widget_set_visible (GTK_WIDGET (self), active);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

void
kefu_inbox_selection_bind_row (KefuInboxSelection *self, KefuInboxRow *row)
{
  g_return_if_fail (KEFU_IS_INBOX_SELECTION (self));

  show_row (self, row);
}

gboolean
kefu_inbox_selection_has (KefuInboxSelection *self, const char *conversation_id)
{
  g_return_val_if_fail (KEFU_IS_INBOX_SELECTION (self), FALSE);

  return g_hash_table_contains (self->ids, conversation_id);
}
