/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed: what changed after a cursor, as every desk or one agent's desk may see it. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-feed.h"

#include "kefu-entity.h"
#include "kefu-storage.h"

struct _KefuFeedBatch
{
  gint64 from;
  gint64 to;
  gboolean more;
  gsize size;       /* of all changes, about */
  GPtrArray *items; /* Item */
};

/* One change. A private one goes to its owner only; others are told that the thing is gone, since it may have been everybody's
 * before. */
typedef struct
{
  char *owner; /* NULL: for all */
  char *json;
  char *gone; /* the same change as a deletion; NULL: others hear nothing */
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->owner);
  g_free (item->json);
  g_free (item->gone);
  g_free (item);
}

static void
batch_clear (gpointer data)
{
  KefuFeedBatch *self = data;

  g_ptr_array_unref (self->items);
}

/* (transfer full) (nullable): the only agent who may see the entity. */
static char *
find_owner (KefuDb *db, const char *kind, const char *id)
{
  if (g_str_equal (kind, "read"))
    {
      const char *colon = strrchr (id, ':');

      return colon != NULL ? g_strdup (colon + 1) : NULL;
    }
  if (g_str_equal (kind, "phrase"))
    return kefu_db_text (db, "SELECT coalesce(agent_id, '') FROM phrase WHERE id = ? AND scope = 'personal'", "s", id);
  if (g_str_equal (kind, "phrase_group"))
    return kefu_db_text (db, "SELECT coalesce(agent_id, '') FROM phrase_group WHERE id = ? AND scope = 'personal'", "s",
                         id);
  return NULL;
}

static Item *
read_item (KefuDb *db, gint64 from, KefuStmt *stmt, GError **error)
{
  gint64 seq = kefu_stmt_int (stmt, 0);
  const char *kind = kefu_stmt_text (stmt, 1);
  const char *id = kefu_stmt_text (stmt, 2);
  gboolean put = g_str_equal (kefu_stmt_text (stmt, 3), "put");
  const char *quoted_id = kefu_stmt_text (stmt, 4);
  const char *quoted_kind = kefu_stmt_text (stmt, 5);
  g_autofree char *body = NULL;
  Item *item;

  if (put)
    {
      body = kefu_entity_to_json (db, kind, id, error);
      if (body == NULL)
        return NULL;
    }
  item = g_new0 (Item, 1);
  if (put)
    {
      item->json = g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",\"kind\":%s,\"id\":%s,\"op\":\"put\",\"body\":%s}",
                                    seq, quoted_kind, quoted_id, body);
      item->owner = find_owner (db, kind, id);
    }
  if (!put || (item->owner != NULL && from > 0 && !g_str_equal (kind, "read")))
    {
      char *gone = g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",\"kind\":%s,\"id\":%s,\"op\":\"del\"}", seq,
                                    quoted_kind, quoted_id);

      if (put)
        item->gone = gone;
      else
        item->json = gone;
    }
  return item;
}

static void
append_changes (KefuFeedBatch *self, GString *text, const char *agent_id)
{
  gboolean first = TRUE;

  g_string_append (text, "\"changes\":[");
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);
      const char *json = item->owner == NULL || g_strcmp0 (item->owner, agent_id) == 0 ? item->json : item->gone;

      if (json == NULL)
        continue;
      if (!first)
        g_string_append_c (text, ',');
      first = FALSE;
      g_string_append (text, json);
    }
  g_string_append_c (text, ']');
}

gboolean
kefu_feed_parse_cursor (const char *cursor, char **epoch, gint64 *seq, GError **error)
{
  const char *dot = strrchr (cursor, '.');
  guint64 value;

  if (dot == NULL || dot == cursor || dot - cursor > 64 ||
      !g_ascii_string_to_unsigned (dot + 1, 10, 0, G_MAXINT64, &value, NULL))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "cursor is not of the form EPOCH.SEQ");
      return FALSE;
    }
  *epoch = g_strndup (cursor, (gsize) (dot - cursor));
  *seq = (gint64) value;
  return TRUE;
}

gboolean
kefu_feed_check_cursor (KefuDb *db, const char *epoch, gint64 seq, GError **error)
{
  g_autofree char *current = kefu_storage_read_epoch (db);

  if (g_strcmp0 (epoch, current) != 0)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, "The cursor is of another epoch of the feed");
      return FALSE;
    }
  if (seq > kefu_storage_read_head (db))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, "The cursor is past the head of the feed");
      return FALSE;
    }
  if (seq > 0 && seq < kefu_db_int (db, 0, "SELECT value FROM meta WHERE key = 'oldest_seq'", ""))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, "The cursor is older than the oldest tombstone");
      return FALSE;
    }
  return TRUE;
}

KefuFeedBatch *
kefu_feed_read (KefuDb *db, gint64 from, guint limit, gsize max_bytes, GError **error)
{
  g_autoptr (KefuFeedBatch) self = g_atomic_rc_box_new0 (KefuFeedBatch);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) step_error = NULL;

  self->from = from;
  self->to = from;
  self->items = g_ptr_array_new_with_free_func (item_free);
  /* One more than asked for, to know whether there is more. */
  stmt = kefu_db_query (
    db, error,
    "SELECT seq, kind, id, op, json_quote(id), json_quote(kind) FROM change WHERE seq > ? ORDER BY seq LIMIT ?", "ii",
    from, (gint64) limit + 1);
  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step_error))
    {
      Item *item;

      if (self->items->len >= limit || (self->size >= max_bytes && self->items->len > 0))
        {
          self->more = TRUE;
          return g_steal_pointer (&self);
        }
      item = read_item (db, from, stmt, &step_error);
      if (item != NULL)
        {
          self->size += strlen (item->json) + 1;
          g_ptr_array_add (self->items, item);
        }
      else if (step_error != NULL)
        break;
      self->to = kefu_stmt_int (stmt, 0);
    }
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return NULL;
    }
  /* What was compacted away after the last change counts as seen. */
  self->to = MAX (self->to, kefu_storage_read_head (db));
  return g_steal_pointer (&self);
}

void
kefu_feed_batch_unref (KefuFeedBatch *self)
{
  g_atomic_rc_box_release_full (self, batch_clear);
}

gint64
kefu_feed_batch_get_to (KefuFeedBatch *self)
{
  return self->to;
}

gboolean
kefu_feed_batch_get_more (KefuFeedBatch *self)
{
  return self->more;
}

char *
kefu_feed_batch_to_sync (KefuFeedBatch *self, const char *agent_id, const char *epoch)
{
  GString *text = g_string_new ("{");

  append_changes (self, text, agent_id);
  g_string_append_printf (text,
                          ",\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"more\":%s,\"epoch\":\"%s\"}",
                          self->from, self->to, self->more ? "true" : "false", epoch);
  return g_string_free (text, FALSE);
}

gboolean
kefu_feed_batch_is_special (KefuFeedBatch *self, const char *agent_id)
{
  for (guint i = 0; i < self->items->len; i++)
    if (g_strcmp0 (((const Item *) g_ptr_array_index (self->items, i))->owner, agent_id) == 0)
      return TRUE;
  return FALSE;
}

char *
kefu_feed_batch_to_stream (KefuFeedBatch *self, const char *agent_id)
{
  GString *text = g_string_sized_new (self->size + 128);

  g_string_append_printf (text, "{\"t\":\"changes\",\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",",
                          self->from, self->to);
  append_changes (self, text, agent_id);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}
