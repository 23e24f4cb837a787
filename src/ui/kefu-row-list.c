/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long list with widgets only for what is in view. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-row-list-private.h"

enum
{
  PROP_UNIFORM = 1,
  PROP_FOLLOW,
  PROP_AT_END,
  PROP_SELECTED,
  PROP_SELECTABLE,
  PROP_MODEL,
  N_PROPS,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  CHOSEN,
  ACTIVATE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuRowList,
                               kefu_row_list,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static guint
n_items (KefuRowList *self)
{
  return kefu_row_heights_get_n (self->heights);
}

/* (nullable): the row in which @widget stands. */
static KefuRow *
row_of (KefuRowList *self, GtkWidget *widget)
{
  while (widget != NULL && gtk_widget_get_parent (widget) != GTK_WIDGET (self))
    widget = gtk_widget_get_parent (widget);
  return KEFU_IS_ROW (widget) && KEFU_ROW (widget)->item != NULL ? KEFU_ROW (widget) : NULL;
}

void
kefu_row_list_set_at_end (KefuRowList *self, gboolean at_end)
{
  if (self->at_end == at_end)
    return;
  self->at_end = at_end;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

/* --- choosing --- */

static void
choose (KefuRowList *self, guint position)
{
  if (!self->selectable)
    return;
  kefu_row_list_set_selected (self, position);
  g_signal_emit (self, signals[CHOSEN], 0, position);
}

static void
activate (KefuRowList *self, guint position)
{
  g_signal_emit (self, signals[ACTIVATE], 0, position);
}

/* Where the keys go on from. */
static guint
cursor_position (KefuRowList *self)
{
  guint cursor = self->marks[KEFU_MARK_CURSOR].position;

  if (cursor == GTK_INVALID_LIST_POSITION)
    cursor = self->marks[KEFU_MARK_SELECTED].position;
  if (cursor != GTK_INVALID_LIST_POSITION)
    return cursor;
  if (self->stick == KEFU_STICK_END)
    return n_items (self) - 1;
  /* the first that is seen whole */
  cursor = self->anchor + (self->anchor_y < 0 ? 1 : 0);
  return MIN (cursor, n_items (self) - 1);
}

static guint
page_away (KefuRowList *self, guint from, gboolean down)
{
  gint64 top = kefu_row_heights_get_top (self->heights, from);
  guint to;

  if (down)
    {
      to = kefu_row_heights_find (self->heights, top + self->height);
      return to > from ? to : MIN (from + 1, n_items (self) - 1);
    }
  to = kefu_row_heights_find (self->heights, top - self->height + kefu_row_heights_get (self->heights, from));
  return to < from ? to : from - MIN (from, 1);
}

static gboolean
move_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);
  gboolean only_focus;
  guint position, n = n_items (self);
  int key;

  g_variant_get (arguments, "(ib)", &key, &only_focus);
  if (n == 0)
    return FALSE;
  position = cursor_position (self);
  switch (key)
    {
    case GDK_KEY_Up:
      position -= MIN (position, 1);
      break;
    case GDK_KEY_Down:
      position = MIN (position + 1, n - 1);
      break;
    case GDK_KEY_Home:
      position = 0;
      break;
    case GDK_KEY_End:
      position = n - 1;
      break;
    default:
      position = page_away (self, position, key == GDK_KEY_Page_Down);
    }
  kefu_row_list_focus (self, position);
  if (!only_focus && position != self->marks[KEFU_MARK_SELECTED].position)
    choose (self, position);
  return TRUE;
}

static gboolean
choose_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);
  KefuRow *row = row_of (self, gtk_widget_get_focus_child (widget));

  if (row == NULL || !self->selectable)
    return FALSE;
  choose (self, row->position);
  return TRUE;
}

static gboolean
activate_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);
  KefuRow *row = row_of (self, gtk_widget_get_focus_child (widget));

  if (row == NULL)
    return FALSE;
  activate (self, row->position);
  return TRUE;
}

static KefuRow *
row_at (KefuRowList *self, double x, double y)
{
  return row_of (self, gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));
}

static void
release (KefuRowList *self)
{
  if (self->pressed != NULL)
    gtk_widget_unset_state_flags (GTK_WIDGET (self->pressed), GTK_STATE_FLAG_ACTIVE);
  self->pressed = NULL;
  g_clear_object ((GObject **) &self->pressed_item);
}

