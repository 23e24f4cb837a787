/* SPDX-License-Identifier: GPL-3.0-or-later
 * The colleagues that open at the caret as one types an @. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-mention-picker.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-pinyin.h"
#include "kefu-text.h"

/* More are found by typing on. */
#define MAX_ROWS 8
#define AVATAR_SIZE 24

struct _KefuMentionPicker
{
  GtkPopover parent_instance;

  GtkListBox *list;
  GPtrArray *agents;  /* KefuAgentRecord */
  GPtrArray *matches; /* of them, as listed; borrowed */
  char *own_id;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuMentionPicker, kefu_mention_picker, GTK_TYPE_POPOVER)

static void
row_activated_cb (KefuMentionPicker *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, self->matches->pdata[gtk_list_box_row_get_index (row)]);
}

static void
kefu_mention_picker_finalize (GObject *object)
{
  KefuMentionPicker *self = KEFU_MENTION_PICKER (object);

  g_ptr_array_unref (self->matches);
  g_ptr_array_unref (self->agents);
  g_free (self->own_id);

  G_OBJECT_CLASS (kefu_mention_picker_parent_class)->finalize (object);
}

static void
kefu_mention_picker_class_init (KefuMentionPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_mention_picker_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", KEFU_TYPE_MENTION_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
kefu_mention_picker_init (KefuMentionPicker *self)
{
  self->agents = g_ptr_array_new ();
  self->matches = g_ptr_array_new ();
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_set_focusable (GTK_WIDGET (self->list), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "picker-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Colleagues"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->list));
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "mention-picker");
}

GtkWidget *
kefu_mention_picker_new (void)
{
  return g_object_new (KEFU_TYPE_MENTION_PICKER, NULL);
}

static void
clear (KefuMentionPicker *self)
{
  GtkWidget *row;

  g_ptr_array_set_size (self->matches, 0);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))))
    gtk_list_box_remove (self->list, row);
}

void
kefu_mention_picker_set_agents (KefuMentionPicker *self, GPtrArray *agents, const char *own_id)
{
  g_return_if_fail (KEFU_IS_MENTION_PICKER (self));

  clear (self);
  if (agents)
    g_ptr_array_ref (agents);
  g_ptr_array_unref (self->agents);
  self->agents = agents ? agents : g_ptr_array_new ();
  g_free (self->own_id);
  self->own_id = g_strdup (own_id);
}

/* How well @name answers: 3 all of it, 2 it begins so, 1 it has it somewhere, 0 not at all. */
static int
rank (const char *name, const char *query)
{
  g_autofree char *folded = kefu_text_fold (name);
  g_autofree char *full = NULL;
  g_autofree char *initials = NULL;
  g_auto (GStrv) syllables = NULL;
  g_autofree char *joined = NULL;

  if (*query == '\0')
    return 1;
  if (g_str_equal (folded, query))
    return 3;
  if (g_str_has_prefix (folded, query))
    return 2;
  kefu_pinyin (name, &full, &initials);
  syllables = g_strsplit (full, " ", -1);
  joined = g_strjoinv ("", syllables);
  if (g_str_has_prefix (joined, query) || g_str_has_prefix (initials, query))
    return 2;
  return strstr (folded, query) != NULL;
}

static GtkWidget *
row_new (KefuAgentRecord *agent)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *name = gtk_label_new (agent->name);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 24);
  gtk_box_append (GTK_BOX (box), adw_avatar_new (AVATAR_SIZE, agent->name, TRUE));
  gtk_box_append (GTK_BOX (box), name);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, agent->name, -1);
  return row;
}

gboolean
kefu_mention_picker_set_query (KefuMentionPicker *self, const char *query)
{
  g_autofree char *folded = NULL;
  gboolean is_all = FALSE;

  g_return_val_if_fail (KEFU_IS_MENTION_PICKER (self), FALSE);
  g_return_val_if_fail (query != NULL, FALSE);

  folded = kefu_text_fold (query);
  clear (self);
  for (int wanted = 3; wanted > 0; wanted--)
    for (guint i = 0; i < self->agents->len && self->matches->len < MAX_ROWS; i++)
      {
        KefuAgentRecord *agent = self->agents->pdata[i];

        if (*agent->name == '\0' || g_strcmp0 (agent->id, self->own_id) == 0 || rank (agent->name, folded) != wanted)
          continue;
        is_all = is_all || wanted == 3;
        g_ptr_array_add (self->matches, agent);
        gtk_list_box_append (self->list, row_new (agent));
      }
  if (self->matches->len == 0 || (is_all && self->matches->len == 1))
    return FALSE;
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  return TRUE;
}

void
kefu_mention_picker_move (KefuMentionPicker *self, int by)
{
  GtkListBoxRow *row;
  int n, index;

  g_return_if_fail (KEFU_IS_MENTION_PICKER (self));

  n = (int) self->matches->len;
  row = gtk_list_box_get_selected_row (self->list);
  if (n == 0)
    return;
  index = row ? gtk_list_box_row_get_index (row) : 0;
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, ((index + by) % n + n) % n));
}

KefuAgentRecord *
kefu_mention_picker_get_selected (KefuMentionPicker *self)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (KEFU_IS_MENTION_PICKER (self), NULL);

  row = gtk_list_box_get_selected_row (self->list);
  return row ? self->matches->pdata[gtk_list_box_row_get_index (row)] : NULL;
}
