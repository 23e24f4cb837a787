/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is looked for in messages, names and orders: the texts that go into their full-text indexes. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-search-words.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "kefu-text-match.h"
#include "kefu-text.h"
#include "kefu-tokenizer.h"

static const char *
argument (sqlite3_value *value)
{
  const char *text = (const char *) sqlite3_value_text (value);

  return text != NULL ? text : "";
}

static void
append_fact (GString *out, const char *prefix, const char *value, gssize length)
{
  g_string_append (out, " " KEFU_TOKEN_FACT);
  g_string_append (out, prefix);
  g_string_append_len (out, value, length);
}

/* Nobody else's text can be a fact, or be apart. */
static void
append_text (GString *out, const char *text)
{
  gsize from = out->len;

  text += strspn (text, KEFU_TOKEN_APART);
  g_string_append (out, text);
  if (strstr (text, KEFU_TOKEN_FACT) != NULL)
    for (char *mark = out->str + from; (mark = strstr (mark, KEFU_TOKEN_FACT)) != NULL;)
      memset (mark, ' ', strlen (KEFU_TOKEN_FACT));
}

static void
result (sqlite3_context *context, GString *text)
{
  gsize length = text->len;

  sqlite3_result_text64 (context, g_string_free (text, FALSE), length, g_free, SQLITE_UTF8);
}

char *
kefu_search_words_of_message (const char *kind, const char *body, const char *data)
{
  g_autoptr (JsonNode) node = NULL;
  const char *name = NULL;

  g_return_val_if_fail (kind != NULL && body != NULL, NULL);

  if (!g_str_equal (kind, "file") || data == NULL)
    return g_strdup (body);
  node = json_from_string (data, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonNode *member = json_object_get_member (json_node_get_object (node), "name");

      name = member != NULL && JSON_NODE_HOLDS_VALUE (member) ? json_node_get_string (member) : NULL;
    }
  if (name == NULL || *name == '\0')
    return g_strdup (body);
  return *body != '\0' ? g_strdup_printf ("%s %s", body, name) : g_strdup (name);
}

static void
message_words (sqlite3_context *context, int n, sqlite3_value **values)
{
  const char *kind = argument (values[0]);
  const char *dir = argument (values[1]);
  const char *author_id = argument (values[2]);
  gboolean from_customer = g_str_equal (dir, "in");
  GString *out;

  if (g_str_equal (kind, "event"))
    {
      sqlite3_result_null (context);
      return;
    }
  out = g_string_sized_new (128);
  if (from_customer)
    g_string_append (out, KEFU_TOKEN_APART);
  if (g_str_equal (kind, "file"))
    {
      g_autofree char *text =
        kefu_search_words_of_message (kind, argument (values[3]), (const char *) sqlite3_value_text (values[4]));

      append_text (out, text);
    }
  else
    {
      append_text (out, argument (values[3]));
    }
  if (!from_customer && *author_id != '\0')
    append_fact (out, KEFU_FACT_AUTHOR, author_id, -1);
  if (!g_str_equal (kind, "text"))
    append_fact (out, from_customer ? KEFU_FACT_KIND_FROM_CUSTOMER : KEFU_FACT_KIND, kind, -1);
  result (context, out);
}

/* Its beginnings, up to the length of a piece. */
static void
append_beginnings (GString *out, const char *prefix, const char *word, const char *end)
{
  const char *p = word;

  for (int i = 0; i < KEFU_TOKEN_SPELLED && p < end; i++)
    {
      p = g_utf8_next_char (p);
      append_fact (out, prefix, word, p - word);
    }
}

char *
kefu_search_words_dense (const char *text)
{
  GString *out = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = kefu_text_match_fold (g_utf8_get_char (p));

      if (c != 0 && c != ' ' && c != '-')
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static void
append_phone (GString *out, const char *phone)
{
  g_autofree char *dense = kefu_search_words_dense (phone);
  gsize length = strlen (dense);

  if (length >= KEFU_TOKEN_PIECE)
    append_fact (out, KEFU_FACT_PHONE, dense + length - KEFU_TOKEN_PIECE, KEFU_TOKEN_PIECE);
}

static void
name_words (sqlite3_context *context, int n, sqlite3_value **values)
{
  const char *syllables = argument (values[1]);
  const char *initials = argument (values[2]);
  GString *out = g_string_sized_new (256);

  append_text (out, argument (values[0]));
  for (const char *p = syllables; *p != '\0';)
    {
      gsize length = strcspn (p, " ");

      append_beginnings (out, KEFU_FACT_SPELLED, p, p + length);
      p += length + (p[length] != '\0');
    }
  for (const char *p = initials; *p != '\0'; p = g_utf8_next_char (p))
    append_beginnings (out, KEFU_FACT_SPELLED, p, p + strlen (p));
  append_phone (out, argument (values[3]));
  result (context, out);
}

/* Every four in a row. */
static void
append_pieces (GString *out, const char *text)
{
  g_autofree char *dense = kefu_search_words_dense (text);
  glong length = g_utf8_strlen (dense, -1);
  const char *p = dense;

  for (glong i = 0; i + KEFU_TOKEN_PIECE <= length; i++, p = g_utf8_next_char (p))
    append_fact (out, KEFU_FACT_NUMBER, p, g_utf8_offset_to_pointer (p, KEFU_TOKEN_PIECE) - p);
}

static void
order_words (sqlite3_context *context, int n, sqlite3_value **values)
{
  GString *out = g_string_sized_new (256);

  append_pieces (out, argument (values[0]));
  append_pieces (out, argument (values[1]));
  append_phone (out, argument (values[2]));
  result (context, out);
}

static void
fold (sqlite3_context *context, int n, sqlite3_value **values)
{
  const char *text = (const char *) sqlite3_value_text (values[0]);
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid == NULL)
    sqlite3_result_null (context);
  else
    sqlite3_result_text (context, kefu_text_fold (valid), -1, g_free);
}

gboolean
kefu_search_words_register (sqlite3 *handle, GError **error)
{
  static const struct
  {
    const char *name;
    int n;
    void (*func) (sqlite3_context *context, int n, sqlite3_value **values);
  } functions[] = {
    { "kefu_message_words", 5, message_words },
    { "kefu_name_words", 4, name_words },
    { "kefu_order_words", 3, order_words },
    { "kefu_fold", 1, fold },
  };

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (sqlite3_create_function_v2 (handle, functions[i].name, functions[i].n,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, functions[i].func,
                                    NULL, NULL, NULL) != SQLITE_OK)
      {
        g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_DATABASE, sqlite3_errmsg (handle));
        return FALSE;
      }
  return TRUE;
}