static void
pressed_cb (KefuRowList *self, int n_press, double x, double y)
{
  KefuRow *row = row_at (self, x, y);
  g_autoptr (GObject) item = row != NULL ? g_object_ref (row->item) : NULL;

  release (self);
  row = item != NULL ? kefu_row_list_find_row_of (self, item) : NULL;
  if (row == NULL)
    return;
  self->pressed = row;
  self->pressed_item = g_steal_pointer (&item);
  gtk_widget_set_state_flags (GTK_WIDGET (row), GTK_STATE_FLAG_ACTIVE, FALSE);
  if (!kefu_row_has_keyboard (row))
    gtk_widget_grab_focus (GTK_WIDGET (row));
  if (n_press == 2)
    activate (self, row->position);
}

static void
released_cb (KefuRowList *self, int n_press, double x, double y)
{
  KefuRow *row = row_at (self, x, y);
  g_autoptr (GObject) item = g_steal_pointer (&self->pressed_item);

  release (self);
  if (n_press != 1 || item == NULL || row == NULL || row->item != (gpointer) item)
    return;
  row = kefu_row_list_find_row_of (self, item);
  if (row != NULL)
    choose (self, row->position);
}

/* --- the focus --- */

static gboolean
kefu_row_list_grab_focus (GtkWidget *widget)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);

  if (n_items (self) == 0)
    return GTK_WIDGET_CLASS (kefu_row_list_parent_class)->grab_focus (widget);
  kefu_row_list_focus (self, cursor_position (self));
  return TRUE;
}

static gboolean
kefu_row_list_focus_vfunc (GtkWidget *widget, GtkDirectionType direction)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);
  KefuRow *row = row_of (self, gtk_widget_get_focus_child (widget));

  if (row != NULL && kefu_row_has_keyboard (row))
    return gtk_widget_child_focus (GTK_WIDGET (row), direction);
  if (n_items (self) == 0 || gtk_widget_is_focus (widget))
    return FALSE;
  return gtk_widget_grab_focus (widget);
}

static void
kefu_row_list_set_focus_child (GtkWidget *widget, GtkWidget *child)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);
  KefuRow *row;

  GTK_WIDGET_CLASS (kefu_row_list_parent_class)->set_focus_child (widget, child);
  row = row_of (self, child);
  /* one whose item has gone has no position */
  if (row != NULL && !g_hash_table_contains (self->orphans, row))
    kefu_row_list_set_mark (self, KEFU_MARK_CURSOR, row->position);
}

/* --- the scrollable --- */

static void
set_adjustment (KefuRowList *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  GtkAdjustment **place = &self->adjustments[orientation];

  if (*place == adjustment && adjustment != NULL)
    return;
  if (*place != NULL)
    g_signal_handlers_disconnect_by_func (*place, kefu_row_list_value_changed, self);
  g_clear_object (place);
  *place = g_object_ref_sink (adjustment != NULL ? adjustment : gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  if (orientation == GTK_ORIENTATION_VERTICAL)
    g_signal_connect_swapped (*place, "value-changed", G_CALLBACK (kefu_row_list_value_changed), self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Rows that are not in view cannot be asked for a size: the list takes what it gets. */
static void
kefu_row_list_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  KefuRowList *self = KEFU_ROW_LIST (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      kefu_row_list_measure_width (self, minimum, natural);
      return;
    }
  *minimum = 0;
  *natural = (int) MIN (kefu_row_heights_get_top (self->heights, n_items (self)), G_MAXINT16);
}

static void
kefu_row_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  kefu_row_list_allocate (KEFU_ROW_LIST (widget), width, height);
}

static void
kefu_row_list_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kefu_row_list_parent_class)->realize (widget);
  g_signal_connect_data (gtk_native_get_surface (gtk_widget_get_native (widget)), "layout",
                         G_CALLBACK (kefu_row_list_layout_done), widget, NULL, G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

static void
kefu_row_list_unrealize (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_native_get_surface (gtk_widget_get_native (widget)),
                                        kefu_row_list_layout_done, widget);
  GTK_WIDGET_CLASS (kefu_row_list_parent_class)->unrealize (widget);
}

/* --- the object --- */

