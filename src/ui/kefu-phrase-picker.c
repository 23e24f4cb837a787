/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of phrases that opens between chat and composer as one types. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-picker.h"

#include <glib/gi18n.h>

#include "kefu-phrase-preview.h"

#define MAX_MATCHES 60
#define FIRST_F_KEY 2
/* List and foot; less in a low window, so that the last words of the customer stay in view. */
#define NATURAL_HEIGHT 372
#define MIN_HEIGHT 180
/* Rows that a keystroke shows before it returns, more than there is room for; the others follow after the frame. */
#define FIRST_ROWS 16

/* --- a row: a head or a phrase --- */

/* Signal `changed`: it stands for something else now. A list makes a new row for every new item, and that costs more than all the rest of a
 * keystroke: so the items stay and change. */

#define KEFU_TYPE_PICKER_ITEM (kefu_picker_item_get_type ())
G_DECLARE_FINAL_TYPE (KefuPickerItem, kefu_picker_item, KEFU, PICKER_ITEM, GObject)

struct _KefuPickerItem
{
  GObject parent_instance;

  KefuPhraseRecord *phrase; /* NULL: the head of a group */
  char *head;
  int match_start;
  int match_length;
  guint code_match;
};

enum
{
  ITEM_CHANGED,
  N_ITEM_SIGNALS
};

static guint item_signals[N_ITEM_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPickerItem, kefu_picker_item, G_TYPE_OBJECT)

static void
kefu_picker_item_finalize (GObject *object)
{
  KefuPickerItem *self = KEFU_PICKER_ITEM (object);

  g_clear_pointer (&self->phrase, kefu_phrase_record_unref);
  g_free (self->head);

  G_OBJECT_CLASS (kefu_picker_item_parent_class)->finalize (object);
}

