/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small window to write a phrase. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-editor.h"

#include <glib/gi18n.h>

#include "kefu-refusal.h"
#include "kefu-session-edits.h"
#include "kefu-ui.h"

/* `group_ids` stands beside the rows of `group_row`; its last row, NULL, is a new group. */
struct _KefuPhraseEditor
{
  AdwWindow parent_instance;

  GtkWidget *save_button;
  GtkWidget *title_row;
  GtkWidget *code_row;
  GtkWidget *scope_row;
  GtkWidget *group_row;
  GtkWidget *new_group_row;
  GtkWidget *body_view;

  KefuSession *session;
  KefuPhraseRecord *phrase;  /* as it was when the editor was opened; NULL: a new one */
  KefuOutboxRecord *refused; /* (nullable): what is written in the place of */
  GPtrArray *group_ids;
};

G_DEFINE_FINAL_TYPE (KefuPhraseEditor, kefu_phrase_editor, ADW_TYPE_WINDOW)

/* The order of the rows of `scope_row`. */
static const char *const scopes[] = { "personal", "team" };

static char *
dup_entry (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char *
dup_body (KefuPhraseEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body_view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static const char *
get_scope (KefuPhraseEditor *self)
{
  return scopes[adw_combo_row_get_selected (ADW_COMBO_ROW (self->scope_row))];
}

/* (transfer none) (nullable): NULL for a new group. */
static const char *
get_group_id (KefuPhraseEditor *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->group_row));

  return selected < self->group_ids->len ? self->group_ids->pdata[selected] : NULL;
}

static void
changed_cb (KefuPhraseEditor *self)
{
  g_autofree char *title = dup_entry (self->title_row);
  g_autofree char *group = dup_entry (self->new_group_row);
  g_autofree char *body = dup_body (self);
  gboolean new_group = get_group_id (self) == NULL;

  gtk_widget_set_visible (self->new_group_row, new_group);
  gtk_widget_set_sensitive (self->save_button, *title && *body && (!new_group || *group));
}

/* The groups of the chosen scope, @selected (nullable) on top of the choice. */
static void
fill_groups (KefuPhraseEditor *self, const char *selected)
{
  GPtrArray *phrases = kefu_phrase_engine_get_all (kefu_session_get_phrases (self->session));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint chosen = 0;

  g_ptr_array_set_size (self->group_ids, 0);
  for (guint i = 0; phrases && i < phrases->len; i++)
    {
      KefuPhraseRecord *phrase = phrases->pdata[i];

      if (!g_str_equal (phrase->scope, get_scope (self)) ||
          g_ptr_array_find_with_equal_func (self->group_ids, phrase->group_id, g_str_equal, NULL))
        continue;
      if (g_strcmp0 (phrase->group_id, selected) == 0)
        chosen = self->group_ids->len;
      g_ptr_array_add (self->group_ids, g_strdup (phrase->group_id));
      gtk_string_list_append (names, phrase->group_name);
    }
  g_ptr_array_add (self->group_ids, NULL);
  gtk_string_list_append (names, _ ("New group…"));
  if (self->group_ids->len == 1 && !*gtk_editable_get_text (GTK_EDITABLE (self->new_group_row)))
    gtk_editable_set_text (GTK_EDITABLE (self->new_group_row), _ ("My phrases"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->group_row), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->group_row), chosen);
  changed_cb (self);
}

static void
scope_selected_cb (KefuPhraseEditor *self)
{
  if (self->session)
    fill_groups (self, self->phrase ? self->phrase->group_id : NULL);
}

static void
save_clicked_cb (KefuPhraseEditor *self)
{
  g_autoptr (KefuPhraseRecord) phrase = kefu_phrase_record_new ();
  g_autofree char *id = NULL;
  const char *group_id = get_group_id (self);

  if (group_id)
    {
      phrase->group_id = g_strdup (group_id);
    }
  else
    {
      g_autofree char *group = dup_entry (self->new_group_row);

      phrase->group_id = kefu_session_add_phrase_group (self->session, group, get_scope (self));
    }
  phrase->id = g_strdup (self->phrase ? self->phrase->id : "");
  phrase->title = dup_entry (self->title_row);
  phrase->code = dup_entry (self->code_row);
  phrase->body = dup_body (self);
  phrase->scope = g_strdup (get_scope (self));
  phrase->ladder = g_strdup (self->phrase ? self->phrase->ladder : "");
  phrase->step = g_strdup (self->phrase ? self->phrase->step : "");
  phrase->sort = self->phrase ? self->phrase->sort : 0;
  id = kefu_session_save_phrase (self->session, phrase, self->phrase, self->refused ? self->refused->op_id : NULL);
  gtk_window_close (GTK_WINDOW (self));
}

