/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk: a real store, a fake server, an engine between them, time that stands still. */
#include "config.h"

#include "sync-fixture.h"

#include "kefu-entity.h"
#include "kefu-id.h"

static void
state_cb (Desk *self)
{
  g_string_append_c (self->states, "oculbaf"[kefu_sync_engine_get_state (self->engine)]);
}

static void
make_engine (Desk *self, GNetworkMonitor *network)
{
  self->engine = kefu_sync_engine_new (self->store->store, KEFU_BACKEND (self->server), self->store->clock, network);
  g_signal_connect_swapped (self->engine, "notify::state", G_CALLBACK (state_cb), self);
}

Desk *
desk_new (GNetworkMonitor *network)
{
  Desk *self = g_new0 (Desk, 1);

  self->store = store_fixture_new ();
  self->server = fake_server_new (self->store->clock);
  self->states = g_string_new (NULL);
  fake_server_fill (self->server, 2);
  make_engine (self, network);
  return self;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
end_engine (Desk *self)
{
  gpointer watched = self->engine;

  g_signal_handlers_disconnect_by_data (self->engine, self);
  kefu_sync_engine_stop (self->engine);
  fake_server_hold (self->server, FALSE);
  g_object_add_weak_pointer (G_OBJECT (self->engine), &watched);
  g_clear_object (&self->engine);
  test_wait_for (is_gone, &watched);
}

void
desk_free (Desk *self)
{
  end_engine (self);
  store_fixture_free (self->store);
  g_object_unref (self->server);
  g_string_free (self->states, TRUE);
  g_free (self);
}

void
desk_restart (Desk *self)
{
  end_engine (self);
  store_fixture_reopen (self->store);
  make_engine (self, NULL);
}

void
desk_kill (Desk *self)
{
  end_engine (self);
  store_fixture_kill (self->store);
  make_engine (self, NULL);
}

void
desk_start (Desk *self)
{
  kefu_sync_engine_start (self->engine);
}

typedef struct
{
  Desk *desk;
  KefuSyncState state;
} StateWait;

static gboolean
has_state (gpointer data)
{
  const StateWait *wait = data;

  return kefu_sync_engine_get_state (wait->desk->engine) == wait->state;
}

void
desk_wait_state (Desk *self, KefuSyncState state)
{
  StateWait wait = { self, state };

  test_wait_for (has_state, &wait);
}

/* What the server has against what the desk's cache has; NULL: equal. */
static char *
difference (Desk *self)
{
  g_autofree char *path = store_fixture_path (self->store, "cache.db");
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  KefuDb *server = fake_server_db (self->server);
  g_autoptr (KefuStmt) stmt = kefu_db_query (server, NULL, "SELECT kind, id FROM change ORDER BY seq", "");
  const char *const *kinds = kefu_entity_kinds ();
  gint64 n_server = 0, n_cache = 0;

  while (kefu_stmt_step (stmt, NULL))
    {
      const char *kind = kefu_stmt_text (stmt, 0);
      const char *id = kefu_stmt_text (stmt, 1);
      g_autofree char *there = kefu_entity_to_json (server, kind, id, NULL);
      g_autofree char *here = kefu_entity_to_json (cache, kind, id, NULL);

      if (g_strcmp0 (there, here) != 0)
        return g_strdup_printf ("%s %s: %s / %s", kind, id, there, here);
    }
  for (guint i = 0; kinds[i] != NULL; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", kefu_entity_table (kinds[i]));

      n_server += kefu_db_int (server, -1, sql, "");
      n_cache += kefu_db_int (cache, -1, sql, "");
    }
  return n_server == n_cache ? NULL : g_strdup_printf ("%d entities / %d", (int) n_server, (int) n_cache);
}

static gboolean
is_equal (gpointer data)
{
  Desk *self = data;
  g_autofree char *what = NULL;

  if (kefu_sync_engine_get_state (self->engine) != KEFU_SYNC_LIVE || kefu_store_get_n_pending (self->store->store) > 0)
    return FALSE;
  what = difference (self);
  return what == NULL;
}

void
desk_wait_equal (Desk *self)
{
  test_wait_for (is_equal, self);
}

void
desk_pass_wait (Desk *self)
{
  gint64 retry_at = kefu_sync_engine_get_retry_at (self->engine);

  g_assert_cmpint (retry_at, >, kefu_clock_now (self->store->clock));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->store->clock), retry_at - kefu_clock_now (self->store->clock));
}

void
desk_send (Desk *self, const char *body)
{
  g_autofree char *id = kefu_id_new (kefu_clock_now (self->store->clock));
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'" CONV_1 "','kind':'text','body':'%s','at':%" G_GINT64_FORMAT "}",
                     id, body, kefu_clock_now (self->store->clock));
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = test_perform (self->store, "message.send", args, &error);

  g_assert_no_error (error);
}

void
desk_settle (Desk *self)
{
  /* Through the store's writer, its reader and the main loop, as often as one answer leads to the next question: whatever was about to happen has
   * happened. */
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *draft = test_draft (self->store, "nobody", "reply");
      g_autoptr (GPtrArray) rows = NULL;

      while (g_main_context_iteration (NULL, FALSE))
        ;
      rows = test_inbox (self->store, KEFU_VIEW_SNOOZED, KEFU_ORDER_NEWEST);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}