static void
kefu_row_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuRowList *self = KEFU_ROW_LIST (object);

  switch (prop_id)
    {
    case PROP_UNIFORM:
      g_value_set_boolean (value, self->uniform);
      break;
    case PROP_FOLLOW:
      g_value_set_int (value, (int) self->follow);
      break;
    case PROP_AT_END:
      g_value_set_boolean (value, self->at_end);
      break;
    case PROP_SELECTED:
      g_value_set_uint (value, kefu_row_list_get_selected (self));
      break;
    case PROP_SELECTABLE:
      g_value_set_boolean (value, self->selectable);
      break;
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, (int) self->policies[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, (int) self->policies[GTK_ORIENTATION_VERTICAL]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_policy (KefuRowList *self, GtkOrientation orientation, guint policy)
{
  if (self->policies[orientation] == policy)
    return;
  self->policies[orientation] = policy;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
kefu_row_list_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuRowList *self = KEFU_ROW_LIST (object);

  switch (prop_id)
    {
    case PROP_UNIFORM:
      self->uniform = g_value_get_boolean (value);
      break;
    case PROP_FOLLOW:
      kefu_row_list_set_follow (self, (KefuFollow) g_value_get_int (value));
      break;
    case PROP_SELECTED:
      kefu_row_list_set_selected (self, g_value_get_uint (value));
      break;
    case PROP_SELECTABLE:
      self->selectable = g_value_get_boolean (value);
      break;
    case PROP_MODEL:
      kefu_row_list_set_model (self, g_value_get_object (value));
      break;
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      set_policy (self, GTK_ORIENTATION_HORIZONTAL, (guint) g_value_get_enum (value));
      break;
    case PROP_VSCROLL_POLICY:
      set_policy (self, GTK_ORIENTATION_VERTICAL, (guint) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_row_list_constructed (GObject *object)
{
  KefuRowList *self = KEFU_ROW_LIST (object);

  G_OBJECT_CLASS (kefu_row_list_parent_class)->constructed (object);
  self->heights = kefu_row_heights_new (self->uniform);
}

static void
kefu_row_list_dispose (GObject *object)
{
  KefuRowList *self = KEFU_ROW_LIST (object);
  GtkWidget *child;

  kefu_row_list_set_model (self, NULL);
  g_clear_object ((GObject **) &self->pressed_item);
  g_ptr_array_set_size (self->pool, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    {
      if (self->adjustments[i] != NULL)
        g_signal_handlers_disconnect_by_func (self->adjustments[i], kefu_row_list_value_changed, self);
      g_clear_object (&self->adjustments[i]);
    }
  kefu_row_list_stop (self);
  G_OBJECT_CLASS (kefu_row_list_parent_class)->dispose (object);
}

static void
kefu_row_list_finalize (GObject *object)
{
  KefuRowList *self = KEFU_ROW_LIST (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->pool);
  g_hash_table_unref (self->by_item);
  g_hash_table_unref (self->orphans);
  kefu_row_heights_free (self->heights);
  G_OBJECT_CLASS (kefu_row_list_parent_class)->finalize (object);
}

static void
bind_keys (GtkWidgetClass *widget_class)
{
  static const guint moves[][2] = {
    { GDK_KEY_Up, GDK_KEY_KP_Up },           { GDK_KEY_Down, GDK_KEY_KP_Down },
    { GDK_KEY_Home, GDK_KEY_KP_Home },       { GDK_KEY_End, GDK_KEY_KP_End },
    { GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up }, { GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down },
  };
  static const guint activates[] = { GDK_KEY_Return, GDK_KEY_ISO_Enter, GDK_KEY_KP_Enter, GDK_KEY_space,
                                     GDK_KEY_KP_Space };
  static const GdkModifierType held[] = { 0, GDK_SHIFT_MASK, GDK_CONTROL_MASK, GDK_CONTROL_MASK | GDK_SHIFT_MASK };

  for (gsize i = 0; i < G_N_ELEMENTS (moves); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (moves[i]); j++)
      for (gsize k = 0; k < G_N_ELEMENTS (held); k++)
        gtk_widget_class_add_binding (widget_class, moves[i][j], held[k], move_cb, "(ib)", (int) moves[i][0],
                                      (held[k] & GDK_CONTROL_MASK) != 0);
  for (gsize i = 0; i < G_N_ELEMENTS (activates); i++)
    gtk_widget_class_add_binding (widget_class, activates[i], 0, activate_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, choose_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Space, GDK_CONTROL_MASK, choose_cb, NULL);
}

static void
kefu_row_list_class_init (KefuRowListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->constructed = kefu_row_list_constructed;
  object_class->dispose = kefu_row_list_dispose;
  object_class->finalize = kefu_row_list_finalize;
  object_class->get_property = kefu_row_list_get_property;
  object_class->set_property = kefu_row_list_set_property;
  widget_class->measure = kefu_row_list_measure;
  widget_class->size_allocate = kefu_row_list_size_allocate;
  widget_class->realize = kefu_row_list_realize;
  widget_class->unrealize = kefu_row_list_unrealize;
  widget_class->focus = kefu_row_list_focus_vfunc;
  widget_class->grab_focus = kefu_row_list_grab_focus;
  widget_class->set_focus_child = kefu_row_list_set_focus_child;

  properties[PROP_UNIFORM] = g_param_spec_boolean ("uniform", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLLOW] = g_param_spec_int ("follow", NULL, NULL, KEFU_FOLLOW_NOTHING, KEFU_FOLLOW_END,
                                              KEFU_FOLLOW_NOTHING, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTED] =
    g_param_spec_uint ("selected", NULL, NULL, 0, GTK_INVALID_LIST_POSITION, GTK_INVALID_LIST_POSITION,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTABLE] =
    g_param_spec_boolean ("selectable", NULL, NULL, TRUE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ACTIVATE] =
    g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  bind_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "listview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
kefu_row_list_init (KefuRowList *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->rows = g_ptr_array_new ();
  self->pool = g_ptr_array_new ();
  self->by_item = g_hash_table_new (NULL, NULL);
  self->orphans = g_hash_table_new (NULL, NULL);
  self->selectable = TRUE;
  self->at_end = TRUE;
  for (guint i = 0; i < KEFU_N_MARKS; i++)
    self->marks[i].position = GTK_INVALID_LIST_POSITION;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "view");

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  g_signal_connect_swapped (click, "unpaired-release", G_CALLBACK (release), self);
  g_signal_connect_swapped (click, "cancel", G_CALLBACK (release), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

void
kefu_row_list_set_funcs (KefuRowList *self, const KefuRowFuncs *funcs, gpointer owner)
{
  g_return_if_fail (KEFU_IS_ROW_LIST (self));
  g_return_if_fail (self->model == NULL);

  self->funcs = funcs;
  self->owner = owner;
}

static void
take_all_back (KefuRowList *self)
{
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < self->rows->len; i++)
    kefu_row_list_recycle (self, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  while (g_hash_table_iter_init (&iter, self->orphans), g_hash_table_iter_next (&iter, &key, NULL))
    kefu_row_list_recycle (self, key);
}

void
kefu_row_list_set_model (KefuRowList *self, GListModel *model)
{
  gboolean had_keyboard;

  g_return_if_fail (KEFU_IS_ROW_LIST (self));
  g_return_if_fail (model == NULL || self->funcs != NULL);

  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, kefu_row_list_items_changed, self);
  had_keyboard = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL || gtk_widget_is_focus (GTK_WIDGET (self));
  take_all_back (self);
  for (guint i = 0; i < KEFU_N_MARKS; i++)
    kefu_row_list_set_mark (self, i, GTK_INVALID_LIST_POSITION);
  g_set_object (&self->model, model);
  kefu_row_heights_free (self->heights);
  self->heights = kefu_row_heights_new (self->uniform);
  self->uniform_height = 0;
  self->anchor = 0;
  self->anchor_y = 0;
  self->first = self->last = 0;
  self->stick = self->follow == KEFU_FOLLOW_END ? KEFU_STICK_END : KEFU_STICK_START;
  if (model != NULL)
    {
      kefu_row_heights_splice (self->heights, 0, 0, g_list_model_get_n_items (model));
      g_signal_connect_swapped (model, "items-changed", G_CALLBACK (kefu_row_list_items_changed), self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
  kefu_row_list_queue (self);
  if (had_keyboard && model != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

GListModel *
kefu_row_list_get_model (KefuRowList *self)
{
  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), NULL);

  return self->model;
}

void
kefu_row_list_set_follow (KefuRowList *self, KefuFollow follow)
{
  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  if (self->follow == follow)
    return;
  self->follow = follow;
  self->stick = KEFU_STICK_NONE;
  if (follow == KEFU_FOLLOW_END && self->at_end)
    self->stick = KEFU_STICK_END;
  else if (follow == KEFU_FOLLOW_START && self->value < 1)
    self->stick = KEFU_STICK_START;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOW]);
}

gboolean
kefu_row_list_get_at_end (KefuRowList *self)
{
  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), FALSE);

  return self->at_end;
}

void
kefu_row_list_set_selected (KefuRowList *self, guint position)
{
  guint before;

  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  before = self->marks[KEFU_MARK_SELECTED].position;
  kefu_row_list_set_mark (self, KEFU_MARK_SELECTED, position);
  position = self->marks[KEFU_MARK_SELECTED].position;
  for (guint i = 0; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);

      kefu_row_set_selected (row, row->position == position);
    }
  /* Where it stands now the arrow keys go on, unless they are in use elsewhere in the list. */
  if (position != GTK_INVALID_LIST_POSITION && gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
    kefu_row_list_set_mark (self, KEFU_MARK_CURSOR, position);
  if (position != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

guint
kefu_row_list_get_selected (KefuRowList *self)
{
  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), GTK_INVALID_LIST_POSITION);

  return self->marks[KEFU_MARK_SELECTED].position;
}

GtkWidget *
kefu_row_list_get_content (KefuRowList *self, guint position)
{
  KefuRow *row;

  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), NULL);

  row = kefu_row_list_find_row (self, position);
  return row != NULL ? row->content : NULL;
}

GtkWidget *
kefu_row_list_get_content_of (KefuRowList *self, gpointer item)
{
  KefuRow *row;

  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), NULL);

  row = g_hash_table_lookup (self->by_item, item);
  return row != NULL && !g_hash_table_contains (self->orphans, row) ? row->content : NULL;
}

guint
kefu_row_list_get_position (KefuRowList *self, GtkWidget *widget)
{
  KefuRow *row;

  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), GTK_INVALID_LIST_POSITION);

  row = row_of (self, widget);
  return row != NULL && !g_hash_table_contains (self->orphans, row) ? row->position : GTK_INVALID_LIST_POSITION;
}

