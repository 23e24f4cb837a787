/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the reply clock, the reply window, the ticker and the conversation item. */
#include "config.h"

#include "kefu-conversation.h"
#include "kefu-reply-clock.h"
#include "kefu-ticker.h"

#define NOW G_GINT64_CONSTANT (1780000000250)
#define SECOND 1000
#define HOUR G_GINT64_CONSTANT (3600000)

/* The customer has waited for @waited_ms; limits of product.md. */
static KefuConversationRecord *
waiting (gint64 waited_ms)
{
  KefuConversationRecord *record = kefu_conversation_record_new ();

  record->id = g_strdup ("c1");
  record->status = g_strdup ("open");
  record->waiting_since = NOW - waited_ms;
  record->due_s = 100;
  record->over_s = 180;
  return record;
}

static void
assert_clock (gint64 waited_ms, KefuClockState state, const char *text, gint64 next)
{
  g_autoptr (KefuConversationRecord) record = waiting (waited_ms);
  g_autofree char *shown = kefu_reply_clock_text (record, NOW);

  g_assert_cmpint (kefu_reply_clock_state (record, NOW), ==, state);
  g_assert_cmpstr (shown, ==, text);
  g_assert_cmpint (kefu_reply_clock_next (record, NOW), ==, next);
}

static void
test_states (void)
{
  assert_clock (0, KEFU_CLOCK_OK, "00:00", 100 * SECOND);
  assert_clock (21 * SECOND, KEFU_CLOCK_OK, "00:21", 79 * SECOND);
  assert_clock (99 * SECOND + 999, KEFU_CLOCK_OK, "01:39", 1);
  assert_clock (100 * SECOND, KEFU_CLOCK_DUE, "01:40", 80 * SECOND);
  assert_clock (179 * SECOND, KEFU_CLOCK_DUE, "02:59", 1 * SECOND);
  assert_clock (180 * SECOND, KEFU_CLOCK_OVER, "03:00", -1);
  /* the server's clock is ahead of ours */
  assert_clock (-5 * SECOND, KEFU_CLOCK_OK, "00:00", 105 * SECOND);
}

static void
test_texts (void)
{
  assert_clock (HOUR - 1, KEFU_CLOCK_OVER, "59:59", -1);
  assert_clock (HOUR, KEFU_CLOCK_OVER, "1:00:00", -1);
  assert_clock (2 * HOUR + 309 * SECOND, KEFU_CLOCK_OVER, "2:05:09", -1);
  assert_clock (24 * HOUR - 1, KEFU_CLOCK_OVER, "23:59:59", -1);
  assert_clock (24 * HOUR, KEFU_CLOCK_OVER, "1 d", -1);
  assert_clock (80 * HOUR, KEFU_CLOCK_OVER, "3 d", -1);
}

static void
test_nobody_waits (void)
{
  g_autoptr (KefuConversationRecord) answered = waiting (0);
  g_autoptr (KefuConversationRecord) resolved = waiting (600 * SECOND);
  g_autofree char *text = NULL;

  answered->waiting_since = 0;
  text = kefu_reply_clock_text (answered, NOW);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (kefu_reply_clock_state (answered, NOW), ==, KEFU_CLOCK_NONE);
  g_assert_cmpint (kefu_reply_clock_next (answered, NOW), ==, -1);

  g_free (resolved->status);
  resolved->status = g_strdup ("resolved");
  g_assert_cmpint (kefu_reply_clock_state (resolved, NOW), ==, KEFU_CLOCK_NONE);
}

static void
test_channels_without_limits (void)
{
  g_autoptr (KefuConversationRecord) record = waiting (50 * HOUR);

  record->due_s = 0;
  g_assert_cmpint (kefu_reply_clock_state (record, NOW), ==, KEFU_CLOCK_OVER);
  record->over_s = 0;
  g_assert_cmpint (kefu_reply_clock_state (record, NOW), ==, KEFU_CLOCK_OK);
  g_assert_cmpint (kefu_reply_clock_next (record, NOW), ==, -1);
}

