/* SPDX-License-Identifier: GPL-3.0-or-later
 * Real desks and a real server in trouble that can be told in advance: many at once, clocks that are wrong, sleep, an old backup. */
#include "config.h"

#include <signal.h>
#include <string.h>

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

#include "crash-world.h"
#include "kefu-id.h"
#include "kefu-signature.h"

#define N_AGENTS 20
#define N_CONVERSATIONS 5
#define HOUR_MS ((gint64) 3600 * 1000)

typedef struct
{
  World *world;
  SoupSession *shop;
  char *channel_id;
  char *secret;
  guint n_events;
} Place;

static void
set_up (Place *self, gconstpointer data)
{
  g_autoptr (GSocketAddress) address = NULL;

  self->world = world_new (1);
  self->world->server_with_clock = data != NULL;
  world_add_channel (self->world, "旺旺", NULL, FALSE, &self->channel_id, &self->secret);
  address = g_unix_socket_address_new (self->world->server_socket);
  self->shop = soup_session_new_with_options ("remote-connectable", address, NULL);
}

static void
tear_down (Place *self, gconstpointer data)
{
  g_clear_object (&self->shop);
  world_free (self->world);
  g_free (self->channel_id);
  g_free (self->secret);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) answer = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  *(guint *) user_data =
    answer != NULL ? soup_message_get_status (soup_session_get_async_result_message (SOUP_SESSION (source), result))
                   : 1;
}

/* The status of the answer to a customer's message, signed at @now_ms. */
static guint
customer_writes (Place *self, const char *key, const char *event_id, gint64 now_ms)
{
  g_autofree char *json = g_strdup_printf (
    "{\"events\":[{\"id\":\"%s\",\"type\":\"message\",\"conversation\":{\"key\":\"%s\"},\"sender\":{\"key\":\"%s\"},"
    "\"sent_at\":%" G_GINT64_FORMAT ",\"parts\":[{\"type\":\"text\",\"text\":\"在吗 %s\"}]}]}",
    event_id, key, key, kefu_clock_now (self->world->clock), event_id);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_ms / 1000);
  g_autofree char *signature = kefu_signature_make (self->secret, now_ms / 1000, body);
  g_autofree char *uri = g_strdup_printf ("http://kefu/v1/channels/%s/inbound", self->channel_id);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  guint status = 0;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Signature", signature);
  soup_session_send_and_read_async (self->shop, message, G_PRIORITY_DEFAULT, NULL, posted_cb, &status);
  WORLD_WAIT (20, status != 0);
  return status;
}

static void
customer_comes (Place *self, const char *key)
{
  g_autofree char *event_id = g_strdup_printf ("e%u", ++self->n_events);

  g_assert_cmpuint (customer_writes (self, key, event_id, kefu_clock_now (self->world->clock)), ==, 200);
}

/* (transfer full): of the customer @key. */
static char *
conversation_of (Place *self, const char *key)
{
  g_autoptr (KefuDb) db = world_open_server_db (self->world);

  return kefu_db_text (db, "SELECT id FROM conversation WHERE key = ?", "s", key);
}

/* (transfer none): the act of sending @body. */
static WorldAct *
send_text (Place *self, WorldDesk *desk, const char *conversation, const char *body)
{
  gint64 now = kefu_clock_now (self->world->clock);
  g_autofree char *id = kefu_id_new (now);
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'text','body':'%s','at':%" G_GINT64_FORMAT "}", id,
                     conversation, body, now);
  WorldAct *act = world_desk_perform (desk, "message.send", args);

  g_assert_nonnull (act->op_id);
  return act;
}

/* (transfer full): what agents sent, in order. */
static char *
replies (Place *self)
{
  g_autoptr (KefuDb) db = world_open_server_db (self->world);
  char *text =
    kefu_db_text (db, "SELECT group_concat(body, ' ') FROM (SELECT body FROM message WHERE dir = 'out' ORDER BY mseq)",
                  "");

  return text != NULL ? text : g_strdup ("");
}

/* One agent at one desk, live, who sees the conversation of customer "k". */
static WorldDesk *
one_desk (Place *self, char **conversation)
{
  WorldDesk *desk;

  world_add_agent (self->world, "li", "李青");
  world_start_server (self->world);
  customer_comes (self, "k");
  *conversation = conversation_of (self, "k");
  desk = world_desk_new (self->world, "li", "desk");
  world_desk_start (desk);
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  return desk;
}

/* --- many --- */

