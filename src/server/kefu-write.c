/* SPDX-License-Identifier: GPL-3.0-or-later
 * A write transaction of the server: entities get their place in the feed here. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-write.h"

#include "kefu-blob-store.h"
#include "kefu-entity.h"
#include "kefu-id.h"

struct _KefuWrite
{
  KefuDb *db;
  gint64 now;
  GPtrArray *touched; /* KefuEntityRef, in order of first touch */
  GHashTable *known;  /* "kind\nid" of those */
  guint n_queued;     /* touched ones that were looked at for the outbound queue */
  guint n_assigned;   /* touched ones that have their rev */
  gboolean open;
  gboolean nested;      /* in the transaction of a group */
  char *op_id;          /* (nullable) */
  JsonArray *conflicts; /* (nullable) */
};

static void
entity_ref_free (gpointer data)
{
  KefuEntityRef *ref = data;

  g_free (ref->kind);
  g_free (ref->id);
  g_free (ref);
}

static void
touch (KefuWrite *self, const char *kind, const char *id)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", kind, id);
  KefuEntityRef *ref;

  if (!g_hash_table_add (self->known, g_steal_pointer (&key)))
    return;
  ref = g_new0 (KefuEntityRef, 1);
  ref->kind = g_strdup (kind);
  ref->id = g_strdup (id);
  g_ptr_array_add (self->touched, ref);
}

