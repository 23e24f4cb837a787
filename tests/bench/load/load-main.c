/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server under load: desks on streams, signed messages, and whether all of them arrive everywhere in time. */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "load-desk.h"
#include "load-sender.h"
#include "load-server.h"
#include "load-slow.h"

#define EVENTS 64
/* How long the last message may take to the last desk before it counts as lost. */
#define PATIENCE_S 30

/* One line of the table. */
typedef struct
{
  const char *what;
  const char *unit;
  double value;
  char *goal; /* (nullable): a figure that is only told */
  gboolean good;
} Row;

typedef struct
{
  LoadPlan plan;
  LoadServer *server;
  LoadFeed *feed;
  LoadSenders *senders;
  GPtrArray *desks;
  LoadSlow *slow;
  gint64 start;
  double seconds;    /* of posting */
  double client_cpu; /* s */
  GArray *rows;
} Load;

/* What a run is measured by. */
typedef struct
{
  guint p99_ms;
  double pss_mb;
  double growth_mb;
} Goals;

static double
own_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
machine_load (void)
{
  double load = 0;

  return getloadavg (&load, 1) == 1 ? load : -1;
}

static void
wait_for_events (Load *self, int timeout_ms)
{
  struct epoll_event events[EVENTS];
  int n = epoll_wait (self->plan.epoll_fd, events, EVENTS, timeout_ms);

  for (int i = 0; i < n; i++)
    {
      LoadSource *source = events[i].data.ptr;

      source->ready (source, events[i].events);
    }
}

static gboolean
all_open (Load *self)
{
  for (guint i = 0; i < self->desks->len; i++)
    if (!((LoadDesk *) g_ptr_array_index (self->desks, i))->open)
      return FALSE;
  return TRUE;
}

static gboolean
all_told (Load *self)
{
  for (guint i = 0; i < self->desks->len; i++)
    {
      LoadDesk *desk = g_ptr_array_index (self->desks, i);

      if (!desk->closed && desk->n_seen < self->plan.n_wanted)
        return FALSE;
    }
  return TRUE;
}

static void
open_desks (Load *self)
{
  for (guint i = 0; i < self->plan.n_desks; i++)
    {
      g_ptr_array_add (self->desks, load_desk_new (&self->plan, self->feed, g_ptr_array_index (self->server->tokens, i),
                                                   self->server->head));
      wait_for_events (self, 0);
    }
  while (!all_open (self))
    wait_for_events (self, 100);
}

/* Posts, and takes what comes, until every desk has everything or time is up. */
static void
run (Load *self)
{
  gint64 next_sample = 0;
  gint64 end = (self->plan.n_seconds + PATIENCE_S) * G_USEC_PER_SEC;
  gint64 elapsed = 0;
  double cpu = own_cpu ();

  self->start = g_get_monotonic_time ();
  while (elapsed < end && !(load_senders_are_done (self->senders) && all_told (self)))
    {
      wait_for_events (self, 1);
      elapsed = g_get_monotonic_time () - self->start;
      load_senders_pump (self->senders, elapsed);
      if (elapsed >= next_sample && !load_senders_are_done (self->senders))
        {
          load_server_sample (self->server);
          next_sample += G_USEC_PER_SEC;
        }
    }
  load_server_sample (self->server);
  self->seconds = (double) elapsed / G_USEC_PER_SEC;
  self->client_cpu = own_cpu () - cpu;
}

static void
row_clear (gpointer data)
{
  g_free (((Row *) data)->goal);
}

/* @goal: (nullable). */
static void
add_row (Load *self, const char *what, const char *unit, double value, const char *goal, gboolean good)
{
  Row row = { what, unit, value, g_strdup (goal), goal == NULL || good };

  g_array_append_val (self->rows, row);
}

/* What has to be below @limit; 0: that is not looked at. */
static void
add_limited (Load *self, const char *what, const char *unit, double value, double limit)
{
  g_autofree char *goal = g_strdup_printf ("< %.0f", limit);

  add_row (self, what, unit, value, limit > 0 ? goal : NULL, value < limit);
}

static void
judge_arrival (Load *self)
{
  guint64 missing = 0;
  guint64 doubles = 0;
  guint64 gaps = 0;
  guint64 bad = 0;
  guint closed = 0;

  for (guint i = 0; i < self->desks->len; i++)
    {
      LoadDesk *desk = g_ptr_array_index (self->desks, i);

      missing += self->plan.n_wanted - desk->n_seen;
      doubles += desk->doubles;
      gaps += desk->gaps;
      bad += desk->bad;
      closed += desk->closed;
    }
  add_row (self, "messages posted and stored", "", load_senders_get_answered (self->senders), "all",
           load_senders_are_done (self->senders) && load_senders_get_refused (self->senders) == 0);
  add_row (self, "messages missing at a desk", "", (double) missing, "0", missing == 0);
  add_row (self, "messages twice at a desk", "", (double) doubles, "0", doubles == 0);
  add_row (self, "gaps between batches", "", (double) gaps, "0", gaps == 0);
  add_row (self, "unreadable batches", "", (double) bad, "0", bad == 0);
  add_row (self, "desks closed", "", closed, "0", closed == 0);
}