static void
test_a_conversation_has_one_taker (Place *self, gconstpointer data)
{
  g_autoptr (GPtrArray) desks = g_ptr_array_new_with_free_func ((GDestroyNotify) world_desk_free);
  g_autoptr (KefuDb) db = NULL;
  guint n_won = 0;

  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *login = g_strdup_printf ("agent%u", i);

      world_add_agent (self->world, login, login);
    }
  world_start_server (self->world);
  for (guint i = 0; i < N_CONVERSATIONS; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      customer_comes (self, key);
    }
  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *login = g_strdup_printf ("agent%u", i);
      g_autofree char *name = g_strdup_printf ("desk-%u", i);
      WorldDesk *desk = world_desk_new (self->world, login, name);

      g_ptr_array_add (desks, desk);
      world_desk_start (desk);
      world_desk_tell (desk, "hurry");
    }
  for (guint i = 0; i < N_AGENTS; i++)
    WORLD_WAIT (60, (world_pass (10), world_desk_is_equal (g_ptr_array_index (desks, i))));

  /* All of them see that nobody has it; then everybody is heard at once, over a network that is bad. */
  fault_proxy_set_hole (self->world->network, TRUE);
  for (guint c = 0; c < N_CONVERSATIONS; c++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", c);
      g_autofree char *conversation = conversation_of (self, key);

      for (guint i = 0; i < N_AGENTS; i++)
        {
          WorldDesk *desk = g_ptr_array_index (desks, i);
          g_autofree char *args =
            g_strdup_printf ("{'conversation_id':'%s','assignee_id':'%s'}", conversation, desk->agent_id);

          g_assert_nonnull (world_desk_perform (desk, "conversation.claim", args)->op_id);
        }
    }
  fault_proxy_set_rate (self->world->network, 100);
  fault_proxy_set_hole (self->world->network, FALSE);
  world_pass (500);
  fault_proxy_set_rate (self->world->network, 0);
  for (guint i = 0; i < N_AGENTS; i++)
    WORLD_WAIT (60, (world_pass (10), world_desk_is_equal (g_ptr_array_index (desks, i))));

  /* Each has one taker, and one event that says so; who lost is told. */
  db = world_open_server_db (self->world);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT count(*) FROM conversation WHERE assignee_id IS NOT NULL", ""), ==,
                   N_CONVERSATIONS);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT count(*) FROM message WHERE kind = 'event'", ""), ==, N_CONVERSATIONS);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      WorldDesk *desk = g_ptr_array_index (desks, i);
      gint64 won = kefu_db_int (db, 0, "SELECT count(*) FROM conversation WHERE assignee_id = ?", "s", desk->agent_id);

      n_won += (guint) won;
      g_assert_cmpuint (desk->n_rejected, ==, N_CONVERSATIONS - (guint) won);
    }
  g_assert_cmpuint (n_won, ==, N_CONVERSATIONS);
}

/* --- wrong clocks --- */

static void
test_clocks_that_jump_lose_nothing (Place *self, gconstpointer data)
{
  static const gint64 jumps[] = { 5 * HOUR_MS, -9 * HOUR_MS, 4 * HOUR_MS };
  g_autofree char *conversation = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (WorldDesk) desk = one_desk (self, &conversation);

  send_text (self, desk, conversation, "a0");
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      g_autofree char *body = g_strdup_printf ("a%u", i + 1);

      world_desk_tell (desk, "jump %" G_GINT64_FORMAT, jumps[i]);
      send_text (self, desk, conversation, body);
      WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
    }
  /* The server's: bridges are refused while it is wrong, and heard when it is right. */
  world_jump_server (self->world, 6 * HOUR_MS);
  g_assert_cmpuint (customer_writes (self, "k", "late", kefu_clock_now (self->world->clock)), ==, 401);
  send_text (self, desk, conversation, "a4");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  world_jump_server (self->world, -6 * HOUR_MS);
  g_assert_cmpuint (customer_writes (self, "k", "late", kefu_clock_now (self->world->clock)), ==, 200);
  send_text (self, desk, conversation, "a5");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "a0 a1 a2 a3 a4 a5");
  g_assert_cmpint (world_server_int (self->world, "SELECT count(*) FROM message WHERE body = '在吗 late'"), ==, 1);
  /* A jump may cost the stream, once each: it looks like sleep. */
  g_assert_cmpuint (desk->n_connections, <=, 1 + G_N_ELEMENTS (jumps));
}

/* While the server is away the desk tries as seldom as ever, whatever its clock says. */
static void
test_a_clock_that_jumps_is_no_storm (Place *self, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autoptr (WorldDesk) desk = one_desk (self, &conversation);
  guint before;

  world_kill_server (self->world);
  WORLD_WAIT (30, (world_pass (20), world_desk_ask (desk), g_str_equal (desk->state, "backoff")));
  before = desk->n_connections;
  for (guint i = 0; i < 20; i++)
    {
      world_desk_tell (desk, "jump %" G_GINT64_FORMAT, i % 2 == 0 ? 7 * HOUR_MS : -7 * HOUR_MS);
      world_pass (50);
    }
  world_desk_ask (desk);
  g_assert_cmpuint (desk->n_connections - before, <=, 2);
  world_start_server (self->world);
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
}

