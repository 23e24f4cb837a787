/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the start of the program to the first painted rows of the inbox, and the memory then; beside a bare window with as many strings. */
#include "config.h"

#include "bench-desk.h"

/* The program is at rest by then: what is done after the first paint is done. */
#define REST_US 3000000

typedef struct
{
  GArray *paint;
  GArray *pss;
} Side;

static void
run (Side *self, BenchHome *home, const char *program, gboolean counts)
{
  const char *arguments[] = { program, NULL };
  BenchProcess *process = bench_process_new (home, arguments);
  double paint = bench_process_wait_paint (process);

  g_usleep (REST_US);
  if (counts)
    {
      bench_samples_add (self->paint, paint);
      bench_samples_add (self->pss, bench_process_pss (process) / 1024);
      g_printerr ("%s: %.0f ms, %.1f MB\n", program, paint, bench_process_pss (process) / 1024);
    }
  bench_process_free (process);
}

int
main (int argc, char **argv)
{
  Side ours = { bench_samples_new (), bench_samples_new () };
  Side theirs = { bench_samples_new (), bench_samples_new () };
  BenchHome *home;
  guint rounds;

  bench_begin (&argc, &argv, "The start of the desk");
  rounds = bench_is_short () ? 3 : 9;
  /* nobody answers there: what is on this computer is shown */
  home = bench_home_new ("unix:/nowhere/kefu.sock", "token");
  for (guint i = 0; i <= rounds; i++)
    {
      g_autofree char *kefu = g_build_filename (g_getenv ("KEFU_BENCH_ROOT"), "bin", "kefu", NULL);
      g_autofree char *baseline =
        g_build_filename (g_getenv ("KEFU_BENCH_BUILD"), "tests", "bench", "bench-baseline-window", NULL);

      /* the first of each brings the programs into the system's cache */
      run (&ours, home, kefu, i > 0);
      run (&theirs, home, baseline, i > 0);
    }
  bench_row (&(BenchRow){
    .what = "start to first paint with real rows",
    .unit = "ms",
    .ours = bench_samples_percentile (ours.paint, bench_is_short () ? 0 : 0.5),
    .baseline = bench_samples_percentile (theirs.paint, bench_is_short () ? 0 : 0.5),
    .baseline_is = "bare window, 100,000 strings",
    .max_ratio = 1.25,
  });
  bench_row (&(BenchRow){
    .what = "memory after the start (PSS)",
    .unit = "MB",
    .ours = bench_samples_percentile (ours.pss, 0.5),
    .baseline = bench_samples_percentile (theirs.pss, 0.5),
    .baseline_is = "bare window, 100,000 strings",
    .max_ratio = 1.5,
  });
  bench_home_free (home);
  g_array_unref (ours.paint);
  g_array_unref (ours.pss);
  g_array_unref (theirs.paint);
  g_array_unref (theirs.pss);
  return bench_end ();
}
