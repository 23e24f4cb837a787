/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions about the customer on a page of the side panel. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-conflict-box.h"

#include "kefu-conflict-card.h"

struct _KefuConflictBox
{
  GtkWidget parent_instance;

  char *kind;
  KefuDossier *dossier;
  KefuOutboxList *outbox; /* of the dossier's session */
};

enum
{
  PROP_0,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuConflictBox, kefu_conflict_box, GTK_TYPE_WIDGET)

static gboolean
belongs_here (KefuConflictBox *self, KefuOutboxRecord *record)
{
  KefuConversationRecord *conversation = kefu_dossier_get_conversation (self->dossier);

  if (!record->conflict || !g_str_equal (record->conflict->kind, self->kind))
    return FALSE;
  return g_str_equal (self->kind, "phrase") ||
         (conversation && g_strcmp0 (record->conflict->customer_id, conversation->customer_id) == 0);
}

static GtkWidget *
find_card (KefuConflictBox *self, const char *op_id)
{
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self)); card;
       card = gtk_widget_get_next_sibling (card))
    if (g_str_equal (kefu_conflict_card_get_record (KEFU_CONFLICT_CARD (card))->op_id, op_id))
      return card;
  return NULL;
}

/* Cards whose question is still open keep their place and the focus. */
static void
drop_answered (KefuConflictBox *self)
{
  GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self));

  while (card)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (card);
      const char *op_id = kefu_conflict_card_get_record (KEFU_CONFLICT_CARD (card))->op_id;
      KefuOutboxRecord *record = self->outbox ? kefu_outbox_list_find (self->outbox, op_id) : NULL;

      if (!record || !belongs_here (self, record))
        gtk_widget_unparent (card);
      card = next;
    }
}

static void
update (KefuConflictBox *self)
{
  guint n = self->outbox ? g_list_model_get_n_items (G_LIST_MODEL (self->outbox)) : 0;
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  drop_answered (self);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KefuOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (self->outbox), i);
      KefuOutboxRecord *record = kefu_outbox_item_get_record (item);
      GtkWidget *card;

      if (!belongs_here (self, record))
        continue;
      card = find_card (self, record->op_id);
      if (!card)
        {
          card = kefu_conflict_card_new (kefu_dossier_get_session (self->dossier));
          gtk_widget_insert_before (card, GTK_WIDGET (self), NULL);
        }
      kefu_conflict_card_set (KEFU_CONFLICT_CARD (card), record);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_first_child (GTK_WIDGET (self)) != NULL);
  /* One answered, on to the next. */
  if (focused && !gtk_widget_get_focus_child (GTK_WIDGET (self)) && gtk_widget_get_first_child (GTK_WIDGET (self)))
    gtk_widget_grab_focus (gtk_widget_get_first_child (GTK_WIDGET (self)));
}

static void
kefu_conflict_box_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_KIND:
      KEFU_CONFLICT_BOX (object)->kind = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_conflict_box_dispose (GObject *object)
{
  KefuConflictBox *self = KEFU_CONFLICT_BOX (object);
  GtkWidget *card;

  kefu_conflict_box_set_dossier (self, NULL);
  while ((card = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (card);
  G_OBJECT_CLASS (kefu_conflict_box_parent_class)->dispose (object);
}

static void
kefu_conflict_box_finalize (GObject *object)
{
  g_free (KEFU_CONFLICT_BOX (object)->kind);
  G_OBJECT_CLASS (kefu_conflict_box_parent_class)->finalize (object);
}

static void
kefu_conflict_box_class_init (KefuConflictBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = kefu_conflict_box_set_property;
  object_class->dispose = kefu_conflict_box_dispose;
  object_class->finalize = kefu_conflict_box_finalize;

  properties[PROP_KIND] = g_param_spec_string ("kind", NULL, NULL, "customer",
                                               G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "conflicts");
}

static void
kefu_conflict_box_init (KefuConflictBox *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
kefu_conflict_box_set_dossier (KefuConflictBox *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_CONFLICT_BOX (self));

  if (self->dossier == dossier)
    return;
  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  if (self->outbox)
    g_signal_handlers_disconnect_by_data (self->outbox, self);
  g_clear_object (&self->outbox);
  g_set_object (&self->dossier, dossier);
  if (dossier)
    {
      self->outbox = g_object_ref (kefu_session_get_outbox (kefu_dossier_get_session (dossier)));
      g_signal_connect_object (self->outbox, "items-changed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      g_signal_connect_object (dossier, "conversation-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}