static void
judge_time (Load *self, const Goals *goals)
{
  g_autofree LoadHistogram *answer = g_new0 (LoadHistogram, 1);
  g_autofree LoadHistogram *post = g_new0 (LoadHistogram, 1);
  double late = (double) load_senders_get_last (self->senders) / G_USEC_PER_SEC;
  guint worst = 0;

  for (guint i = 0; i < self->desks->len; i++)
    {
      LoadDesk *desk = g_ptr_array_index (self->desks, i);

      load_histogram_merge (answer, &desk->from_answer);
      load_histogram_merge (post, &desk->from_post);
      worst = MAX (worst, load_histogram_at (&desk->from_answer, 0.99));
    }
  add_row (self, "rate of posting", "/s", self->plan.n_wanted / late, "as planned",
           late < self->plan.n_seconds * 1.02 + 0.5);
  add_row (self, "answered after, p50", "ms", load_histogram_at (load_senders_get_answers (self->senders), 0.5), NULL,
           TRUE);
  add_row (self, "answered after, p99", "ms", load_histogram_at (load_senders_get_answers (self->senders), 0.99), NULL,
           TRUE);
  add_row (self, "accepted to delivered, p50", "ms", load_histogram_at (answer, 0.5), NULL, TRUE);
  add_row (self, "accepted to delivered, p95", "ms", load_histogram_at (answer, 0.95), NULL, TRUE);
  add_limited (self, "accepted to delivered, p99", "ms", load_histogram_at (answer, 0.99), goals->p99_ms);
  add_row (self, "the slowest desk, p99", "ms", worst, NULL, TRUE);
  add_row (self, "posted to delivered, p50", "ms", load_histogram_at (post, 0.5), NULL, TRUE);
  add_row (self, "posted to delivered, p99", "ms", load_histogram_at (post, 0.99), NULL, TRUE);
}

static double
mean_pss (const GArray *usage, guint from, guint to)
{
  double sum = 0;

  for (guint i = from; i < to; i++)
    sum += g_array_index (usage, LoadUsage, i).pss_mb;
  return to > from ? sum / (to - from) : 0;
}

static void
judge_use (Load *self, const Goals *goals)
{
  const GArray *usage = self->server->usage;
  guint n = usage->len;
  double most = 0;
  double growth = mean_pss (usage, n * 3 / 4, n) - mean_pss (usage, n / 4, n / 2);
  double cpu = g_array_index (usage, LoadUsage, n - 1).cpu_s - g_array_index (usage, LoadUsage, 0).cpu_s;
  guint64 decoded;
  guint64 same;
  guint64 bytes = 0;

  for (guint i = 0; i < n; i++)
    most = MAX (most, g_array_index (usage, LoadUsage, i).pss_mb);
  for (guint i = 0; i < self->desks->len; i++)
    bytes += ((LoadDesk *) g_ptr_array_index (self->desks, i))->bytes;
  load_feed_get_counts (self->feed, &decoded, &same);
  add_limited (self, "server memory (PSS), most", "MB", most, goals->pss_mb);
  add_limited (self, "server memory, second to last quarter", "MB", growth, goals->growth_mb);
  add_row (self, "server memory (RSS) at the end", "MB", g_array_index (usage, LoadUsage, n - 1).rss_mb, NULL, TRUE);
  add_row (self, "CPU of the server", "cores", cpu / self->seconds, NULL, TRUE);
  add_row (self, "CPU of the desks and the channel", "cores", self->client_cpu / self->seconds, NULL, TRUE);
  add_row (self, "to the desks", "MB/s", (double) bytes / 1e6 / self->seconds, NULL, TRUE);
  add_row (self, "batches to a desk", "/s", (double) (decoded + same) / self->desks->len / self->seconds, NULL, TRUE);
  add_row (self, "batches that differed between desks", "%", 100.0 * (double) decoded / (double) (decoded + same), NULL,
           TRUE);
}

static void
judge_slow (Load *self)
{
  guint code;
  guint doubles;
  double seconds;
  guint n_seen = load_slow_finish (g_steal_pointer (&self->slow), &code, &seconds, &doubles);

  add_row (self, "the slow desk is closed with", "", code, "4008", code == 4008);
  add_row (self, "the slow desk knew it after", "s", seconds, NULL, TRUE);
  add_row (self, "messages it has after catching up", "", n_seen, "all", n_seen == self->plan.n_wanted);
  add_row (self, "messages it has twice, or gaps", "", doubles, "0", doubles == 0);
}

/* As one of the tests: a goal is a case. */
static void
report_tap (const Load *self)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      if (row->goal != NULL)
        g_print ("%sok %u %s: %.1f %s, wanted: %s\n", row->good ? "" : "not ", ++n, row->what, row->value, row->unit,
                 row->goal);
    }
  g_print ("1..%u\n", n);
}

