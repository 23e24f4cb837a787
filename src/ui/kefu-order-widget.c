/* SPDX-License-Identifier: GPL-3.0-or-later
 * One order: what was bought, where it is, its flag, remark and promises. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-order-widget.h"

#include <glib/gi18n.h>

#include "kefu-checklist-list.h"
#include "kefu-label-tip.h"
#include "kefu-panel-text.h"
#include "kefu-session-edits.h"
#include "kefu-text.h"
#include "kefu-thumb.h"
#include "kefu-time-format.h"
#include "kefu-toast.h"

/* A remark is at most 1,000 bytes on Taobao (product.md, the numbers of the field). */
#define REMARK_MAX_BYTES 1000
#define N_FLAGS 6

struct _KefuOrderWidget
{
  AdwBin parent_instance;

  GtkWidget *card;
  GtkWidget *state_label;
  GtkWidget *number_label;
  GtkWidget *date_label;
  GtkWidget *items_box;
  GtkWidget *sum_label;
  GtkWidget *paid_key;
  GtkWidget *paid_label;
  GtkWidget *parcel_box;
  GtkWidget *courier_box;
  GtkWidget *courier_label;
  GtkWidget *tracking_label;
  GtkWidget *copy_tracking_button;
  GtkWidget *track_box;
  GtkWidget *flags_box;
  GtkWidget *flag_buttons[N_FLAGS]; /* by flag 0…5 */
  GtkWidget *remark_stack;
  GtkWidget *flag_label;
  GtkWidget *remark_meta;
  GtkWidget *remark_label;
  GtkWidget *edit_button;
  GtkWidget *remark_view;
  GtkWidget *counter_label;
  GtkWidget *checklist_section;
  GtkWidget *open_label;
  GtkWidget *checklist;

  KefuDossier *dossier;
  KefuOrderRecord *order;
  KefuOrderRecord *seen; /* (nullable): as it was when the remark that is being written was begun */
  char *refused_op_id;   /* (nullable): what that remark takes the place of */
  gboolean flat;
};

enum
{
  PROP_0,
  PROP_FLAT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuOrderWidget, kefu_order_widget, ADW_TYPE_BIN)

static GtkWidget *
make_label (const char *text, float xalign, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  if (css_class)
    {
      gtk_widget_add_css_class (label, css_class);
      if (g_str_equal (css_class, "caption"))
        gtk_widget_add_css_class (label, "dim");
    }
  return label;
}

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)))
    gtk_box_remove (GTK_BOX (box), child);
}

static GtkWidget *
make_thumb (KefuOrderWidget *self, const char *sha256)
{
  GtkWidget *thumb = kefu_thumb_new (48, 48);

  gtk_widget_add_css_class (thumb, "thumb");
  gtk_widget_set_valign (thumb, GTK_ALIGN_CENTER);
  kefu_thumb_set_blob (KEFU_THUMB (thumb), kefu_blob_cache_for_session (kefu_dossier_get_session (self->dossier)),
                       sha256);
  return thumb;
}

static GtkWidget *
make_item (KefuOrderWidget *self, KefuOrderItemRecord *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *what = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *price = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = make_label (item->title, 0, NULL);
  GtkWidget *variant = make_label (item->variant, 0, "caption");
  g_autofree char *amount = kefu_text_money (item->price_minor, self->order->currency);
  g_autofree char *count = g_strdup_printf ("×%d", item->qty);
  GtkWidget *count_label = make_label (count, 1, "caption");

  gtk_widget_add_css_class (box, "order-item");
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  kefu_label_tip_add (title);
  gtk_label_set_ellipsize (GTK_LABEL (variant), PANGO_ELLIPSIZE_END);
  kefu_label_tip_add (variant);
  gtk_widget_set_hexpand (what, TRUE);
  gtk_widget_set_valign (what, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (price, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (what), title);
  if (*item->variant)
    gtk_box_append (GTK_BOX (what), variant);
  else
    g_object_ref_sink (variant), g_object_unref (variant);
  gtk_box_append (GTK_BOX (price), make_label (amount, 1, "numeric"));
  gtk_widget_add_css_class (count_label, "numeric");
  gtk_box_append (GTK_BOX (price), count_label);
  gtk_box_append (GTK_BOX (box), make_thumb (self, item->image));
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), price);
  return box;
}

