/* SPDX-License-Identifier: GPL-3.0-or-later
 * POST /v1/ops: what agents do, each operation once. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-routes.h"

#include "kefu-entity.h"
#include "kefu-id.h"
#include "kefu-json.h"

/* One operation of a request, and its answer in the making. */
typedef struct
{
  const char *op_id;
  const char *type;
  JsonObject *args;
  gint64 if_rev;
  GString *out;
} Op;

/* What an operation is mainly about: the member of its arguments that holds the id, by type. */
static const struct
{
  const char *prefix;
  const char *kind;
  const char *member;
} subjects[] = {
  { "message.", "message", "id" },
  { "conversation.", "conversation", "conversation_id" },
  { "checklist.", "checklist_item", "id" },
  { "customer.", "customer", "customer_id" },
  { "order.", "order", "order_id" },
  { "phrase.use", "phrase", "phrase_id" },
  { "phrase.", "phrase", "id" },
  { "phrase_group.", "phrase_group", "id" },
};

static gboolean
is_for_agents (const char *type)
{
  return !g_str_has_prefix (type, "channel.") && !g_str_equal (type, "message.delivery");
}

/* (transfer full) (nullable): the state of the op's main entity. */
static char *
read_subject (KefuDb *db, const Op *op)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_str_has_prefix (op->type, subjects[i].prefix))
      {
        const char *id = kefu_json_text (op->args, subjects[i].member);

        return id != NULL ? kefu_entity_to_json (db, subjects[i].kind, id, NULL) : NULL;
      }
  return NULL;
}

static void
append_status (const Op *op, const char *status)
{
  g_string_append_printf (op->out, "{\"op_id\":\"%s\",\"status\":\"%s\"", op->op_id, status);
}

static void
append_refusal (const Op *op,
                const char *status,
                const char *code,
                const char *message,
                const char *entity,
                JsonArray *fields)
{
  g_autoptr (JsonObject) fault = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  json_object_set_string_member (fault, "code", code);
  json_object_set_string_member (fault, "message", message);
  if (fields != NULL)
    json_object_set_array_member (fault, "fields", json_array_ref (fields));
  node = json_node_init_object (json_node_alloc (), fault);
  text = kefu_json_to_text (node);
  append_status (op, status);
  if (entity != NULL)
    g_string_append_printf (op->out, ",\"entity\":%s", entity);
  g_string_append_printf (op->out, ",\"error\":%s}", text);
}

/* Whether this op_id was done before; the answer is given then. */
static gboolean
was_done (KefuRequest *request, KefuDb *db, const Op *op, GBytes *hash)
{
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, NULL, "SELECT agent_id, hash, result FROM op_done WHERE op_id = ?", "s", op->op_id);
  g_autoptr (GBytes) stored = NULL;

  if (stmt == NULL || !kefu_stmt_step (stmt, NULL))
    return FALSE;
  stored = kefu_stmt_bytes (stmt, 1);
  if (stored != NULL && g_bytes_equal (stored, hash) && g_strcmp0 (kefu_stmt_text (stmt, 0), request->agent_id) == 0)
    {
      append_status (op, "duplicate");
      g_string_append_printf (op->out, ",%s", kefu_stmt_text (stmt, 2) + 1);
    }
  else
    append_refusal (op, "rejected", "op_reused", "This op_id was used for another operation", NULL, NULL);
  return TRUE;
}

/* The desk may upload the file and send the same operation again. */
static gboolean
lacks_blob (const GError *refusal)
{
  return g_error_matches (refusal, KEFU_ERROR, KEFU_ERROR_NOT_FOUND) &&
         g_str_has_prefix (refusal->message, KEFU_OP_BLOB_MISSING ":");
}

/* Gives the revs, remembers the op and commits; the answer is what is stored. */
static gboolean
settle (KefuRequest *request, KefuWrite *write, const Op *op, GBytes *hash, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  gint64 seq = kefu_write_assign_revs (write, error);
  g_autofree char *entity = NULL;
  g_autofree char *result = NULL;
  gint64 rev;

  if (seq < 0)
    return FALSE;
  entity = read_subject (db, op);
  rev = entity != NULL ? kefu_db_int (db, seq, "SELECT json_extract(?, '$.rev')", "s", entity) : seq;
  /* An operation that found everything as it wanted it changed nothing: it is done as of now. */
  if (seq == 0)
    seq = kefu_storage_read_head (db);
  result = g_strdup_printf ("{\"rev\":%" G_GINT64_FORMAT ",\"seq\":%" G_GINT64_FORMAT "%s%s}", rev, seq,
                            entity != NULL ? ",\"entity\":" : "", entity != NULL ? entity : "");
  if (!kefu_db_run (db, error, "INSERT INTO op_done(op_id, agent_id, hash, result, at) VALUES(?, ?, ?, ?, ?)", "ssbsi",
                    op->op_id, request->agent_id, hash, result, request->now) ||
      !kefu_storage_commit (request->storage, write, error))
    return FALSE;
  append_status (op, "applied");
  g_string_append_printf (op->out, ",%s", result + 1);
  return TRUE;
}

