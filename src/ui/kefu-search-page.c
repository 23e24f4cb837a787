/* SPDX-License-Identifier: GPL-3.0-or-later
 * Searching customers, orders and messages, in the place of the inbox. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-search-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-search-row.h"
#include "kefu-store-search.h"
#include "kefu-ui.h"

/* of each kind; more is not read, one types another letter */
#define MAX_HITS 50

/* The page stays while hits are opened, so that an agent can look at one after the other. */
struct _KefuSearchPage
{
  GtkWidget parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkListBox *list;
  AdwStatusPage *failed_page;

  KefuSession *session;
  GCancellable *cancellable;
  /* Enter before the answer came: the first hit is opened then */
  gboolean open_first;
};

enum
{
  OPEN,
  CLOSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSearchPage, kefu_search_page, GTK_TYPE_WIDGET)

static void
clear (KefuSearchPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
}

static void
open_row (KefuSearchPage *self, GtkListBoxRow *row)
{
  KefuSearchHitRecord *hit = kefu_search_row_get_hit (KEFU_SEARCH_ROW (row));

  gtk_list_box_select_row (self->list, row);
  if (hit->conversation_id != NULL)
    g_signal_emit (self, signals[OPEN], 0, hit->conversation_id, hit->message_id);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuSearchPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuSearchResults) results = kefu_store_search_finish (KEFU_STORE (source), result, &error);
  GtkListBoxRow *first;
  gint64 now;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) || self->session == NULL)
    return;
  g_clear_object (&self->cancellable);
  clear (self);
  if (error != NULL)
    {
      adw_status_page_set_description (self->failed_page, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
      return;
    }

  now = kefu_clock_now (kefu_session_get_clock (self->session));
  for (guint group = 0; group < KEFU_SEARCH_N_GROUPS; group++)
    for (guint i = 0; i < results->hits[group]->len; i++)
      gtk_list_box_append (self->list, kefu_search_row_new (g_ptr_array_index (results->hits[group], i), now));
  first = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_stack_set_visible_child_name (self->stack, first != NULL ? "results" : "nothing");
  if (first != NULL)
    {
      gtk_list_box_select_row (self->list, first);
      if (self->open_first)
        open_row (self, first);
    }
  self->open_first = FALSE;
}

static void
search_changed_cb (KefuSearchPage *self)
{
  g_autoptr (KefuSearchQuery) query = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->open_first = FALSE;
  if (self->session == NULL)
    return;
  query = kefu_search_query_new (gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                                 kefu_clock_now (kefu_session_get_clock (self->session)));
  if (kefu_search_query_is_empty (query))
    {
      clear (self);
      gtk_stack_set_visible_child_name (self->stack, "start");
      return;
    }
  self->cancellable = g_cancellable_new ();
  kefu_store_search_async (kefu_session_get_store (self->session), query, MAX_HITS, self->cancellable, found_cb,
                           g_object_ref (self));
}

static void
activate_cb (KefuSearchPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (self->cancellable != NULL)
    self->open_first = TRUE;
  else if (row != NULL)
    open_row (self, row);
}

/* ↑ and ↓ choose among the results while one goes on typing. */
static gboolean
key_pressed_cb (KefuSearchPage *self, guint keyval, guint keycode, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int step = keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down ? 1
             : keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up   ? -1
                                                                 : 0;

  if (step == 0 || row == NULL || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  row = gtk_list_box_get_row_at_index (self->list, gtk_list_box_row_get_index (row) + step);
  if (row != NULL)
    {
      GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->list);
      graphene_rect_t bounds;

      gtk_list_box_select_row (self->list, row);
      if (adjustment != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
        gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
    }
  return GDK_EVENT_STOP;
}

static void
close_cb (KefuSearchPage *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
close_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  close_cb (KEFU_SEARCH_PAGE (widget));
}

static const char *
kind_title (const char *kind)
{
  if (g_str_equal (kind, "customer"))
    return C_ ("search results", "Customers");
  if (g_str_equal (kind, "order"))
    return C_ ("search results", "Orders");
  return C_ ("search results", "Messages");
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  const char *kind = kefu_search_row_get_hit (KEFU_SEARCH_ROW (row))->kind;
  GtkWidget *label;

  if (before != NULL && g_str_equal (kind, kefu_search_row_get_hit (KEFU_SEARCH_ROW (before))->kind))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row) != NULL)
    return;
  label = gtk_label_new (kind_title (kind));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "section-title");
  gtk_widget_add_css_class (label, "search-head");
  gtk_list_box_row_set_header (row, label);
}

static void
kefu_search_page_dispose (GObject *object)
{
  KefuSearchPage *self = KEFU_SEARCH_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_SEARCH_PAGE);
  G_OBJECT_CLASS (kefu_search_page_parent_class)->dispose (object);
}

static void
kefu_search_page_class_init (KefuSearchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_search_page_dispose;

  signals[OPEN] = g_signal_new ("open", KEFU_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_STRING, G_TYPE_STRING);
  signals[CLOSE] =
    g_signal_new ("close", KEFU_TYPE_SEARCH_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-search-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, entry);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, list);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchPage, failed_page);
  gtk_widget_class_install_action (widget_class, "search.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "search.close", NULL);
}

static void
kefu_search_page_init (KefuSearchPage *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, header_cb, NULL, NULL);
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (search_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "stop-search", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (open_row), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

void
kefu_search_page_set_session (KefuSearchPage *self, KefuSession *session)
{
  g_return_if_fail (KEFU_IS_SEARCH_PAGE (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
}

void
kefu_search_page_focus (KefuSearchPage *self)
{
  g_return_if_fail (KEFU_IS_SEARCH_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
