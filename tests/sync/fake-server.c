/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server in memory behind a KefuBackend: it keeps protocol.md, except where a test tells it not to. */
#include "config.h"

#include "fake-server.h"

#include <json-glib/json-glib.h>

#include "kefu-entity.h"
#include "kefu-id.h"
#include "kefu-op.h"
#include "store-fixture.h"

typedef struct
{
  guint n_fail;
  int code;
  guint n_answer;
  char *answer;
  guint n_calls;
  guint n_answers;
} Faults;

struct _FakeServer
{
  GObject parent_instance;

  KefuClock *clock;
  KefuDb *db;
  char *epoch;
  GBytes *backup;
  guint n_epochs;

  Faults faults[FAKE_N_CALLS];
  guint n_lost_answers;
  guint retry_after_ms;
  guint n_put_off;
  char *refused_type;
  char *rejected_type;
  gboolean held;
  GPtrArray *held_tasks;
  guint n_ops;
  FakeBlobs *files; /* (nullable) */

  gboolean streaming;
  gint64 stream_seq;
  FakeStreamMode mode;
  guint n_batches;
  GBytes *held_batch;
  guint stream_id;
};

static void fake_server_iface_init (KefuBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeServer,
                               fake_server,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, fake_server_iface_init))

#define SCHEMA                                                                                                         \
  "CREATE TABLE change(seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, op TEXT NOT NULL," \
  " UNIQUE(kind, id) ON CONFLICT REPLACE);"                                                                            \
  "CREATE TABLE op_done(op_id TEXT PRIMARY KEY, result TEXT);"                                                         \
  "CREATE TABLE audit(at INTEGER, agent_id TEXT, what TEXT, target_id TEXT, detail TEXT);"

static gint64
head (FakeServer *self)
{
  return kefu_db_int (self->db, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'change'", "");
}

/* --- the feed --- */

/* (transfer full): what came after @from, at most @limit changes. */
static GBytes *
make_batch (FakeServer *self, gint64 from, guint limit, gint64 *to)
{
  g_autoptr (GString) json = g_string_new ("{\"t\":\"changes\",\"changes\":[");
  g_autoptr (KefuStmt) stmt = NULL;
  gint64 last = from;
  guint n = 0;

  stmt = kefu_db_query (self->db, NULL, "SELECT seq, kind, id, op FROM change WHERE seq > ? ORDER BY seq LIMIT ?", "ii",
                        from, (gint64) limit);
  while (kefu_stmt_step (stmt, NULL))
    {
      const char *kind = kefu_stmt_text (stmt, 1);
      const char *id = kefu_stmt_text (stmt, 2);
      g_autofree char *body = kefu_entity_to_json (self->db, kind, id, NULL);

      last = kefu_stmt_int (stmt, 0);
      g_string_append_printf (json, "%s{\"seq\":%" G_GINT64_FORMAT ",\"kind\":\"%s\",\"id\":\"%s\",\"op\":\"%s\"",
                              n++ > 0 ? "," : "", last, kind, id, kefu_stmt_text (stmt, 3));
      if (body != NULL)
        g_string_append_printf (json, ",\"body\":%s", body);
      g_string_append (json, "}");
    }
  *to = n < limit ? head (self) : last;
  g_string_append_printf (json,
                          "],\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"more\":%s,\"epoch\":\"%s\"}",
                          from, *to, *to < head (self) ? "true" : "false", self->epoch);
  return g_string_free_to_bytes (g_steal_pointer (&json));
}

static void
emit_batch (FakeServer *self, GBytes *batch)
{
  g_signal_emit_by_name (self, "stream-batch", batch);
}

static void
send_to_stream (FakeServer *self)
{
  g_autoptr (GBytes) batch = NULL;
  guint nth;

  if (self->mode == FAKE_STREAM_NONSENSE)
    self->stream_seq = head (self) + 1000 + (gint64) self->n_batches;
  else if (head (self) == self->stream_seq)
    return;
  batch = make_batch (self, self->stream_seq, 1000, &self->stream_seq);
  nth = self->n_batches++;
  switch (self->mode)
    {
    case FAKE_STREAM_LOSES:
      if (nth % 2 == 0)
        return;
      break;
    case FAKE_STREAM_DOUBLES:
      emit_batch (self, batch);
      break;
    case FAKE_STREAM_REORDERS:
      if (self->held_batch == NULL)
        {
          self->held_batch = g_steal_pointer (&batch);
          return;
        }
      emit_batch (self, batch);
      g_bytes_unref (batch);
      batch = g_steal_pointer (&self->held_batch);
      break;
    case FAKE_STREAM_HONEST:
    case FAKE_STREAM_NONSENSE:
    default:
      break;
    }
  emit_batch (self, batch);
}

void
fake_server_beat (FakeServer *self)
{
  gint64 to;
  g_autoptr (GBytes) batch = make_batch (self, self->stream_seq, 1000, &to);

  g_assert_cmpint (to, ==, self->stream_seq);
  emit_batch (self, batch);
}

static gboolean
stream_cb (gpointer data)
{
  FakeServer *self = data;

  self->stream_id = 0;
  if (self->streaming)
    send_to_stream (self);
  return G_SOURCE_REMOVE;
}

/* After each commit. */
static void
kick_stream (FakeServer *self)
{
  if (self->streaming && self->stream_id == 0)
    self->stream_id = g_idle_add (stream_cb, self);
}

static gint64
parse_cursor (FakeServer *self, const char *cursor, GError **error)
{
  const char *dot = cursor != NULL ? strrchr (cursor, '.') : NULL;
  gint64 seq;

  if (cursor == NULL)
    return 0;
  seq = dot != NULL ? g_ascii_strtoll (dot + 1, NULL, 10) : -1;
  if (dot == NULL || strncmp (cursor, self->epoch, (gsize) (dot - cursor)) != 0 || self->epoch[dot - cursor] != '\0' ||
      seq > head (self))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, "gone");
      return -1;
    }
  return seq;
}

