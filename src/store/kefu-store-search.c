/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search: what its operators mean in this cache, and the pages of its groups. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "kefu-store-search-private.h"
#include "kefu-text.h"

/* Of customers whom a name in `from:` can mean. */
#define MAX_NAMED 500

typedef gboolean (*GroupFunc) (const KefuSearchScope *scope, KefuSearchPage *page, GError **error);

static const GroupFunc groups[KEFU_SEARCH_N_GROUPS] = {
  [KEFU_SEARCH_CUSTOMERS] = kefu_store_search_customers, [KEFU_SEARCH_MESSAGES] = kefu_store_search_messages,
  [KEFU_SEARCH_ORDERS] = kefu_store_search_orders,       [KEFU_SEARCH_PHRASES] = kefu_store_search_phrases,
  [KEFU_SEARCH_ARTICLES] = kefu_store_search_articles,
};

void
kefu_search_results_free (KefuSearchResults *self)
{
  for (guint i = 0; i < KEFU_SEARCH_N_GROUPS; i++)
    g_clear_pointer (&self->hits[i], g_ptr_array_unref);
  g_strfreev (self->problems);
  g_free (self);
}

static KefuSearchResults *
results_new (void)
{
  KefuSearchResults *self = g_new0 (KefuSearchResults, 1);

  for (guint i = 0; i < KEFU_SEARCH_N_GROUPS; i++)
    self->hits[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_search_hit_record_unref);
  return self;
}

/* --- the scope --- */

static void
scope_clear (KefuSearchScope *scope)
{
  g_free (scope->channels);
  g_free (scope->customers);
  g_free (scope->author_list);
  g_strfreev (scope->authors);
  g_strfreev (scope->channel_ids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KefuSearchScope, scope_clear)

/* (transfer full): as a JSON array. */
static char *
make_list (GPtrArray *ids)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < ids->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (ids, i));
  json_builder_end_array (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

static gboolean
contains_folded (const char *text, const char *folded)
{
  g_autofree char *own = kefu_text_fold (text);

  return strstr (own, folded) != NULL;
}

/* What agents call the types of channels, whatever those of this workspace are named. */
static const char *
channel_type_of (const char *folded)
{
  static const struct
  {
    const char *name;
    const char *type;
  } names[] = {
    { "旺旺", "wangwang" }, { "淘宝", "wangwang" }, { "微信", "wechat" }, { "邮件", "email" }, { "邮箱", "email" },
    { "微博", "weibo" },    { "短信", "sms" },      { "电话", "phone" },  { "网页", "web" },   { "网站", "web" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].name, folded))
      return names[i].type;
  return folded;
}

static gboolean
find_channels (KefuSearchScope *scope, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) known = g_string_new (NULL);
  char **wanted = scope->query->channels;
  g_autofree gboolean *met = g_new0 (gboolean, g_strv_length (wanted) + 1);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (wanted[0] == NULL)
    return TRUE;
  stmt = kefu_db_query (scope->db, error, "SELECT id, type, name, shop FROM channel ORDER BY name, shop, id", "");
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      const char *name = kefu_stmt_text (stmt, 2);
      gboolean is_wanted = FALSE;

      for (guint i = 0; wanted[i] != NULL; i++)
        if (g_str_equal (kefu_stmt_text (stmt, 1), channel_type_of (wanted[i])) || contains_folded (name, wanted[i]) ||
            contains_folded (kefu_stmt_text (stmt, 3), wanted[i]))
          is_wanted = met[i] = TRUE;
      if (is_wanted)
        g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
      if (strstr (known->str, name) == NULL)
        g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", name);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; wanted[i] != NULL; i++)
    if (!met[i])
      g_ptr_array_add (problems,
                       g_strdup_printf (_ ("No channel is called “%s”. There are: %s."), wanted[i], known->str));
  scope->channels = make_list (ids);
  g_ptr_array_add (ids, NULL);
  scope->channel_ids = (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
  return TRUE;
}

