/* SPDX-License-Identifier: GPL-3.0-or-later
 * Desktop notifications through libnotify. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include <glib/gi18n.h>
#include <libnotify/notify.h>

#include "kefu-notifier.h"

/* How long the end of the program waits for notifications to be taken down. */
#define FAREWELL_US (G_USEC_PER_SEC / 2)
/* Of the notification specification: NotificationClosed */
#define REASON_EXPIRED 1

/* libnotify talks to the daemon in blocking calls, which take as long as the daemon likes, and delivers clicks to the main context
 * that was the thread's default when its proxy was made. So everything of libnotify, from notify_init() on, lives in one
 * thread with a context and a loop of its own; clicks are carried from there to the context in which the notifier was made. */
typedef struct
{
  gatomicrefcount refs;
  GMutex mutex;
  GCond ended_cond;
  gboolean ended;
  GQueue requests; /* Request; what the thread has still to do, under the mutex */
  gboolean scheduled;
  GMainContext *context;
  GMainLoop *loop;
  GMainContext *home;
  GWeakRef owner;
  /* of the thread alone */
  GHashTable *shown; /* id → NotifyNotification */
  gboolean asked_caps;
  gboolean has_actions;
  gboolean has_markup;
  gboolean complained;
} Courier;

typedef struct
{
  char *id;
  char *title; /* NULL: withdraw */
  char *body;
  gboolean urgent;
} Request;

/* A click on its way home. */
typedef struct
{
  Courier *courier;
  char *id;
  char *action;
  char *token;
} Click;

struct _KefuLibnotifyNotifier
{
  GObject parent_instance;

  Courier *courier;
};

static void notifier_iface_init (KefuNotifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuLibnotifyNotifier,
                               kefu_libnotify_notifier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_NOTIFIER, notifier_iface_init))

static Courier *
courier_ref (Courier *courier)
{
  g_atomic_ref_count_inc (&courier->refs);
  return courier;
}

static void
request_free (Request *request)
{
  g_free (request->id);
  g_free (request->title);
  g_free (request->body);
  g_free (request);
}

static void
courier_unref (Courier *courier)
{
  if (!g_atomic_ref_count_dec (&courier->refs))
    return;
  g_queue_clear_full (&courier->requests, (GDestroyNotify) request_free);
  g_main_loop_unref (courier->loop);
  g_main_context_unref (courier->context);
  g_main_context_unref (courier->home);
  g_weak_ref_clear (&courier->owner);
  g_hash_table_unref (courier->shown);
  g_cond_clear (&courier->ended_cond);
  g_mutex_clear (&courier->mutex);
  g_free (courier);
}

static void
click_free (gpointer data)
{
  Click *click = data;

  courier_unref (click->courier);
  g_free (click->id);
  g_free (click->action);
  g_free (click->token);
  g_free (click);
}

/* At home. */
static gboolean
deliver_click_cb (gpointer user_data)
{
  Click *click = user_data;
  g_autoptr (KefuNotifier) owner = g_weak_ref_get (&click->courier->owner);

  if (owner != NULL)
    g_signal_emit_by_name (owner, "activated", click->id, click->action, click->token);
  return G_SOURCE_REMOVE;
}

/* From here on: in the courier's thread. */

static void
action_cb (NotifyNotification *notification, char *action, gpointer user_data)
{
  Courier *courier = user_data;
  const char *token = notify_notification_get_activation_token (notification);
  Click *click = g_new0 (Click, 1);

  click->courier = courier_ref (courier);
  click->id = g_strdup (g_object_get_data (G_OBJECT (notification), "kefu-id"));
  click->action = g_strdup (g_str_equal (action, "read") ? "read" : "open");
  click->token = g_strdup (token);
  g_main_context_invoke_full (courier->home, G_PRIORITY_DEFAULT, deliver_click_cb, click, click_free);
}

static void
closed_cb (NotifyNotification *notification, gpointer user_data)
{
  Courier *courier = user_data;
  const char *id = g_object_get_data (G_OBJECT (notification), "kefu-id");

  /* one that has only left the screen may stand in the history of the desktop, from where it must be withdrawn too */
  if (notify_notification_get_closed_reason (notification) != REASON_EXPIRED &&
      g_hash_table_lookup (courier->shown, id) == notification)
    g_hash_table_remove (courier->shown, id);
}