static void
show_items (KefuOrderWidget *self)
{
  KefuOrderRecord *order = self->order;
  gboolean unpaid = g_str_equal (order->state, "unpaid");
  g_autofree char *paid =
    kefu_text_money (unpaid ? order->total_minor - order->discount_minor : order->paid_minor, order->currency);
  g_autofree char *count = NULL;
  g_autofree char *sum = NULL;
  int n = 0;

  clear_box (self->items_box);
  for (guint i = 0; i < order->items->len; i++)
    {
      KefuOrderItemRecord *item = order->items->pdata[i];

      n += item->qty;
      gtk_box_append (GTK_BOX (self->items_box), make_item (self, item));
    }
  /* TRANSLATORS: at the foot of an order: how many pieces it has */
  count = g_strdup_printf (ngettext ("%d item in all", "%d items in all", (gulong) n), n);
  if (order->discount_minor > 0)
    {
      g_autofree char *discount = kefu_text_money (order->discount_minor, order->currency);

      /* TRANSLATORS: of an order: "2 items · ¥60.00 off" */
      sum = g_strdup_printf (_ ("%s · %s off"), count, discount);
    }
  else
    {
      sum = g_steal_pointer (&count);
    }
  gtk_label_set_label (GTK_LABEL (self->sum_label), sum);
  gtk_label_set_label (GTK_LABEL (self->paid_key), unpaid ? _ ("To pay") : _ ("Paid"));
  gtk_label_set_label (GTK_LABEL (self->paid_label), paid);
}

static void
show_parcel (KefuOrderWidget *self, gint64 now)
{
  KefuOrderRecord *order = self->order;
  g_autofree char *tracking = kefu_panel_group_digits (order->tracking);

  gtk_widget_set_visible (self->parcel_box, *order->courier || *order->tracking || order->track->len > 0);
  gtk_widget_set_visible (self->courier_box, *order->courier || *order->tracking);
  gtk_label_set_label (GTK_LABEL (self->courier_label), order->courier);
  gtk_widget_set_visible (self->courier_label, *order->courier != '\0');
  gtk_label_set_label (GTK_LABEL (self->tracking_label), tracking);
  gtk_widget_set_visible (self->tracking_label, *tracking != '\0');
  gtk_widget_set_visible (self->copy_tracking_button, *tracking != '\0');

  clear_box (self->track_box);
  for (guint i = 0; i < order->track->len; i++)
    {
      KefuTrackRecord *step = order->track->pdata[i];
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      GtkWidget *text = gtk_label_new (step->text);
      g_autofree char *time = kefu_time_format_day_time (step->at, now);
      GtkWidget *time_label = make_label (time, 1, "caption");

      gtk_widget_add_css_class (row, "track-row");
      gtk_widget_add_css_class (dot, "track-dot");
      gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
      gtk_label_set_xalign (GTK_LABEL (text), 0);
      gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
      kefu_label_tip_add (text);
      gtk_widget_set_hexpand (text, TRUE);
      gtk_widget_add_css_class (text, "caption");
      gtk_widget_add_css_class (time_label, "numeric");
      /* The newest step is where the parcel is. */
      gtk_widget_add_css_class (i == 0 ? dot : text, i == 0 ? "on" : "dim");
      gtk_box_append (GTK_BOX (row), dot);
      gtk_box_append (GTK_BOX (row), text);
      gtk_box_append (GTK_BOX (row), time_label);
      gtk_box_append (GTK_BOX (self->track_box), row);
    }
  gtk_widget_set_visible (self->track_box, order->track->len > 0);
}

