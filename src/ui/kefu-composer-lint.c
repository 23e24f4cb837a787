/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line above a text being written that says what should not be sent, and what to say instead. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-lint.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-blanks.h"

/* Ends a clause. No full stop and no comma: both stand in numbers too. */
#define CLAUSE_ENDS "，。！？；,!?;\n"
#define SENTENCE_ENDS "，。！？；,!?;"
#define SHAKE_MS 400

struct _KefuComposerLint
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *strip;
  GtkLabel *why;
  GtkLabel *instead;
  GtkWidget *use;

  GtkTextBuffer *buffer;
  GtkTextTag *tag;
  KefuLint *lint;
  GPtrArray *findings;   /* KefuLintFinding; NULL if nothing is checked */
  GHashTable *dismissed; /* words whose line was closed */
  gint shown;            /* index in findings, -1: none or an objection */
  gboolean active;
  guint shake_id;
};

G_DEFINE_FINAL_TYPE (KefuComposerLint, kefu_composer_lint, GTK_TYPE_WIDGET)

enum
{
  PROP_ACTIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static KefuLintFinding *
shown_finding (KefuComposerLint *self)
{
  return self->findings && self->shown >= 0 ? self->findings->pdata[self->shown] : NULL;
}

static void
show_finding (KefuComposerLint *self, gint index)
{
  g_autoptr (KefuFilledPhrase) instead = NULL;
  KefuLintFinding *finding;
  g_autofree char *why = NULL;

  self->shown = index;
  finding = shown_finding (self);
  if (finding == NULL)
    {
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
      return;
    }
  /* TRANSLATORS: words that should not be sent, and why: “no way” sounds blunt */
  why = g_strdup_printf (_ ("“%s” %s"), finding->match, finding->why);
  gtk_label_set_label (self->why, why);
  instead = kefu_blanks_parse (finding->instead);
  kefu_blanks_show (self->instead, instead);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->instead), instead->text);
  gtk_widget_set_visible (GTK_WIDGET (self->instead), *finding->instead != '\0');
  gtk_widget_set_visible (self->use, *finding->instead != '\0');
  if (finding->block)
    gtk_widget_add_css_class (self->strip, "block");
  else
    gtk_widget_remove_css_class (self->strip, "block");
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

static gint
first_to_show (KefuComposerLint *self)
{
  for (guint i = 0; self->findings && i < self->findings->len; i++)
    {
      KefuLintFinding *finding = self->findings->pdata[i];

      if (!g_hash_table_contains (self->dismissed, finding->match))
        return (gint) i;
    }
  return -1;
}

static void
underline (KefuComposerLint *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->tag, &start, &end);
  for (guint i = 0; self->findings && i < self->findings->len; i++)
    {
      KefuLintFinding *finding = self->findings->pdata[i];

      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) finding->start);
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) (finding->start + finding->length));
      gtk_text_buffer_apply_tag (self->buffer, self->tag, &start, &end);
    }
}

static void
check (KefuComposerLint *self)
{
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  if (self->lint && self->active)
    {
      g_autofree char *text = NULL;
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (self->buffer, &start, &end);
      text = gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
      self->findings = kefu_lint_check (self->lint, text);
    }
  underline (self);
  show_finding (self, first_to_show (self));
}

static gboolean
is_one_of (gunichar c, const char *characters)
{
  return c != 0 && g_utf8_strchr (characters, -1, c) != NULL;
}

/* The gentler sentence says the whole thing anew, so it takes the place of the clause around the words. */
static void
get_clause (KefuComposerLint *self, KefuLintFinding *finding, GtkTextIter *start, GtkTextIter *end)
{
  const char *last = *finding->instead ? g_utf8_prev_char (finding->instead + strlen (finding->instead)) : "";

  gtk_text_buffer_get_iter_at_offset (self->buffer, start, (int) finding->start);
  gtk_text_buffer_get_iter_at_offset (self->buffer, end, (int) (finding->start + finding->length));
  while (gtk_text_iter_backward_char (start))
    {
      if (is_one_of (gtk_text_iter_get_char (start), CLAUSE_ENDS))
        {
          gtk_text_iter_forward_char (start);
          break;
        }
    }
  while (!gtk_text_iter_is_end (end) && !is_one_of (gtk_text_iter_get_char (end), CLAUSE_ENDS))
    gtk_text_iter_forward_char (end);
  if (is_one_of (g_utf8_get_char (last), "。！？.!?") && is_one_of (gtk_text_iter_get_char (end), SENTENCE_ENDS))
    gtk_text_iter_forward_char (end);
}

static void
dismiss_cb (KefuComposerLint *self)
{
  KefuLintFinding *finding = shown_finding (self);

  if (finding)
    g_hash_table_add (self->dismissed, g_strdup (finding->match));
  show_finding (self, first_to_show (self));
}

static gboolean
shake_done_cb (gpointer user_data)
{
  KefuComposerLint *self = user_data;

  self->shake_id = 0;
  gtk_widget_remove_css_class (self->strip, "shake");
  return G_SOURCE_REMOVE;
}

