/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: what was promised to the customer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-checklist-page.h"

#include "kefu-checklist-editor.h"
#include "kefu-checklist-list.h"
#include "kefu-conflict-box.h"
#include "kefu-panel-text.h"
#include "kefu-refusal.h"

/* In the order in which they stand on the page. */
enum
{
  GROUP_OVER,
  GROUP_TODAY,
  GROUP_LATER,
  GROUP_DONE,
  N_GROUPS
};

struct _KefuChecklistPage
{
  AdwBin parent_instance;

  KefuConflictBox *conflicts;
  GtkWidget *stack;
  GtkWidget *add_button;
  GtkWidget *editor;
  GtkWidget *empty;
  GtkWidget *sections[N_GROUPS];
  GtkWidget *counts[N_GROUPS];
  GtkWidget *lists[N_GROUPS];

  KefuDossier *dossier;
  gboolean dirty; /* changed while nobody looked */
};

G_DEFINE_FINAL_TYPE (KefuChecklistPage, kefu_checklist_page, ADW_TYPE_BIN)

static guint
group_of (KefuChecklistRecord *item, gint64 now)
{
  if (item->done)
    return GROUP_DONE;
  switch (kefu_panel_due_state (item->due_at, now))
    {
    case KEFU_DUE_OVER:
      return GROUP_OVER;
    case KEFU_DUE_TODAY:
      return GROUP_TODAY;
    case KEFU_DUE_LATER:
    case KEFU_DUE_NONE:
    default:
      return GROUP_LATER;
    }
}

/* The group whose card has the keyboard focus, or N_GROUPS. */
static guint
find_focus (KefuChecklistPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  for (guint group = 0; group < N_GROUPS; group++)
    if (focus && gtk_widget_is_ancestor (focus, self->sections[group]))
      return group;
  return N_GROUPS;
}

static void
show_items (KefuChecklistPage *self, GPtrArray *items)
{
  gint64 now = 0;
  guint focus;

  if (self->dossier)
    now = kefu_clock_now (kefu_session_get_clock (kefu_dossier_get_session (self->dossier)));
  focus = find_focus (self);
  for (guint group = 0; group < N_GROUPS; group++)
    {
      g_autoptr (GPtrArray) members = g_ptr_array_new ();
      g_autofree char *count = NULL;

      for (guint i = 0; i < items->len; i++)
        if (group_of (items->pdata[i], now) == group)
          g_ptr_array_add (members, items->pdata[i]);
      count = g_strdup_printf ("%u", members->len);
      kefu_checklist_list_set (KEFU_CHECKLIST_LIST (self->lists[group]), self->dossier, members, now);
      gtk_label_set_label (GTK_LABEL (self->counts[group]), count);
      gtk_widget_set_visible (self->sections[group], members->len > 0);
    }
  gtk_widget_set_visible (self->empty, items->len == 0);

  /* A card whose last item was ticked goes: the hand comes to the next one. */
  if (focus < N_GROUPS && find_focus (self) == N_GROUPS)
    for (guint i = 0; i < N_GROUPS; i++)
      {
        guint group = (focus + i) % N_GROUPS;

        if (gtk_widget_get_visible (self->sections[group]) && gtk_widget_grab_focus (self->lists[group]))
          break;
      }
}

/* The first item, where Space ticks; else the button that adds one. */
static gboolean
kefu_checklist_page_grab_focus (GtkWidget *widget)
{
  KefuChecklistPage *self = KEFU_CHECKLIST_PAGE (widget);

  for (guint group = 0; group < N_GROUPS; group++)
    if (gtk_widget_get_visible (self->sections[group]))
      return gtk_widget_grab_focus (self->lists[group]);
  return gtk_widget_grab_focus (self->add_button);
}

static void
update_page (KefuChecklistPage *self)
{
  gboolean open = self->dossier && kefu_dossier_get_conversation (self->dossier);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), open ? "list" : "none");
}

static void
update (KefuChecklistPage *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GPtrArray *items = self->dossier ? kefu_dossier_get_checklist (self->dossier) : NULL;

  show_items (self, items ? items : none);
  if (!items)
    gtk_widget_set_visible (self->empty, FALSE); /* loading is not empty */
  update_page (self);
}

