/* SPDX-License-Identifier: GPL-3.0-or-later
 * A card of promises that can be ticked, changed and removed. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-checklist-list.h"

#include <glib/gi18n.h>

#include "kefu-checklist-editor.h"
#include "kefu-checklist-row.h"
#include "kefu-session-edits.h"
#include "kefu-toast.h"

struct _KefuChecklistList
{
  AdwBin parent_instance;

  GtkWidget *list;
  GtkWidget *editor; /* popover on the row that is edited; made when first needed */
  char *edited;      /* id of that row's item */

  KefuDossier *dossier;
  gboolean named;
};

enum
{
  PROP_0,
  PROP_NAMED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuChecklistList, kefu_checklist_list, ADW_TYPE_BIN)

/* What an undo of a removal needs; the toast outlives the list. */
typedef struct
{
  KefuSession *session;
  char *item_id;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  g_free (undo->item_id);
  g_free (undo);
}

static void
undo_remove (gpointer data, gpointer unused)
{
  Undo *undo = data;

  kefu_session_restore_checklist (undo->session, undo->item_id);
}

static KefuSession *
get_session (KefuChecklistList *self)
{
  return kefu_dossier_get_session (self->dossier);
}

static void
done_cb (KefuChecklistRow *row, gboolean done, KefuChecklistList *self)
{
  kefu_session_set_done (get_session (self), kefu_checklist_row_get_record (row)->id, done);
}

static void
remove_cb (KefuChecklistRow *row, KefuChecklistList *self)
{
  KefuChecklistRecord *record = kefu_checklist_row_get_record (row);
  g_autofree char *text = g_strdup_printf (_ ("Removed “%s”"), record->title);
  Undo *undo = g_new0 (Undo, 1);

  undo->session = g_object_ref (get_session (self));
  undo->item_id = g_strdup (record->id);
  kefu_toast_undo (GTK_WIDGET (self), text, undo_remove, undo, undo_free);
  kefu_session_remove_checklist (get_session (self), record);
}

/* A popover that closes leaves the focus nowhere. */
static void
editor_closed_cb (KefuChecklistList *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (kefu_checklist_row_get_record (KEFU_CHECKLIST_ROW (row))->id, self->edited) == 0)
      gtk_widget_grab_focus (row);
}

static void
edit_cb (KefuChecklistRow *row, KefuChecklistList *self)
{
  graphene_rect_t bounds;
  GdkRectangle place;

  if (!self->editor)
    {
      self->editor = kefu_checklist_editor_new ();
      gtk_widget_set_parent (self->editor, GTK_WIDGET (self));
      g_signal_connect_object (self->editor, "closed", G_CALLBACK (editor_closed_cb), self, G_CONNECT_SWAPPED);
    }
  if (gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &bounds))
    {
      place.x = (int) bounds.origin.x;
      place.y = (int) bounds.origin.y;
      place.width = (int) bounds.size.width;
      place.height = (int) bounds.size.height;
      gtk_popover_set_pointing_to (GTK_POPOVER (self->editor), &place);
    }
  g_free (self->edited);
  self->edited = g_strdup (kefu_checklist_row_get_record (row)->id);
  kefu_checklist_editor_edit (KEFU_CHECKLIST_EDITOR (self->editor), self->dossier, kefu_checklist_row_get_record (row));
  gtk_popover_popup (GTK_POPOVER (self->editor));
}

static void
proof_cb (KefuChecklistRow *row, KefuChecklistList *self)
{
  KefuChecklistRecord *record = kefu_checklist_row_get_record (row);

  if (record->proof_message_id)
    gtk_widget_activate_action (GTK_WIDGET (self), "panel.show-message", "(ss)", record->conversation_id,
                                record->proof_message_id);
}

static void
row_activated_cb (KefuChecklistList *self, GtkListBoxRow *row)
{
  edit_cb (KEFU_CHECKLIST_ROW (row), self);
}

static KefuChecklistRow *
make_row (KefuChecklistList *self)
{
  GtkWidget *row = kefu_checklist_row_new (self->named);

  g_signal_connect_object (row, "done", G_CALLBACK (done_cb), self, 0);
  g_signal_connect_object (row, "edit", G_CALLBACK (edit_cb), self, 0);
  g_signal_connect_object (row, "remove", G_CALLBACK (remove_cb), self, 0);
  g_signal_connect_object (row, "proof", G_CALLBACK (proof_cb), self, 0);
  return KEFU_CHECKLIST_ROW (row);
}

static gboolean
kefu_checklist_list_grab_focus (GtkWidget *widget)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (KEFU_CHECKLIST_LIST (widget)->list), 0);

  return row && gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
kefu_checklist_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KefuChecklistList *self = KEFU_CHECKLIST_LIST (widget);

  GTK_WIDGET_CLASS (kefu_checklist_list_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->editor)
    gtk_popover_present (GTK_POPOVER (self->editor));
}