gpointer
kefu_row_list_get_item (KefuRowList *self, GtkWidget *widget)
{
  KefuRow *row;

  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), NULL);

  row = row_of (self, widget);
  return row != NULL ? row->item : NULL;
}

void
kefu_row_list_foreach (KefuRowList *self,
                       void (*func) (GtkWidget *content, gpointer item, gpointer user_data),
                       gpointer user_data)
{
  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);

      func (row->content, row->item, user_data);
    }
}

gpointer
kefu_row_list_first_in_view (KefuRowList *self, double *y)
{
  g_return_val_if_fail (KEFU_IS_ROW_LIST (self), NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);

      if (row->y + row->height <= 0 || row->y >= self->height)
        continue;
      if (y != NULL)
        *y = row->y;
      return row->item;
    }
  return NULL;
}

/* Whether nothing needs to move for the row to be seen whole. */
static gboolean
is_seen (KefuRowList *self, guint position)
{
  KefuRow *row = kefu_row_list_find_row (self, position);

  if (self->stick != KEFU_STICK_NONE && position == (self->stick == KEFU_STICK_END ? n_items (self) - 1 : 0))
    return TRUE;
  return !self->dirty && row != NULL && row->y >= 0 && row->y + row->height <= self->height;
}

void
kefu_row_list_scroll_to (KefuRowList *self, guint position, KefuPlace place)
{
  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  /* or the list would go with the row, should it move away before the layout */
  if (place == KEFU_PLACE_NEAREST && self->marks[KEFU_MARK_WANTED].position == GTK_INVALID_LIST_POSITION &&
      is_seen (self, position))
    return;
  kefu_row_list_set_mark (self, KEFU_MARK_WANTED, position);
  self->wanted_place = place;
  kefu_row_list_queue (self);
}

void
kefu_row_list_scroll_to_end (KefuRowList *self)
{
  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  kefu_row_list_set_mark (self, KEFU_MARK_WANTED, GTK_INVALID_LIST_POSITION);
  self->stick = KEFU_STICK_END;
  kefu_row_list_queue (self);
}

void
kefu_row_list_focus (KefuRowList *self, guint position)
{
  KefuRow *row;

  g_return_if_fail (KEFU_IS_ROW_LIST (self));

  if (position >= n_items (self))
    return;
  kefu_row_list_scroll_to (self, position, KEFU_PLACE_NEAREST);
  kefu_row_list_arrange (self);
  row = kefu_row_list_make_row (self, position);
  if (!kefu_row_has_keyboard (row))
    gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);
}
