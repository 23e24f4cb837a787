/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of web pages in what people write. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-links.h"

#include <string.h>

/* RFC 3986, section 2, without what people put around an address: quotes and angle brackets are not in it anyway. */
#define ADDRESS_MARKS "-._~:/?#[]@!$&'()*+,;=%"
/* Belongs to the sentence when it ends the address. */
#define TRAILING_MARKS ".,;:!?'*"

static gboolean
is_address_char (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr (ADDRESS_MARKS, c) != NULL);
}

/* Where the last @open has no partner, the bracket is the sentence's: "(see https://example.com/a_(b))". */
static gboolean
is_balanced (const char *start, const char *end, char open, char close)
{
  int depth = 0;

  for (const char *p = start; p < end; p++)
    depth += *p == open ? 1 : *p == close ? -1 : 0;
  return depth >= 0;
}

static const char *
end_of_address (const char *start)
{
  const char *end = start;

  while (is_address_char (*end))
    end++;
  while (end > start &&
         (strchr (TRAILING_MARKS, end[-1]) != NULL || (end[-1] == ')' && !is_balanced (start, end, '(', ')')) ||
          (end[-1] == ']' && !is_balanced (start, end, '[', ']'))))
    end--;
  return end;
}

/* An address inside a word ("abchttp://") is none; after a Chinese character it is one. */
static gboolean
may_begin (const char *text, const char *p)
{
  return p == text || (!g_ascii_isalnum (p[-1]) && p[-1] != '@' && p[-1] != '.' && p[-1] != '/');
}

gboolean
kefu_links_may_open (const char *uri)
{
  g_autoptr (GUri) parsed = NULL;
  const char *host;

  for (const char *p = uri; *p != '\0'; p++)
    if (!is_address_char (*p))
      return FALSE;
  parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  if (parsed == NULL ||
      (!g_str_equal (g_uri_get_scheme (parsed), "https") && !g_str_equal (g_uri_get_scheme (parsed), "http")))
    return FALSE;
  host = g_uri_get_host (parsed);
  /* "https://bank.example@evil.example" leads to the second of the two */
  return host != NULL && strchr (host, '.') != NULL && g_uri_get_userinfo (parsed) == NULL;
}

/* (transfer full) (nullable): the address that begins at @p. */
static char *
address_at (const char *p, const char **end)
{
  gboolean bare = g_ascii_strncasecmp (p, "www.", 4) == 0;
  g_autofree char *written = NULL;
  g_autofree char *uri = NULL;

  if (!bare && g_ascii_strncasecmp (p, "http://", 7) != 0 && g_ascii_strncasecmp (p, "https://", 8) != 0)
    return NULL;
  *end = end_of_address (p);
  written = g_strndup (p, (gsize) (*end - p));
  uri = bare ? g_strconcat ("https://", written, NULL) : g_steal_pointer (&written);
  return kefu_links_may_open (uri) ? g_steal_pointer (&uri) : NULL;
}

static void
append_escaped (GString *markup, const char *start, const char *end)
{
  g_autofree char *escaped = g_markup_escape_text (start, end - start);

  g_string_append (markup, escaped);
}

char *
kefu_links_markup (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) markup = g_string_new (NULL);
  const char *plain = valid;
  gboolean any = FALSE;

  for (const char *p = valid; *p != '\0';)
    {
      const char *end = NULL;
      g_autofree char *uri =
        (*p == 'h' || *p == 'H' || *p == 'w' || *p == 'W') && may_begin (valid, p) ? address_at (p, &end) : NULL;
      g_autofree char *href = NULL;

      if (uri == NULL)
        {
          p++;
          continue;
        }
      append_escaped (markup, plain, p);
      href = g_markup_escape_text (uri, -1);
      g_string_append_printf (markup, "<a href=\"%s\">", href);
      append_escaped (markup, p, end);
      g_string_append (markup, "</a>");
      any = TRUE;
      p = plain = end;
    }
  if (!any)
    return NULL;
  append_escaped (markup, plain, plain + strlen (plain));
  return g_string_free (g_steal_pointer (&markup), FALSE);
}