/* --- operations --- */

/* A row of the feed for each entity that an operation touched. Returns the last seq. */
static gint64
assign_revs (FakeServer *self, GPtrArray *touched)
{
  for (guint i = 0; i < touched->len; i++)
    {
      const KefuEntityRef *ref = g_ptr_array_index (touched, i);
      g_autofree char *body = kefu_entity_to_json (self->db, ref->kind, ref->id, NULL);

      g_assert_true (kefu_db_run (self->db, NULL, "INSERT INTO change(kind, id, op) VALUES(?, ?, ?)", "sss", ref->kind,
                                  ref->id, body != NULL ? "put" : "del"));
      if (body != NULL)
        g_assert_true (kefu_entity_set_rev (self->db, ref->kind, ref->id, head (self), NULL));
    }
  return touched->len > 0 ? head (self) : 0;
}

static gint64
apply (FakeServer *self,
       const char *op_id,
       const char *actor,
       const char *type,
       JsonObject *args,
       KefuOpOutcome *outcome)
{
  KefuOpContext context;
  g_autoptr (GError) error = NULL;
  gint64 seq = 0;

  kefu_op_context_init (&context, self->db, TRUE, kefu_clock_now (self->clock), actor);
  context.op_id = op_id;
  *outcome = kefu_op_apply (&context, type, args, 0, &error);
  if (error != NULL)
    g_test_message ("%s: %s", type, error->message);
  if (*outcome == KEFU_OP_APPLIED)
    seq = assign_revs (self, context.touched);
  kefu_op_context_clear (&context);
  return seq;
}

static gboolean
lacks_file (FakeServer *self, JsonObject *args)
{
  JsonObject *attachment;

  if (self->files == NULL || !json_object_has_member (args, "attachment"))
    return FALSE;
  attachment = json_object_get_object_member (args, "attachment");
  return !fake_blobs_has (self->files, json_object_get_string_member (attachment, "sha256"));
}

