/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop as a whole: made at the first start, alive as long as the server runs. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo.h"

#include "kefu-demo-load.h"
#include "kefu-demo-receiver.h"
#include "kefu-demo-seed.h"

/* Customers made in one transaction: enough to be fast, few enough that the write-ahead log stays small. */
#define BULK_CHUNK 2000
/* Until the first customer writes: at once when the shop was closed for long. */
#define FIRST_MS 15000
#define FIRST_STALE_MS 2000
#define STALE_MS (30 * 60 * G_GINT64_CONSTANT (1000))

/* The server gives the road and the database, kefu-demo-crowd.c the people; this is the one place where both meet. */
struct _KefuDemo
{
  GObject parent_instance;

  KefuServer *server;
  KefuDemoOptions options;
  KefuDemoShop *shop;
  KefuDemoReceiver *receiver;
  KefuDemoSender *sender;
  KefuDemoCrowd *crowd;
  gboolean stopped;
};

/* What the writer's thread works on: nothing of it is touched elsewhere until the job is done. */
typedef struct
{
  KefuServer *server;
  KefuDemoShop *shop;
  GHashTable *urls;    /* channel id → URL for outgoing messages */
  GHashTable *secrets; /* channel id → secret, found */
  KefuDemoSeed seed;
  KefuDemoLoad load;
  char *owner_path;
  guint first; /* of the customers to be made next */
  guint customers;
  guint history;
} Job;

G_DEFINE_FINAL_TYPE (KefuDemo, kefu_demo, G_TYPE_OBJECT)

static Job *
job_new (KefuDemo *self)
{
  Job *job = g_new0 (Job, 1);

  job->server = self->server;
  job->shop = self->shop;
  job->urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  job->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  job->seed.shop = self->shop;
  job->seed.agents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  job->seed.seed = self->options.seed;
  job->seed.now = kefu_clock_now (kefu_server_get_clock (self->server));
  job->owner_path = g_build_filename (kefu_server_get_data_dir (self->server), "owner.json", NULL);
  job->customers = (guint) MAX (self->options.customers, 0);
  job->history = (guint) MAX (self->options.history, 0);
  for (guint i = 0; i < self->shop->channels->len; i++)
    {
      KefuDemoChannel *channel = g_ptr_array_index (self->shop->channels, i);

      g_hash_table_insert (job->urls, g_strdup (channel->id),
                           kefu_demo_receiver_make_url (self->receiver, channel->id));
    }
  return job;
}

static void
job_free (Job *job)
{
  g_hash_table_unref (job->urls);
  g_hash_table_unref (job->secrets);
  g_hash_table_unref (job->seed.agents);
  kefu_demo_load_clear (&job->load);
  g_free (job->owner_path);
  g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* Before the commit: a password that is in the database but nowhere else would lock the owner out. */
static gboolean
write_owner (Job *job, const char *login, const char *password, GError **error)
{
  g_autoptr (JsonObject) owner = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), owner);
  g_autofree char *text = NULL;

  json_object_set_string_member (owner, "login", login);
  json_object_set_string_member (owner, "password", password);
  text = json_to_string (node, FALSE);
  return g_file_set_contents_full (job->owner_path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static gboolean
set_urls (Job *job, KefuWrite *write, GError **error)
{
  GHashTableIter iter;
  gpointer id;
  gpointer url;

  g_hash_table_iter_init (&iter, job->urls);
  while (g_hash_table_iter_next (&iter, &id, &url))
    {
      g_autoptr (KefuChannelInfo) info = NULL;

      if (!kefu_channel_set_url (write, id, url, error))
        return FALSE;
      info = kefu_channel_lookup (kefu_write_get_db (write), id, job->seed.now, error);
      if (info == NULL)
        return FALSE;
      g_hash_table_insert (job->secrets, g_strdup (id), g_strdup (info->secret));
    }
  return TRUE;
}

/* On the writer's thread: the shop is there afterwards, and who is in it is known. */
static gboolean
prepare (KefuWrite *write, gpointer user_data, GError **error)
{
  Job *job = user_data;
  KefuDb *db = kefu_write_get_db (write);
  const char *login = ((KefuDemoAgent *) g_ptr_array_index (job->shop->agents, 0))->login;
  g_autofree char *password = kefu_agent_make_password ();

  if (!kefu_demo_seed_is_there (job->shop, db))
    {
      if (!kefu_demo_seed_write (&job->seed, job->server, write, password, error) ||
          !write_owner (job, login, password, error))
        return FALSE;
    }
  else if (!kefu_demo_seed_find_agents (&job->seed, db, error))
    return FALSE;
  else if (!g_file_test (job->owner_path, G_FILE_TEST_EXISTS) &&
           (!kefu_agent_set_password (write, login, password, error) || !write_owner (job, login, password, error)))
    return FALSE;
  return set_urls (job, write, error) &&
         kefu_demo_load (&job->load, job->shop, db, job->seed.seed, job->seed.now, error);
}

static gboolean
generate (KefuWrite *write, gpointer user_data, GError **error)
{
  Job *job = user_data;
  KefuDb *db = kefu_write_get_db (write);
  KefuDemoWriter writer;

  /* Ids fall all over the indexes: with SQLite's usual 2 MB every row would be a page from the disk. */
  if (!kefu_db_exec (db,
                     job->first + BULK_CHUNK < job->customers ? "PRAGMA cache_size = -131072"
                                                              : "PRAGMA cache_size = -2000",
                     error))
    return FALSE;
  kefu_demo_writer_init (&writer, db, job->seed.now);
  job->seed.writer = &writer;
  kefu_demo_seed_bulk (&job->seed, job->first, MIN (job->first + BULK_CHUNK, job->customers), job->customers,
                       job->history);
  job->seed.writer = NULL;
  return kefu_demo_writer_finish (&writer, error);
}

static void
send_cb (const char *channel_id, JsonArray *events, gpointer user_data)
{
  KefuDemo *self = user_data;

  kefu_demo_sender_push (self->sender, channel_id, events);
}

static void
hear_cb (const char *channel_id, const char *conversation_key, const char *kind, const char *text, gpointer user_data)
{
  KefuDemo *self = user_data;

  if (self->crowd != NULL)
    kefu_demo_crowd_hear (self->crowd, channel_id, conversation_key, kind, text);
}

/* Chat channels tell that a message has arrived, the others only that they took it. */
static GHashTable *
prompt_channels (KefuDemoShop *shop)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < shop->channels->len; i++)
    {
      KefuDemoChannel *channel = g_ptr_array_index (shop->channels, i);

      if (g_str_equal (kefu_demo_channel_delivery (channel), "read"))
        g_hash_table_add (set, channel->id);
    }
  return set;
}

