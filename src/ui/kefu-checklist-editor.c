/* SPDX-License-Identifier: GPL-3.0-or-later
 * A popover to write down a promise, or to change one. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-checklist-editor.h"

#include <glib/gi18n.h>

#include "kefu-checklist-rules.h"
#include "kefu-day.h"
#include "kefu-panel-text.h"
#include "kefu-refusal.h"
#include "kefu-session-edits.h"

/* `dues` and `order_ids` stand beside the rows of their drop-downs. `kind_chosen` and `due_chosen`: the agent's hand was on it, words no longer change it;
 * `filling` tells our own hand from it. */
struct _KefuChecklistEditor
{
  GtkPopover parent_instance;

  GtkWidget *title_entry;
  GtkWidget *kind_drop;
  GtkWidget *due_drop;
  GtkWidget *order_key;
  GtkWidget *order_drop;
  GtkWidget *save_button;

  KefuDossier *dossier;
  char *conversation_id;
  KefuChecklistRecord *item; /* as it was when the editor was opened; NULL: a new one */
  KefuOutboxRecord *refused; /* (nullable): what is written in the place of */
  GArray *dues;
  GPtrArray *order_ids;
  gboolean kind_chosen;
  gboolean due_chosen;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (KefuChecklistEditor, kefu_checklist_editor, GTK_TYPE_POPOVER)

static gint64
get_now (KefuChecklistEditor *self)
{
  return kefu_clock_now (kefu_session_get_clock (kefu_dossier_get_session (self->dossier)));
}

static char *
dup_title (KefuChecklistEditor *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->title_entry))));
}

static const char *
get_kind (KefuChecklistEditor *self)
{
  return kefu_checklist_kinds ()[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind_drop))];
}

static void
select_kind (KefuChecklistEditor *self, const char *kind)
{
  const char *const *kinds = kefu_checklist_kinds ();

  for (guint i = 0; kinds[i]; i++)
    if (g_str_equal (kinds[i], kind))
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kind_drop), i);
}

/* Appends the choice @at, or selects it if it is there. */
static guint
find_or_add_due (KefuChecklistEditor *self, gint64 at, const char *text)
{
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (GTK_DROP_DOWN (self->due_drop)));

  for (guint i = 0; i < self->dues->len; i++)
    if (g_array_index (self->dues, gint64, i) == at)
      return i;
  g_array_append_val (self->dues, at);
  gtk_string_list_append (list, text);
  return self->dues->len - 1;
}

static void
select_due (KefuChecklistEditor *self, gint64 at)
{
  g_autofree char *text = kefu_panel_moment (at, get_now (self));

  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->due_drop), find_or_add_due (self, at, text));
}

static void
fill_dues (KefuChecklistEditor *self)
{
  static const struct
  {
    int days;
    int hour;
    const char *text;
  } choices[] = {
    { 0, 12, N_ ("Today 12:00") },      { 0, 17, N_ ("Today 17:00") },      { 0, 18, N_ ("Today 18:00") },
    { 0, 22, N_ ("Today 22:00") },      { 1, 12, N_ ("Tomorrow 12:00") },   { 1, 18, N_ ("Tomorrow 18:00") },
    { 3, 18, N_ ("In 3 days, 18:00") }, { 7, 18, N_ ("In a week, 18:00") },
  };
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  gint64 now = get_now (self);

  g_array_set_size (self->dues, 0);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->due_drop), G_LIST_MODEL (list));
  find_or_add_due (self, 0, _ ("No due time"));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      gint64 at = kefu_day_at (now, choices[i].days, choices[i].hour, 0);

      if (at > now)
        find_or_add_due (self, at, _ (choices[i].text));
    }
}