/* (transfer full): the result of one operation as JSON. */
static char *
do_op (FakeServer *self, JsonObject *op)
{
  const char *op_id = json_object_get_string_member (op, "op_id");
  const char *type = json_object_get_string_member (op, "type");
  g_autofree char *known = kefu_db_text (self->db, "SELECT result FROM op_done WHERE op_id = ?", "s", op_id);
  KefuOpOutcome outcome;
  char *result;
  gint64 seq;

  self->n_ops++;
  if (known != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (known, "\"applied\"", 2);

      return g_strjoinv ("\"duplicate\"", parts);
    }
  if (self->n_put_off > 0)
    {
      self->n_put_off--;
      return g_strdup_printf ("{\"op_id\":\"%s\",\"status\":\"retry\"}", op_id);
    }
  if (g_strcmp0 (type, self->rejected_type) == 0)
    return g_strdup_printf (
      "{\"op_id\":\"%s\",\"status\":\"rejected\",\"error\":{\"code\":\"no\",\"message\":\"The server says no\"}}",
      op_id);
  if (lacks_file (self, json_object_get_object_member (op, "args")))
    return g_strdup_printf (
      "{\"op_id\":\"%s\",\"status\":\"rejected\",\"error\":{\"code\":\"blob_missing\",\"message\":"
      "\"The attachment has not been uploaded\"}}",
      op_id);
  seq = apply (self, op_id, TEST_AGENT, type, json_object_get_object_member (op, "args"), &outcome);
  if (outcome == KEFU_OP_APPLIED)
    result = g_strdup_printf ("{\"op_id\":\"%s\",\"status\":\"applied\",\"seq\":%" G_GINT64_FORMAT "}", op_id, seq);
  else
    result = g_strdup_printf (
      "{\"op_id\":\"%s\",\"status\":\"%s\",\"error\":{\"code\":\"no\",\"message\":\"It does not fit\"}}", op_id,
      outcome == KEFU_OP_CONFLICT ? "conflict" : "rejected");
  g_assert_true (kefu_db_run (self->db, NULL, "INSERT INTO op_done VALUES(?, ?)", "ss", op_id, result));
  return result;
}

static GBytes *
do_ops (FakeServer *self, GBytes *body, GError **error)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *ops = json_object_get_array_member (json_node_get_object (root), "ops");
  g_autoptr (GString) results = g_string_new ("{\"results\":[");

  g_assert_cmpuint (json_array_get_length (ops), <=, 100);
  for (guint i = 0; i < json_array_get_length (ops); i++)
    if (g_strcmp0 (json_object_get_string_member (json_array_get_object_element (ops, i), "type"),
                   self->refused_type) == 0)
      {
        g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "ops: refused as a whole");
        return NULL;
      }
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      g_autofree char *result = do_op (self, json_array_get_object_element (ops, i));

      g_string_append_printf (results, "%s%s", i > 0 ? "," : "", result);
    }
  g_string_append (results, "]}");
  kick_stream (self);
  if (self->n_lost_answers > 0)
    {
      self->n_lost_answers--;
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_SERVER, "500 after the commit");
      return NULL;
    }
  return g_string_free_to_bytes (g_steal_pointer (&results));
}

/* --- the backend --- */

typedef struct
{
  FakeCall call;
  char *cursor;
  guint limit;
  GBytes *body;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->cursor);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request);
}

/* TRUE: the call went wrong as it was told to. */
static gboolean
misbehave (FakeServer *self, FakeCall call, GBytes **answer, GError **error)
{
  Faults *faults = &self->faults[call];

  if (faults->n_fail > 0)
    {
      if (faults->n_fail != G_MAXUINT)
        faults->n_fail--;
      g_set_error (error, KEFU_ERROR, faults->code, "as the test wants it");
      kefu_error_set_retry_after (*error, self->retry_after_ms);
      return TRUE;
    }
  if (faults->n_answer > 0)
    {
      faults->n_answer--;
      *answer = g_bytes_new (faults->answer, strlen (faults->answer));
      return TRUE;
    }
  return FALSE;
}