static void
test_reply_window (void)
{
  g_autoptr (KefuConversationRecord) record = waiting (0);

  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, -1);

  /* WeChat: 5 messages within 48 h of the customer's last one */
  record->window_h = 48;
  record->window_n = 5;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 0);
  record->last_in_at = NOW - 48 * HOUR + 1;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 5);
  record->out_since_in = 2;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 3);
  record->out_since_in = 7;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 0);
  record->out_since_in = 0;
  record->last_in_at = NOW - 48 * HOUR;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 0);

  /* WhatsApp: any number within 24 h */
  record->window_h = 24;
  record->window_n = 0;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, 0);
  record->last_in_at = NOW - HOUR;
  g_assert_cmpint (kefu_reply_window_left (record, NOW), ==, -1);
}

typedef struct
{
  KefuTicker *ticker;
  guint ticks;
  gint64 last;
  gboolean let_go;
} Ticks;

static void
tick_cb (KefuTicker *ticker, gint64 now, gpointer user_data)
{
  Ticks *ticks = user_data;

  ticks->ticks++;
  ticks->last = now;
  if (ticks->let_go)
    kefu_ticker_release (ticker);
}

static void
test_ticker (void)
{
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (NOW);
  g_autoptr (KefuTicker) ticker = kefu_ticker_new (clock);
  Ticks ticks = { ticker, 0, 0, FALSE };

  g_signal_connect (ticker, "tick", G_CALLBACK (tick_cb), &ticks);
  g_assert_cmpint (kefu_ticker_now (ticker), ==, NOW);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (clock)), ==, -1);

  kefu_ticker_hold (ticker);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (clock)), ==, 750);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 749);
  g_assert_cmpuint (ticks.ticks, ==, 0);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 1);
  g_assert_cmpuint (ticks.ticks, ==, 1);
  g_assert_cmpint (ticks.last, ==, NOW + 750);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 3000);
  g_assert_cmpuint (ticks.ticks, ==, 4);
  g_assert_cmpint (ticks.last % 1000, ==, 0);

  /* holds are counted; the last one lets it sleep */
  kefu_ticker_hold (ticker);
  kefu_ticker_release (ticker);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 1000);
  g_assert_cmpuint (ticks.ticks, ==, 5);
  kefu_ticker_release (ticker);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (clock)), ==, -1);

  /* letting go from within a tick */
  ticks.let_go = TRUE;
  kefu_ticker_hold (ticker);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 5000);
  g_assert_cmpuint (ticks.ticks, ==, 6);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (clock)), ==, -1);
}

static void
test_ticker_ends_with_its_owner (void)
{
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (NOW);
  KefuTicker *ticker = kefu_ticker_new (clock);

  kefu_ticker_hold (ticker);
  g_assert_finalize_object (ticker);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (clock)), ==, -1);
}

static void
count_cb (gpointer object, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_conversation (void)
{
  g_autoptr (KefuConversationRecord) first = waiting (0);
  g_autoptr (KefuConversationRecord) second = waiting (SECOND);
  KefuConversation *conversation = kefu_conversation_new (first);
  guint changes = 0;

  g_signal_connect (conversation, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_true (kefu_conversation_get_record (conversation) == first);
  g_assert_cmpstr (kefu_conversation_get_id (conversation), ==, "c1");
  kefu_conversation_set_record (conversation, first);
  g_assert_cmpuint (changes, ==, 0);
  kefu_conversation_set_record (conversation, second);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_true (kefu_conversation_get_record (conversation) == second);
  g_assert_finalize_object (conversation);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reply-clock/turns-due-and-over-at-the-channels-limits", test_states);
  g_test_add_func ("/reply-clock/shows-seconds-then-hours-then-days", test_texts);
  g_test_add_func ("/reply-clock/rests-when-nobody-waits", test_nobody_waits);
  g_test_add_func ("/reply-clock/limit-of-zero-is-none", test_channels_without_limits);
  g_test_add_func ("/reply-window/counts-what-the-channel-still-takes", test_reply_window);
  g_test_add_func ("/ticker/ticks-at-full-seconds-while-held", test_ticker);
  g_test_add_func ("/ticker/ends-with-its-owner", test_ticker_ends_with_its_owner);
  g_test_add_func ("/conversation/stays-while-its-record-changes", test_conversation);
  return g_test_run ();
}
