/* SPDX-License-Identifier: GPL-3.0-or-later
 * Desk and server killed at any moment, a bad network between them, everybody at work: protocol.md, "What must hold" 1 to 3.
 *
 * KEFU_CRASH_ROUNDS: so many kills; KEFU_CRASH_SEED: the chance of an earlier run again. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>

#include "crash-shop.h"
#include "desk-acts.h"
#include "kefu-op.h"

#define ROUNDS 30
/* Of 1000 calls and frames. */
#define FAULT_RATE 120
#define EVENT_MS 25
#define ACT_MS 30
#define MAX_ROUND_MS 1300
#define N_DESKS 2

typedef struct
{
  World *world;
  CrashShop *shop;
  WorldDesk *desks[N_DESKS]; /* of one agent */
  GRand *chance;
  guint32 seed;
  guint rounds;
  guint n_server_kills;
  guint n_desk_kills;
  guint n_pauses;
} Play;

static int
roll (Play *self, int n)
{
  return g_rand_int_range (self->chance, 0, n);
}

static guint
number_of (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);

  return text != NULL && *text != '\0' ? (guint) strtoul (text, NULL, 10) : otherwise;
}

static void
start_desk (Play *self, WorldDesk *desk)
{
  world_desk_start (desk);
  world_desk_tell (desk, "hurry");
  world_desk_tell (desk, "act %u %d", g_rand_int (self->chance), ACT_MS);
}

static void
play_set_up (Play *self)
{
  self->seed = number_of ("KEFU_CRASH_SEED", g_random_int ());
  self->rounds = number_of ("KEFU_CRASH_ROUNDS", ROUNDS);
  g_test_message ("KEFU_CRASH_SEED=%u", self->seed);
  self->chance = g_rand_new_with_seed (self->seed);
  self->world = world_new (g_rand_int (self->chance));
  world_add_agent (self->world, "li", "李青");
  world_add_agent (self->world, "wang", "王磊");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("label-%u", i);
      const char *words[] = { "label", "add", name, NULL };
      g_autofree char *said = world_command (self->world, NULL, words);
    }
  self->shop = crash_shop_new (self->world, g_rand_int (self->chance));
  world_start_server (self->world);
  for (guint i = 0; i < N_DESKS; i++)
    {
      g_autofree char *name = g_strdup_printf ("desk-%u", i);

      self->desks[i] = world_desk_new (self->world, "li", name);
    }
}

static void
play_tear_down (Play *self)
{
  for (guint i = 0; i < N_DESKS; i++)
    world_desk_free (self->desks[i]);
  crash_shop_free (self->shop);
  world_free (self->world);
  g_rand_free (self->chance);
}

/* --- the rounds --- */

static void
kill_desk (Play *self, guint i)
{
  world_desk_kill (self->desks[i]);
  self->n_desk_kills++;
}

static void
kill_server (Play *self)
{
  world_kill_server (self->world);
  self->n_server_kills++;
}

static void
stay_away (Play *self)
{
  if (roll (self, 3) == 0)
    world_pass ((guint) roll (self, 400));
}

static void
play_round (Play *self)
{
  int victim = roll (self, 10);
  guint i = (guint) roll (self, N_DESKS);

  /* Now and then before everybody has found back. */
  world_pass ((guint) roll (self, roll (self, 4) == 0 ? MAX_ROUND_MS / 6 : MAX_ROUND_MS));
  if (victim < 4)
    {
      kill_server (self);
      stay_away (self);
      world_start_server (self->world);
    }
  else if (victim < 8)
    {
      kill_desk (self, i);
      stay_away (self);
      start_desk (self, self->desks[i]);
    }
  else if (victim < 9)
    {
      kill_server (self);
      kill_desk (self, i);
      stay_away (self);
      /* Who comes first is chance too. */
      if (roll (self, 2) == 0)
        {
          start_desk (self, self->desks[i]);
          stay_away (self);
          world_start_server (self->world);
        }
      else
        {
          world_start_server (self->world);
          start_desk (self, self->desks[i]);
        }
    }
  else
    {
      /* Asleep for a while, and killed in its sleep. */
      world_desk_signal (self->desks[i], SIGSTOP);
      world_pass ((guint) roll (self, 500));
      self->n_pauses++;
      if (roll (self, 2) == 0)
        world_desk_signal (self->desks[i], SIGCONT);
      kill_desk (self, i);
      start_desk (self, self->desks[i]);
    }
}