static gboolean
answer_cb (gpointer data)
{
  GTask *task = data;
  FakeServer *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  gint64 from, to;

  if (self->held)
    {
      g_ptr_array_add (self->held_tasks, g_object_ref (task));
      return G_SOURCE_REMOVE;
    }
  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;
  if (!misbehave (self, request->call, &answer, &error))
    {
      if (request->call == FAKE_OPS)
        answer = do_ops (self, request->body, &error);
      else if ((from = parse_cursor (self, request->cursor, &error)) >= 0)
        answer = make_batch (self, from, request->limit, &to);
    }
  self->faults[request->call].n_answers++;
  if (answer != NULL)
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  return G_SOURCE_REMOVE;
}

static void
queue (GTask *task, Request *request)
{
  FakeServer *self = g_task_get_source_object (task);

  g_task_set_task_data (task, request, request_free);
  self->faults[request->call].n_calls++;
  g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, task, g_object_unref);
}

static void
fake_server_sync_async (KefuBackend *backend,
                        const char *cursor,
                        guint limit,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->call = FAKE_SYNC;
  request->cursor = g_strdup (cursor);
  request->limit = limit;
  queue (g_task_new (backend, cancellable, callback, user_data), request);
}

static void
fake_server_ops_async (KefuBackend *backend,
                       GBytes *ops,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->call = FAKE_OPS;
  request->body = g_bytes_ref (ops);
  queue (g_task_new (backend, cancellable, callback, user_data), request);
}

static GBytes *
fake_server_bytes_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_server_close_stream (KefuBackend *backend)
{
  FakeServer *self = FAKE_SERVER (backend);

  self->streaming = FALSE;
  g_clear_handle_id (&self->stream_id, g_source_remove);
  g_clear_pointer (&self->held_batch, g_bytes_unref);
}

static void
fake_server_open_stream (KefuBackend *backend, const char *cursor)
{
  FakeServer *self = FAKE_SERVER (backend);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) unused = NULL;

  fake_server_close_stream (backend);
  self->faults[FAKE_STREAM].n_calls++;
  self->streaming = TRUE;
  if (misbehave (self, FAKE_STREAM, &unused, &error) || (self->stream_seq = parse_cursor (self, cursor, &error)) < 0)
    {
      self->streaming = FALSE;
      g_signal_emit_by_name (self, "stream-closed", error);
      return;
    }
  g_signal_emit_by_name (self, "stream-opened");
  if (self->mode == FAKE_STREAM_NONSENSE)
    kick_stream (self);
}

static KefuBackendFlags
fake_server_get_flags (KefuBackend *backend)
{
  return KEFU_BACKEND_STREAM | (FAKE_SERVER (backend)->files != NULL ? KEFU_BACKEND_BLOBS : 0);
}

static void
fake_server_put_blob_async (KefuBackend *backend,
                            const char *sha256,
                            GFile *file,
                            gint64 size,
                            KefuProgressFunc progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  fake_blobs_put (fake_server_files (FAKE_SERVER (backend)), sha256, file, size, progress, progress_data,
                  g_task_new (backend, cancellable, callback, user_data));
}

static void
fake_server_fetch_blob_async (KefuBackend *backend,
                              const char *sha256,
                              GFile *target,
                              KefuProgressFunc progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  fake_blobs_fetch (fake_server_files (FAKE_SERVER (backend)), sha256, target, progress, progress_data,
                    g_task_new (backend, cancellable, callback, user_data));
}

static gboolean
fake_server_blob_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_server_iface_init (KefuBackendInterface *iface)
{
  iface->get_flags = fake_server_get_flags;
  iface->sync_async = fake_server_sync_async;
  iface->ops_async = fake_server_ops_async;
  iface->bytes_finish = fake_server_bytes_finish;
  iface->put_blob_async = fake_server_put_blob_async;
  iface->put_blob_finish = fake_server_blob_finish;
  iface->fetch_blob_async = fake_server_fetch_blob_async;
  iface->fetch_blob_finish = fake_server_blob_finish;
  iface->open_stream = fake_server_open_stream;
  iface->close_stream = fake_server_close_stream;
}

