/* SPDX-License-Identifier: GPL-3.0-or-later
 * A window with a long list of labels, and what must always hold of it. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "row-list-fixture.h"

#include "kefu-ui-test.h"

GObject *
row_desk_item_new (guint number)
{
  g_autofree char *name = g_strdup_printf ("row %u", number);
  GObject *item = G_OBJECT (gtk_string_object_new (name));

  g_object_set_data (item, "number", GUINT_TO_POINTER (number));
  return item;
}

void
row_desk_set_height (gpointer item, int height)
{
  g_object_set_data (item, "height", GINT_TO_POINTER (height));
}

int
row_desk_get_height (gpointer item)
{
  int height = GPOINTER_TO_INT (g_object_get_data (item, "height"));

  return height > 0 ? height : ROW_HEIGHT;
}

static GtkWidget *
create_cb (gpointer owner)
{
  GtkWidget *label = gtk_label_new (NULL);

  ((RowDesk *) owner)->n_made++;
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  return label;
}

static void
bind_cb (GtkWidget *content, gpointer item, gpointer owner)
{
  RowDesk *desk = owner;
  const char *text = g_object_get_data (item, "text");

  desk->n_bound++;
  g_assert_nonnull (gtk_widget_get_parent (content));
  gtk_label_set_label (GTK_LABEL (content), text != NULL ? text : gtk_string_object_get_string (item));
  gtk_widget_set_size_request (content, -1, row_desk_get_height (item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (content)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_string_object_get_string (item), -1);
}

static void
unbind_cb (GtkWidget *content, gpointer item, gpointer owner)
{
  ((RowDesk *) owner)->n_unbound++;
}

static const KefuRowFuncs funcs = { create_cb, bind_cb, unbind_cb };

static void
chosen_cb (RowDesk *desk, guint position)
{
  desk->n_chosen++;
  desk->last_position = position;
  g_assert_cmpuint (kefu_row_list_get_selected (desk->list), ==, position);
}

static void
activate_cb (RowDesk *desk, guint position)
{
  desk->n_activated++;
  desk->last_position = position;
}

GListStore *
row_desk_store_new (guint n)
{
  GListStore *store = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, row_desk_item_new (i));
  g_list_store_splice (store, 0, 0, items->pdata, n);
  return store;
}

/* Until the margin is there too. */
void
row_desk_rest (RowDesk *desk)
{
  guint before;

  do
    {
      before = desk->n_bound;
      kefu_ui_test_settle ();
    }
  while (desk->n_bound != before);
}

void
row_desk_open (RowDesk *desk, guint n, gboolean uniform, KefuFollow follow)
{
  *desk = (RowDesk){ 0 };
  desk->store = row_desk_store_new (n);
  /* of many heights, but for every third */
  for (guint i = 0; i < n && !uniform; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (desk->store), i);

      if (i % 3)
        row_desk_set_height (item, 30 + (int) (i * 37 % 170));
    }
  desk->list = g_object_new (KEFU_TYPE_ROW_LIST, "uniform", uniform, "follow", (int) follow, NULL);
  kefu_row_list_set_funcs (desk->list, &funcs, desk);
  kefu_row_list_set_model (desk->list, G_LIST_MODEL (desk->store));
  g_signal_connect_swapped (desk->list, "chosen", G_CALLBACK (chosen_cb), desk);
  g_signal_connect_swapped (desk->list, "activate", G_CALLBACK (activate_cb), desk);
  gtk_widget_add_css_class (GTK_WIDGET (desk->list), "plain");
  desk->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (desk->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (desk->scrolled), GTK_WIDGET (desk->list));
  desk->window = kefu_ui_test_window (desk->scrolled, WIDTH, HEIGHT);
  /* which stays a row wherever it is */
  gtk_window_set_focus (desk->window, NULL);
  row_desk_rest (desk);
}

void
row_desk_close (RowDesk *desk)
{
  KefuRowList *list = g_object_ref (desk->list);

  gtk_window_destroy (desk->window);
  kefu_ui_test_settle ();
  g_assert_finalize_object (list);
  g_assert_cmpuint (desk->n_bound, ==, desk->n_unbound);
  g_assert_finalize_object (desk->store);
}

GtkAdjustment *
row_desk_adjustment (RowDesk *desk)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (desk->scrolled));
}

double
row_desk_end_value (RowDesk *desk)
{
  return gtk_adjustment_get_upper (row_desk_adjustment (desk)) -
         gtk_adjustment_get_page_size (row_desk_adjustment (desk));
}

gpointer
row_desk_item_at (RowDesk *desk, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (desk->store), position);

  return item;
}

guint
row_desk_n_items (RowDesk *desk)
{
  return g_list_model_get_n_items (G_LIST_MODEL (desk->store));
}

/* Where the row of @item is, from the upper edge of the view. */
static gboolean
find_y (RowDesk *desk, gpointer item, double *y, double *height)
{
  GtkWidget *content = kefu_row_list_get_content_of (desk->list, item);
  graphene_rect_t bounds;

  if (content == NULL || !gtk_widget_get_mapped (content))
    return FALSE;
  g_assert_true (gtk_widget_compute_bounds (gtk_widget_get_parent (content), GTK_WIDGET (desk->list), &bounds));
  *y = bounds.origin.y;
  if (height != NULL)
    *height = bounds.size.height;
  return TRUE;
}