/* Of one that is there only what the agent changed, of a new one all. */
static void
fill_refused (KefuPhraseEditor *self, KefuOutboxRecord *refused)
{
  g_autofree char *field = kefu_refusal_dup_field (refused);
  g_autofree char *title = kefu_refusal_dup_value (refused, "title");
  g_autofree char *code = kefu_refusal_dup_value (refused, "code");
  g_autofree char *body = kefu_refusal_dup_value (refused, "body");
  g_autofree char *scope = kefu_refusal_dup_value (refused, "scope");
  g_autofree char *group_id = kefu_refusal_dup_value (refused, "group_id");
  gboolean all = self->phrase == NULL;

  self->refused = kefu_outbox_record_ref (refused);
  if (all || g_str_equal (field, "group_id") || g_str_equal (field, "scope"))
    {
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->scope_row), g_strcmp0 (scope, "team") == 0 ? 1 : 0);
      fill_groups (self, group_id);
      /* One that is no more is not to become another without a word. */
      if (g_strcmp0 (get_group_id (self), group_id) != 0)
        adw_combo_row_set_selected (ADW_COMBO_ROW (self->group_row), self->group_ids->len - 1);
    }
  if (all || g_str_equal (field, "title"))
    gtk_editable_set_text (GTK_EDITABLE (self->title_row), title);
  if (all || g_str_equal (field, "code"))
    gtk_editable_set_text (GTK_EDITABLE (self->code_row), code);
  if (all || g_str_equal (field, "body"))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body_view)), body, -1);
}

static void
variable_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuPhraseEditor *self = KEFU_PHRASE_EDITOR (widget);
  g_autofree char *text = g_strdup_printf ("{%s}", g_variant_get_string (parameter, NULL));
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body_view));

  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (buffer, text, -1);
  gtk_widget_grab_focus (self->body_view);
}

static void
kefu_phrase_editor_dispose (GObject *object)
{
  KefuPhraseEditor *self = KEFU_PHRASE_EDITOR (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->phrase, kefu_phrase_record_unref);
  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  G_OBJECT_CLASS (kefu_phrase_editor_parent_class)->dispose (object);
}

static void
kefu_phrase_editor_finalize (GObject *object)
{
  g_ptr_array_unref (KEFU_PHRASE_EDITOR (object)->group_ids);
  G_OBJECT_CLASS (kefu_phrase_editor_parent_class)->finalize (object);
}

static void
kefu_phrase_editor_class_init (KefuPhraseEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_phrase_editor_dispose;
  object_class->finalize = kefu_phrase_editor_finalize;

  gtk_widget_class_install_action (widget_class, "text.variable", "s", variable_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-phrase-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, title_row);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, code_row);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, scope_row);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, group_row);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, new_group_row);
  gtk_widget_class_bind_template_child (widget_class, KefuPhraseEditor, body_view);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, scope_selected_cb);
}

static void
kefu_phrase_editor_init (KefuPhraseEditor *self)
{
  self->group_ids = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body_view)), "changed",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
kefu_phrase_editor_present (GtkWidget *from, KefuSession *session, KefuPhraseRecord *phrase, KefuOutboxRecord *refused)
{
  GtkRoot *root = gtk_widget_get_root (from);
  KefuPhraseEditor *self =
    g_object_new (KEFU_TYPE_PHRASE_EDITOR, "transient-for", GTK_IS_WINDOW (root) ? root : NULL, NULL);

  kefu_ui_close_with (GTK_WINDOW (self), from);
  self->session = g_object_ref (session);
  self->phrase = phrase ? kefu_phrase_record_ref (phrase) : NULL;
  gtk_window_set_title (GTK_WINDOW (self), phrase ? _ ("Edit Phrase") : _ ("New Phrase"));
  if (phrase)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->title_row), phrase->title);
      gtk_editable_set_text (GTK_EDITABLE (self->code_row), phrase->code);
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body_view)), phrase->body, -1);
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->scope_row), g_str_equal (phrase->scope, "team") ? 1 : 0);
    }
  fill_groups (self, phrase ? phrase->group_id : NULL);
  if (refused)
    fill_refused (self, refused);
  gtk_window_present (GTK_WINDOW (self));
  /* A row of entries takes the focus only once it is mapped. */
  gtk_widget_grab_focus (phrase ? self->body_view : self->title_row);
  return GTK_WIDGET (self);
}
