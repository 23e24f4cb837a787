/* SPDX-License-Identifier: GPL-3.0-or-later
 * Notices when a main loop stands still, and who holds it. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-watch.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kefu-symbols.h"

/* A main context polls once a turn, so what lies between two polls is one turn of sources. A timer is set at the end of a poll and taken back at
 * the beginning of the next: when it fires, its signal interrupts whatever the main thread is doing, and the handler notes the calls. Nothing
 * ticks while the loop sleeps. */

#define MAX_SAMPLES 8
#define MAX_FRAMES 100
/* the handler itself, and the kernel's way into it */
#define OWN_FRAMES 2
#define MAX_SHOWN 40
#define NAME_SIZE 96
#define NS_PER_MS 1e6

typedef struct
{
  void *frames[MAX_FRAMES];
  int n_frames;
} Sample;

/* What three clocks show. */
typedef struct
{
  double wall_ms;
  double cpu_ms;
  double waited_ms;
} Moment;

struct _KefuWatch
{
  GThread *thread;
  GPollFunc poll;
  timer_t timer;
  struct sigaction old_action;
  int fd;
  int schedstat_fd;
  Moment start;
  volatile sig_atomic_t in_turn;

  /* the handler's */
  volatile sig_atomic_t n_samples;
  Sample samples[MAX_SAMPLES];
  char source[NAME_SIZE];
};

/* A signal handler and a poll function are given nothing of their own to find it by. */
static KefuWatch *the_watch;

static double
clock_ms (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / NS_PER_MS;
}

/* How long the thread was ready, but had no processor. Without that file of the kernel nothing is known to be, and a busy machine stalls us. */
static double
waited_ms (KefuWatch *self)
{
  char text[80];
  gssize len = self->schedstat_fd >= 0 ? pread (self->schedstat_fd, text, sizeof text - 1, 0) : -1;
  char *second;

  if (len <= 0)
    return 0;
  text[len] = '\0';
  second = strchr (text, ' ');
  return second != NULL ? (double) g_ascii_strtoull (second, NULL, 10) / NS_PER_MS : 0;
}

static Moment
now (KefuWatch *self)
{
  return (Moment){ clock_ms (CLOCK_MONOTONIC), clock_ms (CLOCK_THREAD_CPUTIME_ID), waited_ms (self) };
}

/* --- in the signal handler: no allocation, no lock --- */

static void
sample_cb (int signum)
{
  KefuWatch *self = the_watch;
  int saved = errno;

  if (self != NULL && self->in_turn && self->n_samples < MAX_SAMPLES)
    {
      Sample *sample = &self->samples[self->n_samples];

      if (self->n_samples == 0)
        {
          GSource *source = g_main_current_source ();
          const char *name = source != NULL ? g_source_get_name (source) : NULL;

          g_strlcpy (self->source, name != NULL ? name : "", sizeof self->source);
        }
      sample->n_frames = backtrace (sample->frames, MAX_FRAMES);
      self->n_samples++;
    }
  errno = saved;
}

/* --- telling --- */

static void
append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (json, '\\');
      if ((guchar) *p >= ' ')
        g_string_append_c (json, *p);
    }
  g_string_append_c (json, '"');
}

/* Calls without a name within one library after another stand as one: they tell no more than that. */
static void
append_stack (GString *json, KefuSymbols *symbols, const Sample *sample)
{
  g_autoptr (GString) stack = g_string_new (NULL);
  g_autofree char *last = NULL;
  guint n_shown = 0;

  for (int i = OWN_FRAMES; i < sample->n_frames && n_shown < MAX_SHOWN; i++)
    {
      /* all but the innermost stand behind the call that they made */
      g_autofree char *name = kefu_symbols_name (symbols, (char *) sample->frames[i] - (i > OWN_FRAMES ? 1 : 0));
      char *plus = strchr (name, '+');
      g_autofree char *library = plus != NULL ? g_strndup (name, (gsize) (plus - name)) : NULL;
      gboolean same = library != NULL && g_strcmp0 (library, last) == 0;

      g_free (last);
      last = g_steal_pointer (&library);
      if (same)
        continue;
      g_string_append_printf (stack, "%s%s", n_shown > 0 ? " < " : "", name);
      n_shown++;
    }
  append_string (json, stack->str);
}

