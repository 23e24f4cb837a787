/* SPDX-License-Identifier: GPL-3.0-or-later
 * What should not be sent to a customer (product.md, rule 3). */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-lint.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "kefu-folder.h"

/* A blank longer than this is more likely a sentence in braces. */
#define MAX_BLANK_CHARS 40

/* An expression that holds the forbidden one and is harmless: "知不知道" holds "不知道" from its second character on. */
typedef struct
{
  KefuFolded *text;
  guint offset;
} Exception;

typedef struct
{
  KefuFolded *text;
  GArray *exceptions; /* Exception */
  gboolean block;
  char *why;
  char *instead;
} Rule;

/* The rules of a team, looked up by their first character at each place of the text: a hundred rules cost as little
 * as one, and a check of a whole message is done between two key presses. */
struct _KefuLint
{
  GObject parent_instance;

  KefuFolder *folder;
  GPtrArray *rules;     /* Rule */
  GHashTable *by_first; /* first character → GPtrArray of Rule */
};

G_DEFINE_FINAL_TYPE (KefuLint, kefu_lint, G_TYPE_OBJECT)

static void
exception_clear (gpointer data)
{
  Exception *exception = data;

  kefu_folded_free (exception->text);
}

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_clear_pointer (&rule->text, kefu_folded_free);
  g_clear_pointer (&rule->exceptions, g_array_unref);
  g_free (rule->why);
  g_free (rule->instead);
  g_free (rule);
}

static void
finding_free (gpointer data)
{
  KefuLintFinding *finding = data;

  g_free (finding->match);
  g_free (finding->why);
  g_free (finding->instead);
  g_free (finding);
}

/* Whether @needle stands at @at of @text. */
static gboolean
stands_at (const KefuFolded *text, guint at, const KefuFolded *needle)
{
  return needle->length <= text->length - at &&
         memcmp (text->chars + at, needle->chars, needle->length * sizeof (gunichar)) == 0;
}

/* Latin words and numbers are not cut: "100%" is not in "2100%", "sf" not in "sfo". */
static gboolean
continues_word (gunichar left, gunichar right)
{
  if (left >= 0x80 || right >= 0x80)
    return FALSE;
  return (g_ascii_isalpha ((char) left) && g_ascii_isalpha ((char) right)) ||
         (g_ascii_isdigit ((char) left) && g_ascii_isdigit ((char) right));
}

static gboolean
rule_matches (const Rule *rule, const KefuFolded *text, guint at)
{
  guint end = at + rule->text->length;

  if (!stands_at (text, at, rule->text))
    return FALSE;
  if (at > 0 && continues_word (text->chars[at - 1], text->chars[at]))
    return FALSE;
  if (end < text->length && continues_word (text->chars[end - 1], text->chars[end]))
    return FALSE;
  for (guint i = 0; i < rule->exceptions->len; i++)
    {
      const Exception *exception = &g_array_index (rule->exceptions, Exception, i);

      if (at >= exception->offset && stands_at (text, at - exception->offset, exception->text))
        return FALSE;
    }
  return TRUE;
}

/* The rule that matches at @at: one that blocks before one that warns, then the longest. */
static const Rule *
best_rule (KefuLint *self, const KefuFolded *text, guint at)
{
  GPtrArray *rules = g_hash_table_lookup (self->by_first, GUINT_TO_POINTER (text->chars[at]));
  const Rule *best = NULL;

  for (guint i = 0; rules != NULL && i < rules->len; i++)
    {
      const Rule *rule = g_ptr_array_index (rules, i);

      if (best != NULL && (rule->block != best->block ? best->block : rule->text->length <= best->text->length))
        continue;
      if (rule_matches (rule, text, at))
        best = rule;
    }
  return best;
}

/* The length of the unfilled "{blank}" that begins at @at, 0 if none does. */
static guint
blank_length (const KefuFolded *text, guint at)
{
  if (text->chars[at] != '{')
    return 0;
  for (guint i = at + 1; i < text->length && i <= at + MAX_BLANK_CHARS + 1; i++)
    {
      if (text->chars[i] == '{')
        return 0;
      if (text->chars[i] == '}')
        return i > at + 1 ? i + 1 - at : 0;
    }
  return 0;
}

/* Adds what was found unless a finding before it covers it and is as strict. */
static void
add_finding (GPtrArray *findings,
             const char *original,
             const KefuFolded *text,
             guint at,
             guint length,
             gboolean block,
             const char *why,
             const char *instead)
{
  guint start = text->places[at];
  guint end = text->places[at + length - 1] + 1;
  KefuLintFinding *finding;

  for (guint i = 0; i < findings->len; i++)
    {
      const KefuLintFinding *other = g_ptr_array_index (findings, i);

      if (other->start <= start && other->start + other->length >= end && other->block >= block)
        return;
    }
  finding = g_new0 (KefuLintFinding, 1);
  finding->start = start;
  finding->length = end - start;
  finding->block = block;
  finding->match = g_utf8_substring (original, start, end);
  finding->why = g_strdup (why);
  finding->instead = g_strdup (instead);
  g_ptr_array_add (findings, finding);
}

static const char *
string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

/* Adds one exception of @rule; FALSE if the forbidden expression is not in it. */
static gboolean
add_exception (KefuLint *self, Rule *rule, JsonNode *node)
{
  Exception exception = { NULL, 0 };

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  exception.text = kefu_folder_fold (self->folder, json_node_get_string (node));
  for (; exception.offset < exception.text->length; exception.offset++)
    if (stands_at (exception.text, exception.offset, rule->text))
      {
        g_array_append_val (rule->exceptions, exception);
        return TRUE;
      }
  kefu_folded_free (exception.text);
  return FALSE;
}

