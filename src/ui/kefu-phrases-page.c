/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: the ready texts. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrases-page.h"

#include <glib/gi18n.h>

#include "kefu-conflict-box.h"
#include "kefu-phrase-editor.h"
#include "kefu-phrase-node.h"
#include "kefu-phrase-popover.h"
#include "kefu-phrase-tree-row.h"
#include "kefu-refusal.h"
#include "kefu-session-edits.h"
#include "kefu-toast.h"

/* The tree is built anew only when phrases came, went or moved; `expanded` (ids of groups) and the selection go over to the new one. */
struct _KefuPhrasesPage
{
  AdwBin parent_instance;

  KefuConflictBox *conflicts;
  GtkWidget *search_entry;
  GtkWidget *scope_box;
  GtkWidget *team_button;
  GtkWidget *personal_button;
  GtkWidget *frequent_button;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *empty;
  GtkWidget *count_label;
  GtkWidget *popover;

  KefuDossier *dossier;
  KefuPhraseEngine *engine;
  GListModel *tree; /* of KefuPhraseNode */
  GtkSingleSelection *selection;
  GHashTable *expanded;
  GHashTable *known; /* groups that were there before */
  guint preview_id;
};

enum
{
  INSERT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhrasesPage, kefu_phrases_page, ADW_TYPE_BIN)

static const char *
get_query (KefuPhrasesPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
}

static KefuPhraseScope
get_scope (KefuPhrasesPage *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->personal_button)))
    return KEFU_PHRASES_PERSONAL;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->frequent_button)))
    return KEFU_PHRASES_FREQUENT;
  return KEFU_PHRASES_TEAM;
}

static GtkTreeListRow *
get_selected_row (KefuPhrasesPage *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

/* (transfer none) (nullable) */
static KefuPhraseRecord *
get_selected_phrase (KefuPhrasesPage *self)
{
  GtkTreeListRow *row = get_selected_row (self);
  g_autoptr (KefuPhraseNode) node = row ? gtk_tree_list_row_get_item (row) : NULL;

  return node ? kefu_phrase_node_get_phrase (node) : NULL;
}

/* --- the preview --- */

static void
hide_preview (KefuPhrasesPage *self)
{
  g_clear_handle_id (&self->preview_id, g_source_remove);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* (transfer none) (nullable): the widget that shows @row now. */
static GtkWidget *
find_row_widget (KefuPhrasesPage *self, GtkTreeListRow *row)
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *child = gtk_widget_get_first_child (item);

      if (KEFU_IS_PHRASE_TREE_ROW (child) && kefu_phrase_tree_row_get (KEFU_PHRASE_TREE_ROW (child)) == row)
        return item;
    }
  return NULL;
}

static gboolean
show_preview_cb (gpointer user_data)
{
  KefuPhrasesPage *self = user_data;
  KefuPhraseRecord *phrase = get_selected_phrase (self);
  GtkWidget *widget = phrase ? find_row_widget (self, get_selected_row (self)) : NULL;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  graphene_rect_t bounds;
  GdkRectangle place;

  self->preview_id = 0;
  if (!widget || !focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) ||
      !gtk_widget_compute_bounds (widget, GTK_WIDGET (self), &bounds))
    {
      hide_preview (self);
      return G_SOURCE_REMOVE;
    }
  place.x = 0;
  place.y = (int) bounds.origin.y;
  place.width = gtk_widget_get_width (GTK_WIDGET (self));
  place.height = (int) bounds.size.height;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  kefu_phrase_popover_show (KEFU_PHRASE_POPOVER (self->popover), self->dossier, phrase);
  return G_SOURCE_REMOVE;
}

/* Once the list has laid out what was selected. */
static void
queue_preview (KefuPhrasesPage *self)
{
  if (self->preview_id == 0 && gtk_widget_get_mapped (self->list))
    self->preview_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, show_preview_cb, self, NULL);
}

/* --- the tree --- */

static GListModel *
create_children_cb (gpointer item, gpointer user_data)
{
  GListModel *children = kefu_phrase_node_get_children (item);

  return children ? g_object_ref (children) : NULL;
}

static void
remember_expanded (KefuPhrasesPage *self)
{
  GListModel *model = gtk_single_selection_get_model (self->selection);

  for (guint i = 0; model && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (model, i);
      g_autoptr (KefuPhraseNode) node = gtk_tree_list_row_get_item (row);

      if (kefu_phrase_node_get_phrase (node))
        continue;
      if (gtk_tree_list_row_get_expanded (row))
        g_hash_table_add (self->expanded, g_strdup (kefu_phrase_node_get_id (node)));
      else
        g_hash_table_remove (self->expanded, kefu_phrase_node_get_id (node));
    }
}