static void
shake (KefuComposerLint *self)
{
  g_clear_handle_id (&self->shake_id, g_source_remove);
  gtk_widget_add_css_class (self->strip, "shake");
  self->shake_id = g_timeout_add (SHAKE_MS, shake_done_cb, self);
}

static void
update_look (KefuComposerLint *self)
{
  GdkRGBA amber;

  if (self->tag &&
      gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "kefu_amber", &amber))
    g_object_set (self->tag, "underline-rgba", &amber, NULL);
}

static void
kefu_composer_lint_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, KEFU_COMPOSER_LINT (object)->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_composer_lint_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVE:
      kefu_composer_lint_set_active (KEFU_COMPOSER_LINT (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_composer_lint_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (kefu_composer_lint_parent_class)->css_changed (widget, change);
  update_look (KEFU_COMPOSER_LINT (widget));
}

static void
kefu_composer_lint_dispose (GObject *object)
{
  KefuComposerLint *self = KEFU_COMPOSER_LINT (object);
  GtkWidget *child;

  g_clear_handle_id (&self->shake_id, g_source_remove);
  if (self->buffer)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_object (&self->buffer);
  self->tag = NULL;
  g_clear_object (&self->lint);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->dismissed, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_COMPOSER_LINT);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_composer_lint_parent_class)->dispose (object);
}

static void
kefu_composer_lint_class_init (KefuComposerLintClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_composer_lint_dispose;
  object_class->get_property = kefu_composer_lint_get_property;
  object_class->set_property = kefu_composer_lint_set_property;
  widget_class->css_changed = kefu_composer_lint_css_changed;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-composer-lint.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuComposerLint, revealer);
  gtk_widget_class_bind_template_child (widget_class, KefuComposerLint, strip);
  gtk_widget_class_bind_template_child (widget_class, KefuComposerLint, why);
  gtk_widget_class_bind_template_child (widget_class, KefuComposerLint, instead);
  gtk_widget_class_bind_template_child (widget_class, KefuComposerLint, use);
  gtk_widget_class_bind_template_callback (widget_class, kefu_composer_lint_use);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
}

static void
kefu_composer_lint_init (KefuComposerLint *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->active = TRUE;
  self->shown = -1;
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GtkWidget *
kefu_composer_lint_new (void)
{
  return g_object_new (KEFU_TYPE_COMPOSER_LINT, NULL);
}

void
kefu_composer_lint_set_buffer (KefuComposerLint *self, GtkTextBuffer *buffer)
{
  g_return_if_fail (KEFU_IS_COMPOSER_LINT (self));
  g_return_if_fail (GTK_IS_TEXT_BUFFER (buffer) && self->buffer == NULL);

  self->buffer = g_object_ref (buffer);
  self->tag = gtk_text_buffer_create_tag (buffer, "lint", "underline", PANGO_UNDERLINE_ERROR, NULL);
  update_look (self);
  g_signal_connect_swapped (buffer, "changed", G_CALLBACK (check), self);
}

void
kefu_composer_lint_set_lint (KefuComposerLint *self, KefuLint *lint)
{
  g_return_if_fail (KEFU_IS_COMPOSER_LINT (self));

  if (g_set_object (&self->lint, lint))
    check (self);
}

void
kefu_composer_lint_set_active (KefuComposerLint *self, gboolean active)
{
  g_return_if_fail (KEFU_IS_COMPOSER_LINT (self));

  active = !!active;
  if (self->active == active)
    return;
  self->active = active;
  check (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

gboolean
kefu_composer_lint_may_send (KefuComposerLint *self)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER_LINT (self), FALSE);

  for (guint i = 0; self->findings && i < self->findings->len; i++)
    {
      KefuLintFinding *finding = self->findings->pdata[i];

      if (finding->block)
        {
          show_finding (self, (gint) i);
          shake (self);
          return FALSE;
        }
    }
  return TRUE;
}

void
kefu_composer_lint_object (KefuComposerLint *self, const char *why, const char *text)
{
  g_return_if_fail (KEFU_IS_COMPOSER_LINT (self));

  self->shown = -1;
  gtk_label_set_label (self->why, why);
  gtk_label_set_attributes (self->instead, NULL);
  gtk_label_set_label (self->instead, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->instead), text);
  gtk_widget_show (GTK_WIDGET (self->instead));
  gtk_widget_hide (self->use);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  shake (self);
}

void
kefu_composer_lint_reset (KefuComposerLint *self)
{
  g_return_if_fail (KEFU_IS_COMPOSER_LINT (self));

  g_hash_table_remove_all (self->dismissed);
  show_finding (self, first_to_show (self));
}

gboolean
kefu_composer_lint_use (KefuComposerLint *self)
{
  KefuLintFinding *finding;
  g_autofree char *instead = NULL;
  GtkTextIter start, end;

  g_return_val_if_fail (KEFU_IS_COMPOSER_LINT (self), FALSE);

  finding = shown_finding (self);
  if (finding == NULL || *finding->instead == '\0')
    return FALSE;
  instead = g_strdup (finding->instead);
  get_clause (self, finding, &start, &end);
  kefu_blanks_insert_text (self->buffer, &start, &end, instead);
  return TRUE;
}
