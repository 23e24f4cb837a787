/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk costs when nobody touches it and nobody writes: signed in, in view with reply clocks running, and hidden. */
#include "config.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <string.h>

#include "bench-desk.h"
#include "bench-server.h"
#include "kefu-db.h"

/* Until all is done that comes after the first paint, and the day's upkeep of the store, which begins after a minute. */
#define SETTLE_US (95 * G_USEC_PER_SEC)
#define SHORT_SETTLE_US (4 * G_USEC_PER_SEC)

/* Customers of the data set have waited since it was made; these have waited for minutes, so that every second changes what their rows say. They
 * had waited too long before the desk began: its alarms are on, and have no cause to be raised. */
static void
let_wait (BenchHome *home)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (home->cache, KEFU_DB_READ_WRITE, &error);

  bench_check (error);
  kefu_db_run (db, &error,
               "UPDATE conversation SET waiting_since = ? - 1000 * (600 + abs(random()) % 600) WHERE waiting_since > 0",
               "i", (gint64) (g_get_real_time () / 1000));
  bench_check (error);
}

/* A window of the desk that is on the screen, 0 if there is none. What a notification daemon shows is no business of ours. */
static Window
find_window (Display *display)
{
  Window root, parent, *children = NULL;
  Window found = 0;
  unsigned int n = 0;

  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (unsigned int i = 0; i < n && found == 0; i++)
    {
      XWindowAttributes attributes;
      XClassHint hint = { NULL, NULL };

      if (!XGetWindowAttributes (display, children[i], &attributes) || attributes.map_state != IsViewable ||
          !XGetClassHint (display, children[i], &hint))
        continue;
      if (hint.res_class != NULL && strcasestr (hint.res_class, "kefu") != NULL)
        found = children[i];
      XFree (hint.res_name);
      XFree (hint.res_class);
    }
  if (children != NULL)
    XFree (children);
  return found;
}

/* Asks the window to close, as the window manager does: the desk goes on in the background. */
static void
close_window (Display *display)
{
  XClientMessageEvent event = {
    .type = ClientMessage,
    .window = find_window (display),
    .message_type = XInternAtom (display, "WM_PROTOCOLS", False),
    .format = 32,
    .data.l = { (long) XInternAtom (display, "WM_DELETE_WINDOW", False), CurrentTime },
  };

  if (event.window == 0)
    g_error ("The window is not there");
  XSendEvent (display, event.window, False, NoEventMask, (XEvent *) &event);
  XFlush (display);
}

/* One row: the share of a core, and how often it was woken up. */
static void
measure (BenchProcess *process, const char *what, double percent, guint seconds)
{
  double cpu = bench_process_cpu (process);
  double wakeups = bench_process_wakeups (process);
  double start = bench_now ();
  g_autofree char *note = NULL;
  double spent;

  g_usleep (seconds * G_USEC_PER_SEC);
  spent = bench_now () - start;
  cpu = bench_process_cpu (process) - cpu;
  wakeups = bench_process_wakeups (process) - wakeups;
  note = g_strdup_printf ("%.1f wake-ups a second, over %u s", wakeups / spent * 1000, seconds);
  bench_row (&(BenchRow){
    .what = what,
    .unit = "% of a core",
    .ours = cpu / spent * 100,
    .max_ours = percent,
    .note = note,
  });
}

int
main (int argc, char **argv)
{
  g_autofree char *kefu = g_build_filename (g_getenv ("KEFU_BENCH_ROOT"), "bin", "kefu", NULL);
  const char *arguments[] = { kefu, NULL };
  BenchServer *server;
  BenchHome *home;
  BenchProcess *process;
  Display *display;
  double end;
  guint seconds;

  bench_begin (&argc, &argv, "The desk at rest");
  seconds = bench_is_short () ? 4 : 30;
  server = bench_server_new ();
  home = bench_home_new (server->address, server->token);
  let_wait (home);
  process = bench_process_new (home, arguments);
  bench_process_wait_paint (process);
  g_usleep (bench_is_short () ? SHORT_SETTLE_US : SETTLE_US);
  measure (process, "idle, window visible with clocks running", 0.5, seconds);

  display = XOpenDisplay (NULL);
  close_window (display);
  for (end = bench_now () + 20000; find_window (display) != 0 && bench_now () < end;)
    g_usleep (50000);
  if (find_window (display) != 0)
    g_error ("The window does not hide");
  XCloseDisplay (display);
  g_usleep (SHORT_SETTLE_US);
  measure (process, "idle, window hidden", 0.1, seconds);
  bench_process_free (process);
  bench_home_free (home);
  bench_server_free (server);
  return bench_end ();
}
