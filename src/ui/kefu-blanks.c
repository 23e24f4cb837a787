/* SPDX-License-Identifier: GPL-3.0-or-later
 * Blanks to be filled in a text being written. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-blanks.h"

#define MAX_HINT 40

/* U+2060: a line is not broken here. Between the characters of a blank it keeps its wash in one piece. */
#define WORD_JOINER "\342\201\240"

/* Two tags in turn keep blanks apart that touch each other. */
static const char *const tag_names[] = { "blank-0", "blank-1" };

static GtkTextTag *
get_tag (GtkTextBuffer *buffer, guint n)
{
  return gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), tag_names[n % 2]);
}

static GtkTextTag *
tag_at (GtkTextBuffer *buffer, const GtkTextIter *iter)
{
  for (guint i = 0; i < G_N_ELEMENTS (tag_names); i++)
    if (gtk_text_iter_has_tag (iter, get_tag (buffer, i)))
      return get_tag (buffer, i);
  return NULL;
}

/* The first blank that starts at or after @iter. */
static gboolean
next_blank (GtkTextBuffer *buffer, const GtkTextIter *iter, GtkTextIter *start, GtkTextIter *end)
{
  *start = *iter;
  for (;;)
    {
      GtkTextTag *tag = tag_at (buffer, start);

      if (tag && gtk_text_iter_starts_tag (start, tag))
        {
          *end = *start;
          gtk_text_iter_forward_to_tag_toggle (end, tag);
          return TRUE;
        }
      if (!gtk_text_iter_forward_to_tag_toggle (start, NULL))
        return FALSE;
    }
}

/* The last blank that ends at or before @iter. */
static gboolean
previous_blank (GtkTextBuffer *buffer, const GtkTextIter *iter, GtkTextIter *start, GtkTextIter *end)
{
  GtkTextIter from, next_start, next_end;
  gboolean found = FALSE;

  gtk_text_buffer_get_start_iter (buffer, &from);
  while (next_blank (buffer, &from, &next_start, &next_end) && gtk_text_iter_compare (&next_end, iter) <= 0)
    {
      *start = next_start;
      *end = next_end;
      from = next_end;
      found = TRUE;
    }
  return found;
}

/* Typing inside a blank without having selected it takes it as filled. */
static void
insert_text_cb (GtkTextBuffer *buffer, GtkTextIter *location, char *text, int length, gpointer user_data)
{
  GtkTextTag *tag = tag_at (buffer, location);
  GtkTextIter start, end;

  if (tag == NULL || gtk_text_iter_starts_tag (location, tag))
    return;
  start = end = *location;
  gtk_text_iter_backward_to_tag_toggle (&start, tag);
  gtk_text_iter_forward_to_tag_toggle (&end, tag);
  gtk_text_buffer_remove_tag (buffer, tag, &start, &end);
}

/* Undo brings a blank's words back without their tag; the hints of a buffer are kept so that they are known again. */
static GHashTable *
hints_of (GtkTextBuffer *buffer)
{
  return g_object_get_data (G_OBJECT (buffer), "kefu-blank-hints");
}

static void
undo_begins_cb (GtkTextBuffer *buffer, gpointer user_data)
{
  g_object_set_data (G_OBJECT (buffer), "kefu-blank-undo", GINT_TO_POINTER (TRUE));
}

static void
undo_ends_cb (GtkTextBuffer *buffer, gpointer user_data)
{
  g_object_set_data (G_OBJECT (buffer), "kefu-blank-undo", NULL);
}

static void
text_inserted_cb (GtkTextBuffer *buffer, GtkTextIter *location, char *text, int length, gpointer user_data)
{
  g_autofree char *inserted = g_strndup (text, length < 0 ? strlen (text) : (gsize) length);
  GtkTextIter start;

  if (g_object_get_data (G_OBJECT (buffer), "kefu-blank-undo") == NULL ||
      !g_hash_table_contains (hints_of (buffer), inserted))
    return;
  start = *location;
  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (inserted, -1));
  gtk_text_buffer_apply_tag (buffer, get_tag (buffer, 0), &start, location);
}