/* Adds rule number @number (from 1 on) of the file. */
static gboolean
add_rule (KefuLint *self, JsonNode *node, guint number, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *match = object != NULL ? string_member (object, "match") : NULL;
  const char *level = object != NULL ? string_member (object, "level") : NULL;
  const char *why = object != NULL ? string_member (object, "why") : NULL;
  const char *instead = object != NULL ? string_member (object, "instead") : NULL;
  JsonNode *except = object != NULL ? json_object_get_member (object, "except") : NULL;
  JsonArray *exceptions = except != NULL && JSON_NODE_HOLDS_ARRAY (except) ? json_node_get_array (except) : NULL;
  Rule *rule;
  GPtrArray *same_first;

  if (match == NULL || g_utf8_strlen (match, -1) == 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Rule %u has no “match”"), number);
      return FALSE;
    }
  if (g_strcmp0 (level, "warn") != 0 && g_strcmp0 (level, "block") != 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Rule %u (“%s”): “level” must be “warn” or “block”"),
                   number, match);
      return FALSE;
    }
  if (why == NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Rule %u (“%s”) has no “why”"), number, match);
      return FALSE;
    }
  if (except != NULL && exceptions == NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Rule %u (“%s”): “except” must be a list"), number, match);
      return FALSE;
    }

  rule = g_new0 (Rule, 1);
  g_ptr_array_add (self->rules, rule);
  rule->text = kefu_folder_fold (self->folder, match);
  rule->exceptions = g_array_new (FALSE, FALSE, sizeof (Exception));
  g_array_set_clear_func (rule->exceptions, exception_clear);
  rule->block = strcmp (level, "block") == 0;
  rule->why = g_strdup (why);
  rule->instead = g_strdup (instead != NULL ? instead : "");
  for (guint i = 0; exceptions != NULL && i < json_array_get_length (exceptions); i++)
    if (!add_exception (self, rule, json_array_get_element (exceptions, i)))
      {
        g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Rule %u (“%s”): exception %u does not hold the words"),
                     number, match, i + 1);
        return FALSE;
      }

  same_first = g_hash_table_lookup (self->by_first, GUINT_TO_POINTER (rule->text->chars[0]));
  if (same_first == NULL)
    {
      same_first = g_ptr_array_new ();
      g_hash_table_insert (self->by_first, GUINT_TO_POINTER (rule->text->chars[0]), same_first);
    }
  g_ptr_array_add (same_first, rule);
  return TRUE;
}

static void
kefu_lint_finalize (GObject *object)
{
  KefuLint *self = KEFU_LINT (object);

  g_hash_table_unref (self->by_first);
  g_ptr_array_unref (self->rules);
  kefu_folder_free (self->folder);

  G_OBJECT_CLASS (kefu_lint_parent_class)->finalize (object);
}

static void
kefu_lint_class_init (KefuLintClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = kefu_lint_finalize;
}

static void
kefu_lint_init (KefuLint *self)
{
  self->folder = kefu_folder_new ();
  self->rules = g_ptr_array_new_with_free_func (rule_free);
  self->by_first = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * kefu_lint_new:
 * @rules_json: `{"rules":[{"match","except":[…]?,"level":"warn"|"block","why","instead"?,"category"?}]}`
 *
 * An exception is an expression that holds the forbidden one and is harmless.
 *
 * Returns: (transfer full) (nullable): NULL and KEFU_ERROR_INVALID with a message that names the rule
 */
KefuLint *
kefu_lint_new (GBytes *rules_json, GError **error)
{
  g_autoptr (KefuLint) self = g_object_new (KEFU_TYPE_LINT, NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) parse_error = NULL;
  JsonNode *root;
  JsonNode *rules = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (rules_json != NULL, NULL);

  data = g_bytes_get_data (rules_json, &size);
  if (!json_parser_load_from_data (parser, data != NULL ? data : "", (gssize) size, &parse_error))
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("Not JSON: %s"), parse_error->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    rules = json_object_get_member (json_node_get_object (root), "rules");
  if (rules == NULL || !JSON_NODE_HOLDS_ARRAY (rules))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("There is no list “rules”"));
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (json_node_get_array (rules)); i++)
    if (!add_rule (self, json_array_get_element (json_node_get_array (rules), i), i + 1, error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * kefu_lint_check:
 *
 * Returns: (transfer full) (element-type KefuLintFinding): what was found, in order of place; two findings may overlap, but
 *   none covers another that is as strict
 */
GPtrArray *
kefu_lint_check (KefuLint *self, const char *text)
{
  g_autoptr (KefuFolded) folded = NULL;
  GPtrArray *findings;

  g_return_val_if_fail (KEFU_IS_LINT (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  findings = g_ptr_array_new_with_free_func (finding_free);
  folded = kefu_folder_fold (self->folder, text);
  for (guint at = 0; at < folded->length; at++)
    {
      guint blank = blank_length (folded, at);
      const Rule *rule;

      if (blank > 0)
        {
          add_finding (findings, text, folded, at, blank, TRUE, _ ("This blank is not filled in yet"), "");
          at += blank - 1;
          continue;
        }
      rule = best_rule (self, folded, at);
      if (rule != NULL)
        add_finding (findings, text, folded, at, rule->text->length, rule->block, rule->why, rule->instead);
    }
  return findings;
}
