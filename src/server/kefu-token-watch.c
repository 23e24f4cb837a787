/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches over the tokens of open streams: who is signed out is so within a second, by whomever. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-token-watch.h"

#include "kefu-tokens.h"
#include "kefu-worker.h"

#define CHECK_MS 1000

struct _KefuTokenWatch
{
  GObject parent_instance;

  KefuStorage *storage;
  KefuHub *hub;
  guint check_id;
  gboolean checking;
  gboolean again; /* asked for while a check was under way */
};

/* One look at all tokens. */
typedef struct
{
  gint64 now;
  GPtrArray *tokens;
  GArray *states; /* KefuTokenState, one a token */
  GPtrArray *stale;
} Look;

G_DEFINE_FINAL_TYPE (KefuTokenWatch, kefu_token_watch, G_TYPE_OBJECT)

static void
look_free (gpointer data)
{
  Look *look = data;

  g_ptr_array_unref (look->tokens);
  g_array_unref (look->states);
  g_ptr_array_unref (look->stale);
  g_free (look);
}

static gboolean
look_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Look *look = data;

  for (guint i = 0; i < look->tokens->len; i++)
    {
      gboolean stale = FALSE;
      KefuTokenState state = kefu_token_check (db, look->tokens->pdata[i], look->now, NULL, &stale);

      g_array_append_val (look->states, state);
      if (stale)
        g_ptr_array_add (look->stale, g_strdup (look->tokens->pdata[i]));
    }
  return TRUE;
}

static gboolean
touch_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Look *look = data;
  gboolean done = kefu_db_begin (db, error);

  for (guint i = 0; done && i < look->stale->len; i++)
    done = kefu_token_touch (db, look->stale->pdata[i], look->now, error);
  done = done && kefu_db_commit (db, error);
  if (!done)
    kefu_db_rollback (db);
  return done;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuTokenWatch) self = user_data;
  gpointer data;
  Look *look;
  gboolean done = kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, NULL);

  look = data;
  self->checking = FALSE;
  for (guint i = 0; done && i < look->states->len; i++)
    {
      KefuTokenState state = g_array_index (look->states, KefuTokenState, i);

      if (state != KEFU_TOKEN_GOOD)
        kefu_hub_close_token (self->hub, look->tokens->pdata[i], kefu_token_state_code (state));
    }
  if (done && look->stale->len > 0)
    {
      Look *touched = g_new0 (Look, 1);

      touched->now = look->now;
      touched->tokens = g_ptr_array_new ();
      touched->states = g_array_new (FALSE, FALSE, sizeof (KefuTokenState));
      touched->stale = g_ptr_array_ref (look->stale);
      kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, touch_job, touched, look_free, NULL, NULL);
    }
  if (self->again)
    kefu_token_watch_check (self);
}

static void
check_cb (gpointer user_data)
{
  KefuTokenWatch *self = user_data;

  self->check_id = kefu_clock_add_timeout (kefu_storage_get_clock (self->storage), CHECK_MS, check_cb, self, NULL);
  kefu_token_watch_check (self);
}

static void
kefu_token_watch_dispose (GObject *object)
{
  KefuTokenWatch *self = KEFU_TOKEN_WATCH (object);

  if (self->storage != NULL)
    kefu_clock_clear_timeout (kefu_storage_get_clock (self->storage), &self->check_id);
  g_clear_object (&self->hub);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (kefu_token_watch_parent_class)->dispose (object);
}

static void
kefu_token_watch_class_init (KefuTokenWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_token_watch_dispose;
}

static void
kefu_token_watch_init (KefuTokenWatch *self)
{
}

KefuTokenWatch *
kefu_token_watch_new (KefuStorage *storage, KefuHub *hub)
{
  KefuTokenWatch *self = g_object_new (KEFU_TYPE_TOKEN_WATCH, NULL);

  self->storage = g_object_ref (storage);
  self->hub = g_object_ref (hub);
  self->check_id = kefu_clock_add_timeout (kefu_storage_get_clock (storage), CHECK_MS, check_cb, self, NULL);
  return self;
}

void
kefu_token_watch_check (KefuTokenWatch *self)
{
  Look *look;

  self->again = self->checking;
  if (self->checking || kefu_hub_get_n_streams (self->hub) == 0)
    return;
  self->checking = TRUE;
  look = g_new0 (Look, 1);
  look->now = kefu_clock_now (kefu_storage_get_clock (self->storage));
  look->tokens = kefu_hub_list_tokens (self->hub);
  look->states = g_array_new (FALSE, FALSE, sizeof (KefuTokenState));
  look->stale = g_ptr_array_new_with_free_func (g_free);
  kefu_storage_read_async (self->storage, KEFU_WORKER_NORMAL, look_job, look, look_free, looked_cb,
                           g_object_ref (self));
}
