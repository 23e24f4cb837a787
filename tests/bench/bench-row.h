/* SPDX-License-Identifier: GPL-3.0-or-later
 * What every measuring program shares: its options, its data, its statistics and the rows it prints. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* --- the run --- */

/**
 * bench_begin:
 * @what: one line for --help
 *
 * Takes `--short` and `--data DIR` out of the arguments; anything else ends the program with a message. --short: the small data, and goals
 * with slack. DIR is what tests/bench/data made. Call it first.
 */
void bench_begin (int *argc, char ***argv, const char *what);
gboolean bench_is_short (void);
/* The exit status of the program: 1 if a row missed its goal. Removes what bench_make_folder() made. */
int bench_end (void);

/* --- the data --- */

/* (transfer full) (type filename): a folder of this run's own, gone at bench_end(). */
char *bench_make_folder (void);
/* (transfer full) (type filename): a copy of "server" or "desk" of the data, which may be written to; gone at bench_end(). */
char *bench_copy_data (const char *part);
/* A member of the data's data.json: "agent_id", "agent_name", "login", "address". Ends the program if there is none. */
const char *bench_data_text (const char *member);
/* The same as a number: "conversations", "messages". */
gint64 bench_data_number (const char *member);

/* --- statistics --- */

/* Of a monotonic clock, ms. */
double bench_now (void);
/* Processor time of the calling thread, ms. */
double bench_cpu (void);

/* Values of one kind; g_array_unref(). */
GArray *bench_samples_new (void);
void bench_samples_add (GArray *samples, double value);
/* @share 0.95: the value that 95 of 100 do not exceed; 0 without samples. Sorts. */
double bench_samples_percentile (GArray *samples, double share);
double bench_samples_max (GArray *samples);
/* The best of @n values: one run in quiet tells more of the program than ten on a busy machine. */
double bench_least (const double *values, guint n);

/* --- helpers for asynchronous calls --- */

/* A #GAsyncReadyCallback whose @user_data is a `GAsyncResult *` that is NULL; bench_wait() runs the main loop until it is set. */
void bench_ready_cb (GObject *source, GAsyncResult *result, gpointer user_data);
/* (transfer none): the same pointer, set. Whoever waits unrefs it. */
GAsyncResult *bench_wait (GAsyncResult **result);
/* Runs the main loop until @is_true says so, which is asked every @every_ms. FALSE: it did not within @patience_ms; 0: for ever. */
typedef gboolean (*BenchCondition) (gpointer user_data);
gboolean bench_wait_until (BenchCondition is_true, gpointer user_data, guint every_ms, guint patience_ms);
/* Ends the program with @error's message if there is one. */
void bench_check (const GError *error);

/* --- rows --- */

/**
 * BenchRow:
 * @max_ratio: ours / baseline is at most this; 0: no such goal
 * @min_ratio: ours / baseline is at least this; 0: no such goal
 * @times_faster: baseline / ours is at least this; 0: no such goal
 * @max_ours: ours is at most this, in @unit; 0: no such goal
 * @max_more: ours is at most baseline plus this; 0: no such goal
 * @slack: how much --short forgives of the goals that compare; 0: 2
 * @ours_slack: how much --short forgives of @max_ours, which knows nothing of how busy the machine is; 0: 4
 * @note: (nullable): what one should know of the figures
 *
 * One line of the table. @baseline 0: there is none.
 */
typedef struct
{
  const char *what;
  const char *unit;
  double ours;
  double baseline;
  const char *baseline_is;
  double max_ratio;
  double min_ratio;
  double times_faster;
  double max_ours;
  double max_more;
  double slack;
  double ours_slack;
  const char *note;
} BenchRow;

/* Prints it as a JSON object on the standard output. FALSE: a goal was missed. */
gboolean bench_row (const BenchRow *row);

G_END_DECLS