/* Unfolds what was unfolded before (and new groups where there are few), and selects @selected (nullable), unfolding its group. */
static void
restore (KefuPhrasesPage *self, const char *selected)
{
  GListModel *model = gtk_single_selection_get_model (self->selection);
  gboolean few = g_list_model_get_n_items (model) <= 2;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (model, i);
      g_autoptr (KefuPhraseNode) node = gtk_tree_list_row_get_item (row);

      if (!kefu_phrase_node_get_phrase (node))
        {
          const char *id = kefu_phrase_node_get_id (node);
          gboolean added = g_hash_table_add (self->known, g_strdup (id));

          if ((few && added) || g_hash_table_contains (self->expanded, id))
            gtk_tree_list_row_set_expanded (row, TRUE);
        }
      if (g_strcmp0 (kefu_phrase_node_get_id (node), selected) == 0)
        gtk_single_selection_set_selected (self->selection, i);
    }
}

static void
show_count (KefuPhrasesPage *self)
{
  KefuPhraseScope scope = get_scope (self);
  guint count = self->engine ? kefu_phrase_tree_count (self->engine, scope) : 0;
  g_autofree char *text = NULL;

  switch (scope)
    {
    case KEFU_PHRASES_PERSONAL:
      text = g_strdup_printf (ngettext ("%u phrase of your own", "%u phrases of your own", count), count);
      break;
    case KEFU_PHRASES_FREQUENT:
      text = g_strdup_printf (ngettext ("%u phrase in use", "%u phrases in use", count), count);
      break;
    case KEFU_PHRASES_TEAM:
    default:
      text = g_strdup_printf (ngettext ("%u team phrase", "%u team phrases", count), count);
      break;
    }
  gtk_label_set_label (GTK_LABEL (self->count_label), text);
}

static void
show_empty (KefuPhrasesPage *self)
{
  AdwStatusPage *empty = ADW_STATUS_PAGE (self->empty);

  if (*get_query (self))
    {
      adw_status_page_set_title (empty, _ ("No Phrase Found"));
      adw_status_page_set_description (empty, _ ("Try a word of it, its code or its pinyin initials."));
      return;
    }
  switch (get_scope (self))
    {
    case KEFU_PHRASES_PERSONAL:
      adw_status_page_set_title (empty, _ ("No Phrases of Your Own"));
      adw_status_page_set_description (empty, _ ("The + below writes one that only you see."));
      break;
    case KEFU_PHRASES_FREQUENT:
      adw_status_page_set_title (empty, _ ("None Used Yet"));
      adw_status_page_set_description (empty, _ ("What you insert often stands here."));
      break;
    case KEFU_PHRASES_TEAM:
    default:
      adw_status_page_set_title (empty, _ ("No Team Phrases"));
      adw_status_page_set_description (empty, _ ("They come with the team's data."));
      break;
    }
}

static void
rebuild (KefuPhrasesPage *self)
{
  KefuPhraseRecord *phrase = get_selected_phrase (self);
  g_autofree char *selected = phrase ? g_strdup (phrase->id) : NULL;
  const char *query = get_query (self);
  GtkTreeListModel *model;

  remember_expanded (self);
  g_clear_object (&self->tree);
  if (!self->engine)
    self->tree = G_LIST_MODEL (g_list_store_new (KEFU_TYPE_PHRASE_NODE));
  else if (*query)
    self->tree = kefu_phrase_tree_search (self->engine, query);
  else
    self->tree = kefu_phrase_tree_build (self->engine, get_scope (self));
  model = gtk_tree_list_model_new (g_object_ref (self->tree), FALSE, FALSE, create_children_cb, NULL, NULL);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (model));
  restore (self, *query ? NULL : selected);
  /* Enter in the search inserts the best match: it shows which one that is. */
  gtk_single_selection_set_autoselect (self->selection, *query != '\0');
  g_object_unref (model);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    g_list_model_get_n_items (self->tree) > 0 ? "list" : "empty");
  show_empty (self);
  show_count (self);
}

static void
engine_changed_cb (KefuPhrasesPage *self)
{
  if (*get_query (self) || !kefu_phrase_tree_refresh (self->tree, self->engine, get_scope (self)))
    rebuild (self);
  show_count (self);
}

static void
selection_changed_cb (KefuPhrasesPage *self)
{
  gboolean any = get_selected_phrase (self) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "phrase.insert", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "phrase.edit", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "phrase.remove", any);
  queue_preview (self);
}

/* --- what the agent does --- */

static void
insert (KefuPhrasesPage *self, KefuPhraseRecord *phrase)
{
  g_autoptr (KefuPhraseRecord) kept = kefu_phrase_record_ref (phrase);

  hide_preview (self);
  g_signal_emit (self, signals[INSERT], 0, kept);
}

