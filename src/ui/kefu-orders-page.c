/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: what the customer bought. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-orders-page.h"

#include <glib/gi18n.h>

#include "kefu-conflict-box.h"
#include "kefu-earlier-order.h"
#include "kefu-order-widget.h"
#include "kefu-refusal.h"

/* More earlier orders than this wait behind a button. */
#define EARLIER_SHOWN 10

/* `widgets` and `rows` keep what shows an order while its record is replaced, so that the focus stays. A remark that was
 * begun when its order left the page waits in `remarks`: what was typed is never lost. */
struct _KefuOrdersPage
{
  AdwBin parent_instance;

  KefuConflictBox *conflicts;
  GtkWidget *stack;
  GtkWidget *current_box;
  GtkWidget *earlier_section;
  GtkWidget *earlier_button;
  GtkWidget *earlier_count;
  GtkWidget *earlier_arrow;
  GtkWidget *earlier_list;

  KefuDossier *dossier;
  gboolean dirty; /* changed while nobody looked */
  char *customer_id;
  GHashTable *widgets; /* order id → KefuOrderWidget, of current_box */
  GHashTable *rows;    /* order id → KefuEarlierOrder, of earlier_list */
  GtkWidget *more_row; /* of earlier_list (nullable) */
  GHashTable *remarks; /* order id → KefuBegunRemark */
  gboolean all_earlier;
};

G_DEFINE_FINAL_TYPE (KefuOrdersPage, kefu_orders_page, ADW_TYPE_BIN)

/* The newest order, and each with which something is still to happen. */
static gboolean
is_current (KefuOrderRecord *order, guint place)
{
  static const char *const under_way[] = { "unpaid", "paid", "shipped", "refunding", NULL };

  if (place == 0 || g_strv_contains (under_way, order->state))
    return TRUE;
  for (guint i = 0; i < order->checklist->len; i++)
    if (!((KefuChecklistRecord *) order->checklist->pdata[i])->done)
      return TRUE;
  return FALSE;
}