static void
show_flag_and_remark (KefuOrderWidget *self)
{
  KefuOrderRecord *order = self->order;
  g_autofree char *meta = NULL;
  int bytes = (int) strlen (order->remark);

  for (int flag = 0; flag < N_FLAGS; flag++)
    {
      gboolean on = flag == order->flag;

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->flag_buttons[flag]), on);
      if (on)
        gtk_widget_add_css_class (self->flag_buttons[flag], "on");
      else
        gtk_widget_remove_css_class (self->flag_buttons[flag], "on");
    }
  gtk_label_set_label (GTK_LABEL (self->flag_label), kefu_panel_flag_name (order->flag));
  gtk_widget_set_visible (self->flag_label, order->flag >= 0);

  if (bytes == 0)
    meta = g_strdup (_ ("No remark"));
  else if (*order->remark_by_name)
    /* TRANSLATORS: who wrote an order's remark, its length and the longest it may be */
    meta = g_strdup_printf (_ ("%s · %d / %d bytes"), order->remark_by_name, bytes, REMARK_MAX_BYTES);
  else
    meta = g_strdup_printf (_ ("%d / %d bytes"), bytes, REMARK_MAX_BYTES);
  gtk_label_set_label (GTK_LABEL (self->remark_meta), meta);
  gtk_label_set_label (GTK_LABEL (self->remark_label), order->remark);
  gtk_widget_set_visible (self->remark_label, bytes > 0);
}

static void
show_checklist (KefuOrderWidget *self, gint64 now)
{
  GPtrArray *items = self->order->checklist;
  g_autofree char *text = NULL;
  guint open = 0;

  for (guint i = 0; i < items->len; i++)
    open += !((KefuChecklistRecord *) items->pdata[i])->done;
  text = g_strdup_printf (ngettext ("%u open", "%u open", open), open);
  gtk_label_set_label (GTK_LABEL (self->open_label), text);
  kefu_checklist_list_set (KEFU_CHECKLIST_LIST (self->checklist), self->dossier, items, now);
  gtk_widget_set_visible (self->checklist_section, items->len > 0);
}

static char *
dup_remark (KefuOrderWidget *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->remark_view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static void
remark_changed_cb (KefuOrderWidget *self)
{
  g_autofree char *remark = dup_remark (self);
  int bytes = (int) strlen (remark);
  gboolean fits = bytes <= REMARK_MAX_BYTES;
  g_autofree char *text = g_strdup_printf (_ ("%d / %d bytes"), bytes, REMARK_MAX_BYTES);

  gtk_label_set_label (GTK_LABEL (self->counter_label), text);
  if (fits)
    gtk_widget_remove_css_class (self->counter_label, "error");
  else
    gtk_widget_add_css_class (self->counter_label, "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "remark.save", fits);
}

static void
edit_remark_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuOrderWidget *self = KEFU_ORDER_WIDGET (widget);
  g_autoptr (KefuBegunRemark) remark = kefu_begun_remark_new (self->order->remark, self->order, NULL);

  kefu_order_widget_begin_remark (self, remark);
  gtk_widget_grab_focus (self->remark_view);
}

static void
end_edit (KefuOrderWidget *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->remark_stack), "view");
  gtk_widget_grab_focus (self->edit_button);
}

static void
cancel_remark_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  end_edit (KEFU_ORDER_WIDGET (widget));
}

static void
save_remark_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuOrderWidget *self = KEFU_ORDER_WIDGET (widget);
  g_autofree char *remark = dup_remark (self);

  kefu_session_set_order_remark (kefu_dossier_get_session (self->dossier), self->seen, remark, self->refused_op_id);
  end_edit (self);
}

static void
flag_toggled_cb (GtkToggleButton *button, KefuOrderWidget *self)
{
  int flag = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "flag"));

  if (!self->order || gtk_toggle_button_get_active (button) == (self->order->flag == flag))
    return;
  kefu_order_widget_toggle_flag (self, flag);
  /* It shows what is stored, and that follows in a few milliseconds. */
  gtk_toggle_button_set_active (button, self->order->flag == flag);
}

static void
copy (KefuOrderWidget *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  kefu_toast_show (GTK_WIDGET (self), _ ("Copied"));
}

static void
copy_number_cb (KefuOrderWidget *self)
{
  copy (self, self->order->number);
}

static void
copy_tracking_cb (KefuOrderWidget *self)
{
  copy (self, self->order->tracking);
}

