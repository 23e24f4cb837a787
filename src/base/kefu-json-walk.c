/* SPDX-License-Identifier: GPL-3.0-or-later
 * The members of a JSON object, the elements of an array, as pieces of the text. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-json-walk.h"

#include <string.h>

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
    p++;
  return p;
}

/* @p stands on a quote; returns what comes after the other one: the next that an even number of backslashes, mostly none, stands before. */
static const char *
skip_string (const char *p)
{
  for (const char *end = p;;)
    {
      const char *before;

      end = strchr (end + 1, '"');
      for (before = end; before[-1] == '\\';)
        before--;
      if ((end - before) % 2 == 0)
        return end + 1;
    }
}

static gboolean
ends_scalar (char c)
{
  return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

static gboolean
is_bracket_or_quote (char c)
{
  return c == '"' || (c | 0x20) == '{' || (c | 0x20) == '}';
}

/* Returns what comes after the value at @p. */
static const char *
skip_value (const char *p)
{
  guint depth = 0;

  do
    switch (*p)
      {
      case '"':
        p = skip_string (p);
        break;
      case '{':
      case '[':
        depth++;
        p++;
        break;
      case '}':
      case ']':
        depth--;
        p++;
        break;
      default:
        /* a number, true, false, null; inside of a container commas and the like too */
        if (depth == 0)
          {
            while (!ends_scalar (*p))
              p++;
            return p;
          }
        while (!is_bracket_or_quote (*p))
          p++;
        break;
      }
  while (depth > 0);
  return p;
}

gboolean
kefu_json_walk_begin (KefuJsonWalk *self, const char *text)
{
  text = skip_space (text);
  self->is_object = *text == '{';
  self->next = text + 1;
  return *text == '{' || *text == '[';
}

/* (nullable): where the next value begins; NULL: that was the last, and self->next stands on the bracket. */
static const char *
next_value (KefuJsonWalk *self, KefuJsonPiece *key)
{
  const char *p = skip_space (self->next);

  if (*p == ',')
    p = skip_space (p + 1);
  *key = (KefuJsonPiece){ p, 0 };
  self->next = p;
  if (*p == ']' || *p == '}')
    return NULL;
  if (self->is_object)
    {
      const char *end = skip_string (p);

      *key = (KefuJsonPiece){ p + 1, (gsize) (end - p) - 2 };
      p = skip_space (skip_space (end) + 1);
    }
  return p;
}

gboolean
kefu_json_walk_next (KefuJsonWalk *self, KefuJsonPiece *key, KefuJsonPiece *value)
{
  const char *p = next_value (self, key);

  if (p == NULL)
    return FALSE;
  value->text = p;
  self->next = skip_value (p);
  value->length = (gsize) (self->next - p);
  return TRUE;
}

const char *
kefu_json_walk_peek (KefuJsonWalk *self)
{
  KefuJsonPiece key;
  const char *p = next_value (self, &key);

  if (p != NULL)
    self->next = p;
  return p;
}

gsize
kefu_json_walk_leave (KefuJsonWalk *self, const KefuJsonWalk *inner)
{
  const char *start = self->next;

  self->next = inner->next + 1;
  return (gsize) (self->next - start);
}

gboolean
kefu_json_is_string (const KefuJsonPiece *self)
{
  return *self->text == '"';
}

gboolean
kefu_json_is_integer (const KefuJsonPiece *self)
{
  if (*self->text != '-' && !g_ascii_isdigit (*self->text))
    return FALSE;
  for (gsize i = 1; i < self->length; i++)
    if (!g_ascii_isdigit (self->text[i]))
      return FALSE;
  return TRUE;
}

gboolean
kefu_json_is (const KefuJsonPiece *self, const char *literal)
{
  return self->length == strlen (literal) && memcmp (self->text, literal, self->length) == 0;
}

gint64
kefu_json_integer (const KefuJsonPiece *self)
{
  gboolean negative = *self->text == '-';
  guint64 limit = negative ? (guint64) G_MAXINT64 + 1 : (guint64) G_MAXINT64;
  guint64 number = 0;

  for (gsize i = negative; i < self->length; i++)
    {
      guint digit = (guint) (self->text[i] - '0');

      if (number > (limit - digit) / 10)
        return negative ? G_MININT64 : G_MAXINT64;
      number = number * 10 + digit;
    }
  return negative ? (gint64) -number : (gint64) number;
}

static gunichar
read_hex (const char *p)
{
  gunichar c = 0;

  for (guint i = 0; i < 4; i++)
    c = c << 4 | (gunichar) g_ascii_xdigit_value (p[i]);
  return c;
}

/* @p stands behind "\\u"; appends the character and returns what comes after it. */
static const char *
append_escaped (GString *text, const char *p)
{
  gunichar c = read_hex (p);

  p += 4;
  /* The other half is there: the scan refuses halves. */
  if (c >= 0xd800 && c < 0xdc00)
    {
      c = 0x10000 + ((c - 0xd800) << 10) + (read_hex (p + 2) - 0xdc00);
      p += 6;
    }
  g_string_append_unichar (text, c);
  return p;
}

char *
kefu_json_dup_text (const KefuJsonPiece *self)
{
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  const char *p = self->text + 1;
  const char *end = self->text + self->length - 1;
  GString *text;

  if (!kefu_json_is_string (self))
    return g_strndup (self->text, self->length);
  if (memchr (p, '\\', (gsize) (end - p)) == NULL)
    return g_strndup (p, (gsize) (end - p));
  text = g_string_sized_new (self->length);
  while (p < end)
    {
      const char *plain = memchr (p, '\\', (gsize) (end - p));

      g_string_append_len (text, p, (plain != NULL ? plain : end) - p);
      if (plain == NULL)
        break;
      p = plain + 2;
      if (plain[1] == 'u')
        {
          p = append_escaped (text, p);
        }
      else
        {
          const char *escape = strchr (escapes, plain[1]);

          /* each is a letter and what it stands for; the others stand for themselves */
          g_string_append_c (text, escape != NULL && g_ascii_isalpha (plain[1]) ? escape[1] : plain[1]);
        }
    }
  return g_string_free (text, FALSE);
}
