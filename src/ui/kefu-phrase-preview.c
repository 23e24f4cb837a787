/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phrase as it would stand in the message. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-preview.h"

#include <glib/gi18n.h>

/* U+2060: a line is not broken here. Between the characters of a blank it keeps its wash in one piece. */
#define WORD_JOINER "\342\201\240"

struct _KefuPhrasePreview
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkLabel *title;
  GtkLabel *scope;
  GtkLabel *place;
  GtkLabel *body;
  GtkWidget *ladder_title;
  GtkBox *ladder;
  GtkLabel *facts;
};

G_DEFINE_FINAL_TYPE (KefuPhrasePreview, kefu_phrase_preview, GTK_TYPE_WIDGET)

static void
add_attribute (PangoAttrList *attributes, PangoAttribute *attribute, gsize start, gsize end)
{
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) end;
  pango_attr_list_insert (attributes, attribute);
}

static guint16
to_16 (float channel)
{
  return (guint16) (CLAMP (channel, 0, 1) * 65535);
}

static void
add_look (KefuPhrasePreview *self, PangoAttrList *attributes, gboolean blank, gsize start, gsize end)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA wash, link;

  if (!blank)
    {
      add_attribute (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
      return;
    }
  add_attribute (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
  if (!gtk_style_context_lookup_color (style, "kefu_wash", &wash) ||
      !gtk_style_context_lookup_color (style, "kefu_link", &link))
    return;
  add_attribute (attributes, pango_attr_background_new (to_16 (wash.red), to_16 (wash.green), to_16 (wash.blue)), start,
                 end);
  add_attribute (attributes, pango_attr_foreground_new (to_16 (link.red), to_16 (link.green), to_16 (link.blue)), start,
                 end);
  /* Pango keeps the alpha of the style's colour otherwise. */
  add_attribute (attributes, pango_attr_foreground_alpha_new (65535), start, end);
}

static void
show_body (KefuPhrasePreview *self, KefuFilledPhrase *filled)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  const char *c = filled->text;
  guint at = 0;

  for (guint i = 0; i < filled->spans->len; i++)
    {
      KefuPhraseSpan *span = &g_array_index (filled->spans, KefuPhraseSpan, i);
      const char *start = g_utf8_offset_to_pointer (c, span->start - at);
      const char *end = g_utf8_offset_to_pointer (start, span->length);
      gsize from;

      g_string_append_len (text, c, start - c);
      from = text->len;
      if (span->blank)
        {
          g_string_append (text, "\302\240");
          for (const char *p = start; p < end; p = g_utf8_next_char (p))
            {
              g_string_append_unichar (text, g_utf8_get_char (p));
              g_string_append (text, WORD_JOINER);
            }
          g_string_append (text, "\302\240");
        }
      else
        {
          g_string_append_len (text, start, end - start);
        }
      add_look (self, attributes, span->blank, from, text->len);
      c = end;
      at = span->start + span->length;
    }
  g_string_append (text, c);
  gtk_label_set_label (self->body, text->str);
  gtk_label_set_attributes (self->body, attributes);
}

static void
show_ladder (KefuPhrasePreview *self, KefuPhraseRecord *phrase, GPtrArray *ladder)
{
  gboolean shown = ladder && ladder->len > 1;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->ladder))))
    gtk_box_remove (self->ladder, child);
  gtk_widget_set_visible (self->ladder_title, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->ladder), shown);
  for (guint i = 0; shown && i < ladder->len; i++)
    {
      KefuPhraseRecord *step = ladder->pdata[i];
      g_autofree char *text = g_strdup_printf ("%u %s", i + 1, *step->step ? step->step : step->title);
      GtkWidget *label = gtk_label_new (text);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "step");
      if (g_str_equal (step->id, phrase->id))
        gtk_widget_add_css_class (label, "on");
      gtk_box_append (self->ladder, label);
    }
}

static void
show_facts (KefuPhrasePreview *self, KefuPhraseRecord *phrase, KefuFilledPhrase *filled)
{
  g_autofree char *done = g_strdup_printf (ngettext ("%u filled", "%u filled", filled->n_filled), filled->n_filled);
  g_autofree char *open = g_strdup_printf (ngettext ("%u to fill", "%u to fill", filled->n_blanks), filled->n_blanks);
  g_autofree char *used =
    g_strdup_printf (ngettext ("used %d time", "used %d times", (gulong) phrase->uses), phrase->uses);
  g_autofree char *text = g_strdup_printf ("%s · %s · %s", done, open, used);

  gtk_label_set_label (self->facts, text);
}

static void
kefu_phrase_preview_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), KEFU_TYPE_PHRASE_PREVIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_phrase_preview_parent_class)->dispose (object);
}

static void
kefu_phrase_preview_class_init (KefuPhrasePreviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_phrase_preview_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-phrase-preview.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, content);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, title);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, scope);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, place);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, body);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, ladder_title);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, ladder);
  gtk_widget_class_bind_template_child (widget_class, KefuPhrasePreview, facts);
}

static void
kefu_phrase_preview_init (KefuPhrasePreview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_phrase_preview_new (void)
{
  return g_object_new (KEFU_TYPE_PHRASE_PREVIEW, NULL);
}

void
kefu_phrase_preview_set (KefuPhrasePreview *self, KefuPhraseRecord *phrase, KefuFilledPhrase *filled, GPtrArray *ladder)
{
  g_autofree char *place = NULL;

  g_return_if_fail (KEFU_IS_PHRASE_PREVIEW (self));
  g_return_if_fail (phrase == NULL || filled != NULL);

  gtk_widget_set_visible (self->content, phrase != NULL);
  if (phrase == NULL)
    return;

  if (*phrase->code)
    /* TRANSLATORS: where a phrase stands: its group, its code */
    place = g_strdup_printf (_ ("%s · code %s"), phrase->group_name, phrase->code);
  gtk_label_set_label (self->title, phrase->title);
  gtk_label_set_label (self->scope,
                       g_str_equal (phrase->scope, "personal") ? C_ ("phrases", "Personal") : C_ ("phrases", "Team"));
  gtk_label_set_label (self->place, place ? place : phrase->group_name);
  show_body (self, filled);
  show_ladder (self, phrase, ladder);
  show_facts (self, phrase, filled);
}