static void
make_flags (KefuOrderWidget *self)
{
  /* As drawn: red first, grey last; the letter carries the meaning, not the colour. */
  static const struct
  {
    int flag;
    const char *letter;
    const char *css_class;
  } looks[N_FLAGS] = {
    { 1, "R", "flag-r" }, { 2, "Y", "flag-y" }, { 3, "G", "flag-g" },
    { 4, "B", "flag-b" }, { 5, "P", "flag-p" }, { 0, "N", "flag-n" },
  };

  for (guint i = 0; i < N_FLAGS; i++)
    {
      GtkWidget *button = gtk_toggle_button_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
      GtkWidget *icon = gtk_image_new_from_icon_name ("kefu-flag-symbolic");
      GtkWidget *letter = gtk_label_new (looks[i].letter);
      const char *name = kefu_panel_flag_name (looks[i].flag);

      gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (icon, looks[i].css_class);
      gtk_widget_add_css_class (letter, "caption");
      gtk_widget_add_css_class (letter, "strong");
      gtk_box_append (GTK_BOX (box), icon);
      gtk_box_append (GTK_BOX (box), letter);
      gtk_button_set_child (GTK_BUTTON (button), box);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data (G_OBJECT (button), "flag", GINT_TO_POINTER (looks[i].flag));
      g_signal_connect_object (button, "toggled", G_CALLBACK (flag_toggled_cb), self, 0);
      gtk_box_append (GTK_BOX (self->flags_box), button);
      self->flag_buttons[looks[i].flag] = button;
    }
}

static void
kefu_order_widget_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FLAT:
      KEFU_ORDER_WIDGET (object)->flat = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_order_widget_constructed (GObject *object)
{
  KefuOrderWidget *self = KEFU_ORDER_WIDGET (object);

  G_OBJECT_CLASS (kefu_order_widget_parent_class)->constructed (object);
  gtk_widget_add_css_class (self->flat ? GTK_WIDGET (self) : self->card, self->flat ? "flat-order" : "card");
}

static gboolean
kefu_order_widget_grab_focus (GtkWidget *widget)
{
  KefuOrderWidget *self = KEFU_ORDER_WIDGET (widget);

  return gtk_widget_grab_focus (self->flag_buttons[self->order && self->order->flag >= 0 ? self->order->flag : 1]);
}

static void
kefu_order_widget_dispose (GObject *object)
{
  KefuOrderWidget *self = KEFU_ORDER_WIDGET (object);

  g_clear_object (&self->dossier);
  g_clear_pointer (&self->order, kefu_order_record_unref);
  g_clear_pointer (&self->seen, kefu_order_record_unref);
  g_clear_pointer (&self->refused_op_id, g_free);
  G_OBJECT_CLASS (kefu_order_widget_parent_class)->dispose (object);
}

static void
kefu_order_widget_class_init (KefuOrderWidgetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = kefu_order_widget_set_property;
  object_class->constructed = kefu_order_widget_constructed;
  object_class->dispose = kefu_order_widget_dispose;
  widget_class->grab_focus = kefu_order_widget_grab_focus;

  properties[PROP_FLAT] = g_param_spec_boolean ("flat", NULL, NULL, FALSE,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "remark.edit", NULL, edit_remark_action);
  gtk_widget_class_install_action (widget_class, "remark.cancel", NULL, cancel_remark_action);
  gtk_widget_class_install_action (widget_class, "remark.save", NULL, save_remark_action);

  g_type_ensure (KEFU_TYPE_CHECKLIST_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-order-widget.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, card);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, state_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, number_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, date_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, items_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, sum_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, paid_key);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, paid_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, parcel_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, courier_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, courier_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, tracking_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, copy_tracking_button);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, track_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, flags_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, remark_stack);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, flag_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, remark_meta);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, remark_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, edit_button);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, remark_view);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, counter_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, checklist_section);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, open_label);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderWidget, checklist);
  gtk_widget_class_bind_template_callback (widget_class, copy_number_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_tracking_cb);
}

static void
kefu_order_widget_init (KefuOrderWidget *self)
{
  static const struct
  {
    guint keyval;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_Escape, 0, "remark.cancel" },
    { GDK_KEY_Return, GDK_CONTROL_MASK, "remark.save" },
    { GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "remark.save" },
  };
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  make_flags (self);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->remark_view)), "changed",
                           G_CALLBACK (remark_changed_cb), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].keyval, keys[i].modifiers),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (self->remark_view, shortcuts);
}

