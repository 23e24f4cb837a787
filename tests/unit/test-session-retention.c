/* SPDX-License-Identifier: GPL-3.0-or-later
 * Old messages leave this computer a minute after the start, once a day, and when the agent chooses so. */
#include "config.h"

#include "kefu-retention.h"
#include "session-fixture.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* Two conversations that are resolved, each with one message of each of the last 40 days. */
static World *
shop_new (void)
{
  static const char *const ids[] = { CONV_1, CONV_2 };
  World *world = world_new ();

  for (guint c = 0; c < G_N_ELEMENTS (ids); c++)
    {
      TestConversation conversation = { .id = ids[c], .status = "resolved", .last_at = world_now (world) };

      world_put_conversation (world, &conversation);
      for (int i = 1; i <= 40; i++)
        {
          g_autofree char *id = g_strdup_printf ("m%u-%d", c, i);
          TestMessage message = { .id = id,
                                  .conversation = ids[c],
                                  .mseq = i,
                                  .at = world_now (world) - (40 - i) * DAY_MS - 1000,
                                  .body = "在吗" };

          world_put_message (world, &message);
        }
    }
  world_push (world);
  return world;
}

static guint
n_messages (World *world, const char *conversation)
{
  g_autoptr (GPtrArray) page = test_messages (world->store, conversation);

  return page->len;
}

static gboolean
is_busy (KefuRetention *retention)
{
  gboolean busy;

  g_object_get (retention, "busy", &busy, NULL);
  return busy;
}

/* Lets a run that was due by now go on to its end. */
static void
run_to_end (World *world, KefuRetention *retention)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  g_assert_true (is_busy (retention));
  while (is_busy (retention))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      world_settle (world);
      /* the pause before the next step */
      if (is_busy (retention))
        world_advance (world, 20);
    }
}

static void
test_a_minute_after_the_start_and_once_a_day (void)
{
  g_autoptr (World) world = shop_new ();
  g_autoptr (KefuRetention) retention = kefu_retention_new (world->session, 30);

  world_advance (world, MINUTE_MS - 1);
  g_assert_false (is_busy (retention));
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 40);
  world_advance (world, 1);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 30);
  g_assert_cmpuint (n_messages (world, CONV_2), ==, 30);

  world_advance (world, DAY_MS - MINUTE_MS);
  g_assert_false (is_busy (retention));
  world_advance (world, MINUTE_MS);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 29);
}

static void
test_at_once_when_the_agent_chooses (void)
{
  g_autoptr (World) world = shop_new ();
  g_autoptr (KefuRetention) retention = kefu_retention_new (world->session, 0);

  world_advance (world, MINUTE_MS);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 40);
  g_object_set (retention, "days", 30, NULL);
  world_advance (world, 20);
  g_assert_true (is_busy (retention));
  /* and once more while that is under way */
  g_object_set (retention, "days", 20, NULL);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 20);
  g_object_set (retention, "days", 365, NULL);
  world_advance (world, 20);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 20);
}

static void
test_not_the_conversation_that_is_read (void)
{
  g_autoptr (World) world = shop_new ();
  g_autoptr (KefuRetention) retention = kefu_retention_new (world->session, 30);

  kefu_session_set_focus_conversation (world->session, CONV_1);
  world_advance (world, MINUTE_MS);
  run_to_end (world, retention);
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 40);
  g_assert_cmpuint (n_messages (world, CONV_2), ==, 30);
}

/* Somebody has set the clock to another year. */
static void
test_a_wrong_clock_takes_little (void)
{
  g_autoptr (World) world = shop_new ();
  g_autoptr (KefuRetention) retention = NULL;

  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (world->store->clock), 400 * DAY_MS);
  retention = kefu_retention_new (world->session, 30);
  world_advance (world, MINUTE_MS);
  run_to_end (world, retention);
  /* as if it stood a week after the newest message */
  g_assert_cmpuint (n_messages (world, CONV_1), ==, 24);
  g_assert_cmpuint (n_messages (world, CONV_2), ==, 24);
}

static void
test_it_may_end_at_any_moment (void)
{
  g_autoptr (World) world = shop_new ();

  for (guint i = 0; i < 4; i++)
    {
      KefuRetention *retention = kefu_retention_new (world->session, 30);

      world_advance (world, i == 0 ? 0 : MINUTE_MS);
      for (guint k = 1; k < i; k++)
        {
          world_settle (world);
          world_advance (world, 20);
        }
      g_assert_finalize_object (retention);
      world_settle (world);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retention/a-minute-after-the-start-and-once-a-day", test_a_minute_after_the_start_and_once_a_day);
  g_test_add_func ("/retention/at-once-when-the-agent-chooses", test_at_once_when_the_agent_chooses);
  g_test_add_func ("/retention/not-the-conversation-that-is-read", test_not_the_conversation_that_is_read);
  g_test_add_func ("/retention/a-wrong-clock-takes-little", test_a_wrong_clock_takes_little);
  g_test_add_func ("/retention/it-may-end-at-any-moment", test_it_may_end_at_any_moment);
  return g_test_run ();
}