/* What the daemon can do; FALSE if none answers, and then it is asked again the next time: one may have started. */
static gboolean
ask_caps (Courier *courier, GError **error)
{
  g_autoptr (GDBusConnection) bus = NULL;
  GList *caps;

  if (courier->asked_caps)
    return TRUE;
  /* libnotify itself does not take it calmly that there is neither bus nor daemon: it warns. */
  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  if (bus == NULL)
    return FALSE;
  if (!notify_get_server_info (NULL, NULL, NULL, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no notification daemon answers");
      return FALSE;
    }
  caps = notify_get_server_caps ();
  courier->has_actions = g_list_find_custom (caps, "actions", (GCompareFunc) g_strcmp0) != NULL;
  courier->has_markup = g_list_find_custom (caps, "body-markup", (GCompareFunc) g_strcmp0) != NULL;
  g_list_free_full (caps, g_free);
  courier->asked_caps = TRUE;
  return TRUE;
}

/* Said once until it works again. */
static void
complain (Courier *courier, const GError *error)
{
  if (!courier->complained)
    g_message ("Notifications are not shown: %s", error->message);
  courier->complained = TRUE;
  courier->asked_caps = FALSE;
}

static NotifyNotification *
make_notification (Courier *courier, const Request *request, const char *body)
{
  NotifyNotification *notification = notify_notification_new (request->title, body, KEFU_APP_ID);

  g_object_set_data_full (G_OBJECT (notification), "kefu-id", g_strdup (request->id), g_free);
  notify_notification_set_category (notification, "im.received");
  notify_notification_set_urgency (notification, request->urgent ? NOTIFY_URGENCY_CRITICAL : NOTIFY_URGENCY_NORMAL);
  notify_notification_set_hint (notification, "desktop-entry", g_variant_new_string (KEFU_APP_ID));
  notify_notification_set_hint (notification, "sound-name",
                                g_variant_new_string (request->urgent ? "alarm-clock-elapsed" : "message-new-instant"));
  if (courier->has_actions)
    {
      notify_notification_add_action (notification, "default", _ ("Open"), action_cb, courier, NULL);
      if (!request->urgent)
        notify_notification_add_action (notification, "read", _ ("Mark as Read"), action_cb, courier, NULL);
    }
  g_signal_connect (notification, "closed", G_CALLBACK (closed_cb), courier);
  return notification;
}

static void
show_request (Courier *courier, const Request *request)
{
  NotifyNotification *notification = g_hash_table_lookup (courier->shown, request->id);
  g_autofree char *body = NULL;
  g_autoptr (GError) error = NULL;

  if (!ask_caps (courier, &error))
    {
      complain (courier, error);
      return;
    }
  body = courier->has_markup ? g_markup_escape_text (request->body, -1) : g_strdup (request->body);
  if (notification != NULL)
    {
      notify_notification_update (notification, request->title, body, KEFU_APP_ID);
    }
  else
    {
      notification = make_notification (courier, request, body);
      g_hash_table_insert (courier->shown, g_strdup (request->id), notification);
    }
  if (notify_notification_show (notification, &error))
    {
      courier->complained = FALSE;
      return;
    }
  complain (courier, error);
  g_hash_table_remove (courier->shown, request->id);
}

static void
withdraw (Courier *courier, const char *id)
{
  NotifyNotification *notification = g_hash_table_lookup (courier->shown, id);
  g_autoptr (GError) error = NULL;

  if (notification == NULL)
    return;
  if (!notify_notification_close (notification, &error))
    g_debug ("A notification could not be withdrawn: %s", error->message);
  g_hash_table_remove (courier->shown, id);
}

static gboolean
work_cb (gpointer user_data)
{
  Courier *courier = user_data;

  for (;;)
    {
      Request *request;

      g_mutex_lock (&courier->mutex);
      request = g_queue_pop_head (&courier->requests);
      courier->scheduled = request != NULL;
      g_mutex_unlock (&courier->mutex);
      if (request == NULL)
        return G_SOURCE_REMOVE;
      if (request->title != NULL)
        show_request (courier, request);
      else
        withdraw (courier, request->id);
      request_free (request);
    }
}

static gboolean
quit_cb (gpointer user_data)
{
  Courier *courier = user_data;

  g_main_loop_quit (courier->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
thread_main (gpointer user_data)
{
  Courier *courier = user_data;
  g_autoptr (GPtrArray) ids = NULL;
  GHashTableIter iter;
  gpointer id;

  g_main_context_push_thread_default (courier->context);
  /* Once for the program, and by nobody else: libnotify keeps its proxy for as long. */
  if (!notify_is_initted ())
    notify_init (_ ("Kefu"));
  g_main_loop_run (courier->loop);

  /* Nobody would answer a click any more. */
  ids = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, courier->shown);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));
  for (guint i = 0; i < ids->len; i++)
    withdraw (courier, g_ptr_array_index (ids, i));
  notify_uninit ();
  /* What GDBus has left to do here holds the bus connection. */
  while (g_main_context_iteration (courier->context, FALSE))
    continue;
  g_main_context_pop_thread_default (courier->context);

  g_mutex_lock (&courier->mutex);
  courier->ended = TRUE;
  g_cond_signal (&courier->ended_cond);
  g_mutex_unlock (&courier->mutex);
  courier_unref (courier);
  return NULL;
}