/* Whether one is going from blank to blank: then Tab behind the last one leads to the end of the text, not out of it. */
static gboolean
is_travelling (GtkTextBuffer *buffer)
{
  return g_object_get_data (G_OBJECT (buffer), "kefu-blank-travel") != NULL;
}

static void
set_travelling (GtkTextBuffer *buffer, gboolean travelling)
{
  g_object_set_data (G_OBJECT (buffer), "kefu-blank-travel", GINT_TO_POINTER (travelling));
}

static void
text_deleted_cb (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, gpointer user_data)
{
  if (gtk_text_buffer_get_char_count (buffer) == 0)
    set_travelling (buffer, FALSE);
}

static void
go_to (GtkTextBuffer *buffer, const GtkTextIter *start, const GtkTextIter *end)
{
  /* In one step: on X11 a selection given up and made anew is lost again when the news of the first comes back. */
  gtk_text_buffer_select_range (buffer, end, start);
  set_travelling (buffer, TRUE);
}

void
kefu_blanks_init (GtkTextBuffer *buffer)
{
  for (guint i = 0; i < G_N_ELEMENTS (tag_names); i++)
    gtk_text_buffer_create_tag (buffer, tag_names[i], NULL);
  g_object_set_data_full (G_OBJECT (buffer), "kefu-blank-hints",
                          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                          (GDestroyNotify) g_hash_table_unref);
  g_signal_connect (buffer, "insert-text", G_CALLBACK (insert_text_cb), NULL);
  g_signal_connect_after (buffer, "insert-text", G_CALLBACK (text_inserted_cb), NULL);
  g_signal_connect_after (buffer, "delete-range", G_CALLBACK (text_deleted_cb), NULL);
  g_signal_connect (buffer, "undo", G_CALLBACK (undo_begins_cb), NULL);
  g_signal_connect_after (buffer, "undo", G_CALLBACK (undo_ends_cb), NULL);
  g_signal_connect (buffer, "redo", G_CALLBACK (undo_begins_cb), NULL);
  g_signal_connect_after (buffer, "redo", G_CALLBACK (undo_ends_cb), NULL);
}

void
kefu_blanks_update_look (GtkTextBuffer *buffer, GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA wash, link;

  if (!gtk_style_context_lookup_color (style, "kefu_wash", &wash) ||
      !gtk_style_context_lookup_color (style, "kefu_link", &link))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (tag_names); i++)
    g_object_set (get_tag (buffer, i), "background-rgba", &wash, "foreground-rgba", &link, "weight", PANGO_WEIGHT_BOLD,
                  NULL);
}

void
kefu_blanks_insert (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, KefuFilledPhrase *phrase)
{
  GtkTextIter from, to;
  int offset = gtk_text_iter_get_offset (start);
  guint n_blanks = 0;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, start, end);
  gtk_text_buffer_insert (buffer, start, phrase->text, -1);
  for (guint i = 0; i < phrase->spans->len; i++)
    {
      KefuPhraseSpan *span = &g_array_index (phrase->spans, KefuPhraseSpan, i);

      if (!span->blank)
        continue;
      gtk_text_buffer_get_iter_at_offset (buffer, &from, offset + (int) span->start);
      gtk_text_buffer_get_iter_at_offset (buffer, &to, offset + (int) (span->start + span->length));
      gtk_text_buffer_apply_tag (buffer, get_tag (buffer, n_blanks++), &from, &to);
      g_hash_table_add (hints_of (buffer), gtk_text_buffer_get_text (buffer, &from, &to, TRUE));
    }
  gtk_text_buffer_end_user_action (buffer);

  gtk_text_buffer_get_iter_at_offset (buffer, &from, offset);
  if (n_blanks && next_blank (buffer, &from, &from, &to))
    {
      go_to (buffer, &from, &to);
    }
  else
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &to, offset + (int) g_utf8_strlen (phrase->text, -1));
      gtk_text_buffer_place_cursor (buffer, &to);
    }
}