static void
fake_server_finalize (GObject *object)
{
  FakeServer *self = FAKE_SERVER (object);

  fake_server_close_stream (KEFU_BACKEND (self));
  for (guint i = 0; i < FAKE_N_CALLS; i++)
    g_free (self->faults[i].answer);
  g_ptr_array_unref (self->held_tasks);
  g_clear_pointer (&self->files, fake_blobs_free);
  g_clear_pointer (&self->backup, g_bytes_unref);
  g_clear_pointer (&self->db, kefu_db_close);
  g_clear_object (&self->clock);
  g_free (self->refused_type);
  g_free (self->rejected_type);
  g_free (self->epoch);

  G_OBJECT_CLASS (fake_server_parent_class)->finalize (object);
}

static void
fake_server_class_init (FakeServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_server_finalize;
}

static void
fake_server_init (FakeServer *self)
{
  self->held_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/* --- what tests do to it --- */

FakeServer *
fake_server_new (KefuClock *clock)
{
  FakeServer *self = g_object_new (FAKE_TYPE_SERVER, NULL);

  self->clock = g_object_ref (clock);
  self->epoch = g_strdup ("epoch-1");
  self->n_epochs = 1;
  kefu_model_init ();
  self->db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  g_assert_true (kefu_db_migrate (self->db, KEFU_ENTITY_SQL, NULL));
  g_assert_true (kefu_db_exec (self->db, SCHEMA, NULL));
  return self;
}

void
fake_server_put (FakeServer *self, const char *kind, const char *id, const char *fields)
{
  g_autofree char *json = test_json (fields);
  g_autofree char *body = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_run (self->db, NULL, "INSERT INTO change(kind, id, op) VALUES(?, ?, 'put')", "ss", kind, id));
  body = g_strdup_printf ("{\"id\":\"%s\",\"rev\":%" G_GINT64_FORMAT ",%s}", id, head (self), json);
  kefu_entity_restore (self->db, kind, id, body, &error);
  g_assert_no_error (error);
  kick_stream (self);
}

void
fake_server_fill (FakeServer *self, guint n)
{
  fake_server_put (self, "agent", TEST_AGENT, "'name':'小林','login':'lin','role':'agent'");
  fake_server_put (self, "channel", "channel-1", "'type':'wechat','name':'微信客服','shop':'时光表行'");
  fake_server_put (self, "customer", CUSTOMER_1, "'name':'沈若溪'");
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *id = g_strdup_printf ("c0000000-0000-7000-8000-%012u", i);
      g_autofree char *fields = g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'k%u',"
                                                 "'status':'open','assignee_id':'" TEST_AGENT "','last_at':%u",
                                                 i, i);

      fake_server_put (self, "conversation", id, fields);
    }
}

void
fake_server_customer_writes (FakeServer *self, const char *conversation, const char *text)
{
  g_autofree char *key = kefu_db_text (self->db, "SELECT key FROM conversation WHERE id = ?", "s", conversation);
  g_autofree char *id = kefu_id_new (kefu_clock_now (self->clock));
  g_autofree char *args = g_strdup_printf (
    "{\"channel_id\":\"channel-1\",\"conversation_key\":\"%s\",\"sender\":{\"key\":\"%s\",\"name\":\"沈若溪\"},"
    "\"sent_at\":%" G_GINT64_FORMAT ",\"parts\":[{\"id\":\"%s\",\"type\":\"text\",\"text\":\"%s\"}]}",
    key, key, kefu_clock_now (self->clock), id, text);
  g_autoptr (JsonNode) node = json_from_string (args, NULL);
  KefuOpOutcome outcome;

  apply (self, id, NULL, "channel.message", json_node_get_object (node), &outcome);
  g_assert_cmpint (outcome, ==, KEFU_OP_APPLIED);
  kick_stream (self);
}