static void
kefu_picker_item_class_init (KefuPickerItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_picker_item_finalize;

  item_signals[ITEM_CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_PICKER_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_picker_item_init (KefuPickerItem *self)
{
}

/* What a row shows; borrows from the matches. */
typedef struct
{
  const KefuPhraseMatch *match;
  gboolean is_head;
} Row;

static void
kefu_picker_item_set (KefuPickerItem *self, const Row *row, const char *query, gboolean anyway)
{
  KefuPhraseRecord *phrase = row->is_head ? NULL : row->match->phrase;
  const char *head = row->is_head ? row->match->phrase->group_name : NULL;
  int start = row->is_head ? -1 : row->match->match_start;
  int length = row->is_head ? 0 : row->match->match_length;
  gsize n_typed = strlen (query);
  guint code_match =
    phrase != NULL && n_typed > 0 && g_ascii_strncasecmp (phrase->code, query, n_typed) == 0 ? (guint) n_typed : 0;

  if (!anyway && phrase == self->phrase && g_strcmp0 (head, self->head) == 0 && start == self->match_start &&
      length == self->match_length && code_match == self->code_match)
    return;
  g_clear_pointer (&self->phrase, kefu_phrase_record_unref);
  self->phrase = phrase != NULL ? kefu_phrase_record_ref (phrase) : NULL;
  g_free (self->head);
  self->head = g_strdup (head);
  self->match_start = start;
  self->match_length = length;
  self->code_match = code_match;
  g_signal_emit (self, item_signals[ITEM_CHANGED], 0);
}

/* --- the picker --- */

struct _KefuPhrasePicker
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkListView *list;
  GtkSingleSelection *selection;
  KefuPhrasePreview *preview;

  GListStore *items;
  GPtrArray *matches; /* (nullable): of the query */
  GArray *rows;       /* Row */
  guint n_shown;      /* of them are in the items */
  gboolean restyled;  /* rows that show the same look different since: keys or colours changed */
  guint idle_id;
  KefuPhraseEngine *engine;
  KefuPhraseFillFunc fill;
  gpointer fill_data;
  char **favourites;
  char *query;
  GdkRGBA link;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhrasePicker, kefu_phrase_picker, GTK_TYPE_WIDGET)

static KefuPickerItem *
get_item (KefuPhrasePicker *self, guint position)
{
  KefuPickerItem *item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  /* The store keeps it. */
  if (item)
    g_object_unref (item);
  return item;
}

static guint16
to_16 (float channel)
{
  return (guint16) (CLAMP (channel, 0, 1) * 65535);
}

/* What was typed stands out of the title or code that it matched. */
static void
mark_match (KefuPhrasePicker *self, GtkLabel *label, const char *text, int start, int length)
{
  g_autoptr (PangoAttrList) attributes = NULL;
  const GdkRGBA *link = &self->link;

  if (start >= 0 && length > 0 && g_utf8_strlen (text, -1) >= start + length)
    {
      PangoAttribute *looks[] = { pango_attr_weight_new (PANGO_WEIGHT_BOLD),
                                  pango_attr_foreground_new (to_16 (link->red), to_16 (link->green),
                                                             to_16 (link->blue)),
                                  pango_attr_foreground_alpha_new (65535) };
      const char *from = g_utf8_offset_to_pointer (text, start);
      const char *to = g_utf8_offset_to_pointer (from, length);

      attributes = pango_attr_list_new ();
      for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
        {
          looks[i]->start_index = (guint) (from - text);
          looks[i]->end_index = (guint) (to - text);
          pango_attr_list_insert (attributes, looks[i]);
        }
    }
  gtk_label_set_attributes (label, attributes);
}

static int
favourite_key (KefuPhrasePicker *self, const char *id)
{
  for (int i = 0; self->favourites && self->favourites[i]; i++)
    if (g_str_equal (self->favourites[i], id))
      return i + FIRST_F_KEY;
  return 0;
}

/* A row is one horizontal box of labels that never wrap: code, title, key or count. */
static void
row_clicked_cb (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *list_item)
{
  KefuPickerItem *item = KEFU_PICKER_ITEM (gtk_list_item_get_item (list_item));
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  KefuPhrasePicker *self = KEFU_PHRASE_PICKER (gtk_widget_get_ancestor (row, KEFU_TYPE_PHRASE_PICKER));

  if (item && item->phrase && self)
    {
      g_autoptr (KefuPhraseRecord) phrase = kefu_phrase_record_ref (item->phrase);

      g_signal_emit (self, signals[CHOSEN], 0, phrase);
    }
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkWidget *code = gtk_label_new (NULL);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *uses = gtk_label_new (NULL);

  gtk_widget_add_css_class (code, "code");
  gtk_label_set_xalign (GTK_LABEL (code), 0);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_set_valign (uses, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), code);
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), uses);
  g_signal_connect (click, "released", G_CALLBACK (row_clicked_cb), list_item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_activatable (list_item, FALSE);
  gtk_list_item_set_child (list_item, row);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (widget == NULL)
    return;
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_item (KefuPhrasePicker *self, GtkListItem *list_item)
{
  KefuPickerItem *item = KEFU_PICKER_ITEM (gtk_list_item_get_item (list_item));
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *parent = gtk_widget_get_parent (row);
  GtkWidget *code = gtk_widget_get_first_child (row);
  GtkWidget *title = gtk_widget_get_next_sibling (code);
  GtkWidget *uses = gtk_widget_get_next_sibling (title);
  const char *text = item->phrase ? item->phrase->title : item->head;
  int key = item->phrase ? favourite_key (self, item->phrase->id) : 0;
  g_autofree char *end = NULL;

  gtk_list_item_set_selectable (list_item, item->phrase != NULL);
  set_class (parent, "head", item->phrase == NULL);
  set_class (title, "section-title", item->phrase == NULL);
  gtk_widget_set_visible (code, item->phrase != NULL);
  gtk_label_set_label (GTK_LABEL (title), text);
  mark_match (self, GTK_LABEL (title), text, item->match_start, item->match_length);
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (item->phrase != NULL)
    {
      gtk_label_set_label (GTK_LABEL (code), item->phrase->code);
      mark_match (self, GTK_LABEL (code), item->phrase->code, 0, (int) item->code_match);
      if (key)
        end = g_strdup_printf ("F%d", key);
      else if (item->phrase->uses > 0)
        /* TRANSLATORS: how often a phrase was used */
        end = g_strdup_printf (ngettext ("%d use", "%d uses", (gulong) item->phrase->uses), item->phrase->uses);
      set_class (uses, "kbd", key > 0);
      set_class (uses, "code", key == 0);
    }
  gtk_label_set_label (GTK_LABEL (uses), end ? end : "");
  gtk_widget_set_visible (uses, end != NULL);
}

static void
item_changed_cb (KefuPickerItem *item, GtkListItem *list_item)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *self = row ? gtk_widget_get_ancestor (row, KEFU_TYPE_PHRASE_PICKER) : NULL;

  if (self)
    show_item (KEFU_PHRASE_PICKER (self), list_item);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  g_signal_connect (gtk_list_item_get_item (list_item), "changed", G_CALLBACK (item_changed_cb), list_item);
  show_item (KEFU_PHRASE_PICKER (user_data), list_item);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (list_item), list_item);
  set_class (row ? gtk_widget_get_parent (row) : NULL, "head", FALSE);
}