static gboolean
is_in (GPtrArray *orders, const char *id)
{
  for (guint i = 0; i < orders->len; i++)
    if (g_str_equal (((KefuOrderRecord *) orders->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

static void
put_remark_away (KefuOrdersPage *self, KefuOrderWidget *widget)
{
  KefuBegunRemark *remark = kefu_order_widget_dup_begun_remark (widget);

  if (remark)
    g_hash_table_insert (self->remarks, g_strdup (kefu_order_widget_get_order (widget)->id), remark);
}

static void
bring_remark_back (KefuOrdersPage *self, KefuOrderWidget *widget)
{
  const char *id = kefu_order_widget_get_order (widget)->id;
  const KefuBegunRemark *remark = g_hash_table_lookup (self->remarks, id);

  if (!remark)
    return;
  kefu_order_widget_begin_remark (widget, remark);
  g_hash_table_remove (self->remarks, id);
}

static void
show_current (KefuOrdersPage *self, GPtrArray *orders, gint64 now)
{
  g_autoptr (GPtrArray) spare = g_ptr_array_new ();
  GtkWidget *after = NULL;
  GHashTableIter iter;
  gpointer id, gone;

  /* To build a card takes much longer than to fill it: those of the customer before serve the next one. */
  g_hash_table_iter_init (&iter, self->widgets);
  while (g_hash_table_iter_next (&iter, &id, &gone))
    if (!is_in (orders, id))
      {
        put_remark_away (self, gone);
        g_ptr_array_add (spare, gone);
        g_hash_table_iter_remove (&iter);
      }

  for (guint i = 0; i < orders->len; i++)
    {
      KefuOrderRecord *order = orders->pdata[i];
      GtkWidget *widget = g_hash_table_lookup (self->widgets, order->id);

      if (!widget)
        {
          if (spare->len > 0)
            widget = g_ptr_array_steal_index (spare, spare->len - 1);
          else
            gtk_box_append (GTK_BOX (self->current_box), widget = kefu_order_widget_new (FALSE));
          g_hash_table_insert (self->widgets, g_strdup (order->id), widget);
        }
      if (gtk_widget_get_prev_sibling (widget) != after)
        gtk_box_reorder_child_after (GTK_BOX (self->current_box), widget, after);
      kefu_order_widget_set (KEFU_ORDER_WIDGET (widget), self->dossier, order, now);
      bring_remark_back (self, KEFU_ORDER_WIDGET (widget));
      after = widget;
    }
  for (guint i = 0; i < spare->len; i++)
    gtk_box_remove (GTK_BOX (self->current_box), spare->pdata[i]);
}

static void
drop_gone_rows (KefuOrdersPage *self, GPtrArray *orders)
{
  GHashTableIter iter;
  gpointer id, row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &id, &row))
    if (!is_in (orders, id))
      {
        KefuOrderWidget *widget = kefu_earlier_order_get_widget (row);

        if (widget)
          put_remark_away (self, widget);
        gtk_list_box_remove (GTK_LIST_BOX (self->earlier_list), row);
        g_hash_table_iter_remove (&iter);
      }
  if (self->more_row)
    gtk_list_box_remove (GTK_LIST_BOX (self->earlier_list), g_steal_pointer (&self->more_row));
}

static void
show_earlier (KefuOrdersPage *self, GPtrArray *orders, gint64 now)
{
  guint total = orders->len;
  g_autofree char *count = g_strdup_printf ("%u", total);
  GtkListBox *list = GTK_LIST_BOX (self->earlier_list);

  gtk_label_set_label (GTK_LABEL (self->earlier_count), count);
  gtk_widget_set_visible (self->earlier_section, total > 0);
  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->earlier_button)))
    total = 0;
  if (!self->all_earlier || total == 0)
    g_ptr_array_set_size (orders, (int) MIN (total, EARLIER_SHOWN));
  drop_gone_rows (self, orders);

  for (guint i = 0; i < orders->len; i++)
    {
      KefuOrderRecord *order = orders->pdata[i];
      GtkWidget *row = g_hash_table_lookup (self->rows, order->id);

      if (!row)
        {
          row = kefu_earlier_order_new ();
          gtk_list_box_insert (list, row, (int) i);
          g_hash_table_insert (self->rows, g_strdup (order->id), row);
        }
      kefu_earlier_order_set (KEFU_EARLIER_ORDER (row), self->dossier, order, now);
      if (g_hash_table_contains (self->remarks, order->id))
        {
          if (!kefu_earlier_order_get_widget (KEFU_EARLIER_ORDER (row)))
            kefu_earlier_order_toggle (KEFU_EARLIER_ORDER (row));
          bring_remark_back (self, kefu_earlier_order_get_widget (KEFU_EARLIER_ORDER (row)));
        }
    }
  if (orders->len < total)
    {
      guint hidden = total - orders->len;
      g_autofree char *text = g_strdup_printf (ngettext ("Show %u More", "Show %u More", hidden), hidden);
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "kv");
      gtk_widget_add_css_class (label, "dim");
      self->more_row = gtk_list_box_row_new ();
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->more_row), label);
      gtk_list_box_append (list, self->more_row);
    }
}

static void
update_page (KefuOrdersPage *self)
{
  GPtrArray *orders = self->dossier ? kefu_dossier_get_orders (self->dossier) : NULL;
  const char *page;

  if (orders)
    page = orders->len > 0 ? "orders" : "empty";
  else if (self->dossier && kefu_dossier_get_conversation (self->dossier))
    page = "loading";
  else
    page = "none";
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
}

static void
update (KefuOrdersPage *self)
{
  GPtrArray *orders = self->dossier ? kefu_dossier_get_orders (self->dossier) : NULL;
  g_autoptr (GPtrArray) current = g_ptr_array_new ();
  g_autoptr (GPtrArray) earlier = g_ptr_array_new ();
  KefuOrderRecord *first = orders && orders->len > 0 ? orders->pdata[0] : NULL;
  gint64 now = 0;

  if (self->dossier)
    now = kefu_clock_now (kefu_session_get_clock (kefu_dossier_get_session (self->dossier)));
  if (first && g_strcmp0 (self->customer_id, first->customer_id) != 0)
    {
      g_free (self->customer_id);
      self->customer_id = g_strdup (first->customer_id);
      self->all_earlier = FALSE;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->earlier_button), FALSE);
    }
  for (guint i = 0; orders && i < orders->len; i++)
    g_ptr_array_add (is_current (orders->pdata[i], i) ? current : earlier, orders->pdata[i]);
  show_current (self, current, now);
  show_earlier (self, earlier, now);
  update_page (self);
}

/* What is not on the screen waits until it is: a switch of conversation builds one page, not three. */
static void
queue_update (KefuOrdersPage *self)
{
  self->dirty = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->dirty)
    update (self);
}

