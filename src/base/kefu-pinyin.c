/* SPDX-License-Identifier: GPL-3.0-or-later
 * Han text as pinyin, by ICU. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "kefu-pinyin.h"
#include "kefu-text.h"

/* A transliterator may be used by one thread at a time, and costs 0.3 s to open: one for the process, behind a lock. */
static GMutex icu_mutex;
static UTransliterator *icu_latin;

/* Readings in which ICU's most frequent reading of a character is not the trade's. */
static const struct
{
  const char *word;
  const char *reading;
} readings[] = {
  { "重发", "chong fa" },  { "重新", "chong xin" }, { "重拍", "chong pai" }, { "重寄", "chong ji" },
  { "银行", "yin hang" },  { "长度", "chang du" },  { "衣长", "yi chang" },  { "袖长", "xiu chang" },
  { "便宜", "pian yi" },   { "还是", "hai shi" },   { "还有", "hai you" },   { "还差", "hai cha" },
  { "差价", "cha jia" },   { "差评", "cha ping" },  { "单价", "dan jia" },   { "单号", "dan hao" },
  { "调货", "diao huo" },  { "调换", "diao huan" }, { "朝阳", "chao yang" }, { "重庆", "chong qing" },
  { "长沙", "chang sha" }, { "厦门", "xia men" },
};

static UTransliterator *
open_latin (void)
{
  static const UChar id[] = u"Han-Latin; Latin-ASCII; Lower";
  UErrorCode status = U_ZERO_ERROR;
  UTransliterator *latin = utrans_openU (id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);

  if (U_FAILURE (status))
    {
      g_warning ("No pinyin: %s", u_errorName (status));
      return NULL;
    }
  return latin;
}

/* One run of Han characters as syllables with spaces between them. */
static char *
han_to_latin (const char *han, gsize bytes)
{
  g_autofree UChar *buffer = NULL;
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = 0;
  int32_t capacity = (int32_t) bytes * 8 + 16;
  int32_t limit;
  g_autofree char *out = NULL;
  int32_t out_length = 0;

  buffer = g_new (UChar, capacity);
  u_strFromUTF8 (buffer, capacity, &length, han, (int32_t) bytes, &status);
  if (U_FAILURE (status))
    return g_strndup (han, bytes);

  limit = length;
  g_mutex_lock (&icu_mutex);
  if (icu_latin == NULL)
    icu_latin = open_latin ();
  if (icu_latin != NULL)
    utrans_transUChars (icu_latin, buffer, &length, capacity, 0, &limit, &status);
  g_mutex_unlock (&icu_mutex);
  if (U_FAILURE (status))
    return g_strndup (han, bytes);

  out = g_malloc0 ((gsize) limit * 3 + 1);
  u_strToUTF8 (out, limit * 3 + 1, &out_length, buffer, limit, &status);
  return U_FAILURE (status) ? g_strndup (han, bytes) : g_steal_pointer (&out);
}

static void
append_syllables (GString *full, GString *initials, const char *syllables)
{
  g_auto (GStrv) parts = g_strsplit (syllables, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0')
        continue;
      if (full->len > 0)
        g_string_append_c (full, ' ');
      g_string_append (full, parts[i]);
      g_string_append_unichar (initials, g_utf8_get_char (parts[i]));
    }
}

static void
append_han (GString *full, GString *initials, const char *run, gsize bytes)
{
  const char *end = run + bytes;
  const char *plain = run;

  for (const char *p = run; p < end;)
    {
      gboolean known = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (readings) && !known; i++)
        {
          gsize word = strlen (readings[i].word);

          if ((gsize) (end - p) < word || strncmp (p, readings[i].word, word) != 0)
            continue;
          if (p > plain)
            {
              g_autofree char *latin = han_to_latin (plain, (gsize) (p - plain));

              append_syllables (full, initials, latin);
            }
          append_syllables (full, initials, readings[i].reading);
          p += word;
          plain = p;
          known = TRUE;
        }
      if (!known)
        p = g_utf8_next_char (p);
    }
  if (plain < end)
    {
      g_autofree char *latin = han_to_latin (plain, (gsize) (end - plain));

      append_syllables (full, initials, latin);
    }
}

void
kefu_pinyin (const char *text, char **full, char **initials)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) firsts = g_string_new (NULL);
  g_autofree char *folded = kefu_text_fold (text);
  const char *p = folded;

  while (*p != '\0')
    {
      const char *run = p;

      if (kefu_text_is_han (g_utf8_get_char (p)))
        {
          while (*p != '\0' && kefu_text_is_han (g_utf8_get_char (p)))
            p = g_utf8_next_char (p);
          append_han (all, firsts, run, (gsize) (p - run));
        }
      else if (g_unichar_isalnum (g_utf8_get_char (p)))
        {
          if (all->len > 0)
            g_string_append_c (all, ' ');
          while (*p != '\0' && g_unichar_isalnum (g_utf8_get_char (p)) && !kefu_text_is_han (g_utf8_get_char (p)))
            {
              g_string_append_unichar (all, g_utf8_get_char (p));
              g_string_append_unichar (firsts, g_utf8_get_char (p));
              p = g_utf8_next_char (p);
            }
        }
      else
        {
          p = g_utf8_next_char (p);
        }
    }

  if (full != NULL)
    *full = g_string_free (g_steal_pointer (&all), FALSE);
  if (initials != NULL)
    *initials = g_string_free (g_steal_pointer (&firsts), FALSE);
}