/* --- what must hold --- */

static GPtrArray *
all_acts (Play *self)
{
  GPtrArray *acts = g_ptr_array_new ();

  for (guint i = 0; i < N_DESKS; i++)
    for (guint a = 0; a < self->desks[i]->acts->len; a++)
      g_ptr_array_add (acts, g_ptr_array_index (self->desks[i]->acts, a));
  return acts;
}

/* The subject of an edit, and what it wants of the only field that acts edit. */
static const char *
edited (const WorldAct *act, const char **wanted)
{
  gboolean item = g_str_equal (act->type, "checklist.edit");

  if (!item && !g_str_equal (act->type, "customer.edit"))
    return NULL;
  *wanted = json_object_get_string_member (act->args, item ? "title" : "notes");
  return json_object_get_string_member (act->args, item ? "id" : "customer_id");
}

/* An edit that met a conflict gives its place in the tray to a later one that began with its words and met a conflict too. */
static gboolean
was_typed_on (WorldDesk *desk, guint i, KefuDb *local)
{
  const WorldAct *act = g_ptr_array_index (desk->acts, i);
  const char *wanted = NULL;
  const char *subject = edited (act, &wanted);

  for (guint later = i + 1; subject != NULL && later < desk->acts->len; later++)
    {
      const WorldAct *next = g_ptr_array_index (desk->acts, later);
      const char *then = NULL;
      JsonObject *was;

      if (next->op_id == NULL || !g_str_equal (next->type, act->type) || g_strcmp0 (edited (next, &then), subject) != 0)
        continue;
      was = json_object_get_object_member (next->args, "was");
      if (g_strcmp0 (json_object_get_string_member (was, g_str_equal (act->type, "checklist.edit") ? "title" : "notes"),
                     wanted) == 0)
        return kefu_db_int (local, 0, "SELECT count(*) FROM outbox WHERE op_id = ? AND state = 'rejected'", "s",
                            next->op_id) == 1 ||
               was_typed_on (desk, later, local);
    }
  return FALSE;
}

/* What the desk said is durable was done once by the server, or lies in the tray of the desk. Of what it died in the middle of, either
 * may be, or nothing. */
static void
check_acts (Play *self, WorldDesk *desk, GHashTable *n_by_type, guint *n_refused)
{
  g_autoptr (KefuDb) server = world_open_server_db (self->world);
  g_autoptr (KefuDb) local = world_desk_open_db (desk, "desk.db");

  for (guint i = 0; i < desk->acts->len; i++)
    {
      const WorldAct *act = g_ptr_array_index (desk->acts, i);
      gboolean done, in_tray;
      guint n;

      if (act->op_id == NULL)
        continue;
      done = kefu_db_int (server, 0, "SELECT count(*) FROM op_done WHERE op_id = ?", "s", act->op_id) == 1;
      in_tray = kefu_db_int (local, 0, "SELECT count(*) FROM outbox WHERE op_id = ? AND state = 'rejected'", "s",
                             act->op_id) == 1;
      if (done == in_tray && (done || !was_typed_on (desk, i, local)))
        g_error ("%s %s of %s: done %d, in the tray %d", act->type, act->op_id, desk->name, done, in_tray);
      n = GPOINTER_TO_UINT (g_hash_table_lookup (n_by_type, act->type));
      g_hash_table_insert (n_by_type, act->type, GUINT_TO_POINTER (n + done));
      *n_refused += in_tray;
    }
}

