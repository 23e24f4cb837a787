/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text as it is compared, with the way back to where each character stood. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-folder.h"

#include "kefu-text.h"

/* kefu_text_fold() may make one character of two or two of one, so that a place in its result says nothing about the
 * original. Folding one character at a time keeps both together; each distinct character is folded only once. */
struct _KefuFolder
{
  GHashTable *known; /* gunichar → GUINT for one character, or a string in `strings` */
  GHashTable *strings;
};

KefuFolder *
kefu_folder_new (void)
{
  KefuFolder *self = g_new0 (KefuFolder, 1);

  self->known = g_hash_table_new (NULL, NULL);
  self->strings = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
kefu_folder_free (KefuFolder *self)
{
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->strings);
  g_free (self);
}

void
kefu_folded_free (KefuFolded *self)
{
  g_free (self->chars);
  g_free (self->places);
  g_free (self);
}

/* The one character that @c folds to, or 0 and @many (transfer none) for none or several. */
static gunichar
fold_char (KefuFolder *self, gunichar c, const char **many)
{
  gpointer value;
  char utf8[7] = { 0 };
  char *folded;

  *many = NULL;
  if (c < 0x80)
    return (gunichar) g_ascii_tolower ((char) c);
  if (g_hash_table_lookup_extended (self->known, GUINT_TO_POINTER (c), NULL, &value))
    {
      if (value == NULL)
        *many = g_hash_table_lookup (self->strings, GUINT_TO_POINTER (c));
      return GPOINTER_TO_UINT (value);
    }

  g_unichar_to_utf8 (c, utf8);
  folded = kefu_text_fold (utf8);
  if (g_utf8_strlen (folded, -1) == 1)
    {
      gunichar one = g_utf8_get_char (folded);

      g_hash_table_insert (self->known, GUINT_TO_POINTER (c), GUINT_TO_POINTER (one));
      g_free (folded);
      return one;
    }
  g_hash_table_insert (self->known, GUINT_TO_POINTER (c), NULL);
  g_hash_table_insert (self->strings, GUINT_TO_POINTER (c), folded);
  *many = folded;
  return 0;
}

KefuFolded *
kefu_folder_fold (KefuFolder *self, const char *text)
{
  g_autoptr (GArray) chars = NULL;
  g_autoptr (GArray) places = NULL;
  KefuFolded *folded;
  guint place = 0;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  chars = g_array_new (TRUE, FALSE, sizeof (gunichar));
  places = g_array_new (FALSE, FALSE, sizeof (guint));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), place++)
    {
      gunichar c = g_utf8_get_char (p);
      const char *many = NULL;

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          if (chars->len > 0 && g_array_index (chars, gunichar, chars->len - 1) == ' ')
            continue;
          c = ' ';
        }
      else
        {
          c = fold_char (self, c, &many);
        }
      if (c != 0)
        {
          g_array_append_val (chars, c);
          g_array_append_val (places, place);
        }
      for (; many != NULL && *many != '\0'; many = g_utf8_next_char (many))
        {
          c = g_utf8_get_char (many);
          g_array_append_val (chars, c);
          g_array_append_val (places, place);
        }
    }
  g_array_append_val (places, place);

  folded = g_new (KefuFolded, 1);
  folded->length = chars->len;
  folded->chars = (gunichar *) (gpointer) g_array_free (g_steal_pointer (&chars), FALSE);
  folded->places = (guint *) (gpointer) g_array_free (g_steal_pointer (&places), FALSE);
  return folded;
}