/* --- sleep --- */

/* The network forgets a computer that sleeps, and does not tell it when it wakes up: the open stream is dead, and silent. */
static void
test_a_desk_that_slept_finds_its_stream_dead (Place *self, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autoptr (WorldDesk) desk = one_desk (self, &conversation);
  guint before;
  gint64 woken;

  world_desk_ask (desk);
  before = desk->n_streams;
  fault_proxy_set_hole (self->world->network, TRUE);
  world_desk_signal (desk, SIGSTOP);
  customer_comes (self, "k");
  world_pass (200);
  /* Eight hours pass; the timers of a machine that is suspended stand still. */
  world_desk_tell (desk, "jump %" G_GINT64_FORMAT, 8 * HOUR_MS);
  world_desk_signal (desk, SIGCONT);
  woken = g_get_monotonic_time ();
  WORLD_WAIT (20, (world_pass (50), world_desk_ask (desk), !g_str_equal (desk->state, "live")));
  g_test_message ("found dead after %.1f s", (double) (g_get_monotonic_time () - woken) / G_USEC_PER_SEC);
  fault_proxy_set_hole (self->world->network, FALSE);
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  g_assert_cmpuint (desk->n_streams, >, before);
  send_text (self, desk, conversation, "醒了");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
}

/* Just stopped for a while, as by a debugger or a machine without memory: it goes on where it was. */
static void
test_a_desk_that_was_stopped_goes_on (Place *self, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (WorldDesk) desk = one_desk (self, &conversation);

  send_text (self, desk, conversation, "一");
  world_desk_signal (desk, SIGSTOP);
  for (guint i = 0; i < 20; i++)
    customer_comes (self, "k");
  world_kill_server (self->world);
  world_start_server (self->world);
  customer_comes (self, "k");
  world_desk_signal (desk, SIGCONT);
  send_text (self, desk, conversation, "二");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "一 二");
}

/* --- an old backup --- */

static void
test_an_older_backup_loses_nothing_of_the_outbox (Place *self, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *before = NULL;
  g_autoptr (WorldDesk) desk = one_desk (self, &conversation);
  g_autoptr (WorldDesk) other = world_desk_new (self->world, "li", "other");

  world_desk_start (other);
  send_text (self, desk, conversation, "早");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk) && world_desk_is_equal (other)));
  world_kill_server (self->world);
  world_back_up (self->world);
  world_start_server (self->world);
  customer_comes (self, "k");
  customer_comes (self, "later");
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk) && world_desk_is_equal (other)));
  before = g_strdup (desk->cursor);

  /* What the server has taken, and not brought back yet, is in the outbox too; and one desk is not running. */
  fault_proxy_set_hole (self->world->network, TRUE);
  send_text (self, desk, conversation, "午");
  send_text (self, other, conversation, "晚");
  world_desk_kill (other);
  world_kill_server (self->world);
  world_restore (self->world);
  world_start_server (self->world);
  fault_proxy_set_hole (self->world->network, FALSE);
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk)));
  g_assert_cmpint (strncmp (before, desk->cursor, 36), !=, 0);
  world_desk_start (other);
  WORLD_WAIT (30, (world_pass (20), world_desk_is_equal (desk) && world_desk_is_equal (other)));
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "早 午 晚");
  g_assert_cmpuint (desk->n_rejected + other->n_rejected, ==, 0);
  /* The customer who came after the backup is gone from the desks too. */
  g_assert_cmpint (world_server_int (self->world, "SELECT count(*) FROM conversation"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, with_clock, func)                                                                                    \
  g_test_add ("/desks/" path, Place, GINT_TO_POINTER (with_clock), set_up, func, tear_down)
  ADD ("a-conversation-has-one-taker", FALSE, test_a_conversation_has_one_taker);
  ADD ("clocks-that-jump-lose-nothing", TRUE, test_clocks_that_jump_lose_nothing);
  ADD ("a-clock-that-jumps-is-no-storm", FALSE, test_a_clock_that_jumps_is_no_storm);
  ADD ("a-desk-that-slept-finds-its-stream-dead", FALSE, test_a_desk_that_slept_finds_its_stream_dead);
  ADD ("a-desk-that-was-stopped-goes-on", FALSE, test_a_desk_that_was_stopped_goes_on);
  ADD ("an-older-backup-loses-nothing-of-the-outbox", FALSE, test_an_older_backup_loses_nothing_of_the_outbox);
  return g_test_run ();
}