/* The server's answer to an act: whether it was carried out. */
static gboolean
was_done (KefuDb *server, const WorldAct *act)
{
  return act->op_id != NULL &&
         kefu_db_int (server, 0, "SELECT count(*) FROM op_done WHERE op_id = ?", "s", act->op_id) == 1;
}

static void
check_one_effect (Play *self, GPtrArray *acts)
{
  g_autoptr (KefuDb) server = world_open_server_db (self->world);
  g_autoptr (GHashTable) uses = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) perhaps = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (KefuStmt) phrases = NULL;

  for (guint i = 0; i < acts->len; i++)
    {
      const WorldAct *act = g_ptr_array_index (acts, i);
      gboolean done = was_done (server, act);
      const char *id;

      if (g_str_equal (act->type, "message.send"))
        {
          const char *body = json_object_get_string_member (act->args, "body");
          gint64 n = kefu_db_int (server, -1, "SELECT count(*) FROM message WHERE body = ?", "s", body);

          if (act->op_id != NULL ? n != done : n > 1)
            g_error ("“%s” is there %d times", body, (int) n);
        }
      else if (g_str_equal (act->type, "checklist.add") && act->op_id != NULL)
        {
          id = json_object_get_string_member (act->args, "id");
          g_assert_cmpint (kefu_db_int (server, -1, "SELECT count(*) FROM checklist_item WHERE id = ?", "s", id), ==,
                           (gint64) done);
        }
      else if (g_str_equal (act->type, "phrase.use"))
        {
          GHashTable *table = act->op_id == NULL ? perhaps : uses;

          id = json_object_get_string_member (act->args, "phrase_id");
          if (act->op_id == NULL || done)
            g_hash_table_insert (table, (gpointer) id,
                                 GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (table, id)) + 1));
        }
    }
  phrases = kefu_db_query (server, NULL, "SELECT id, uses FROM phrase WHERE code = 'keep'", "");
  while (kefu_stmt_step (phrases, NULL))
    {
      gint64 least = GPOINTER_TO_UINT (g_hash_table_lookup (uses, kefu_stmt_text (phrases, 0)));
      gint64 more = GPOINTER_TO_UINT (g_hash_table_lookup (perhaps, kefu_stmt_text (phrases, 0)));

      g_assert_cmpint (kefu_stmt_int (phrases, 1), >=, least);
      g_assert_cmpint (kefu_stmt_int (phrases, 1), <=, least + more);
    }
  /* Counters, which an effect too many would move. */
  g_assert_cmpint (kefu_db_int (server, -1,
                                "SELECT count(*) FROM conversation c WHERE open_items <> (SELECT count(*) FROM"
                                " checklist_item i WHERE i.conversation_id = c.id AND NOT i.done AND NOT i.deleted)",
                                ""),
                   ==, 0);
  /* Every event of a conversation was somebody's operation, or a customer's message. */
  g_assert_cmpint (kefu_db_int (server, -1,
                                "SELECT count(*) FROM (SELECT count(*) AS n FROM message WHERE mseq > 0 GROUP BY"
                                " conversation_id, mseq HAVING n > 1)",
                                ""),
                   ==, 0);
}

/* Each file that a message names is on the server as it was sent, and no desk keeps it as one to be sent. Returns how many there are. */
static guint
check_files (Play *self)
{
  g_autoptr (KefuDb) server = world_open_server_db (self->world);
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (server, NULL,
                   "SELECT data ->> '$.sha256', data ->> '$.size' FROM message WHERE data ->> '$.sha256' IS NOT NULL",
                   "");
  guint n = 0;

  for (; kefu_stmt_step (stmt, NULL); n++)
    {
      const char *sha256 = kefu_stmt_text (stmt, 0);
      g_autofree char *start = g_strndup (sha256, 2);
      g_autofree char *path = g_build_filename (self->world->server_dir, "blobs", start, sha256, NULL);
      g_autofree char *content = NULL;
      g_autofree char *sum = NULL;
      gsize size = 0;

      g_assert_cmpint (kefu_db_int (server, 0, "SELECT count(*) FROM blob WHERE sha256 = ?", "s", sha256), ==, 1);
      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      g_assert_cmpint (kefu_stmt_int (stmt, 1), ==, (gint64) size);
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, size);
      g_assert_cmpstr (sum, ==, sha256);
    }
  return n;
}

