/* SPDX-License-Identifier: GPL-3.0-or-later
 * From an HTTP request to the function that answers it, on the right thread. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-router.h"

#include "kefu-tokens.h"
#include "kefu-connections.h"
#include "kefu-worker.h"

/* What a body may go beyond its limit before the connection is cut instead of answered. */
#define PATIENCE (16 * 1024 * 1024)

/* What all bodies that are under way may take together, since nobody has been asked yet who they are; small ones pass all the same. */
#define BODIES_MAX (64 * 1024 * 1024)
#define SMALL_BODY (32 * 1024)
#define CROWDED_RETRY_S 5

/* libsoup reads, parses and writes on the main thread, and that is all that happens there: the function of a route runs on the
 * reading or the writing thread while the message is paused, so a slow query or a slow client holds up nobody else. */
struct _KefuRouter
{
  GObject parent_instance;

  SoupServer *http;
  KefuStorage *storage;
  const KefuRoute *routes;
  gpointer owner;
  guint n_active;
  gsize *ledger; /* bytes of bodies in memory; a GRcBox, since messages may outlive us */
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (KefuRouter, kefu_router, G_TYPE_OBJECT)

/* (transfer full) (nullable): the parts of @path that stand for stars, or NULL if it does not fit. */
static char **
match (const char *pattern, const char *path)
{
  g_auto (GStrv) wanted = g_strsplit (pattern, "/", -1);
  g_auto (GStrv) given = g_strsplit (path, "/", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (g_strv_length (wanted) != g_strv_length (given))
    return NULL;
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (g_str_equal (wanted[i], "*") && *given[i] != '\0')
        g_strv_builder_add (builder, given[i]);
      else if (!g_str_equal (wanted[i], given[i]))
        return NULL;
    }
  return g_strv_builder_end (builder);
}

/* Finds the route and keeps what stands for the stars; answers 404 or 405 otherwise. */
static gboolean
find_route (KefuRouter *self, KefuRequest *request, const char *path)
{
  const char *method = soup_server_message_get_method (request->message);
  g_autoptr (GString) allowed = g_string_new (NULL);

  for (const KefuRoute *route = self->routes; route->method != NULL; route++)
    {
      g_auto (GStrv) args = match (route->pattern, path);

      if (args == NULL)
        continue;
      if (g_str_equal (route->method, method))
        {
          request->route = route;
          request->args = g_steal_pointer (&args);
          return TRUE;
        }
      g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? ", " : "", route->method);
    }
  if (allowed->len == 0)
    {
      kefu_request_fail (request, SOUP_STATUS_NOT_FOUND, "not_found", "There is nothing at this address", NULL);
      return FALSE;
    }
  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Allow", allowed->str);
  kefu_request_fail (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "method_not_allowed",
                     "This address does not take this method", NULL);
  return FALSE;
}

static void
refuse_size (KefuRequest *request)
{
  g_autofree char *text = g_strdup_printf ("The body may have %" G_GSIZE_FORMAT " bytes",
                                           request->route != NULL ? request->route->max_body : 0);

  kefu_request_fail (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too_large", text, NULL);
  kefu_request_send (request);
}

static void
refuse_crowd (KefuRequest *request)
{
  kefu_request_fail (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy", "Too much is being sent at once", NULL);
  request->retry_after = CROWDED_RETRY_S;
  kefu_request_send (request);
}

static void
stop_keeping (KefuRequest *request, SoupMessageBody *body)
{
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  *request->ledger -= request->held;
  request->held = 0;
}

/* Counts a body as it comes: Content-Length may be missing. */
static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, KefuRequest *request)
{
  gsize limit = request->route != NULL ? request->route->max_body : 0;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  request->received += g_bytes_get_size (chunk);
  if (soup_message_body_get_accumulate (body))
    {
      request->held += g_bytes_get_size (chunk);
      *request->ledger += g_bytes_get_size (chunk);
      if (*request->ledger > BODIES_MAX && request->held > SMALL_BODY)
        {
          stop_keeping (request, body);
          refuse_crowd (request);
        }
    }
  if (request->received <= limit)
    return;
  stop_keeping (request, body);
  if (soup_server_message_get_status (message) == 0)
    refuse_size (request);
  /* The answer comes after the body; who never ends one gets none. */
  if (request->received > limit + PATIENCE)
    kefu_connections_cut (message);
}

static void
early_cb (SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  KefuRouter *self = user_data;
  KefuRequest *request = kefu_request_new (message, self->storage, query);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  request->ledger = g_rc_box_acquire (self->ledger);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  if (self->stopped)
    {
      kefu_request_fail (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "stopping", "The server is going down", NULL);
      request->retry_after = 1;
      kefu_request_send (request);
    }
  else if (!find_route (self, request, path))
    kefu_request_send (request);
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
           soup_message_headers_get_content_length (headers) > (goffset) request->route->max_body)
    refuse_size (request);
  else if (request->route->early != NULL)
    request->route->early (self->owner, request);
  /* A body that nobody will look at is not kept either. */
  if (soup_server_message_get_status (message) != 0)
    soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

static gboolean
route_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  KefuRequest *request = data;

  request->route->func (request, db);
  return TRUE;
}

