/* SPDX-License-Identifier: GPL-3.0-or-later
 * Links in messages: the markup is well formed, shows what was written, and leads only where it says. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-links.h"

typedef struct
{
  GString *text;
  GString *link; /* what the open link shows */
  char *href;
} Shown;

static void
start_cb (GMarkupParseContext *context,
          const char *element,
          const char **names,
          const char **values,
          gpointer user_data,
          GError **error)
{
  Shown *shown = user_data;

  if (g_str_equal (element, "m"))
    return;
  FUZZ_CHECK (g_str_equal (element, "a"));
  FUZZ_CHECK (shown->href == NULL);
  FUZZ_CHECK (names[0] != NULL && g_str_equal (names[0], "href") && names[1] == NULL);
  FUZZ_CHECK (kefu_links_may_open (values[0]));
  FUZZ_CHECK (g_str_has_prefix (values[0], "http") || g_str_has_prefix (values[0], "HTTP") ||
              g_ascii_strncasecmp (values[0], "http", 4) == 0);
  shown->href = g_strdup (values[0]);
  g_string_truncate (shown->link, 0);
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Shown *shown = user_data;

  if (shown->href == NULL)
    return;
  FUZZ_CHECK (g_str_has_suffix (shown->href, shown->link->str));
  FUZZ_CHECK (strlen (shown->href) == shown->link->len || g_ascii_strncasecmp (shown->link->str, "www.", 4) == 0);
  g_clear_pointer (&shown->href, g_free);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data, GError **error)
{
  Shown *shown = user_data;

  g_string_append_len (shown->text, text, (gssize) length);
  g_string_append_len (shown->link, text, (gssize) length);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const GMarkupParser parser = { start_cb, end_cb, text_cb, NULL, NULL };
  g_autofree char *typed = fuzz_text (data, size);
  /* Markup knows one kind of line break. */
  g_auto (GStrv) lines = g_regex_split_simple ("\\r\\n?", typed, 0, 0);
  g_autofree char *text = g_strjoinv ("\n", lines);
  g_autofree char *markup = kefu_links_markup (text);
  g_autofree char *whole = NULL;
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GError) error = NULL;
  Shown shown = { NULL };

  if (markup == NULL)
    return 0;
  shown.text = g_string_new (NULL);
  shown.link = g_string_new (NULL);
  whole = g_strdup_printf ("<m>%s</m>", markup);
  context = g_markup_parse_context_new (&parser, G_MARKUP_DEFAULT_FLAGS, &shown, NULL);
  if (!g_markup_parse_context_parse (context, whole, -1, &error) || !g_markup_parse_context_end_parse (context, &error))
    g_error ("not markup: %s: %s", error->message, whole);
  FUZZ_CHECK (g_str_equal (shown.text->str, text));
  g_string_free (shown.text, TRUE);
  g_string_free (shown.link, TRUE);
  return 0;
}
