/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where every thread stood when a test died. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "trace.h"

#include <dirent.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_FRAMES 64
/* How long another thread may take to answer; it may have blocked all signals. */
#define PATIENCE_US (200 * 1000)
#define STEP_US 1000

static gint dying;
static gint answered;

static pid_t
own_id (void)
{
  return (pid_t) syscall (SYS_gettid);
}

/* Neither stdio nor GLib: the thread may hold any lock. */
static void
write_stack (void)
{
  void *frames[N_FRAMES];
  char head[64];
  int n = snprintf (head, sizeof head, "\n# Thread %d%s\n", own_id (), own_id () == getpid () ? ", the first" : "");

  if (write (STDERR_FILENO, head, (size_t) n) > 0)
    backtrace_symbols_fd (frames, backtrace (frames, N_FRAMES), STDERR_FILENO);
}

static void
asked_cb (int number)
{
  write_stack ();
  g_atomic_int_inc (&answered);
}

/* One after another, so that the lines of two do not mix. */
static void
ask_others (void)
{
  DIR *tasks = opendir ("/proc/self/task");
  const struct dirent *entry;
  gint expected = 0;

  while (tasks != NULL && (entry = readdir (tasks)) != NULL)
    {
      pid_t id = (pid_t) strtol (entry->d_name, NULL, 10);

      if (id <= 0 || id == own_id () || syscall (SYS_tgkill, getpid (), id, SIGRTMIN) != 0)
        continue;
      expected++;
      for (int waited = 0; g_atomic_int_get (&answered) < expected && waited < PATIENCE_US; waited += STEP_US)
        usleep (STEP_US);
    }
}

static void
died_cb (int number)
{
  /* Another thread may die of the same meanwhile. */
  if (g_atomic_int_compare_and_exchange (&dying, 0, 1))
    {
      write_stack ();
      ask_others ();
    }
  signal (number, SIG_DFL);
  raise (number);
}

void
kefu_ui_test_trace_init (void)
{
  static const int deaths[] = {
    SIGTRAP,
    SIGABRT,
#ifndef __SANITIZE_ADDRESS__ /* which has more to say */
    SIGSEGV,
    SIGBUS,
#endif
  };
  struct sigaction died = { .sa_handler = died_cb };
  struct sigaction asked = { .sa_handler = asked_cb, .sa_flags = SA_RESTART };
  void *frame;

  /* loads what it needs, which cannot be done in a handler */
  backtrace (&frame, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (deaths); i++)
    sigaction (deaths[i], &died, NULL);
  sigaction (SIGRTMIN, &asked, NULL);
}