static void
route_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuRouter) self = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;
  KefuRequest *request;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (data, error, NULL);
  request = data;
  if (request->route->done != NULL)
    request->route->done (self->owner, request);
  kefu_router_finish (self, request);
}

static void
handler_cb (SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  KefuRouter *self = user_data;
  KefuRequest *request = kefu_request_get (message);

  g_return_if_fail (request != NULL && request->route != NULL);

  /* Until kefu_router_finish(). */
  kefu_request_ref (request);
  self->n_active++;
  soup_server_message_pause (message);
  if (soup_message_body_get_accumulate (soup_server_message_get_request_body (message)))
    request->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (request->route->place == KEFU_ROUTE_MAIN)
    {
      request->route->main_func (self->owner, request);
      return;
    }
  if (request->route->place == KEFU_ROUTE_READ)
    kefu_storage_read_async (self->storage, KEFU_WORKER_NORMAL, route_job, request, NULL, route_done_cb,
                             g_object_ref (self));
  else
    kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, route_job, request, NULL, route_done_cb,
                              g_object_ref (self));
}

static void
kefu_router_dispose (GObject *object)
{
  KefuRouter *self = KEFU_ROUTER (object);

  if (self->http != NULL)
    soup_server_remove_handler (self->http, NULL);
  g_clear_object (&self->http);
  g_clear_object (&self->storage);
  g_clear_pointer (&self->ledger, g_rc_box_release);

  G_OBJECT_CLASS (kefu_router_parent_class)->dispose (object);
}

static void
kefu_router_class_init (KefuRouterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_router_dispose;
}

static void
kefu_router_init (KefuRouter *self)
{
  self->ledger = g_rc_box_new0 (gsize);
}

KefuRouter *
kefu_router_new (SoupServer *http, KefuStorage *storage, const KefuRoute *routes, gpointer owner)
{
  KefuRouter *self = g_object_new (KEFU_TYPE_ROUTER, NULL);

  self->http = g_object_ref (http);
  self->storage = g_object_ref (storage);
  self->routes = routes;
  self->owner = owner;
  soup_server_add_early_handler (http, NULL, early_cb, self, NULL);
  soup_server_add_handler (http, NULL, handler_cb, self, NULL);
  return self;
}

static gboolean
touch_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  return kefu_token_touch (db, data, kefu_clock_now (kefu_storage_get_clock (storage)), error);
}

void
kefu_router_finish (KefuRouter *self, KefuRequest *request)
{
  self->n_active--;
  if (request->touch)
    kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, touch_job, g_strdup (request->token), g_free, NULL,
                              NULL);
  request->touch = FALSE;
  if (!request->gone)
    {
      if (request->status != 0)
        kefu_request_send (request);
      soup_server_message_unpause (request->message);
    }
  kefu_request_unref (request);
}

void
kefu_router_stop (KefuRouter *self)
{
  self->stopped = TRUE;
}

guint
kefu_router_get_n_active (KefuRouter *self)
{
  return self->n_active;
}
