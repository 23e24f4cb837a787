/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether bytes are JSON, before any parser sees them. */
#include "config.h"

#include "kefu-json-scan.h"

#include <string.h>

typedef struct
{
  const char *p;
  const char *end;
} Scan;

static void
skip_space (Scan *self)
{
  while (self->p < self->end && (*self->p == ' ' || *self->p == '\t' || *self->p == '\n' || *self->p == '\r'))
    self->p++;
}

static gboolean
take (Scan *self, char c)
{
  if (self->p >= self->end || *self->p != c)
    return FALSE;
  self->p++;
  return TRUE;
}

static gboolean
take_word (Scan *self, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->p) < length || memcmp (self->p, word, length) != 0)
    return FALSE;
  self->p += length;
  return TRUE;
}

static gboolean
take_digits (Scan *self)
{
  const char *start = self->p;

  while (self->p < self->end && g_ascii_isdigit (*self->p))
    self->p++;
  return self->p > start;
}

/* number = [ "-" ] ( "0" / 1-9 *DIGIT ) [ "." 1*DIGIT ] [ "e" [ sign ] 1*DIGIT ] */
static gboolean
take_number (Scan *self)
{
  take (self, '-');
  if (!take (self, '0') && !take_digits (self))
    return FALSE;
  if (take (self, '.') && !take_digits (self))
    return FALSE;
  if (take (self, 'e') || take (self, 'E'))
    {
      if (!take (self, '+'))
        take (self, '-');
      return take_digits (self);
    }
  return TRUE;
}

static gboolean
take_hex (Scan *self, guint *value)
{
  *value = 0;
  if (self->end - self->p < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++, self->p++)
    {
      if (!g_ascii_isxdigit (*self->p))
        return FALSE;
      *value = *value * 16 + (guint) g_ascii_xdigit_value (*self->p);
    }
  return TRUE;
}

/* Behind the backslash. */
static gboolean
take_escape (Scan *self)
{
  guint value;

  if (self->p < self->end && *self->p != '\0' && strchr ("\"\\/bfnrt", *self->p) != NULL)
    {
      self->p++;
      return TRUE;
    }
  if (!take (self, 'u') || !take_hex (self, &value))
    return FALSE;
  if (value < 0xd800 || value > 0xdfff)
    return value != 0;
  /* half a character: the other half must follow */
  return value < 0xdc00 && take_word (self, "\\u") && take_hex (self, &value) && value >= 0xdc00 && value <= 0xdfff;
}

static gboolean
is_plain (char c)
{
  return (guchar) c >= 0x20 && c != '"' && c != '\\';
}

static gboolean
take_string (Scan *self)
{
  if (!take (self, '"'))
    return FALSE;
  for (;;)
    {
      const char *p = self->p;

      while (p < self->end && is_plain (*p))
        p++;
      self->p = p + 1;
      if (p == self->end || (*p != '"' && (*p != '\\' || !take_escape (self))))
        return FALSE;
      if (*p == '"')
        return TRUE;
    }
}

static gboolean
take_name (Scan *self)
{
  skip_space (self);
  if (!take_string (self))
    return FALSE;
  skip_space (self);
  return take (self, ':');
}

static gboolean
take_scalar (Scan *self)
{
  if (self->p >= self->end)
    return FALSE;
  switch (*self->p)
    {
    case '"':
      return take_string (self);
    case 't':
      return take_word (self, "true");
    case 'f':
      return take_word (self, "false");
    case 'n':
      return take_word (self, "null");
    default:
      return take_number (self);
    }
}

gboolean
kefu_json_scan (const char *data, gsize size)
{
  Scan self = { data, data != NULL ? data + size : NULL };
  char open[KEFU_JSON_MAX_DEPTH]; /* the brackets that are open */
  gsize depth = 0;

  if (data == NULL || !g_utf8_validate_len (data, size, NULL))
    return FALSE;
  for (;;)
    {
      gboolean more = FALSE; /* another value follows */

      /* a value begins here */
      skip_space (&self);
      if (self.p < self.end && (*self.p == '[' || *self.p == '{'))
        {
          char bracket = *self.p++;

          if (depth == KEFU_JSON_MAX_DEPTH)
            return FALSE;
          open[depth++] = bracket;
          skip_space (&self);
          if (!take (&self, bracket == '[' ? ']' : '}'))
            {
              if (bracket == '{' && !take_name (&self))
                return FALSE;
              continue;
            }
          depth--;
        }
      else if (!take_scalar (&self))
        return FALSE;

      /* and has ended here: what may follow depends on what is open */
      while (!more)
        {
          skip_space (&self);
          if (depth == 0)
            return self.p == self.end;
          if (take (&self, ','))
            {
              if (open[depth - 1] == '{' && !take_name (&self))
                return FALSE;
              more = TRUE;
            }
          else if (take (&self, open[depth - 1] == '[' ? ']' : '}'))
            depth--;
          else
            return FALSE;
        }
    }
}
