/* SPDX-License-Identifier: GPL-3.0-or-later
 * POST /v1/session: a login and a password for a token. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-sign-in.h"

#include "kefu-entity.h"
#include "kefu-json.h"
#include "kefu-password.h"
#include "kefu-rate-limit.h"
#include "kefu-tokens.h"
#include "kefu-worker.h"

#define TRIES 5
#define WINDOW_MS (60 * 1000)
#define QUEUE_MAX 32

/* Checking a password is slow on purpose. It has a thread of its own, so that guessing holds up neither readers nor the writer;
 * what the thread does first is count. */
struct _KefuSignIn
{
  GObject parent_instance;

  KefuStorage *storage;
  KefuWorker *worker;
  KefuDb *db;
  KefuRateLimit *limit; /* worker */
  guint n_waiting;
};

/* What the password thread found out, for the writer. */
typedef struct
{
  KefuRequest *request;
  char *agent_id; /* NULL: the answer is there already */
  char *hash;     /* what the password was checked against */
  char *device_id;
  char *device_name;
} Attempt;

G_DEFINE_FINAL_TYPE (KefuSignIn, kefu_sign_in, G_TYPE_OBJECT)

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_free (attempt->agent_id);
  g_free (attempt->hash);
  g_free (attempt->device_id);
  g_free (attempt->device_name);
  g_free (attempt);
}

static void
refuse_rate (KefuRequest *request, gint64 wait_ms)
{
  kefu_request_fail (request, KEFU_STATUS_TOO_MANY_REQUESTS, "rate_limited",
                     "Too many attempts to sign in; wait a little", NULL);
  request->retry_after = (guint) ((wait_ms + 999) / 1000);
}

static void
refuse_password (KefuRequest *request)
{
  kefu_request_fail (request, SOUP_STATUS_UNAUTHORIZED, "wrong_password", "The login or the password is wrong", NULL);
}

static void
check_password (KefuSignIn *self, Attempt *attempt, const char *login, const char *password)
{
  KefuRequest *request = attempt->request;
  g_autofree char *key = g_strdup_printf ("%s\n%s", request->address, login);
  g_autofree char *hash = NULL;
  g_autofree char *agent_id = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  gint64 wait_ms = kefu_rate_limit_try (self->limit, key, kefu_clock_ticks (kefu_storage_get_clock (self->storage)));

  if (wait_ms > 0)
    {
      refuse_rate (request, wait_ms);
      return;
    }
  stmt = kefu_db_query (self->db, NULL,
                        "SELECT p.hash, p.agent_id FROM agent_password p JOIN agent a ON a.id = p.agent_id"
                        " WHERE p.login = ? AND a.disabled = 0",
                        "s", login);
  if (stmt != NULL && kefu_stmt_step (stmt, NULL))
    {
      hash = g_strdup (kefu_stmt_text (stmt, 0));
      agent_id = g_strdup (kefu_stmt_text (stmt, 1));
    }
  /* Verifying takes long: no snapshot of the database waits for it. */
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (!kefu_password_verify (password, hash))
    {
      refuse_password (request);
      return;
    }
  kefu_rate_limit_forget (self->limit, key);
  attempt->agent_id = g_steal_pointer (&agent_id);
  attempt->hash = g_steal_pointer (&hash);
}

static void
password_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuSignIn *self = source_object;
  Attempt *attempt = task_data;
  g_autoptr (JsonNode) body = kefu_request_parse (attempt->request);
  g_auto (KefuJsonCheck) check = { 0 };
  g_autofree char *field = NULL;
  g_autoptr (GError) error = NULL;

  if (body != NULL)
    {
      JsonObject *object = json_node_get_object (body);
      const char *login;
      const char *password;

      kefu_json_check_init (&check);
      login = kefu_json_check_text (&check, object, "login", KEFU_JSON_REQUIRED, 64);
      password = kefu_json_check_text (&check, object, "password", KEFU_JSON_REQUIRED, 500);
      attempt->device_id = g_strdup (kefu_json_check_text (&check, object, "device_id", KEFU_JSON_REQUIRED, 100));
      attempt->device_name = g_strdup (kefu_json_check_text (&check, object, "device_name", KEFU_JSON_OPTIONAL, 200));
      if (kefu_json_check_end (&check, &field, &error))
        check_password (self, attempt, login, password);
      else
        kefu_request_fail_error (attempt->request, error, field);
    }
  g_task_return_boolean (task, TRUE);
}

