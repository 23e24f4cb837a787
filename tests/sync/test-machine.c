/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole of the transition table: every state, every event. */
#include "config.h"

#include "kefu-sync-machine.h"

/* Rows: states; columns: events; "-": means nothing; "next/action" by their first letters. */
static const char *const table[KEFU_SYNC_N_STATES][KEFU_SYNC_N_EVENTS] = {
  /*            start         stop       retry         resume        more       caught-up  opened    gap        lost       auth     gone      reset    broken    untrusted */
  /* OFF  */ { "CON/connect", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" },
  /* CON  */
  { "-", "OFF/rest", "-", "-", "UP/sync", "UP/open", "-", "UP/sync", "BACK/wait", "AUTH/rest", "UP/reset", "-",
    "FAIL/wait", "TLS/rest" },
  /* UP   */
  { "-", "OFF/rest", "-", "-", "UP/sync", "UP/open", "LIVE/pump", "UP/sync", "BACK/wait", "AUTH/rest", "UP/reset",
    "UP/sync", "FAIL/wait", "TLS/rest" },
  /* LIVE */
  { "-", "OFF/rest", "-", "-", "-", "-", "-", "UP/sync", "BACK/wait", "AUTH/rest", "UP/reset", "-", "FAIL/wait",
    "TLS/rest" },
  /* BACK */ { "-", "OFF/rest", "CON/connect", "CON/connect", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" },
  /* AUTH */ { "-", "OFF/rest", "-", "CON/connect", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" },
  /* FAIL */ { "-", "OFF/rest", "CON/connect", "CON/connect", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" },
  /* TLS  */ { "-", "OFF/rest", "CON/connect", "CON/connect", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-" },
};

static const char *const states[] = { "OFF", "CON", "UP", "LIVE", "BACK", "AUTH", "FAIL", "TLS" };
static const char *const actions[] = { "none", "sync", "connect", "open", "pump", "reset", "wait", "rest" };

static void
test_every_state_and_event (void)
{
  for (int state = 0; state < KEFU_SYNC_N_STATES; state++)
    for (int event = 0; event < KEFU_SYNC_N_EVENTS; event++)
      {
        const KefuSyncTransition *transition = kefu_sync_machine_find ((KefuSyncState) state, (KefuSyncEvent) event);
        g_autofree char *text = NULL;

        if (transition != NULL)
          text = g_strdup_printf ("%s/%s", states[transition->next], actions[transition->action]);
        g_test_message ("%s, event %d", states[state], event);
        g_assert_cmpstr (text != NULL ? text : "-", ==, table[state][event]);
      }
}

static void
test_every_state_can_be_stopped_and_none_is_a_dead_end (void)
{
  for (int state = KEFU_SYNC_CONNECTING; state < KEFU_SYNC_N_STATES; state++)
    {
      gboolean way_out = FALSE;

      g_assert_nonnull (kefu_sync_machine_find ((KefuSyncState) state, KEFU_SYNC_EVENT_STOP));
      for (int event = KEFU_SYNC_EVENT_RETRY; event < KEFU_SYNC_N_EVENTS; event++)
        way_out |= kefu_sync_machine_find ((KefuSyncState) state, (KefuSyncEvent) event) != NULL;
      g_assert_true (way_out);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/every-state-and-event", test_every_state_and_event);
  g_test_add_func ("/machine/every-state-can-be-stopped-and-left",
                   test_every_state_can_be_stopped_and_none_is_a_dead_end);
  return g_test_run ();
}