static void
insert_selected (KefuPhrasesPage *self)
{
  KefuPhraseRecord *phrase = get_selected_phrase (self);

  if (phrase)
    insert (self, phrase);
}

static void
activate_cb (KefuPhrasesPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr (KefuPhraseNode) node = gtk_tree_list_row_get_item (row);

  if (kefu_phrase_node_get_phrase (node))
    insert (self, kefu_phrase_node_get_phrase (node));
  else
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

static void
search_changed_cb (KefuPhrasesPage *self)
{
  /* A search looks everywhere: a code is typed without thinking of whose phrase it is. */
  gtk_widget_set_sensitive (self->scope_box, *get_query (self) == '\0');
  rebuild (self);
  if (*get_query (self))
    queue_preview (self);
  else
    hide_preview (self);
}

static void
stop_search_cb (KefuPhrasesPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
scope_toggled_cb (KefuPhrasesPage *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  hide_preview (self);
  rebuild (self);
}

static void
insert_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  insert_selected (KEFU_PHRASES_PAGE (widget));
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuPhrasesPage *self = KEFU_PHRASES_PAGE (widget);

  hide_preview (self);
  kefu_phrase_editor_present (GTK_WIDGET (self), kefu_dossier_get_session (self->dossier), NULL, NULL);
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuPhrasesPage *self = KEFU_PHRASES_PAGE (widget);
  KefuPhraseRecord *phrase = get_selected_phrase (self);

  hide_preview (self);
  if (phrase)
    kefu_phrase_editor_present (GTK_WIDGET (self), kefu_dossier_get_session (self->dossier), phrase, NULL);
}

/* What an undo of a removal needs; the toast outlives the page. */
typedef struct
{
  KefuSession *session;
  KefuPhraseRecord *phrase;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->session);
  kefu_phrase_record_unref (undo->phrase);
  g_free (undo);
}

static void
undo_remove (gpointer data, gpointer unused)
{
  Undo *undo = data;
  g_autofree char *id = kefu_session_save_phrase (undo->session, undo->phrase, NULL, NULL);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuPhrasesPage *self = KEFU_PHRASES_PAGE (widget);
  KefuPhraseRecord *phrase = get_selected_phrase (self);
  g_autofree char *text = NULL;
  Undo *undo;

  if (!phrase)
    return;
  hide_preview (self);
  undo = g_new0 (Undo, 1);
  undo->session = g_object_ref (kefu_dossier_get_session (self->dossier));
  undo->phrase = kefu_phrase_record_ref (phrase);
  text = g_strdup_printf (_ ("Removed “%s”"), *phrase->title ? phrase->title : phrase->code);
  kefu_toast_undo (widget, text, undo_remove, undo, undo_free);
  kefu_session_remove_phrase (undo->session, undo->phrase);
}

static void
focus_row (KefuPhrasesPage *self, GtkTreeListRow *row)
{
  guint position = gtk_tree_list_row_get_position (row);
  GtkWidget *widget = find_row_widget (self, row);

  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  if (widget)
    gtk_widget_grab_focus (widget);
}

static gboolean
list_key_cb (KefuPhrasesPage *self, guint keyval, guint keycode, GdkModifierType state)
{
  GtkTreeListRow *row = get_selected_row (self);
  gboolean fold = keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left;
  gboolean unfold = keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right;

  if (keyval == GDK_KEY_Escape && gtk_widget_get_visible (self->popover))
    {
      hide_preview (self);
      return GDK_EVENT_STOP;
    }
  if (!row || !(fold || unfold) || (state & gtk_accelerator_get_default_mod_mask ()))
    return GDK_EVENT_PROPAGATE;
  if (gtk_tree_list_row_is_expandable (row))
    {
      gtk_tree_list_row_set_expanded (row, unfold);
    }
  else if (fold)
    {
      g_autoptr (GtkTreeListRow) parent = gtk_tree_list_row_get_parent (row);

      if (parent)
        focus_row (self, parent);
    }
  return GDK_EVENT_STOP;
}

static gboolean
search_key_cb (KefuPhrasesPage *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
}

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, kefu_phrase_tree_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  kefu_phrase_tree_row_set (KEFU_PHRASE_TREE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  kefu_phrase_tree_row_set (KEFU_PHRASE_TREE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
kefu_phrases_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (kefu_phrases_page_parent_class)->size_allocate (widget, width, height, baseline);
  gtk_popover_present (GTK_POPOVER (KEFU_PHRASES_PAGE (widget)->popover));
}

static gboolean
kefu_phrases_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KEFU_PHRASES_PAGE (widget)->search_entry);
}