/* The table, and the same as JSON in @path. Returns whether all goals were reached. */
static gboolean
report (const Load *self, const char *path)
{
  g_autoptr (GString) json = g_string_new ("{\n");
  g_autoptr (GError) error = NULL;
  gboolean good = TRUE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      g_print ("%-42s %10.*f %-6s %s%s\n", row->what, row->value < 100 && row->value != (int) row->value ? 2 : 0,
               row->value, row->unit, row->goal != NULL ? row->goal : "", row->good ? "" : "  MISSED");
      g_string_append_printf (json, "  \"%s%s%s\": {\"value\": %.3f, \"goal\": \"%s\", \"good\": %s}%s\n", row->what,
                              *row->unit != '\0' ? ", " : "", row->unit, row->value, row->goal != NULL ? row->goal : "",
                              row->good ? "true" : "false", i + 1 < self->rows->len ? "," : "");
      good = good && row->good;
    }
  g_string_append (json, "}\n");
  if (path != NULL && !g_file_set_contents (path, json->str, -1, &error))
    g_error ("%s", error->message);
  return good;
}

static void
allow_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

int
main (int argc, char **argv)
{
  Load self = { .plan = {
                  .n_seconds = 60, .n_desks = 200, .rate = 1000, .batch = 1, .n_senders = 32, .n_customers = 2000 } };
  Goals goals = { 250, 150, 10 };
  g_autofree char *json = NULL;
  gboolean with_slow = TRUE;
  gboolean no_slow = FALSE;
  gboolean no_memory = FALSE;
  gboolean tap = FALSE;
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &self.plan.n_seconds, "How long to post", "N" },
    { "desks", 0, 0, G_OPTION_ARG_INT, &self.plan.n_desks, "How many desks", "N" },
    { "rate", 0, 0, G_OPTION_ARG_INT, &self.plan.rate, "Messages a second", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &self.plan.batch, "Events a post", "N" },
    { "senders", 0, 0, G_OPTION_ARG_INT, &self.plan.n_senders, "Connections that post", "N" },
    { "customers", 0, 0, G_OPTION_ARG_INT, &self.plan.n_customers, "Customers who write", "N" },
    { "p99", 0, 0, G_OPTION_ARG_INT, &goals.p99_ms, "Goal: from accepted to delivered", "MS" },
    { "no-slow", 0, 0, G_OPTION_ARG_NONE, &no_slow, "Without the desk that reads slowly", NULL },
    { "no-memory", 0, 0, G_OPTION_ARG_NONE, &no_memory, "Without the goals for memory", NULL },
    { "tap", 0, 0, G_OPTION_ARG_NONE, &tap, "Say what became of each goal as a test does", NULL },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Write the figures here", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("KEFU-SERVER");
  g_autoptr (GError) error = NULL;
  gint64 db_bytes;
  int status;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "load [OPTIONS] KEFU-SERVER");
      return 2;
    }
  with_slow = !no_slow;
  if (no_memory)
    goals.pss_mb = goals.growth_mb = 0;
  allow_files ();
  g_print ("# %u desks, %u messages a second in posts of %u for %u s; the machine's load was %.1f\n", self.plan.n_desks,
           self.plan.rate, self.plan.batch, self.plan.n_seconds, machine_load ());
  self.plan.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self.plan.n_wanted = self.plan.n_seconds * self.plan.rate / self.plan.batch * self.plan.batch;
  self.plan.posted = g_new0 (gint64, self.plan.n_wanted);
  self.plan.answered = g_new0 (gint64, self.plan.n_wanted);
  self.server = load_server_new (argv[1], self.plan.n_desks + 1);
  self.plan.socket_path = self.server->socket_path;
  self.plan.channel_id = self.server->channel_id;
  self.plan.secret = self.server->secret;
  self.plan.epoch = self.server->epoch;
  self.feed = load_feed_new (&self.plan);
  self.desks = g_ptr_array_new_with_free_func ((GDestroyNotify) load_desk_free);
  self.rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self.rows, row_clear);
  open_desks (&self);
  self.senders = load_senders_new (&self.plan);
  if (with_slow)
    self.slow =
      load_slow_new (&self.plan, g_ptr_array_index (self.server->tokens, self.plan.n_desks), self.server->head);
  run (&self);
  judge_arrival (&self);
  judge_time (&self, &goals);
  judge_use (&self, &goals);
  if (with_slow)
    judge_slow (&self);
  add_row (&self, "the machine's load at the end", "", machine_load (), NULL, TRUE);
  g_ptr_array_unref (self.desks);
  load_senders_free (self.senders);
  status = load_server_stop (self.server, &db_bytes);
  add_row (&self, "the server's exit status", "", status, "0", status == 0);
  add_row (&self, "the database", "MB", (double) db_bytes / 1e6, NULL, TRUE);
  if (tap)
    report_tap (&self);
  status = tap || report (&self, json) ? 0 : 1;
  load_feed_free (self.feed);
  g_array_unref (self.rows);
  g_free (self.plan.posted);
  g_free (self.plan.answered);
  close (self.plan.epoll_fd);
  return status;
}