/* What is not on the screen waits until it is: a switch of conversation builds one page, not three. */
static void
queue_update (KefuChecklistPage *self)
{
  self->dirty = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->dirty)
    update (self);
}

static void
kefu_checklist_page_map (GtkWidget *widget)
{
  KefuChecklistPage *self = KEFU_CHECKLIST_PAGE (widget);

  GTK_WIDGET_CLASS (kefu_checklist_page_parent_class)->map (widget);
  if (self->dirty)
    queue_update (self);
}

static void
create_popup_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuChecklistPage *self = user_data;

  kefu_checklist_editor_add (KEFU_CHECKLIST_EDITOR (self->editor), self->dossier);
}

static void
kefu_checklist_page_dispose (GObject *object)
{
  KefuChecklistPage *self = KEFU_CHECKLIST_PAGE (object);

  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_clear_object (&self->dossier);
  G_OBJECT_CLASS (kefu_checklist_page_parent_class)->dispose (object);
}

static void
kefu_checklist_page_class_init (KefuChecklistPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_checklist_page_dispose;
  widget_class->map = kefu_checklist_page_map;
  widget_class->grab_focus = kefu_checklist_page_grab_focus;

  g_type_ensure (KEFU_TYPE_CHECKLIST_EDITOR);
  g_type_ensure (KEFU_TYPE_CHECKLIST_LIST);
  g_type_ensure (KEFU_TYPE_CONFLICT_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-checklist-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistPage, conflicts);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistPage, editor);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistPage, empty);
  for (gssize i = 0; i < N_GROUPS; i++)
    {
      g_autofree char *section = g_strdup_printf ("section_%d", (int) i);
      g_autofree char *count = g_strdup_printf ("count_%d", (int) i);
      g_autofree char *list = g_strdup_printf ("list_%d", (int) i);
      gssize step = i * (gssize) sizeof (GtkWidget *);

      gtk_widget_class_bind_template_child_full (widget_class, section, FALSE,
                                                 G_STRUCT_OFFSET (KefuChecklistPage, sections) + step);
      gtk_widget_class_bind_template_child_full (widget_class, count, FALSE,
                                                 G_STRUCT_OFFSET (KefuChecklistPage, counts) + step);
      gtk_widget_class_bind_template_child_full (widget_class, list, FALSE,
                                                 G_STRUCT_OFFSET (KefuChecklistPage, lists) + step);
    }
}

static void
kefu_checklist_page_init (KefuChecklistPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->add_button), create_popup_cb, self, NULL);
}

void
kefu_checklist_page_set_dossier (KefuChecklistPage *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_CHECKLIST_PAGE (self));

  if (self->dossier == dossier)
    return;
  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_set_object (&self->dossier, dossier);
  kefu_conflict_box_set_dossier (self->conflicts, dossier);
  if (dossier)
    {
      g_signal_connect_object (dossier, "checklist-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (dossier, "minute-passed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (dossier, "conversation-changed", G_CALLBACK (update_page), self, G_CONNECT_SWAPPED);
    }
  queue_update (self);
}

gboolean
kefu_checklist_page_edit_refused (KefuChecklistPage *self, KefuOutboxRecord *refused)
{
  g_autofree char *id = kefu_refusal_dup_value (refused, "id");

  g_return_val_if_fail (KEFU_IS_CHECKLIST_PAGE (self), FALSE);

  if (!id || !kefu_dossier_get_checklist (self->dossier))
    return FALSE;
  if (g_str_equal (refused->type, "checklist.add"))
    {
      gtk_menu_button_popup (GTK_MENU_BUTTON (self->add_button));
      kefu_checklist_editor_refill (KEFU_CHECKLIST_EDITOR (self->editor), refused);
      return TRUE;
    }
  update (self);
  for (guint group = 0; group < N_GROUPS; group++)
    if (kefu_checklist_list_edit (KEFU_CHECKLIST_LIST (self->lists[group]), id, refused))
      return TRUE;
  return FALSE;
}