/* The flags of the newest order. */
static gboolean
kefu_orders_page_grab_focus (GtkWidget *widget)
{
  GtkWidget *first = gtk_widget_get_first_child (KEFU_ORDERS_PAGE (widget)->current_box);

  return first && gtk_widget_grab_focus (first);
}

static void
kefu_orders_page_map (GtkWidget *widget)
{
  KefuOrdersPage *self = KEFU_ORDERS_PAGE (widget);

  GTK_WIDGET_CLASS (kefu_orders_page_parent_class)->map (widget);
  if (self->dirty)
    queue_update (self);
}

static void
earlier_toggled_cb (KefuOrdersPage *self)
{
  gboolean open = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->earlier_button));

  gtk_widget_set_visible (self->earlier_list, open);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->earlier_arrow), open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->earlier_button), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  if (open)
    queue_update (self);
}

static void
earlier_activated_cb (KefuOrdersPage *self, GtkListBoxRow *row)
{
  if (GTK_WIDGET (row) != self->more_row)
    {
      kefu_earlier_order_toggle (KEFU_EARLIER_ORDER (row));
      return;
    }
  self->all_earlier = TRUE;
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->earlier_list), EARLIER_SHOWN)));
}

static void
kefu_orders_page_dispose (GObject *object)
{
  KefuOrdersPage *self = KEFU_ORDERS_PAGE (object);

  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_clear_object (&self->dossier);
  g_hash_table_remove_all (self->widgets);
  g_hash_table_remove_all (self->rows);
  G_OBJECT_CLASS (kefu_orders_page_parent_class)->dispose (object);
}

static void
kefu_orders_page_finalize (GObject *object)
{
  KefuOrdersPage *self = KEFU_ORDERS_PAGE (object);

  g_hash_table_unref (self->widgets);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->remarks);
  g_free (self->customer_id);
  G_OBJECT_CLASS (kefu_orders_page_parent_class)->finalize (object);
}

static void
kefu_orders_page_class_init (KefuOrdersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_orders_page_dispose;
  widget_class->grab_focus = kefu_orders_page_grab_focus;
  widget_class->map = kefu_orders_page_map;
  object_class->finalize = kefu_orders_page_finalize;

  g_type_ensure (KEFU_TYPE_CONFLICT_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-orders-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, conflicts);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, current_box);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, earlier_section);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, earlier_button);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, earlier_count);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, earlier_arrow);
  gtk_widget_class_bind_template_child (widget_class, KefuOrdersPage, earlier_list);
  gtk_widget_class_bind_template_callback (widget_class, earlier_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, earlier_activated_cb);
}

static void
kefu_orders_page_init (KefuOrdersPage *self)
{
  self->widgets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->remarks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kefu_begun_remark_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
kefu_orders_page_set_dossier (KefuOrdersPage *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_ORDERS_PAGE (self));

  if (self->dossier == dossier)
    return;
  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_set_object (&self->dossier, dossier);
  kefu_conflict_box_set_dossier (self->conflicts, dossier);
  if (dossier)
    {
      g_signal_connect_object (dossier, "orders-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (dossier, "minute-passed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (dossier, "conversation-changed", G_CALLBACK (update_page), self, G_CONNECT_SWAPPED);
    }
  queue_update (self);
}

gboolean
kefu_orders_page_edit_refused (KefuOrdersPage *self, KefuOutboxRecord *refused)
{
  g_autofree char *id = kefu_refusal_dup_value (refused, "order_id");
  g_autofree char *text = kefu_refusal_dup_value (refused, "remark");
  KefuOrderWidget *widget = NULL;
  GtkWidget *row;

  g_return_val_if_fail (KEFU_IS_ORDERS_PAGE (self), FALSE);

  if (!id || !text || !kefu_dossier_get_orders (self->dossier) || !is_in (kefu_dossier_get_orders (self->dossier), id))
    return FALSE;
  g_hash_table_insert (self->remarks, g_strdup (id), kefu_begun_remark_new (text, NULL, refused->op_id));
  update (self);
  if (!g_hash_table_contains (self->widgets, id))
    {
      self->all_earlier = TRUE;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->earlier_button), TRUE);
      update (self);
    }
  row = g_hash_table_lookup (self->rows, id);
  if (row)
    widget = kefu_earlier_order_get_widget (KEFU_EARLIER_ORDER (row));
  else
    widget = g_hash_table_lookup (self->widgets, id);
  if (widget)
    kefu_order_widget_focus_remark (widget);
  return TRUE;
}