static void
selected_cb (KefuPhrasePicker *self)
{
  KefuPhraseRecord *phrase = kefu_phrase_picker_get_selected (self);

  if (phrase && self->engine)
    {
      g_autoptr (KefuFilledPhrase) filled = self->fill (phrase, self->fill_data);
      g_autoptr (GPtrArray) ladder = kefu_phrase_engine_ladder (self->engine, phrase);

      kefu_phrase_preview_set (self->preview, phrase, filled, ladder);
    }
  else
    {
      kefu_phrase_preview_set (self->preview, NULL, NULL, NULL);
    }
}

static void
select_position (KefuPhrasePicker *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  /* The head above the first phrase of a group shall be seen with it. */
  if (position > 0 && get_item (self, position - 1)->phrase == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position - 1);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

/* Puts the rows up to @end into the list. */
static void
show_rows (KefuPhrasePicker *self, guint end)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);

  end = MIN (end, self->rows->len);
  for (guint i = self->n_shown; i < end; i++)
    {
      KefuPickerItem *item = i < n_items ? get_item (self, i) : g_object_new (KEFU_TYPE_PICKER_ITEM, NULL);

      if (i >= n_items)
        g_ptr_array_add (added, item);
      kefu_picker_item_set (item, &g_array_index (self->rows, Row, i), self->query, self->restyled);
    }
  self->n_shown = end;
  self->restyled = self->restyled && end < self->rows->len;
  if (n_items > self->rows->len)
    g_list_store_splice (self->items, self->rows->len, n_items - self->rows->len, NULL, 0);
  else if (added->len > 0)
    g_list_store_splice (self->items, n_items, 0, added->pdata, added->len);
}

static void
show_all (KefuPhrasePicker *self)
{
  g_clear_handle_id (&self->idle_id, g_source_remove);
  show_rows (self, G_MAXUINT);
}

static gboolean
rest_cb (gpointer user_data)
{
  KefuPhrasePicker *self = KEFU_PHRASE_PICKER (user_data);

  self->idle_id = 0;
  show_all (self);
  return G_SOURCE_REMOVE;
}

/* Groups stand in the order of their best phrase, phrases within one in the order of their rank. */
static void
append_group (KefuPhrasePicker *self, guint first)
{
  const KefuPhraseMatch *head = self->matches->pdata[first];

  g_array_append_val (self->rows, ((Row){ head, TRUE }));
  for (guint i = first; i < self->matches->len; i++)
    {
      const KefuPhraseMatch *match = self->matches->pdata[i];

      if (g_str_equal (match->phrase->group_id, head->phrase->group_id))
        g_array_append_val (self->rows, ((Row){ match, FALSE }));
    }
}

static void
refresh (KefuPhrasePicker *self)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->matches);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_array_set_size (self->rows, 0);
  self->n_shown = 0;
  if (self->engine && self->query)
    self->matches = kefu_phrase_engine_match (self->engine, self->query, MAX_MATCHES);
  for (guint i = 0; self->matches && i < self->matches->len; i++)
    {
      const KefuPhraseMatch *match = self->matches->pdata[i];

      if (g_hash_table_add (seen, match->phrase->group_id))
        append_group (self, i);
    }

  show_rows (self, FIRST_ROWS);
  if (self->n_shown < self->rows->len && self->idle_id == 0)
    self->idle_id = g_idle_add (rest_cb, self);
  gtk_stack_set_visible_child_name (self->stack, self->rows->len ? "phrases" : "empty");
  select_position (self, self->rows->len ? 1 : GTK_INVALID_LIST_POSITION);
  selected_cb (self);
}

static void
kefu_phrase_picker_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = MAX (*minimum, MIN_HEIGHT);
      *natural = MAX (*minimum, NATURAL_HEIGHT);
    }
}