static void
kefu_checklist_list_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_NAMED:
      KEFU_CHECKLIST_LIST (object)->named = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_checklist_list_dispose (GObject *object)
{
  KefuChecklistList *self = KEFU_CHECKLIST_LIST (object);

  g_clear_pointer (&self->editor, gtk_widget_unparent);
  g_clear_object (&self->dossier);
  G_OBJECT_CLASS (kefu_checklist_list_parent_class)->dispose (object);
}

static void
kefu_checklist_list_finalize (GObject *object)
{
  g_free (KEFU_CHECKLIST_LIST (object)->edited);
  G_OBJECT_CLASS (kefu_checklist_list_parent_class)->finalize (object);
}

static void
kefu_checklist_list_class_init (KefuChecklistListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = kefu_checklist_list_set_property;
  object_class->dispose = kefu_checklist_list_dispose;
  object_class->finalize = kefu_checklist_list_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = kefu_checklist_list_size_allocate;
  GTK_WIDGET_CLASS (klass)->grab_focus = kefu_checklist_list_grab_focus;

  properties[PROP_NAMED] = g_param_spec_boolean ("named", NULL, NULL, FALSE,
                                                 G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_checklist_list_init (KefuChecklistList *self)
{
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), self->list);
}

GtkWidget *
kefu_checklist_list_new (gboolean named)
{
  return g_object_new (KEFU_TYPE_CHECKLIST_LIST, "named", named, NULL);
}

static gboolean
is_in (GPtrArray *items, const char *id)
{
  for (guint i = 0; i < items->len; i++)
    if (g_str_equal (((KefuChecklistRecord *) items->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

/* Sorts the rows into those whose items stay (@kept, by id) and @spare ones, which are taken out if some stay; returns
 * the place of a row that had the focus and whose item goes, or -1. */
static int
sort_rows (KefuChecklistList *self, GPtrArray *items, GHashTable *kept, GPtrArray *spare)
{
  int focus = -1;

  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child; child = gtk_widget_get_next_sibling (child))
    {
      const char *id = kefu_checklist_row_get_record (KEFU_CHECKLIST_ROW (child))->id;

      if (is_in (items, id))
        {
          g_hash_table_insert (kept, g_strdup (id), child);
          continue;
        }
      g_ptr_array_add (spare, child);
      if (gtk_widget_get_focus_child (self->list) == child)
        focus = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (child));
    }
  return focus;
}

void
kefu_checklist_list_set (KefuChecklistList *self, KefuDossier *dossier, GPtrArray *items, gint64 now)
{
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) spare = g_ptr_array_new ();
  gboolean another;
  guint reused = 0;
  int focus;

  g_return_if_fail (KEFU_IS_CHECKLIST_LIST (self));

  g_set_object (&self->dossier, dossier);
  focus = sort_rows (self, items, kept, spare);
  /* None of them stays: another customer's. To build a row takes much longer than to fill it, so they serve again. */
  another = g_hash_table_size (kept) == 0;
  for (guint i = another ? items->len : 0; i < spare->len; i++)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), spare->pdata[i]);

  for (guint i = 0; i < items->len; i++)
    {
      KefuChecklistRecord *item = items->pdata[i];
      KefuChecklistRow *row = g_hash_table_lookup (kept, item->id);

      if (another && reused < spare->len)
        {
          row = spare->pdata[reused++];
        }
      else if (!row)
        {
          row = make_row (self);
          gtk_list_box_insert (GTK_LIST_BOX (self->list), GTK_WIDGET (row), (int) i);
        }
      else if (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) != (int) i)
        {
          g_object_ref (row);
          gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
          gtk_list_box_insert (GTK_LIST_BOX (self->list), GTK_WIDGET (row), (int) i);
          g_object_unref (row);
        }
      kefu_checklist_row_set (row, item, now);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), items->len > 0);

  /* What was ticked went to another card; the hand stays where it was. */
  if (focus >= 0 && items->len > 0)
    gtk_widget_grab_focus (
      GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), MIN (focus, (int) items->len - 1))));
}

gboolean
kefu_checklist_list_edit (KefuChecklistList *self, const char *item_id, KefuOutboxRecord *refused)
{
  g_return_val_if_fail (KEFU_IS_CHECKLIST_LIST (self), FALSE);

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row; row = gtk_widget_get_next_sibling (row))
    if (g_str_equal (kefu_checklist_row_get_record (KEFU_CHECKLIST_ROW (row))->id, item_id))
      {
        edit_cb (KEFU_CHECKLIST_ROW (row), self);
        kefu_checklist_editor_refill (KEFU_CHECKLIST_EDITOR (self->editor), refused);
        return TRUE;
      }
  return FALSE;
}