static void
kefu_phrases_page_unmap (GtkWidget *widget)
{
  hide_preview (KEFU_PHRASES_PAGE (widget));
  GTK_WIDGET_CLASS (kefu_phrases_page_parent_class)->unmap (widget);
}

static void
kefu_phrases_page_dispose (GObject *object)
{
  KefuPhrasesPage *self = KEFU_PHRASES_PAGE (object);

  kefu_phrases_page_set_dossier (self, NULL);
  g_clear_handle_id (&self->preview_id, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_phrases_page_parent_class)->dispose (object);
}

static void
kefu_phrases_page_finalize (GObject *object)
{
  KefuPhrasesPage *self = KEFU_PHRASES_PAGE (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->tree);
  g_hash_table_unref (self->expanded);
  g_hash_table_unref (self->known);
  G_OBJECT_CLASS (kefu_phrases_page_parent_class)->finalize (object);
}

static void
kefu_phrases_page_class_init (KefuPhrasesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_phrases_page_dispose;
  object_class->finalize = kefu_phrases_page_finalize;
  widget_class->size_allocate = kefu_phrases_page_size_allocate;
  widget_class->grab_focus = kefu_phrases_page_grab_focus;
  widget_class->unmap = kefu_phrases_page_unmap;

  signals[INSERT] = g_signal_new ("insert", KEFU_TYPE_PHRASES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_POINTER);

  gtk_widget_class_install_action (widget_class, "phrase.insert", NULL, insert_action);
  gtk_widget_class_install_action (widget_class, "phrase.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "phrase.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "phrase.remove", NULL, remove_action);

  g_type_ensure (KEFU_TYPE_CONFLICT_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-phrases-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, conflicts);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, scope_box);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, team_button);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, personal_button);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, frequent_button);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, list);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, empty);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasesPage, count_label);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, scope_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, insert_selected);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, hide_preview);
}

static void
add_list_keys (KefuPhrasesPage *self)
{
  static const struct
  {
    guint keyval;
    const char *action;
  } shortcuts[] = { { GDK_KEY_F2, "phrase.edit" }, { GDK_KEY_Delete, "phrase.remove" } };
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *search_keys = gtk_event_controller_key_new ();

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (shortcuts[i].keyval, 0),
                                                            gtk_named_action_new (shortcuts[i].action)));
  gtk_widget_add_controller (self->list, controller);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (list_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, keys);
  gtk_event_controller_set_propagation_phase (search_keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (search_keys, "key-pressed", G_CALLBACK (search_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->search_entry, search_keys);
}

static void
kefu_phrases_page_init (KefuPhrasesPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->popover = kefu_phrase_popover_new ();
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry), self->list);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selection_changed_cb), self,
                           G_CONNECT_SWAPPED);
  add_list_keys (self);
  selection_changed_cb (self);
  rebuild (self);
}

void
kefu_phrases_page_set_dossier (KefuPhrasesPage *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_PHRASES_PAGE (self));

  if (self->dossier == dossier)
    return;
  if (self->engine)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_set_object (&self->dossier, dossier);
  kefu_conflict_box_set_dossier (self->conflicts, dossier);
  g_clear_object (&self->engine);
  if (dossier)
    self->engine = g_object_ref (kefu_session_get_phrases (kefu_dossier_get_session (dossier)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "phrase.add", dossier != NULL);
  if (!dossier)
    return;
  g_signal_connect_object (self->engine, "changed", G_CALLBACK (engine_changed_cb), self, G_CONNECT_SWAPPED);
  /* What is filled in was another customer's. */
  g_signal_connect_object (dossier, "customer-changed", G_CALLBACK (hide_preview), self, G_CONNECT_SWAPPED);
  rebuild (self);
}

gboolean
kefu_phrases_page_edit_refused (KefuPhrasesPage *self, KefuOutboxRecord *refused)
{
  g_autofree char *id = kefu_refusal_dup_value (refused, "id");
  KefuSession *session;
  GPtrArray *phrases;
  KefuPhraseRecord *phrase = NULL;

  g_return_val_if_fail (KEFU_IS_PHRASES_PAGE (self), FALSE);

  session = kefu_dossier_get_session (self->dossier);
  phrases = kefu_phrase_engine_get_all (kefu_session_get_phrases (session));
  for (guint i = 0; phrases && i < phrases->len && !phrase; i++)
    if (g_strcmp0 (((KefuPhraseRecord *) phrases->pdata[i])->id, id) == 0)
      phrase = phrases->pdata[i];
  kefu_phrase_editor_present (GTK_WIDGET (self), session, phrase, refused);
  return TRUE;
}