static void
fill_orders (KefuChecklistEditor *self, const char *order_id)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GPtrArray *orders = kefu_dossier_get_orders (self->dossier);
  guint selected = 0;

  g_ptr_array_set_size (self->order_ids, 0);
  g_ptr_array_add (self->order_ids, NULL);
  gtk_string_list_append (list, _ ("No order"));
  for (guint i = 0; orders && i < orders->len; i++)
    {
      KefuOrderRecord *order = orders->pdata[i];
      const KefuOrderItemRecord *first = order->items->len > 0 ? order->items->pdata[0] : NULL;
      gsize length = strlen (order->number);
      g_autofree char *text =
        g_strdup_printf ("…%s %s", order->number + (length > 4 ? length - 4 : 0), first ? first->title : "");

      gtk_string_list_append (list, text);
      g_ptr_array_add (self->order_ids, g_strdup (order->id));
      if (g_strcmp0 (order->id, order_id) == 0)
        selected = self->order_ids->len - 1;
    }
  if (order_id && selected == 0)
    {
      /* Not loaded (yet): it must not be lost by saving something else. */
      gtk_string_list_append (list, _ ("Another order"));
      g_ptr_array_add (self->order_ids, g_strdup (order_id));
      selected = self->order_ids->len - 1;
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->order_drop), G_LIST_MODEL (list));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->order_drop), selected);
  gtk_widget_set_visible (self->order_drop, self->order_ids->len > 1);
  gtk_widget_set_visible (self->order_key, self->order_ids->len > 1);
}

static void
title_changed_cb (KefuChecklistEditor *self)
{
  g_autofree char *title = dup_title (self);

  gtk_widget_set_sensitive (self->save_button, *title != '\0');
  if (self->filling || !*title)
    return;
  self->filling = TRUE;
  {
    g_autoptr (KefuChecklistProposal) proposal = kefu_checklist_propose (title, get_now (self));

    if (!self->kind_chosen)
      select_kind (self, proposal->kind);
    if (!self->due_chosen)
      select_due (self, proposal->due_at);
  }
  self->filling = FALSE;
}

static void
kind_selected_cb (KefuChecklistEditor *self)
{
  if (!self->filling)
    self->kind_chosen = TRUE;
}

static void
due_selected_cb (KefuChecklistEditor *self)
{
  if (!self->filling)
    self->due_chosen = TRUE;
}

static void
save_cb (KefuChecklistEditor *self)
{
  KefuSession *session = kefu_dossier_get_session (self->dossier);
  g_autofree char *title = dup_title (self);
  guint due = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->due_drop));
  const char *order_id = self->order_ids->pdata[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->order_drop))];

  if (!*title)
    return;
  if (self->item)
    kefu_session_edit_checklist (session, self->item, get_kind (self), title, g_array_index (self->dues, gint64, due),
                                 order_id, self->refused ? self->refused->op_id : NULL);
  else if (self->refused)
    kefu_session_add_checklist_again (session, self->refused, get_kind (self), title,
                                      g_array_index (self->dues, gint64, due), order_id);
  else
    kefu_session_add_checklist (session, self->conversation_id, get_kind (self), title,
                                g_array_index (self->dues, gint64, due), order_id, NULL);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
kind_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), gtk_label_new (NULL));
  gtk_list_item_set_child (item, box);
}

static void
kind_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *image = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  const char *kind = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_image_set_from_icon_name (GTK_IMAGE (image), kefu_checklist_kind_icon (kind));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (image)), kefu_checklist_kind_name (kind));
}

/* A long order title must not make the popover wide. */
static void
text_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_list_item_set_child (item, label);
}

static void
text_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
kefu_checklist_editor_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kefu_checklist_editor_parent_class)->show (widget);
  gtk_widget_grab_focus (KEFU_CHECKLIST_EDITOR (widget)->title_entry);
}

static void
kefu_checklist_editor_dispose (GObject *object)
{
  KefuChecklistEditor *self = KEFU_CHECKLIST_EDITOR (object);

  g_clear_object (&self->dossier);
  g_clear_pointer (&self->item, kefu_checklist_record_unref);
  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  G_OBJECT_CLASS (kefu_checklist_editor_parent_class)->dispose (object);
}

static void
kefu_checklist_editor_finalize (GObject *object)
{
  KefuChecklistEditor *self = KEFU_CHECKLIST_EDITOR (object);

  g_free (self->conversation_id);
  g_array_unref (self->dues);
  g_ptr_array_unref (self->order_ids);
  G_OBJECT_CLASS (kefu_checklist_editor_parent_class)->finalize (object);
}