double
row_desk_y_of (RowDesk *desk, gpointer item)
{
  double y = 0;

  g_assert_true (find_y (desk, item, &y, NULL));
  return y;
}

/* The view is full, without a gap, of the right rows; few others are there. */
/* A screen reader reads the rows as they are seen. */
static gboolean
are_in_order (RowDesk *desk)
{
  int before = -1;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (desk->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      guint place = kefu_row_list_get_position (desk->list, row);

      if (place == GTK_INVALID_LIST_POSITION)
        continue;
      if ((int) place <= before)
        return FALSE;
      before = (int) place;
    }
  return TRUE;
}

void
row_desk_check_rows (RowDesk *desk)
{
  double y = 0, height = 0, first_y = 0, expected;
  gpointer first = kefu_row_list_first_in_view (desk->list, &first_y);
  guint position, n_rows = 0, n_seen = 0;

  g_assert_nonnull (first);
  g_assert_cmpfloat (row_desk_y_of (desk, first), ==, first_y);
  g_assert_cmpfloat (first_y, <=, 0);
  position = kefu_row_list_get_position (desk->list, kefu_row_list_get_content_of (desk->list, first));
  for (expected = first_y; expected < HEIGHT && position < row_desk_n_items (desk); position++)
    {
      GtkWidget *content = kefu_row_list_get_content (desk->list, position);

      g_assert_true (find_y (desk, row_desk_item_at (desk, position), &y, &height));
      g_assert_cmpfloat (y, ==, expected);
      g_assert_cmpfloat (height, ==,
                         MAX (row_desk_get_height (row_desk_item_at (desk, position)),
                              gtk_widget_get_height (content)));
      g_assert_true (kefu_row_list_get_item (desk->list, content) == row_desk_item_at (desk, position));
      expected += height;
      n_seen++;
    }
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (desk->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    n_rows++;
  g_assert_cmpuint (n_rows, <=, 4 * n_seen + 20);
  /* behind what is seen */
  kefu_ui_test_wait (are_in_order (desk));
}

void
row_desk_count_cb (GtkWidget *content, gpointer item, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
watch_cb (RowDesk *desk)
{
  double y = G_MAXDOUBLE;

  desk->n_frames++;
  find_y (desk, desk->watched, &y, NULL);
  desk->least = MIN (desk->least, y);
  desk->most = MAX (desk->most, y);
}

/* Runs until all is settled, and @item was at @y in every frame. */
void
row_desk_check_stays (RowDesk *desk, gpointer item, double y)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (desk->window));
  gulong id = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (watch_cb), desk);

  desk->watched = item;
  desk->least = G_MAXDOUBLE;
  desk->most = -G_MAXDOUBLE;
  desk->n_frames = 0;
  gtk_widget_queue_draw (GTK_WIDGET (desk->list));
  kefu_ui_test_settle ();
  g_signal_handler_disconnect (clock, id);
  g_assert_cmpuint (desk->n_frames, >, 0);
  g_assert_cmpfloat (desk->least, ==, y);
  g_assert_cmpfloat (desk->most, ==, y);
  row_desk_check_rows (desk);
}

void
row_desk_scroll (RowDesk *desk, double value)
{
  gtk_adjustment_set_value (row_desk_adjustment (desk), value);
  row_desk_rest (desk);
}

void
row_desk_insert (RowDesk *desk, guint position, guint number, int height)
{
  g_autoptr (GObject) item = row_desk_item_new (number);

  row_desk_set_height (item, height);
  g_list_store_insert (desk->store, position, item);
}

void
row_desk_resize (RowDesk *desk, guint position, int height)
{
  gpointer item = row_desk_item_at (desk, position);
  GtkWidget *content = kefu_row_list_get_content_of (desk->list, item);

  row_desk_set_height (item, height);
  if (content != NULL)
    gtk_widget_set_size_request (content, -1, height);
}

int
row_desk_compare_turned (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint from = GPOINTER_TO_UINT (user_data);
  guint x = GPOINTER_TO_UINT (g_object_get_data ((GObject *) a, "number"));
  guint y = GPOINTER_TO_UINT (g_object_get_data ((GObject *) b, "number"));

  /* the one called @from comes first, the rest as it was */
  x = x == from ? 0 : x + 1;
  y = y == from ? 0 : y + 1;
  return x < y ? -1 : x > y;
}

/* Rows as high as their content. */
void
row_desk_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider,
                                   ".plain, .plain > row { margin: 0; padding: 0; border: none; min-height: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
}

void
row_desk_check_end (RowDesk *desk)
{
  gpointer last = row_desk_item_at (desk, row_desk_n_items (desk) - 1);

  row_desk_check_stays (desk, last, HEIGHT - row_desk_get_height (last));
  g_assert_true (kefu_row_list_get_at_end (desk->list));
  g_assert_cmpfloat (gtk_adjustment_get_value (row_desk_adjustment (desk)), ==, row_desk_end_value (desk));
}