/* Back on the main thread. */

static void
courier_send (Courier *courier, gboolean (*func) (gpointer))
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, courier_ref (courier), (GDestroyNotify) courier_unref);
  g_source_attach (source, courier->context);
}

static Courier *
courier_new (KefuNotifier *owner)
{
  Courier *courier = g_new0 (Courier, 1);

  g_atomic_ref_count_init (&courier->refs);
  g_mutex_init (&courier->mutex);
  g_cond_init (&courier->ended_cond);
  g_queue_init (&courier->requests);
  courier->context = g_main_context_new ();
  courier->loop = g_main_loop_new (courier->context, FALSE);
  courier->home = g_main_context_ref_thread_default ();
  courier->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_weak_ref_init (&courier->owner, owner);
  g_thread_unref (g_thread_new ("notifications", thread_main, courier_ref (courier)));
  return courier;
}

/* What is still to be done for the same notification is overtaken: a slow daemon gets the newest only. */
static void
push_request (Courier *courier, Request *request)
{
  gboolean schedule;

  g_mutex_lock (&courier->mutex);
  for (GList *link = courier->requests.head; link != NULL; link = link->next)
    {
      Request *waiting = link->data;

      if (g_str_equal (waiting->id, request->id))
        {
          request_free (waiting);
          g_queue_delete_link (&courier->requests, link);
          break;
        }
    }
  g_queue_push_tail (&courier->requests, request);
  schedule = !courier->scheduled;
  courier->scheduled = TRUE;
  g_mutex_unlock (&courier->mutex);
  if (schedule)
    courier_send (courier, work_cb);
}

static void
kefu_libnotify_notifier_show (KefuNotifier *notifier,
                              const char *id,
                              const char *title,
                              const char *body,
                              gboolean urgent)
{
  KefuLibnotifyNotifier *self = KEFU_LIBNOTIFY_NOTIFIER (notifier);
  Request *request = g_new0 (Request, 1);

  request->id = g_strdup (id);
  request->title = g_strdup (title);
  request->body = g_strdup (body);
  request->urgent = urgent;
  push_request (self->courier, request);
}

static void
kefu_libnotify_notifier_withdraw (KefuNotifier *notifier, const char *id)
{
  KefuLibnotifyNotifier *self = KEFU_LIBNOTIFY_NOTIFIER (notifier);
  Request *request = g_new0 (Request, 1);

  request->id = g_strdup (id);
  push_request (self->courier, request);
}

static void
notifier_iface_init (KefuNotifierInterface *iface)
{
  iface->show = kefu_libnotify_notifier_show;
  iface->withdraw = kefu_libnotify_notifier_withdraw;
}

static void
kefu_libnotify_notifier_finalize (GObject *object)
{
  KefuLibnotifyNotifier *self = KEFU_LIBNOTIFY_NOTIFIER (object);
  gint64 until = g_get_monotonic_time () + FAREWELL_US;

  courier_send (self->courier, quit_cb);
  g_mutex_lock (&self->courier->mutex);
  while (!self->courier->ended)
    if (!g_cond_wait_until (&self->courier->ended_cond, &self->courier->mutex, until))
      break;
  g_mutex_unlock (&self->courier->mutex);
  courier_unref (self->courier);

  G_OBJECT_CLASS (kefu_libnotify_notifier_parent_class)->finalize (object);
}

static void
kefu_libnotify_notifier_class_init (KefuLibnotifyNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = kefu_libnotify_notifier_finalize;
}

static void
kefu_libnotify_notifier_init (KefuLibnotifyNotifier *self)
{
  self->courier = courier_new (KEFU_NOTIFIER (self));
}

KefuNotifier *
kefu_libnotify_notifier_new (void)
{
  return g_object_new (KEFU_TYPE_LIBNOTIFY_NOTIFIER, NULL);
}