static gboolean
session_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Attempt *attempt = data;
  KefuRequest *request = attempt->request;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, request->now, error);
  g_autofree char *token = NULL;
  g_autofree char *agent = NULL;

  if (write == NULL)
    return FALSE;
  /* Whoever changed the password meanwhile, maybe in another process, wanted the old one to open nothing from then on. */
  if (kefu_db_int (db, 0,
                   "SELECT 1 FROM agent_password p JOIN agent a ON a.id = p.agent_id"
                   " WHERE p.agent_id = ? AND p.hash = ? AND a.disabled = 0",
                   "ss", attempt->agent_id, attempt->hash) != 1)
    {
      refuse_password (request);
      return TRUE;
    }
  token = kefu_token_create (write, attempt->agent_id, attempt->device_id,
                             attempt->device_name != NULL ? attempt->device_name : "", error);
  agent = token != NULL ? kefu_entity_to_json (db, "agent", attempt->agent_id, error) : NULL;
  if (agent == NULL || !kefu_storage_commit (storage, write, error))
    return FALSE;
  kefu_request_answer (request, SOUP_STATUS_OK,
                       g_strdup_printf ("{\"token\":\"%s\",\"agent\":%s,\"epoch\":\"%s\"}", token, agent,
                                        kefu_storage_get_epoch (storage)));
  return TRUE;
}

static void
session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (((Attempt *) data)->request, error, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuSignIn *self = KEFU_SIGN_IN (source);
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->n_waiting--;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    kefu_request_fail_error (attempt->request, error, NULL);
  if (attempt->agent_id != NULL)
    kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, session_job, attempt, NULL, session_cb,
                              g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
kefu_sign_in_dispose (GObject *object)
{
  KefuSignIn *self = KEFU_SIGN_IN (object);

  kefu_sign_in_stop (self);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (kefu_sign_in_parent_class)->dispose (object);
}

static void
kefu_sign_in_finalize (GObject *object)
{
  kefu_rate_limit_free (KEFU_SIGN_IN (object)->limit);

  G_OBJECT_CLASS (kefu_sign_in_parent_class)->finalize (object);
}

static void
kefu_sign_in_class_init (KefuSignInClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_sign_in_dispose;
  object_class->finalize = kefu_sign_in_finalize;
}

static void
kefu_sign_in_init (KefuSignIn *self)
{
  self->limit = kefu_rate_limit_new (TRIES, WINDOW_MS);
}

KefuSignIn *
kefu_sign_in_new (KefuStorage *storage, GError **error)
{
  g_autoptr (KefuSignIn) self = g_object_new (KEFU_TYPE_SIGN_IN, NULL);
  g_autofree char *path = g_build_filename (kefu_storage_get_data_dir (storage), "kefu.db", NULL);

  self->storage = g_object_ref (storage);
  self->db = kefu_db_open (path, KEFU_DB_READ_ONLY, error);
  if (self->db == NULL)
    return NULL;
  self->worker = kefu_worker_new ("kefu-password");
  return g_steal_pointer (&self);
}

void
kefu_sign_in_stop (KefuSignIn *self)
{
  if (self->worker != NULL)
    kefu_worker_stop (self->worker);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->db, kefu_db_close);
}

void
kefu_sign_in_async (KefuSignIn *self, KefuRequest *request, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GTask) job = NULL;
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->request = request;
  g_task_set_task_data (task, attempt, attempt_free);
  if (self->n_waiting >= QUEUE_MAX || self->worker == NULL)
    {
      refuse_rate (request, 1000);
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->n_waiting++;
  job = g_task_new (self, NULL, password_cb, g_steal_pointer (&task));
  g_task_set_task_data (job, attempt, NULL);
  kefu_worker_push (self->worker, job, KEFU_WORKER_NORMAL, password_job);
}

KefuRequest *
kefu_sign_in_finish (KefuSignIn *self, GAsyncResult *result)
{
  Attempt *attempt = g_task_get_task_data (G_TASK (result));

  g_task_propagate_boolean (G_TASK (result), NULL);
  return attempt->request;
}