static void
tell (KefuWatch *self, const Moment *end)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (KefuSymbols) symbols = kefu_symbols_new ();
  double cpu = end->cpu_ms - self->start.cpu_ms;
  double waited = end->waited_ms - self->start.waited_ms;
  double blocked = MAX (0, end->wall_ms - self->start.wall_ms - waited - cpu);
  const char *program = g_get_prgname ();
  gsize done = 0;

  g_string_append (json, "{\"program\":");
  append_string (json, program != NULL ? program : "");
  g_string_append_printf (json, ",\"pid\":%d", (int) getpid ());
  g_string_append_printf (
    json, ",\"at\":%.4f,\"stall_ms\":%.1f,\"cpu_ms\":%.1f,\"blocked_ms\":%.1f,\"waited_ms\":%.1f,\"source\":",
    end->wall_ms / 1e3, cpu + blocked, cpu, blocked, waited);
  append_string (json, self->source);
  g_string_append (json, ",\"stacks\":[");
  for (int i = 0; i < self->n_samples; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_stack (json, symbols, &self->samples[i]);
    }
  g_string_append (json, "]}\n");
  while (done < json->len)
    {
      gssize n = write (self->fd, json->str + done, json->len - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += (gsize) n;
    }
}

/* --- the turns --- */

static void
set_timer (KefuWatch *self, glong first_ms, glong every_ms)
{
  struct itimerspec spec = { .it_value.tv_nsec = first_ms * 1000000, .it_interval.tv_nsec = every_ms * 1000000 };

  timer_settime (self->timer, 0, &spec, NULL);
}

static void
end_turn (KefuWatch *self)
{
  Moment end;

  if (!self->in_turn)
    return;
  self->in_turn = FALSE;
  set_timer (self, 0, 0);
  end.wall_ms = clock_ms (CLOCK_MONOTONIC);
  if (end.wall_ms - self->start.wall_ms > KEFU_WATCH_STALL_MS)
    {
      end = now (self);
      if (end.wall_ms - self->start.wall_ms - (end.waited_ms - self->start.waited_ms) > KEFU_WATCH_STALL_MS)
        tell (self, &end);
    }
  self->n_samples = 0;
}

static void
begin_turn (KefuWatch *self)
{
  self->source[0] = '\0';
  self->n_samples = 0;
  self->start = now (self);
  self->in_turn = TRUE;
  /* the later samples further apart, so that those of a long stall cover it */
  set_timer (self, KEFU_WATCH_STALL_MS, 2 * KEFU_WATCH_STALL_MS);
}

static int
poll_cb (GPollFD *fds, guint n_fds, int timeout)
{
  KefuWatch *self = the_watch;
  int n;

  if (self->thread != g_thread_self ())
    return self->poll (fds, n_fds, timeout);
  end_turn (self);
  n = self->poll (fds, n_fds, timeout);
  begin_turn (self);
  return n;
}

/* --- beginning and end --- */

KefuWatch *
kefu_watch_start (const char *path)
{
  KefuWatch *self;
  struct sigaction action = { .sa_handler = sample_cb, .sa_flags = SA_RESTART };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF };
  void *frame;
  int fd = path != NULL ? open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : dup (STDERR_FILENO);

  g_return_val_if_fail (the_watch == NULL, NULL);

  if (fd < 0)
    {
      g_message ("KEFU_WATCH: “%s” cannot be written: %s", path, g_strerror (errno));
      return NULL;
    }
  self = g_new0 (KefuWatch, 1);
  self->fd = fd;
  self->thread = g_thread_self ();
  self->schedstat_fd = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  /* the first one loads a library, which is nothing for a signal handler */
  backtrace (&frame, 1);

  event._sigev_un._tid = (pid_t) syscall (SYS_gettid);
  sigemptyset (&action.sa_mask);
  if (timer_create (CLOCK_MONOTONIC, &event, &self->timer) != 0)
    {
      g_message ("KEFU_WATCH: no timer: %s", g_strerror (errno));
      close (self->fd);
      if (self->schedstat_fd >= 0)
        close (self->schedstat_fd);
      g_free (self);
      return NULL;
    }
  sigaction (SIGPROF, &action, &self->old_action);
  the_watch = self;
  self->poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, poll_cb);
  return self;
}

KefuWatch *
kefu_watch_start_if_wanted (void)
{
  const char *path = g_getenv ("KEFU_WATCH");

  if (path != NULL && path[0] != '\0')
    return kefu_watch_start (path);
#ifdef KEFU_DEBUG_BUILD
  return kefu_watch_start (NULL);
#else
  return NULL;
#endif
}

void
kefu_watch_stop (KefuWatch *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->thread == g_thread_self ());

  self->in_turn = FALSE;
  timer_delete (self->timer);
  g_main_context_set_poll_func (NULL, self->poll);
  the_watch = NULL;
  sigaction (SIGPROF, &self->old_action, NULL);
  close (self->fd);
  if (self->schedstat_fd >= 0)
    close (self->schedstat_fd);
  g_free (self);
}