/* What one desk sent into one conversation stands there in the order in which it was sent. */
static void
check_order (Play *self, WorldDesk *desk)
{
  g_autoptr (KefuDb) server = world_open_server_db (self->world);
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < desk->acts->len; i++)
    {
      const WorldAct *act = g_ptr_array_index (desk->acts, i);
      const char *conversation;
      gint64 *before;
      gint64 mseq;

      if (!g_str_equal (act->type, "message.send") || !was_done (server, act))
        continue;
      conversation = json_object_get_string_member (act->args, "conversation_id");
      mseq = kefu_db_int (server, -1, "SELECT mseq FROM message WHERE id = ?", "s",
                          json_object_get_string_member (act->args, "id"));
      before = g_hash_table_lookup (last, conversation);
      g_assert_true (before == NULL || *before < mseq);
      g_hash_table_insert (last, g_strdup (conversation), g_memdup2 (&mseq, sizeof mseq));
    }
}

static gboolean
is_over (Play *self)
{
  gint64 n_queued = world_server_int (self->world, "SELECT count(*) FROM outbound");

  if (!crash_shop_is_quiet (self->shop) || n_queued != 0)
    {
      g_test_message ("%d messages are queued", (int) n_queued);
      return FALSE;
    }
  for (guint i = 0; i < N_DESKS; i++)
    if (!world_desk_is_equal (self->desks[i]))
      {
        g_test_message ("%s is %s at %s, %u wait", self->desks[i]->name, self->desks[i]->state, self->desks[i]->cursor,
                        self->desks[i]->n_pending);
        return FALSE;
      }
  return TRUE;
}

/* Everybody rests, the network is well: what is still under way arrives. */
static void
come_to_rest (Play *self)
{
  crash_shop_write (self->shop, 0);
  for (guint i = 0; i < N_DESKS; i++)
    world_desk_tell (self->desks[i], "rest");
  world_pass (200);
  fault_proxy_set_rate (self->world->network, 0);
  crash_shop_be_bad (self->shop, FALSE);
  crash_shop_say_last (self->shop);
  WORLD_WAIT (180, (world_pass (100), is_over (self)));
}