/* An outgoing message that waits: to the end of its conversation's queue, or sent already if nothing is behind the channel. */
static gboolean
queue_message (KefuWrite *self, const char *id, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) step_error = NULL;
  g_autofree char *delivery_id = NULL;
  gboolean has_url;

  stmt = kefu_db_query (self->db, error,
                        "SELECT s.url FROM message m JOIN conversation c ON c.id = m.conversation_id"
                        " LEFT JOIN channel_secret s ON s.channel_id = c.channel_id"
                        " WHERE m.id = ? AND m.dir = 'out' AND m.delivery = 'queued'",
                        "s", id);
  if (stmt == NULL)
    return FALSE;
  if (!kefu_stmt_step (stmt, &step_error))
    {
      if (step_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  has_url = !kefu_stmt_is_null (stmt, 0);
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (!has_url)
    {
      g_autoptr (JsonObject) args = json_object_new ();

      json_object_set_string_member (args, "id", id);
      json_object_set_string_member (args, "delivery", "sent");
      return kefu_write_op (self, NULL, "message.delivery", args, 0, error) == KEFU_OP_APPLIED;
    }
  if (!kefu_db_run (
        self->db, error,
        "INSERT OR IGNORE INTO channel_blob(channel_id, sha256)"
        " SELECT c.channel_id, m.data->>'$.sha256' FROM message m JOIN conversation c ON c.id = m.conversation_id"
        " WHERE m.id = ? AND m.kind IN ('image', 'file', 'voice')",
        "s", id))
    return FALSE;
  delivery_id = kefu_id_new (self->now);
  return kefu_db_run (
    self->db, error,
    "INSERT OR IGNORE INTO outbound(message_id, conversation_id, mseq, channel_id, delivery_id, first_at, next_at)"
    " SELECT m.id, m.conversation_id, m.mseq, c.channel_id, ?, ?, ? FROM message m"
    " JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ?",
    "siis", delivery_id, self->now, self->now, id);
}

static gboolean
exists (KefuWrite *self, const KefuEntityRef *ref)
{
  const char *table = kefu_entity_table (ref->kind);
  g_autofree char *sql = NULL;

  if (table == NULL)
    return kefu_db_int (self->db, 0, "SELECT 1 FROM other_entity WHERE kind = ? AND id = ?", "ss", ref->kind,
                        ref->id) == 1;
  sql = g_strdup_printf ("SELECT 1 FROM %s WHERE id = ?", table);
  return kefu_db_int (self->db, 0, sql, "s", ref->id) == 1;
}

static gint64
assign_rev (KefuWrite *self, const KefuEntityRef *ref, GError **error)
{
  gboolean put = exists (self, ref);
  gint64 seq;

  /* What was made and deleted within one transaction never was on the feed. */
  if (!put &&
      kefu_db_int (self->db, 0, "SELECT 1 FROM change WHERE kind = ? AND id = ?", "ss", ref->kind, ref->id) != 1)
    return 0;
  if (!kefu_db_run (self->db, error, "INSERT INTO change(kind, id, op, at) VALUES(?, ?, ?, ?)", "sssi", ref->kind,
                    ref->id, put ? "put" : "del", self->now))
    return -1;
  seq = sqlite3_last_insert_rowid (kefu_db_handle (self->db));
  if (put && !kefu_entity_set_rev (self->db, ref->kind, ref->id, seq, error))
    return -1;
  return seq;
}

static void
give_up (KefuWrite *self)
{
  g_autoptr (GError) error = NULL;

  self->open = FALSE;
  if (!self->nested)
    kefu_db_rollback (self->db);
  /* A full disk may have ended the whole transaction already. */
  else if (sqlite3_get_autocommit (kefu_db_handle (self->db)) == 0 &&
           (!kefu_db_run (self->db, &error, "ROLLBACK TO kefu_write", "") ||
            !kefu_db_run (self->db, &error, "RELEASE kefu_write", "")))
    {
      g_warning ("A write could not be taken back: %s", error->message);
      kefu_db_rollback (self->db);
    }
}

KefuWrite *
kefu_write_begin (KefuDb *db, gint64 now_ms, GError **error)
{
  gboolean nested = sqlite3_get_autocommit (kefu_db_handle (db)) == 0;
  KefuWrite *self;

  if (!(nested ? kefu_db_run (db, error, "SAVEPOINT kefu_write", "") : kefu_db_begin (db, error)))
    return NULL;
  self = g_new0 (KefuWrite, 1);
  self->nested = nested;
  self->db = db;
  self->now = now_ms;
  self->touched = g_ptr_array_new_with_free_func (entity_ref_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = TRUE;
  return self;
}

gboolean
kefu_write_commit (KefuWrite *self, GError **error)
{
  g_return_val_if_fail (self->open, FALSE);

  if (kefu_write_assign_revs (self, error) < 0 ||
      !(self->nested ? kefu_db_run (self->db, error, "RELEASE kefu_write", "") : kefu_db_commit (self->db, error)))
    {
      give_up (self);
      return FALSE;
    }
  self->open = FALSE;
  return TRUE;
}

void
kefu_write_free (KefuWrite *self)
{
  if (self->open)
    give_up (self);
  g_ptr_array_unref (self->touched);
  g_hash_table_unref (self->known);
  g_clear_pointer (&self->conflicts, json_array_unref);
  g_free (self->op_id);
  g_free (self);
}

KefuDb *
kefu_write_get_db (KefuWrite *self)
{
  return self->db;
}

gint64
kefu_write_get_now (KefuWrite *self)
{
  return self->now;
}

void
kefu_write_set_op_id (KefuWrite *self, const char *op_id)
{
  g_autofree char *old = self->op_id;

  self->op_id = g_strdup (op_id);
}

gboolean
kefu_write_put (KefuWrite *self, const char *kind, const char *body_json, GError **error)
{
  g_autofree char *id = kefu_db_text (self->db, "SELECT json_extract(?, '$.id')", "s", body_json);

  if (id == NULL || *id == '\0')
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The %s has no id", kind);
      return FALSE;
    }
  if (!kefu_entity_restore (self->db, kind, id, body_json, error))
    return FALSE;
  touch (self, kind, id);
  return TRUE;
}

gboolean
kefu_write_delete (KefuWrite *self, const char *kind, const char *id, GError **error)
{
  if (!kefu_entity_restore (self->db, kind, id, NULL, error))
    return FALSE;
  touch (self, kind, id);
  return TRUE;
}

static gboolean
find_blob (KefuOpContext *context, const char *sha256, char **mime, gint64 *size)
{
  *size = kefu_blob_store_lookup (context->db, sha256, mime);
  return *size >= 0;
}

KefuOpOutcome
kefu_write_op (KefuWrite *self, const char *actor_id, const char *type, JsonObject *args, gint64 if_rev, GError **error)
{
  KefuOpContext context;
  KefuOpOutcome outcome;

  kefu_op_context_init (&context, self->db, TRUE, self->now, actor_id);
  context.op_id = self->op_id;
  context.find_blob = find_blob;
  outcome = kefu_op_apply (&context, type, args, if_rev, error);
  if (outcome == KEFU_OP_APPLIED)
    {
      for (guint i = 0; i < context.touched->len; i++)
        {
          const KefuEntityRef *ref = g_ptr_array_index (context.touched, i);

          touch (self, ref->kind, ref->id);
        }
    }
  g_clear_pointer (&self->conflicts, json_array_unref);
  self->conflicts = g_steal_pointer (&context.conflicts);
  kefu_op_context_clear (&context);
  return outcome;
}

JsonArray *
kefu_write_get_conflicts (KefuWrite *self)
{
  return self->conflicts;
}

gint64
kefu_write_assign_revs (KefuWrite *self, GError **error)
{
  gint64 highest = 0;

  /* Delivery touches entities itself, which then stand at the end of the list. */
  for (; self->n_queued < self->touched->len; self->n_queued++)
    {
      const KefuEntityRef *ref = g_ptr_array_index (self->touched, self->n_queued);

      if (g_str_equal (ref->kind, "message") && !queue_message (self, ref->id, error))
        return -1;
    }
  for (; self->n_assigned < self->touched->len; self->n_assigned++)
    {
      gint64 seq = assign_rev (self, g_ptr_array_index (self->touched, self->n_assigned), error);

      if (seq < 0)
        return -1;
      highest = MAX (highest, seq);
    }
  return highest;
}
