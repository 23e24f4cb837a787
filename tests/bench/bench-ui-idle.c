/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk costs when nobody touches it and nobody writes: signed in, in view with reply clocks running, and hidden. */
#include "config.h"

#include <X11/Xlib.h>
#include <string.h>

#include "bench-desk.h"
#include "bench-server.h"
#include "kefu-db.h"

/* Until all is done that comes after the first paint. */
#define SETTLE_US 12000000

/* Customers of the data set have waited since it was made; these wait since a moment ago, so that every second changes what their rows say. */
static void
let_wait (BenchHome *home)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (home->cache, KEFU_DB_READ_WRITE, &error);

  bench_check (error);
  kefu_db_run (db, &error,
               "UPDATE conversation SET waiting_since = ? - 1000 * (abs(random()) % 60) WHERE waiting_since > 0", "i",
               (gint64) (g_get_real_time () / 1000));
  bench_check (error);
}

/* Asks the first window of the desk to close, as the window manager does: it goes on in the background. */
static void
close_window (void)
{
  Display *display = XOpenDisplay (NULL);
  Window root, parent, *children = NULL;
  unsigned int n = 0;
  Atom protocols = XInternAtom (display, "WM_PROTOCOLS", False);
  Atom delete = XInternAtom (display, "WM_DELETE_WINDOW", False);

  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (unsigned int i = 0; i < n; i++)
    {
      XWindowAttributes attributes;
      XClientMessageEvent event = {
        .type = ClientMessage,
        .window = children[i],
        .message_type = protocols,
        .format = 32,
        .data.l = { (long) delete, CurrentTime },
      };

      if (XGetWindowAttributes (display, children[i], &attributes) && attributes.map_state == IsViewable)
        XSendEvent (display, children[i], False, NoEventMask, (XEvent *) &event);
    }
  if (children != NULL)
    XFree (children);
  XCloseDisplay (display);
}

static gboolean
is_visible (void)
{
  Display *display = XOpenDisplay (NULL);
  Window root, parent, *children = NULL;
  unsigned int n = 0;
  gboolean visible = FALSE;

  XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n);
  for (unsigned int i = 0; i < n; i++)
    {
      XWindowAttributes attributes;

      visible = visible || (XGetWindowAttributes (display, children[i], &attributes) &&
                            attributes.map_state == IsViewable && attributes.width > 100);
    }
  if (children != NULL)
    XFree (children);
  XCloseDisplay (display);
  return visible;
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
  double end;
  guint seconds;

  bench_begin (&argc, &argv, "The desk at rest");
  seconds = bench_is_short () ? 4 : 30;
  server = bench_server_new ();
  home = bench_home_new (server->address, server->token);
  let_wait (home);
  process = bench_process_new (home, arguments);
  bench_process_wait_paint (process);
  g_usleep (bench_is_short () ? SETTLE_US / 3 : SETTLE_US);
  measure (process, "idle, window visible with clocks running", 0.5, seconds);

  close_window ();
  for (end = bench_now () + 20000; is_visible () && bench_now () < end;)
    g_usleep (50000);
  if (is_visible ())
    g_error ("The window does not hide");
  g_usleep (SETTLE_US / 4);
  measure (process, "idle, window hidden", 0.1, seconds);
  bench_process_free (process);
  bench_home_free (home);
  bench_server_free (server);
  return bench_end ();
}
