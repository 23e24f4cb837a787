/* SPDX-License-Identifier: GPL-3.0-or-later
 * When a desk that nobody touches is idle, and what a password is compared with. */
#include "config.h"

#include "kefu-idle.h"
#include "kefu-password.h"
#include "kefu-rate-limit.h"

#define MINUTE 60000

typedef struct
{
  KefuClock *clock;
  KefuIdle *idle;
  guint n_idle;
} Scene;

static void
idle_cb (Scene *self)
{
  self->n_idle++;
}

static Scene *
scene_new (gint64 limit)
{
  Scene *self = g_new0 (Scene, 1);

  self->clock = kefu_fake_clock_new (1700000000000);
  self->idle = kefu_idle_new (self->clock);
  g_signal_connect_swapped (self->idle, "idle", G_CALLBACK (idle_cb), self);
  kefu_idle_set_limit (self->idle, limit);
  kefu_idle_start (self->idle);
  return self;
}

static void
scene_free (Scene *self)
{
  g_assert_finalize_object (self->idle);
  g_assert_finalize_object (self->clock);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
advance (Scene *self, gint64 ms)
{
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (self->clock), ms);
}

static void
test_never (void)
{
  g_autoptr (Scene) self = scene_new (0);

  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (self->clock)), ==, -1);
  advance (self, 1000 * MINUTE);
  g_assert_false (kefu_idle_touch (self->idle));
  g_assert_cmpuint (self->n_idle, ==, 0);
}

static void
test_after_the_limit_once (void)
{
  g_autoptr (Scene) self = scene_new (5 * MINUTE);

  advance (self, 5 * MINUTE - 1);
  g_assert_cmpuint (self->n_idle, ==, 0);
  advance (self, 1);
  g_assert_cmpuint (self->n_idle, ==, 1);
  advance (self, 60 * MINUTE);
  g_assert_cmpuint (self->n_idle, ==, 1);
  kefu_idle_start (self->idle);
  advance (self, 5 * MINUTE);
  g_assert_cmpuint (self->n_idle, ==, 2);
}

static void
test_input_counts_anew (void)
{
  g_autoptr (Scene) self = scene_new (MINUTE);

  for (guint i = 0; i < 10; i++)
    {
      advance (self, MINUTE - 1);
      g_assert_false (kefu_idle_touch (self->idle));
    }
  g_assert_cmpuint (self->n_idle, ==, 0);
  advance (self, MINUTE);
  g_assert_cmpuint (self->n_idle, ==, 1);
  kefu_idle_stop (self->idle);
  g_assert_false (kefu_idle_touch (self->idle));
}

/* While the machine sleeps no timer runs; the first touch after it must not open the desk. */
static void
test_after_a_sleep_at_once (void)
{
  g_autoptr (Scene) self = scene_new (10 * MINUTE);

  advance (self, MINUTE);
  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (self->clock), 60 * MINUTE);
  g_assert_true (kefu_idle_touch (self->idle));
  g_assert_cmpuint (self->n_idle, ==, 1);

  /* nor does it take long without a touch */
  kefu_idle_start (self->idle);
  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (self->clock), 60 * MINUTE);
  advance (self, 2000);
  g_assert_cmpuint (self->n_idle, ==, 2);
}

static void
test_a_clock_set_back_gives_no_time (void)
{
  g_autoptr (Scene) self = scene_new (5 * MINUTE);

  advance (self, 4 * MINUTE);
  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (self->clock), -24 * 60 * MINUTE);
  advance (self, MINUTE + 2000);
  g_assert_cmpuint (self->n_idle, ==, 1);
}

static void
test_a_new_limit_counts_from_the_last_input (void)
{
  g_autoptr (Scene) self = scene_new (30 * MINUTE);

  advance (self, 2 * MINUTE);
  kefu_idle_set_limit (self->idle, MINUTE);
  advance (self, 1);
  g_assert_cmpuint (self->n_idle, ==, 1);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static gboolean
verify (const char *password, const char *hash)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean same;

  kefu_password_verify_async (password, hash, NULL, got_cb, &result);
  same = kefu_password_verify_finish (wait (&result), &error);
  g_assert_no_error (error);
  return same;
}

static void
test_the_verifier (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *hash = NULL;

  kefu_password_hash_async ("正确的密码 1", NULL, got_cb, &result);
  hash = kefu_password_hash_finish (wait (&result), NULL);
  g_assert_true (g_str_has_prefix (hash, "$y$"));
  g_assert_null (strstr (hash, "密码"));
  g_assert_true (verify ("正确的密码 1", hash));
  g_assert_false (verify ("正确的密码 2", hash));
  g_assert_false (verify ("", hash));
  g_assert_false (verify ("正确的密码 1", "$y$nonsense"));
  g_assert_false (verify ("正确的密码 1", NULL));
}

static void
test_five_tries_a_minute (void)
{
  g_autoptr (KefuRateLimit) limit = kefu_rate_limit_new (5, MINUTE);

  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (kefu_rate_limit_try (limit, "unlock", 1000 * i), ==, 0);
  g_assert_cmpint (kefu_rate_limit_try (limit, "unlock", 5000), ==, MINUTE - 5000);
  g_assert_cmpint (kefu_rate_limit_try (limit, "unlock", MINUTE + 1), ==, 0);
}

static void
test_a_clock_set_back_locks_nobody_out (void)
{
  g_autoptr (KefuRateLimit) limit = kefu_rate_limit_new (5, MINUTE);

  for (guint i = 0; i < 6; i++)
    kefu_rate_limit_try (limit, "unlock", 600 * MINUTE + i);
  g_assert_cmpint (kefu_rate_limit_look (limit, "unlock", 600 * MINUTE + 6), >, 0);
  g_assert_cmpint (kefu_rate_limit_try (limit, "unlock", MINUTE), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idle/never", test_never);
  g_test_add_func ("/idle/after-the-limit-once", test_after_the_limit_once);
  g_test_add_func ("/idle/input-counts-anew", test_input_counts_anew);
  g_test_add_func ("/idle/after-a-sleep-at-once", test_after_a_sleep_at_once);
  g_test_add_func ("/idle/a-clock-set-back-gives-no-time", test_a_clock_set_back_gives_no_time);
  g_test_add_func ("/idle/a-new-limit-counts-from-the-last-input", test_a_new_limit_counts_from_the_last_input);
  g_test_add_func ("/password/the-verifier", test_the_verifier);
  g_test_add_func ("/password/five-tries-a-minute", test_five_tries_a_minute);
  g_test_add_func ("/password/a-clock-set-back-locks-nobody-out", test_a_clock_set_back_locks_nobody_out);
  return g_test_run ();
}
