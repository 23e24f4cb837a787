/* SPDX-License-Identifier: GPL-3.0-or-later
 * Han text as pinyin, by tables of ICU's readings. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include <string.h>

#include "kefu-han-data.h"
#include "kefu-pinyin.h"
#include "kefu-text.h"

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

/* (nullable): how @c is read. */
static const char *
syllable_of (gunichar c)
{
  guint low = 0;
  guint high = kefu_n_han_rare;

  if (c == 0x3007)
    return "ling";
  if (c >= KEFU_HAN_READ_FIRST && c <= KEFU_HAN_LAST)
    {
      guint reading = kefu_han_reading[c - KEFU_HAN_READ_FIRST];

      return reading > 0 ? kefu_han_syllables[reading] : NULL;
    }
  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (kefu_han_rare[middle].c == c)
        return kefu_han_syllables[kefu_han_rare[middle].reading];
      if (kefu_han_rare[middle].c < c)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

static void
append_syllable (GString *full, GString *initials, const char *syllable, gssize bytes)
{
  if (full->len > 0)
    g_string_append_c (full, ' ');
  g_string_append_len (full, syllable, bytes);
  g_string_append_unichar (initials, g_utf8_get_char (syllable));
}

/* A reading of several syllables with spaces between them. */
static void
append_reading (GString *full, GString *initials, const char *reading)
{
  for (const char *end; *reading != '\0'; reading = *end == ' ' ? end + 1 : end)
    {
      end = strchrnul (reading, ' ');
      append_syllable (full, initials, reading, end - reading);
    }
}

static void
append_han (GString *full, GString *initials, const char *run, gsize bytes)
{
  const char *end = run + bytes;

  for (const char *p = run; p < end;)
    {
      const char *next = g_utf8_next_char (p);
      const char *reading = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (readings) && reading == NULL; i++)
        {
          gsize word = strlen (readings[i].word);

          if ((gsize) (end - p) >= word && strncmp (p, readings[i].word, word) == 0)
            {
              reading = readings[i].reading;
              next = p + word;
            }
        }
      if (reading == NULL)
        reading = syllable_of (g_utf8_get_char (p));
      /* one that no table knows stands for itself */
      if (reading != NULL)
        append_reading (full, initials, reading);
      else
        append_syllable (full, initials, p, next - p);
      p = next;
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
