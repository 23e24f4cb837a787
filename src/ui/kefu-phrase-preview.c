/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phrase as it would stand in the message. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-preview.h"

#include <glib/gi18n.h>

#include "kefu-blanks.h"

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
  kefu_blanks_show (self->body, filled);
  show_ladder (self, phrase, ladder);
  show_facts (self, phrase, filled);
}