GtkWidget *
kefu_order_widget_new (gboolean flat)
{
  return g_object_new (KEFU_TYPE_ORDER_WIDGET, "flat", flat, NULL);
}

void
kefu_order_widget_set (KefuOrderWidget *self, KefuDossier *dossier, KefuOrderRecord *order, gint64 now)
{
  g_autofree char *number = kefu_panel_group_digits (order->number);
  g_autofree char *date = kefu_time_format_date (order->placed_at, now);

  g_return_if_fail (KEFU_IS_ORDER_WIDGET (self));

  if (self->order && !g_str_equal (self->order->id, order->id))
    gtk_stack_set_visible_child_name (GTK_STACK (self->remark_stack), "view");
  g_set_object (&self->dossier, dossier);
  kefu_order_record_ref (order);
  g_clear_pointer (&self->order, kefu_order_record_unref);
  self->order = order;

  gtk_label_set_label (GTK_LABEL (self->state_label), kefu_panel_order_state (order->state));
  if (g_str_equal (order->state, "shipped"))
    gtk_widget_add_css_class (self->state_label, "moving");
  else
    gtk_widget_remove_css_class (self->state_label, "moving");
  gtk_label_set_label (GTK_LABEL (self->number_label), number);
  gtk_label_set_label (GTK_LABEL (self->date_label), date);
  show_items (self);
  show_parcel (self, now);
  show_flag_and_remark (self);
  show_checklist (self, now);
}

KefuOrderRecord *
kefu_order_widget_get_order (KefuOrderWidget *self)
{
  g_return_val_if_fail (KEFU_IS_ORDER_WIDGET (self), NULL);

  return self->order;
}

void
kefu_order_widget_toggle_flag (KefuOrderWidget *self, int flag)
{
  g_return_if_fail (KEFU_IS_ORDER_WIDGET (self));

  kefu_session_set_order_flag (kefu_dossier_get_session (self->dossier), self->order->id,
                               self->order->flag == flag ? -1 : flag);
}

KefuBegunRemark *
kefu_order_widget_dup_begun_remark (KefuOrderWidget *self)
{
  g_autofree char *remark = NULL;

  g_return_val_if_fail (KEFU_IS_ORDER_WIDGET (self), NULL);

  if (!g_str_equal (gtk_stack_get_visible_child_name (GTK_STACK (self->remark_stack)), "edit"))
    return NULL;
  remark = dup_remark (self);
  return g_str_equal (remark, self->seen->remark) ? NULL
                                                  : kefu_begun_remark_new (remark, self->seen, self->refused_op_id);
}

void
kefu_order_widget_begin_remark (KefuOrderWidget *self, const KefuBegunRemark *remark)
{
  g_autofree char *refused_op_id = NULL;
  KefuOrderRecord *seen;

  g_return_if_fail (KEFU_IS_ORDER_WIDGET (self));

  seen = kefu_order_record_ref (remark->seen ? remark->seen : self->order);
  g_clear_pointer (&self->seen, kefu_order_record_unref);
  self->seen = seen;
  refused_op_id = self->refused_op_id;
  self->refused_op_id = g_strdup (remark->refused_op_id);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->remark_view)), remark->text, -1);
  remark_changed_cb (self);
  gtk_stack_set_visible_child_name (GTK_STACK (self->remark_stack), "edit");
}

void
kefu_order_widget_focus_remark (KefuOrderWidget *self)
{
  g_return_if_fail (KEFU_IS_ORDER_WIDGET (self));

  gtk_widget_grab_focus (self->remark_view);
}

KefuBegunRemark *
kefu_begun_remark_new (const char *text, KefuOrderRecord *seen, const char *refused_op_id)
{
  KefuBegunRemark *self = g_new0 (KefuBegunRemark, 1);

  self->text = g_strdup (text);
  self->seen = seen ? kefu_order_record_ref (seen) : NULL;
  self->refused_op_id = g_strdup (refused_op_id);
  return self;
}

void
kefu_begun_remark_free (KefuBegunRemark *self)
{
  g_clear_pointer (&self->seen, kefu_order_record_unref);
  g_free (self->text);
  g_free (self->refused_op_id);
  g_free (self);
}