guint
fake_server_count_messages (FakeServer *self, const char *body)
{
  return (guint) kefu_db_int (self->db, 0, "SELECT count(*) FROM message WHERE body = ?", "s", body);
}

char *
fake_server_sent (FakeServer *self)
{
  char *text =
    kefu_db_text (self->db,
                  "SELECT group_concat(body, ' ') FROM (SELECT body FROM message WHERE dir = 'out' ORDER BY rev)", "");

  return text != NULL ? text : g_strdup ("");
}

KefuDb *
fake_server_db (FakeServer *self)
{
  return self->db;
}

void
fake_server_back_up (FakeServer *self)
{
  sqlite3_int64 size = 0;
  unsigned char *data = sqlite3_serialize (kefu_db_handle (self->db), "main", &size, 0);

  g_clear_pointer (&self->backup, g_bytes_unref);
  self->backup = g_bytes_new_with_free_func (data, (gsize) size, sqlite3_free, data);
}

void
fake_server_restore (FakeServer *self)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (self->backup, &size);
  unsigned char *copy = sqlite3_malloc64 (size);

  memcpy (copy, data, size);
  g_clear_pointer (&self->db, kefu_db_close);
  self->db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  g_assert_cmpint (sqlite3_deserialize (kefu_db_handle (self->db), "main", copy, (sqlite3_int64) size,
                                        (sqlite3_int64) size,
                                        SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE),
                   ==, SQLITE_OK);
  g_free (self->epoch);
  self->epoch = g_strdup_printf ("epoch-%u", ++self->n_epochs);
}

void
fake_server_fail (FakeServer *self, FakeCall call, guint n, int code)
{
  self->faults[call].n_fail = n;
  self->faults[call].code = code;
}

void
fake_server_ask_to_wait (FakeServer *self, guint ms)
{
  self->retry_after_ms = ms;
}

void
fake_server_lose_answers (FakeServer *self, guint n)
{
  self->n_lost_answers = n;
}

void
fake_server_answer (FakeServer *self, FakeCall call, guint n, const char *json)
{
  g_free (self->faults[call].answer);
  self->faults[call].answer = g_strdup (json);
  self->faults[call].n_answer = n;
}

void
fake_server_refuse_calls_with (FakeServer *self, const char *type)
{
  self->refused_type = g_strdup (type);
}

void
fake_server_put_off (FakeServer *self, guint n)
{
  self->n_put_off = n;
}

void
fake_server_reject (FakeServer *self, const char *type)
{
  self->rejected_type = g_strdup (type);
}

void
fake_server_hold (FakeServer *self, gboolean hold)
{
  self->held = hold;
  while (!hold && self->held_tasks->len > 0)
    g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, g_ptr_array_steal_index (self->held_tasks, 0), g_object_unref);
}

void
fake_server_set_stream_mode (FakeServer *self, FakeStreamMode mode)
{
  self->mode = mode;
}

void
fake_server_break_stream (FakeServer *self, int code)
{
  g_autoptr (GError) error = g_error_new_literal (KEFU_ERROR, code, "The connection broke");

  g_assert_true (self->streaming);
  fake_server_close_stream (KEFU_BACKEND (self));
  g_signal_emit_by_name (self, "stream-closed", error);
}

FakeBlobs *
fake_server_files (FakeServer *self)
{
  if (self->files == NULL)
    self->files = fake_blobs_new ();
  return self->files;
}

guint
fake_server_n_calls (FakeServer *self, FakeCall call)
{
  return self->faults[call].n_calls;
}

guint
fake_server_n_answers (FakeServer *self, FakeCall call)
{
  return self->faults[call].n_answers;
}

gboolean
fake_server_has_stream (FakeServer *self)
{
  return self->streaming;
}

guint
fake_server_n_ops (FakeServer *self)
{
  return self->n_ops;
}