static gboolean
find_agents (KefuSearchScope *scope, const char *folded, GPtrArray *authors, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (scope->db, error, "SELECT id, name FROM agent", "");
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && kefu_stmt_step (stmt, &local))
    if (contains_folded (kefu_stmt_text (stmt, 1), folded))
      g_ptr_array_add (authors, g_strdup (kefu_stmt_text (stmt, 0)));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stmt != NULL && local == NULL;
}

/* As the search for customers finds them. FALSE: it failed. */
static gboolean
find_customers (KefuSearchScope *scope, const char *name, GPtrArray *customers, GError **error)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", name);
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new (quoted, 0);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  KefuSearchScope inner = { .db = scope->db, .query = query, .agent_id = scope->agent_id };
  KefuSearchPage page = { .is_first = TRUE, .limit = MAX_NAMED, .hits = ids, .only_ids = TRUE };

  if (query->words[0] == NULL)
    return TRUE;
  if (!kefu_store_search_customers (&inner, &page, error))
    return FALSE;
  g_ptr_array_extend_and_steal (customers, g_steal_pointer (&ids));
  return TRUE;
}

/* Of two names one customer may be meant. */
static void
drop_doubles (GPtrArray *ids)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < ids->len;)
    if (g_hash_table_add (seen, g_strdup (g_ptr_array_index (ids, i))))
      i++;
    else
      g_ptr_array_remove_index (ids, i);
}

static gboolean
find_senders (KefuSearchScope *scope, GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) authors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) customers = g_ptr_array_new_with_free_func (g_free);

  if (scope->query->from_me)
    g_ptr_array_add (authors, g_strdup (scope->agent_id));
  for (guint i = 0; scope->query->from[i] != NULL; i++)
    {
      const char *name = scope->query->from[i];
      g_autofree char *folded = kefu_text_fold (name);
      guint n = authors->len + customers->len;

      if (!find_agents (scope, folded, authors, error) || !find_customers (scope, name, customers, error))
        return FALSE;
      if (authors->len + customers->len == n)
        g_ptr_array_add (problems, g_strdup_printf (_ ("Neither an agent nor a customer is called “%s”."), name));
    }
  drop_doubles (authors);
  drop_doubles (customers);
  if (customers->len > 0)
    scope->customers = make_list (customers);
  if (authors->len > 0)
    {
      scope->author_list = make_list (authors);
      g_ptr_array_add (authors, NULL);
      scope->authors = (char **) g_ptr_array_free (g_steal_pointer (&authors), FALSE);
    }
  return TRUE;
}

char *
kefu_store_search_conversation_condition (const KefuSearchScope *scope)
{
  guint is = scope->query->is;
  GString *sql = g_string_new (NULL);

  if (scope->channels != NULL)
    g_string_append (sql, " AND c.channel_id IN (SELECT value FROM json_each(?2))");
  if (is & KEFU_SEARCH_IS_STATUS)
    g_string_append_printf (sql, " AND c.status IN (%s%s%s'')", is & KEFU_SEARCH_IS_OPEN ? "'open'," : "",
                            is & KEFU_SEARCH_IS_SNOOZED ? "'snoozed'," : "",
                            is & KEFU_SEARCH_IS_RESOLVED ? "'resolved'," : "");
  if (is & KEFU_SEARCH_IS_UNREAD)
    g_string_append (sql,
                     " AND EXISTS(SELECT 1 FROM inbox u WHERE u.n = c.rowid AND u.label_id = '' AND u.part IN (0,2))");
  return g_string_free (sql, FALSE);
}

char *
kefu_store_search_buckets (const KefuSearchQuery *query)
{
  guint is = query->is & KEFU_SEARCH_IS_STATUS;

  if (is == 0)
    return g_strdup ("0,1,2,3,4,5");
  return g_strdup_printf ("%s%s%s9", is & KEFU_SEARCH_IS_OPEN ? "0,1,2," : "", is & KEFU_SEARCH_IS_SNOOZED ? "3," : "",
                          is & KEFU_SEARCH_IS_RESOLVED ? "4," : "");
}