static void
open_shop (KefuDemo *self, Job *job)
{
  KefuClock *clock = kefu_server_get_clock (self->server);
  g_autoptr (GHashTable) prompt = prompt_channels (self->shop);
  g_autoptr (SoupSession) session = NULL;
  g_autofree char *base_url = NULL;
  gboolean stale = kefu_clock_now (clock) - job->load.newest_in_at > STALE_MS;

  session = kefu_server_new_session (self->server, &base_url);
  self->sender = kefu_demo_sender_new (session, base_url, clock, job->secrets);
  self->crowd = kefu_demo_crowd_new (self->shop, clock, self->options.seed, self->options.speed, send_cb, self);
  kefu_demo_crowd_set_walk_in (self->crowd, job->load.n_walk_ins);
  while (job->load.people->len > 0)
    kefu_demo_crowd_add (self->crowd, g_ptr_array_steal_index (job->load.people, 0));
  kefu_demo_receiver_set_prompt (self->receiver, prompt);
  kefu_demo_receiver_set_secrets (self->receiver, job->secrets);
  kefu_demo_crowd_start (self->crowd, stale ? FIRST_STALE_MS : FIRST_MS);
}

static void generated_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* The next part of the large data set, or the end of the preparations. */
static void
go_on (GTask *task)
{
  KefuDemo *self = g_task_get_source_object (task);
  Job *job = g_task_get_task_data (task);

  if (self->stopped)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The demo shop was closed");
  else if (job->first < job->customers)
    {
      kefu_server_write_async (self->server, generate, job, NULL, NULL, generated_cb, g_object_ref (task));
      return;
    }
  else
    {
      open_shop (self, job);
      g_task_return_boolean (task, TRUE);
    }
}

static void
generated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (!kefu_server_write_finish (KEFU_SERVER (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  job->first = MIN (job->first + BULK_CHUNK, job->customers);
  g_info ("%u of %u customers made", job->first, job->customers);
  go_on (task);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (!kefu_server_write_finish (KEFU_SERVER (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  job->first = job->load.n_bulk;
  go_on (task);
}

static void
kefu_demo_dispose (GObject *object)
{
  KefuDemo *self = KEFU_DEMO (object);

  kefu_demo_stop (self);
  g_clear_pointer (&self->shop, kefu_demo_shop_free);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (kefu_demo_parent_class)->dispose (object);
}

static void
kefu_demo_class_init (KefuDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_demo_dispose;
}

static void
kefu_demo_init (KefuDemo *self)
{
}

KefuDemo *
kefu_demo_start (KefuServer *server, const KefuDemoOptions *options, GAsyncReadyCallback callback, gpointer user_data)
{
  KefuDemo *self = g_object_new (KEFU_TYPE_DEMO, NULL);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;

  self->server = g_object_ref (server);
  self->options = *options;
  self->shop = kefu_demo_shop_load (&error);
  if (self->shop != NULL)
    self->receiver = kefu_demo_receiver_new (kefu_server_get_clock (server), hear_cb, self, &error);
  if (self->receiver == NULL)
    {
      g_task_return_error (task, error);
      return self;
    }
  g_task_set_task_data (task, job_new (self), (GDestroyNotify) job_free);
  kefu_server_write_async (server, prepare, g_task_get_task_data (task), NULL, NULL, prepared_cb, g_object_ref (task));
  return self;
}

gboolean
kefu_demo_start_finish (KefuDemo *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kefu_demo_stop (KefuDemo *self)
{
  self->stopped = TRUE;
  g_clear_pointer (&self->crowd, kefu_demo_crowd_free);
  g_clear_pointer (&self->sender, kefu_demo_sender_free);
  g_clear_pointer (&self->receiver, kefu_demo_receiver_free);
}

KefuDemoSender *
kefu_demo_get_sender (KefuDemo *self)
{
  return self->sender;
}

static GObject *
start_hook (KefuServer *server, const KefuDemoOptions *options, GAsyncReadyCallback callback, gpointer user_data)
{
  return G_OBJECT (kefu_demo_start (server, options, callback, user_data));
}

static gboolean
start_finish_hook (GObject *demo, GAsyncResult *result, GError **error)
{
  return kefu_demo_start_finish (KEFU_DEMO (demo), result, error);
}

static void
stop_hook (GObject *demo)
{
  kefu_demo_stop (KEFU_DEMO (demo));
}

const KefuDemoHooks *
kefu_demo_get_hooks (void)
{
  static const KefuDemoHooks hooks = { start_hook, start_finish_hook, stop_hook };

  return &hooks;
}