/* FALSE and @error: the database failed and the op has to come again. */
static gboolean
run_op (KefuRequest *request, KefuDb *db, const Op *op, GError **error)
{
  g_autoptr (GBytes) hash = kefu_json_hash (op->type, op->args);
  g_autoptr (KefuWrite) write = kefu_write_begin (db, request->now, error);
  g_autoptr (GError) refusal = NULL;
  g_autofree char *entity = NULL;

  if (write == NULL)
    return FALSE;
  if (was_done (request, db, op, hash))
    return TRUE;
  if (!is_for_agents (op->type))
    {
      append_refusal (op, "rejected", "forbidden", "This operation is the server's own", NULL, NULL);
      return TRUE;
    }
  kefu_write_set_op_id (write, op->op_id);
  switch (kefu_write_op (write, request->agent_id, op->type, op->args, op->if_rev, &refusal))
    {
    case KEFU_OP_APPLIED:
      return settle (request, write, op, hash, error);
    case KEFU_OP_CONFLICT:
      entity = read_subject (db, op);
      append_refusal (op, "conflict", "conflict", refusal != NULL ? refusal->message : "Someone else was first", entity,
                      kefu_write_get_conflicts (write));
      return TRUE;
    case KEFU_OP_REJECTED:
      append_refusal (op, "rejected", lacks_blob (refusal) ? "blob_missing" : "invalid",
                      refusal != NULL ? refusal->message : "The arguments are wrong", NULL, NULL);
      return TRUE;
    case KEFU_OP_FAILED:
    default:
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
}

/* The shapes of all come first: a body that is wrong somewhere changes nothing. */
static JsonArray *
check_body (JsonObject *body, char **field, GError **error)
{
  g_auto (KefuJsonCheck) check = { 0 };
  JsonArray *ops;

  kefu_json_check_init (&check);
  ops = kefu_json_check_array (&check, body, "ops", KEFU_JSON_REQUIRED, 0, KEFU_OPS_MAX);
  for (guint i = 0; ops != NULL && i < json_array_get_length (ops); i++)
    {
      JsonObject *op = kefu_json_check_element (&check, ops, "ops", i);
      const char *op_id = kefu_json_check_text (&check, op, "op_id", KEFU_JSON_REQUIRED, 36);

      if (op_id != NULL && !kefu_id_is_valid (op_id))
        kefu_json_check_fail (&check, "op_id", "is not a UUID");
      kefu_json_check_text (&check, op, "type", KEFU_JSON_REQUIRED, 64);
      kefu_json_check_object (&check, op, "args", KEFU_JSON_REQUIRED);
      kefu_json_check_int (&check, op, "if_rev", KEFU_JSON_OPTIONAL, 0, G_MAXINT64);
      kefu_json_check_leave (&check);
    }
  return kefu_json_check_end (&check, field, error) ? ops : NULL;
}

void
kefu_route_ops (KefuRequest *request, KefuDb *db)
{
  g_autoptr (JsonNode) body = NULL;
  g_autoptr (GString) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *field = NULL;
  JsonArray *ops;

  if (!kefu_request_authenticate (request, db))
    return;
  body = kefu_request_parse (request);
  if (body == NULL)
    return;
  ops = check_body (json_node_get_object (body), &field, &error);
  if (ops == NULL)
    {
      kefu_request_fail_error (request, error, field);
      return;
    }
  out = g_string_new ("{\"results\":[");
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *object = json_array_get_object_element (ops, i);
      Op op = { .op_id = kefu_json_text (object, "op_id"),
                .type = kefu_json_text (object, "type"),
                .args = json_object_get_object_member (object, "args"),
                .if_rev = kefu_json_int (object, "if_rev", 0),
                .out = out };

      if (i > 0)
        g_string_append_c (out, ',');
      /* After one that has to come again none may overtake it. */
      if (error != NULL || !run_op (request, db, &op, &error))
        append_refusal (&op, "retry", "unavailable",
                        g_error_matches (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL)
                          ? "The server's disk is full"
                          : "The server cannot store this right now",
                        NULL, NULL);
    }
  if (error != NULL)
    g_warning ("POST /v1/ops: %s", error->message);
  g_string_append (out, "]}");
  kefu_request_answer (request, SOUP_STATUS_OK, g_string_free (g_steal_pointer (&out), FALSE));
}