static void
kefu_checklist_editor_class_init (KefuChecklistEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_checklist_editor_dispose;
  object_class->finalize = kefu_checklist_editor_finalize;
  widget_class->show = kefu_checklist_editor_show;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-checklist-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, title_entry);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, kind_drop);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, due_drop);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, order_key);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, order_drop);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistEditor, save_button);
  gtk_widget_class_bind_template_callback (widget_class, title_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, kind_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, due_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
kefu_checklist_editor_init (KefuChecklistEditor *self)
{
  g_autoptr (GtkListItemFactory) kinds = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) orders = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (kefu_checklist_kinds ());

  self->dues = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->order_ids = g_ptr_array_new_with_free_func (g_free);
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (kinds, "setup", G_CALLBACK (kind_setup_cb), NULL);
  g_signal_connect (kinds, "bind", G_CALLBACK (kind_bind_cb), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (self->kind_drop), kinds);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->kind_drop), G_LIST_MODEL (model));
  g_signal_connect (orders, "setup", G_CALLBACK (text_setup_cb), NULL);
  g_signal_connect (orders, "bind", G_CALLBACK (text_bind_cb), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (self->order_drop), orders);
  self->filling = FALSE;
}

GtkWidget *
kefu_checklist_editor_new (void)
{
  return g_object_new (KEFU_TYPE_CHECKLIST_EDITOR, NULL);
}

/* What is promised while a parcel is being made up most often belongs into it. */
static const char *
guess_order (KefuDossier *dossier)
{
  static const char *const under_way[] = { "unpaid", "paid", "shipped", NULL };
  GPtrArray *orders = kefu_dossier_get_orders (dossier);
  KefuOrderRecord *newest = orders && orders->len > 0 ? orders->pdata[0] : NULL;

  return newest && g_strv_contains (under_way, newest->state) ? newest->id : NULL;
}

static void
fill (KefuChecklistEditor *self, KefuDossier *dossier, KefuChecklistRecord *item)
{
  KefuConversationRecord *conversation = kefu_dossier_get_conversation (dossier);

  g_set_object (&self->dossier, dossier);
  g_clear_pointer (&self->item, kefu_checklist_record_unref);
  self->item = item ? kefu_checklist_record_ref (item) : NULL;
  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  g_free (self->conversation_id);
  self->conversation_id = g_strdup (conversation ? conversation->id : NULL);
  self->kind_chosen = self->due_chosen = item != NULL;

  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->title_entry), item ? item->title : "");
  select_kind (self, item ? item->kind : "remark");
  fill_dues (self);
  select_due (self, item ? item->due_at : 0);
  fill_orders (self, item ? item->order_id : guess_order (dossier));
  self->filling = FALSE;
  gtk_button_set_label (GTK_BUTTON (self->save_button), item ? _ ("Save") : _ ("Add"));
}

void
kefu_checklist_editor_add (KefuChecklistEditor *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_CHECKLIST_EDITOR (self));

  fill (self, dossier, NULL);
}

void
kefu_checklist_editor_edit (KefuChecklistEditor *self, KefuDossier *dossier, KefuChecklistRecord *item)
{
  g_return_if_fail (KEFU_IS_CHECKLIST_EDITOR (self));

  fill (self, dossier, item);
}

void
kefu_checklist_editor_refill (KefuChecklistEditor *self, KefuOutboxRecord *refused)
{
  g_autofree char *title = NULL;
  g_autofree char *kind = NULL;
  g_autofree char *due = NULL;
  g_autofree char *order_id = NULL;

  g_return_if_fail (KEFU_IS_CHECKLIST_EDITOR (self));

  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  self->refused = kefu_outbox_record_ref (refused);
  self->kind_chosen = self->due_chosen = TRUE;
  self->filling = TRUE;
  if ((title = kefu_refusal_dup_value (refused, "title")))
    gtk_editable_set_text (GTK_EDITABLE (self->title_entry), title);
  if ((kind = kefu_refusal_dup_value (refused, "kind")))
    select_kind (self, kind);
  if ((due = kefu_refusal_dup_value (refused, "due_at")))
    select_due (self, g_ascii_strtoll (due, NULL, 10));
  if ((order_id = kefu_refusal_dup_value (refused, "order_id")))
    fill_orders (self, *order_id ? order_id : NULL);
  self->filling = FALSE;
}