const char *
kefu_store_search_parts (const KefuSearchQuery *query)
{
  return query->is & KEFU_SEARCH_IS_UNREAD ? "0,2" : "0,1,2,3";
}

const char *
kefu_store_search_inbox_rows (const KefuSearchScope *scope, char **where)
{
  g_autofree char *buckets = kefu_store_search_buckets (scope->query);

  *where = g_strdup_printf ("i.label_id = '' AND i.bucket IN (%s) AND i.part IN (%s)", buckets,
                            kefu_store_search_parts (scope->query));
  return scope->channels != NULL ? "json_each(?2) j CROSS JOIN inbox i INDEXED BY inbox_channel_bucket"
                                   " ON i.channel_id = j.value"
                                 : "inbox i INDEXED BY inbox_bucket";
}

/* --- the job --- */

static gboolean
search_group (const KefuSearchScope *scope,
              KefuSearchGroup group,
              const KefuSearchPlace *place,
              guint limit,
              KefuSearchResults *results,
              GError **error)
{
  KefuSearchPage page = { .is_first = place == NULL, .limit = limit, .hits = results->hits[group] };

  if (place != NULL)
    page.from = *place;
  if (!groups[group](scope, &page, error))
    return FALSE;
  results->more[group] = page.more;
  results->next[group] = page.next;
  return TRUE;
}

/* The answer is a list of one: the results. */
static GPtrArray *
query_search (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) answer = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_search_results_free);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  KefuSearchQuery *query = request->search;
  g_auto (KefuSearchScope) scope = { .db = db, .query = query, .agent_id = core->agent_id };
  KefuSearchResults *results = results_new ();

  g_ptr_array_add (answer, results);
  if (kefu_search_query_is_empty (query))
    return g_steal_pointer (&answer);
  for (guint i = 0; query->problems[i] != NULL; i++)
    g_ptr_array_add (problems, g_strdup (query->problems[i]));
  if (!find_channels (&scope, problems, error) || !find_senders (&scope, problems, error))
    return NULL;
  if (problems->len > 0)
    {
      g_ptr_array_add (problems, NULL);
      results->problems = (char **) g_ptr_array_free (g_steal_pointer (&problems), FALSE);
      return g_steal_pointer (&answer);
    }
  for (guint group = 0; group < KEFU_SEARCH_N_GROUPS; group++)
    if (request->group < 0 || request->group == (int) group)
      {
        const KefuSearchPlace place = { request->number, request->number2 };

        if (!search_group (&scope, group, request->group < 0 ? NULL : &place, request->limit, results, error))
          return NULL;
      }
  return g_steal_pointer (&answer);
}

static void
search (KefuStore *self,
        KefuSearchQuery *query,
        int group,
        const KefuSearchPlace *place,
        guint limit,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer user_data)
{
  KefuStoreRequest *request = kefu_store_request_new ();

  request->search = kefu_search_query_ref (query);
  request->group = group;
  request->limit = limit;
  if (place != NULL)
    {
      request->number = place->key;
      request->number2 = place->second;
    }
  kefu_store_search_read (self, query_search, request, cancellable, callback, user_data);
}

void
kefu_store_search_async (KefuStore *self,
                         KefuSearchQuery *query,
                         guint limit,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (query != NULL);
  g_return_if_fail (limit > 0);

  search (self, query, -1, NULL, limit, cancellable, callback, user_data);
}

void
kefu_store_search_more_async (KefuStore *self,
                              KefuSearchQuery *query,
                              KefuSearchGroup group,
                              const KefuSearchPlace *place,
                              guint limit,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (query != NULL && place != NULL);
  g_return_if_fail (group < KEFU_SEARCH_N_GROUPS);
  g_return_if_fail (limit > 0);

  search (self, query, (int) group, place, limit, cancellable, callback, user_data);
}

KefuSearchResults *
kefu_store_search_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) answer = kefu_store_list_finish (self, result, error);

  return answer != NULL ? g_ptr_array_steal_index (answer, 0) : NULL;
}