/* To the log, and to the file that KEFU_CRASH_REPORT names. */
static void
report (Play *self, GPtrArray *acts, GHashTable *n_by_type, guint n_refused, double seconds)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) types = kefu_op_desk_types ();
  FaultProxy *network = self->world->network;
  const char *path = g_getenv ("KEFU_CRASH_REPORT");
  g_auto (GStrv) lines = NULL;
  guint n_faults = 0;
  guint n_durable = 0;

  for (guint i = 0; i < N_FAULTS; i++)
    n_faults += fault_proxy_get_count (network, (FaultKind) i);
  for (guint i = 0; i < acts->len; i++)
    n_durable += ((WorldAct *) g_ptr_array_index (acts, i))->op_id != NULL;
  g_string_append_printf (text,
                          "seed %u: %u rounds in %.0f s; server killed %u times, desks %u times, asleep %u times\n",
                          self->seed, self->rounds, seconds, self->n_server_kills, self->n_desk_kills, self->n_pauses);
  g_string_append_printf (text,
                          "network: %u calls, %u streams, %u frames; %u faults:", fault_proxy_get_n_calls (network),
                          fault_proxy_get_n_streams (network), fault_proxy_get_n_frames (network), n_faults);
  for (guint i = 0; i < N_FAULTS; i++)
    g_string_append_printf (text, "%s %s %u", i > 0 ? "," : "", fault_name ((FaultKind) i),
                            fault_proxy_get_count (network, (FaultKind) i));
  g_string_append_printf (text, "\nmessages: %d in, %d out, %d of these with a file, %d unknown\n",
                          (int) world_server_int (self->world, "SELECT count(*) FROM message WHERE dir = 'in'"),
                          (int) world_server_int (self->world, "SELECT count(*) FROM message WHERE dir = 'out'"),
                          (int) world_server_int (self->world, "SELECT count(*) FROM message WHERE dir = 'out' AND"
                                                               " kind IN ('image', 'file')"),
                          (int) world_server_int (self->world,
                                                  "SELECT count(*) FROM message WHERE delivery = 'unknown'"));
  g_string_append_printf (text, "customers: %u events, sent again %u times\nchannels: %u posts, %u answered badly\n",
                          crash_shop_get_n_events (self->shop), crash_shop_get_n_repeats (self->shop),
                          crash_shop_get_n_posts (self->shop), crash_shop_get_n_bad_posts (self->shop));
  g_string_append_printf (text, "operations: %u begun, %u durable, %u refused by the server and in the tray; done:",
                          acts->len, n_durable, n_refused);
  for (guint i = 0; i < types->len; i++)
    g_string_append_printf (text, "%s %s %u", i > 0 ? "," : "", (char *) types->pdata[i],
                            GPOINTER_TO_UINT (g_hash_table_lookup (n_by_type, types->pdata[i])));
  g_string_append_c (text, '\n');

  lines = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_test_message ("%s", lines[i]);
  if (path != NULL)
    g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static void
test_kills (void)
{
  Play self = { NULL };
  g_autoptr (GPtrArray) acts = NULL;
  g_autoptr (GPtrArray) types = kefu_op_desk_types ();
  g_autoptr (GHashTable) n_by_type = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 began = g_get_monotonic_time ();
  guint n_refused = 0;

  play_set_up (&self);
  fault_proxy_set_rate (self.world->network, FAULT_RATE);
  crash_shop_write (self.shop, EVENT_MS);
  for (guint i = 0; i < N_DESKS; i++)
    start_desk (&self, self.desks[i]);
  for (guint i = 0; i < self.rounds; i++)
    play_round (&self);
  come_to_rest (&self);

  acts = all_acts (&self);
  for (guint i = 0; i < N_DESKS; i++)
    check_acts (&self, self.desks[i], n_by_type, &n_refused);
  report (&self, acts, n_by_type, n_refused, (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  check_one_effect (&self, acts);
  for (guint i = 0; i < N_DESKS; i++)
    check_order (&self, self.desks[i]);
  g_assert_cmpuint (check_files (&self), >, 0);
  crash_shop_check_inbound (self.shop);
  crash_shop_check_outbound (self.shop, acts);
  /* It was as bad as it is meant to be. */
  for (guint i = 0; i < N_FAULTS; i++)
    if (fault_proxy_get_count (self.world->network, (FaultKind) i) == 0)
      g_error ("no fault of this kind: %s", fault_name ((FaultKind) i));
  for (guint i = 0; i < types->len; i++)
    if (GPOINTER_TO_UINT (g_hash_table_lookup (n_by_type, types->pdata[i])) == 0)
      g_error ("nobody did this: %s", (char *) types->pdata[i]);
  g_assert_cmpuint (self.n_server_kills, >, 0);
  g_assert_cmpuint (self.n_desk_kills, >, 0);
  play_tear_down (&self);
}

static void
test_every_operation_has_its_act (void)
{
  g_autoptr (GPtrArray) types = kefu_op_desk_types ();

  for (guint i = 0; i < types->len; i++)
    if (!desk_act_knows (types->pdata[i]))
      g_error ("tests/crash/desk-acts.c does not know how to do this: %s", (char *) types->pdata[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/every-operation-has-its-act", test_every_operation_has_its_act);
  g_test_add_func ("/crash/kills-on-a-bad-network-end-equal", test_kills);
  return g_test_run ();
}
