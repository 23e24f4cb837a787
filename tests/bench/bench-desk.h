/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real desk as a process: a home with a workspace in it, and what the system says of the program. */
#pragma once

#include "bench-row.h"

G_BEGIN_DECLS

/**
 * BenchHome:
 *
 * A home folder in which somebody has signed in at `address` before: settings, the cache of the data set, the token in the keyring of the bus.
 */
typedef struct
{
  char *folder;  /* HOME */
  char *address; /* of the workspace */
  char *cache;   /* path of its cache.db */
  char **environment;
} BenchHome;

/* (transfer full): @address as the desk's page of the sign-in takes it; @token (nullable): none is kept. Starts a keyring if there is none. */
BenchHome *bench_home_new (const char *address, const char *token);
void bench_home_free (BenchHome *self);

/* A program that runs. */
typedef struct
{
  GSubprocess *process;
  char *mark; /* path of what it tells */
  int pid;
  double started; /* bench_now() before it began */
} BenchProcess;

/* @arguments: NULL-terminated. A program that tells its first paint finds the file's name in KEFU_FIRST_PAINT. */
BenchProcess *bench_process_new (BenchHome *home, const char *const *arguments);
/* ms from the start until the program had painted its rows; ends this program if that does not come. */
double bench_process_wait_paint (BenchProcess *self);
/* SIGTERM, and waits for the end. */
void bench_process_free (BenchProcess *self);

/* Proportional set size, kB: its own pages, and its share of those it has in common with others. */
double bench_process_pss (BenchProcess *self);
/* Processor time of all its threads so far, ms. */
double bench_process_cpu (BenchProcess *self);
/* How often its threads have gone to sleep so far, which is how often they were woken up. */
double bench_process_wakeups (BenchProcess *self);

G_END_DECLS