static void
kefu_phrase_picker_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (gtk_widget_get_first_child (widget), &(GtkAllocation){ 0, 0, width, height }, baseline);
}

/* Colours of text attributes do not follow the style by themselves. */
static void
kefu_phrase_picker_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  KefuPhrasePicker *self = KEFU_PHRASE_PICKER (widget);
  GdkRGBA link;

  GTK_WIDGET_CLASS (kefu_phrase_picker_parent_class)->css_changed (widget, change);
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "kefu_link", &link) ||
      gdk_rgba_equal (&link, &self->link))
    return;
  self->link = link;
  self->restyled = TRUE;
  if (self->query)
    refresh (self);
}

static void
kefu_phrase_picker_dispose (GObject *object)
{
  KefuPhrasePicker *self = KEFU_PHRASE_PICKER (object);
  GtkWidget *child;

  if (self->engine)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->engine);
  g_clear_object (&self->items);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_PHRASE_PICKER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_phrase_picker_parent_class)->dispose (object);
}

static void
kefu_phrase_picker_finalize (GObject *object)
{
  KefuPhrasePicker *self = KEFU_PHRASE_PICKER (object);

  g_clear_pointer (&self->matches, g_ptr_array_unref);
  g_array_unref (self->rows);
  g_strfreev (self->favourites);
  g_free (self->query);

  G_OBJECT_CLASS (kefu_phrase_picker_parent_class)->finalize (object);
}

static void
kefu_phrase_picker_class_init (KefuPhrasePickerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_phrase_picker_dispose;
  object_class->finalize = kefu_phrase_picker_finalize;
  widget_class->css_changed = kefu_phrase_picker_css_changed;
  widget_class->measure = kefu_phrase_picker_measure;
  widget_class->size_allocate = kefu_phrase_picker_size_allocate;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);

  g_type_ensure (KEFU_TYPE_PHRASE_PREVIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-phrase-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePicker, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePicker, list);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePicker, selection);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePicker, preview);
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
kefu_phrase_picker_init (KefuPhrasePicker *self)
{
  self->items = g_list_store_new (KEFU_TYPE_PICKER_ITEM);
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->items));
}

GtkWidget *
kefu_phrase_picker_new (void)
{
  return g_object_new (KEFU_TYPE_PHRASE_PICKER, NULL);
}

void
kefu_phrase_picker_set_engine (KefuPhrasePicker *self,
                               KefuPhraseEngine *engine,
                               KefuPhraseFillFunc fill,
                               gpointer user_data)
{
  g_return_if_fail (KEFU_IS_PHRASE_PICKER (self));

  if (self->engine)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_set_object (&self->engine, engine);
  self->fill = fill;
  self->fill_data = user_data;
  g_clear_pointer (&self->query, g_free);
  refresh (self);
}

void
kefu_phrase_picker_set_favourites (KefuPhrasePicker *self, const char *const *ids)
{
  g_return_if_fail (KEFU_IS_PHRASE_PICKER (self));

  g_strfreev (self->favourites);
  self->favourites = g_strdupv ((char **) ids);
  self->restyled = TRUE;
}

void
kefu_phrase_picker_set_query (KefuPhrasePicker *self, const char *query)
{
  g_return_if_fail (KEFU_IS_PHRASE_PICKER (self));
  g_return_if_fail (query);

  if (g_strcmp0 (self->query, query) == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  refresh (self);
}

void
kefu_phrase_picker_move (KefuPhrasePicker *self, int delta)
{
  int n, position, step;

  g_return_if_fail (KEFU_IS_PHRASE_PICKER (self));

  show_all (self);
  n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->items));
  if (n == 0)
    return;
  step = delta < 0 ? -1 : 1;
  position = (int) gtk_single_selection_get_selected (self->selection);
  for (; delta != 0; delta -= step)
    {
      do
        position = (position + step + n) % n;
      while (get_item (self, (guint) position)->phrase == NULL);
    }
  select_position (self, (guint) position);
}

KefuPhraseRecord *
kefu_phrase_picker_get_selected (KefuPhrasePicker *self)
{
  KefuPickerItem *item;

  g_return_val_if_fail (KEFU_IS_PHRASE_PICKER (self), NULL);

  item = KEFU_PICKER_ITEM (gtk_single_selection_get_selected_item (self->selection));
  return item ? item->phrase : NULL;
}