KefuFilledPhrase *
kefu_blanks_parse (const char *text)
{
  KefuFilledPhrase *phrase = g_new0 (KefuFilledPhrase, 1);
  GString *plain = g_string_new (NULL);
  guint at = 0;

  phrase->spans = g_array_new (FALSE, FALSE, sizeof (KefuPhraseSpan));
  for (const char *c = text; *c;)
    {
      const char *close = *c == '{' ? strchr (c, '}') : NULL;
      glong length = close ? g_utf8_strlen (c + 1, close - c - 1) : 0;

      if (length > 0 && length <= MAX_HINT && memchr (c + 1, '{', (gsize) (close - c - 1)) == NULL &&
          memchr (c, '\n', (gsize) (close - c)) == NULL)
        {
          KefuPhraseSpan span = { at, (guint) length, TRUE };

          g_array_append_val (phrase->spans, span);
          g_string_append_len (plain, c + 1, close - c - 1);
          at += (guint) length;
          phrase->n_blanks++;
          c = close + 1;
        }
      else
        {
          g_string_append_unichar (plain, g_utf8_get_char (c));
          at++;
          c = g_utf8_next_char (c);
        }
    }
  phrase->text = g_string_free (plain, FALSE);
  return phrase;
}

void
kefu_blanks_insert_text (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end, const char *text)
{
  g_autoptr (KefuFilledPhrase) phrase = kefu_blanks_parse (text);

  kefu_blanks_insert (buffer, start, end, phrase);
}

gboolean
kefu_blanks_travel (GtkTextBuffer *buffer, gboolean backwards)
{
  GtkTextIter from, to, start, end;
  gboolean found;

  gtk_text_buffer_get_selection_bounds (buffer, &from, &to);
  if (backwards)
    {
      found = previous_blank (buffer, &from, &start, &end);
      gtk_text_buffer_get_end_iter (buffer, &from);
      if (!found)
        found = previous_blank (buffer, &from, &start, &end);
    }
  else
    {
      found = next_blank (buffer, &to, &start, &end);
      gtk_text_buffer_get_start_iter (buffer, &to);
      if (!found)
        found = next_blank (buffer, &to, &start, &end);
    }
  if (found)
    {
      go_to (buffer, &start, &end);
    }
  else if (!backwards && is_travelling (buffer))
    {
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_place_cursor (buffer, &end);
      set_travelling (buffer, FALSE);
      found = TRUE;
    }
  return found;
}

gboolean
kefu_blanks_select_first (GtkTextBuffer *buffer)
{
  GtkTextIter from, start, end;

  gtk_text_buffer_get_start_iter (buffer, &from);
  if (!next_blank (buffer, &from, &start, &end))
    return FALSE;
  go_to (buffer, &start, &end);
  return TRUE;
}

guint
kefu_blanks_count (GtkTextBuffer *buffer)
{
  GtkTextIter from, start, end;
  guint n = 0;

  gtk_text_buffer_get_start_iter (buffer, &from);
  while (next_blank (buffer, &from, &start, &end))
    {
      n++;
      from = end;
    }
  return n;
}

char *
kefu_blanks_to_text (GtkTextBuffer *buffer)
{
  GString *text = g_string_new (NULL);
  GtkTextIter from, start, end;

  gtk_text_buffer_get_start_iter (buffer, &from);
  while (next_blank (buffer, &from, &start, &end))
    {
      g_autofree char *before = gtk_text_buffer_get_text (buffer, &from, &start, TRUE);
      g_autofree char *hint = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);

      g_string_append_printf (text, "%s{%s}", before, hint);
      from = end;
    }
  gtk_text_buffer_get_end_iter (buffer, &end);
  {
    g_autofree char *rest = gtk_text_buffer_get_text (buffer, &from, &end, TRUE);

    g_string_append (text, rest);
  }
  return g_string_free (text, FALSE);
}

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
add_look (GtkLabel *label, PangoAttrList *attributes, gboolean blank, gsize start, gsize end)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (label));
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

void
kefu_blanks_show (GtkLabel *label, KefuFilledPhrase *filled)
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
      add_look (label, attributes, span->blank, from, text->len);
      c = end;
      at = span->start + span->length;
    }
  g_string_append (text, c);
  gtk_label_set_label (label, text->str);
  gtk_label_set_attributes (label, attributes);
}
