/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names as they are typed: pinyin of customers and phrases, spelled while the writer is idle. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-pinyin.h"
#include "kefu-store-private.h"

/* Spelled in one go: some 10 ms, in which an agent's act has to wait. */
#define N_AT_ONCE 40

static char *
without_spaces (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  return g_strjoinv ("", parts);
}

/* "shen ruo xi" → " shenruoxi ruoxi xi" */
static char *
all_suffixes (const char *spelled)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = spelled; p != NULL && *p != '\0';)
    {
      g_autofree char *rest = without_spaces (p);

      g_string_append_printf (out, " %s", rest);
      p = strchr (p, ' ');
      if (p != NULL)
        p++;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
spell_customer (KefuStoreCore *core, const char *id, GError **error)
{
  g_autofree char *name = kefu_db_text (core->cache, "SELECT name FROM customer WHERE id = ?", "s", id);
  g_autofree char *full = NULL;
  g_autofree char *initials = NULL;
  g_autofree char *suffixes = NULL;

  if (name == NULL)
    return TRUE;
  kefu_pinyin (name, &full, &initials);
  suffixes = all_suffixes (full);
  return kefu_db_run (core->cache, error, "UPDATE customer_name SET syllables = ?2, initials = ?3 WHERE id = ?1", "sss",
                      id, suffixes, initials);
}

static gboolean
spell_phrase (KefuStoreCore *core, const char *id, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *full = NULL;
  g_autofree char *initials = NULL;
  g_autofree char *dense = NULL;

  name = kefu_db_text (core->cache,
                       "SELECT p.title || ' ' || coalesce(g.name, '') FROM phrase p"
                       " LEFT JOIN phrase_group g ON g.id = p.group_id WHERE p.id = ?",
                       "s", id);
  if (name == NULL)
    return TRUE;
  kefu_pinyin (name, &full, &initials);
  dense = without_spaces (full);
  return kefu_db_run (core->cache, error, "INSERT OR REPLACE INTO phrase_name VALUES(?1, ?2, ?3)", "sss", id, dense,
                      initials);
}

static gboolean
spell_some (KefuStoreCore *core, KefuChangeSet *set, GError **error)
{
  g_autoptr (GPtrArray) unspelled = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (core->cache, error, "SELECT kind, id FROM name_todo ORDER BY kind DESC LIMIT ?", "i",
                        (gint64) N_AT_ONCE);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      g_ptr_array_add (unspelled, g_strdup (kefu_stmt_text (stmt, 0)));
      g_ptr_array_add (unspelled, g_strdup (kefu_stmt_text (stmt, 1)));
    }
  g_clear_pointer (&stmt, kefu_stmt_end);

  for (guint i = 0; local == NULL && i < unspelled->len; i += 2)
    {
      const char *kind = g_ptr_array_index (unspelled, i);
      const char *id = g_ptr_array_index (unspelled, i + 1);

      if (g_str_equal (kind, "phrase"))
        {
          if (spell_phrase (core, id, &local))
            kefu_change_set_add (set, kind, id);
        }
      else
        {
          spell_customer (core, id, &local);
        }
      if (local == NULL)
        kefu_db_run (core->cache, &local, "DELETE FROM name_todo WHERE kind = ?1 AND id = ?2", "ss", kind, id);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
spell_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (core->cache == NULL)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  if (!kefu_db_begin (core->cache, &error) || !spell_some (core, set, &error) || !kefu_db_commit (core->cache, &error))
    {
      /* Only the search by pinyin suffers; the next batch tries again. */
      g_message ("Names cannot be spelled: %s", error->message);
      kefu_db_rollback (core->cache);
    }
  else
    {
      kefu_store_post_soon (self, set);
      kefu_store_look_for_names (self);
    }
  g_task_return_boolean (task, error == NULL);
}

void
kefu_store_spell_names (KefuStore *self)
{
  kefu_store_write (self, KEFU_WORKER_IDLE, spell_job, kefu_store_request_new (), NULL, NULL, NULL);
}

void
kefu_store_look_for_names (KefuStore *self)
{
  KefuStoreCore *core = kefu_store_get_core (self);
  g_autoptr (KefuChangeSet) nothing = NULL;

  /* While much comes they wait: a few at a time, each would cost the next batch more than all of them do afterwards. */
  if (core->catching_up || kefu_db_int (core->cache, 0, "SELECT 1 FROM name_todo LIMIT 1", "") != 1)
    return;
  g_mutex_lock (&core->lock);
  core->wants_names = TRUE;
  g_mutex_unlock (&core->lock);
  nothing = kefu_change_set_new ();
  kefu_store_post_soon (self, nothing);
}
