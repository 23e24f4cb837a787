/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thing that was found. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-search-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-avatar.h"
#include "kefu-channel-badge.h"
#include "kefu-message-summary.h"
#include "kefu-time-format.h"

/* What fits before the match in a narrow row, so that the ellipsis never hides it. */
#define LEAD_CHARS 10

/* The matched words are bold and in the link colour, which changes with the scheme. */
struct _KefuSearchRow
{
  GtkListBoxRow parent_instance;

  AdwAvatar *avatar;
  KefuChannelBadge *badge;
  GtkLabel *name;
  GtkLabel *time;
  GtkLabel *snippet;

  KefuSearchHitRecord *hit;
  KefuTextMatch *match;
};

G_DEFINE_FINAL_TYPE (KefuSearchRow, kefu_search_row, GTK_TYPE_LIST_BOX_ROW)

/* Bytes @start to @end of the snippet. */
static void
mark (PangoAttrList *attributes, const GdkRGBA *colour, guint start, guint end)
{
  PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  weight->start_index = start;
  weight->end_index = end;
  pango_attr_list_insert (attributes, weight);
  if (colour != NULL)
    {
      PangoAttribute *foreground =
        pango_attr_foreground_new ((guint16) (colour->red * 65535), (guint16) (colour->green * 65535),
                                   (guint16) (colour->blue * 65535));
      /* a Pango colour keeps the alpha of the label otherwise */
      PangoAttribute *alpha = pango_attr_foreground_alpha_new (65535);

      foreground->start_index = alpha->start_index = start;
      foreground->end_index = alpha->end_index = end;
      pango_attr_list_insert (attributes, foreground);
      pango_attr_list_insert (attributes, alpha);
    }
}

/* (transfer full): "[File] 报价.pdf". */
static char *
describe (KefuSearchHitRecord *hit)
{
  g_autofree char *text = kefu_message_summary (hit->message_kind ? hit->message_kind : "", hit->snippet);

  return g_str_has_suffix (text, hit->snippet) ? g_steal_pointer (&text) : g_strdup (hit->snippet);
}

/* @spans are characters of what stands @shift characters into @text, from which @cut characters are taken away for the front's ellipsis. */
static void
set_marked (KefuSearchRow *self,
            GtkLabel *label,
            const char *text,
            const KefuTextSpan *spans,
            guint n,
            int shift,
            int cut)
{
  int n_chars = (int) g_utf8_strlen (text, -1);
  g_autofree char *shown = cut > 0 ? g_strconcat ("…", g_utf8_offset_to_pointer (text, cut), NULL) : g_strdup (text);
  PangoAttrList *attributes = pango_attr_list_new ();
  GdkRGBA colour;
  gboolean coloured =
    gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), "kefu_link", &colour);

  for (guint i = 0; i < n; i++)
    {
      int start = spans[i].start + shift;
      const char *from, *to;

      if (start + spans[i].length > n_chars)
        break;
      from = g_utf8_offset_to_pointer (shown, start - cut + (cut > 0));
      to = g_utf8_offset_to_pointer (from, spans[i].length);
      mark (attributes, coloured ? &colour : NULL, (guint) (from - shown), (guint) (to - shown));
    }
  gtk_label_set_label (label, shown);
  gtk_label_set_attributes (label, attributes);
  pango_attr_list_unref (attributes);
}

static void
fill_texts (KefuSearchRow *self)
{
  KefuSearchHitRecord *hit = self->hit;
  g_autofree char *snippet = describe (hit);
  const char *title = hit->title[0] != '\0' ? hit->title : hit->customer_name;
  g_autoptr (GArray) spans = kefu_text_match_find (self->match, title);
  /* What stands in front of a file's name is not part of what was found. */
  int shift = (int) (g_utf8_strlen (snippet, -1) - g_utf8_strlen (hit->snippet, -1));
  int first = hit->n_marks > 0 ? hit->marks[0].start + shift : 0;

  set_marked (self, self->snippet, snippet, hit->marks, hit->n_marks, shift,
              first > LEAD_CHARS ? first - LEAD_CHARS : 0);
  set_marked (self, self->name, title, (KefuTextSpan *) (gpointer) spans->data, spans->len, 0, 0);
}

/* Who it is about, or which sort of thing it is. */
static void
fill_picture (KefuSearchRow *self)
{
  KefuSearchHitRecord *hit = self->hit;
  gboolean is_phrase = g_str_equal (hit->kind, "phrase");
  gboolean is_article = g_str_equal (hit->kind, "article");

  gtk_widget_set_visible (GTK_WIDGET (self->badge), hit->channel_type[0] != '\0');
  if (is_phrase || is_article)
    {
      adw_avatar_set_show_initials (self->avatar, FALSE);
      adw_avatar_set_icon_name (self->avatar, is_phrase ? "kefu-phrases-symbolic" : "kefu-knowledge-symbolic");
      return;
    }
  kefu_avatar_set_name (self->avatar, hit->customer_name);
  kefu_channel_badge_set_channel_type (self->badge, hit->channel_type);
}

static void
fill (KefuSearchRow *self, gint64 now_ms)
{
  KefuSearchHitRecord *hit = self->hit;
  gboolean openable = hit->conversation_id != NULL || hit->body != NULL;
  g_autofree char *time = hit->at > 0 ? kefu_time_format_inbox (hit->at, now_ms) : g_strdup ("");
  g_autofree char *snippet = describe (hit);
  g_autofree char *name = g_strdup_printf ("%s, %s", hit->title[0] != '\0' ? hit->title : hit->customer_name, snippet);

  fill_picture (self);
  gtk_label_set_label (self->time, time);
  fill_texts (self);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), openable);
  if (!openable)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("Has never written"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
kefu_search_row_dispose (GObject *object)
{
  KefuSearchRow *self = KEFU_SEARCH_ROW (object);

  g_clear_pointer (&self->hit, kefu_search_hit_record_unref);
  g_clear_pointer (&self->match, kefu_text_match_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_SEARCH_ROW);
  G_OBJECT_CLASS (kefu_search_row_parent_class)->dispose (object);
}

static void
kefu_search_row_class_init (KefuSearchRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_search_row_dispose;

  g_type_ensure (KEFU_TYPE_CHANNEL_BADGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-search-row.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSearchRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchRow, badge);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchRow, name);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchRow, time);
  gtk_widget_class_bind_template_child (widget_class, KefuSearchRow, snippet);
}

static void
scheme_changed_cb (KefuSearchRow *self)
{
  if (self->hit != NULL)
    fill_texts (self);
}

static void
kefu_search_row_init (KefuSearchRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (scheme_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
kefu_search_row_new (KefuSearchHitRecord *hit, KefuTextMatch *match, gint64 now_ms)
{
  KefuSearchRow *self = g_object_new (KEFU_TYPE_SEARCH_ROW, NULL);

  self->hit = kefu_search_hit_record_ref (hit);
  self->match = kefu_text_match_ref (match);
  fill (self, now_ms);
  return GTK_WIDGET (self);
}

KefuSearchHitRecord *
kefu_search_row_get_hit (KefuSearchRow *self)
{
  g_return_val_if_fail (KEFU_IS_SEARCH_ROW (self), NULL);

  return self->hit;
}
