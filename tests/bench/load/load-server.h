/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server under load: a folder with its agents, the process, and what it uses. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double pss_mb;
  double rss_mb;
  double cpu_s;
} LoadUsage;

typedef struct
{
  char *dir;
  char *socket_path;
  char *channel_id;
  char *secret;
  char *epoch;
  GPtrArray *tokens; /* char *, one for each desk */
  gint64 head;       /* of the feed */
  GPid pid;
  GArray *usage; /* LoadUsage, one a second */
} LoadServer;

/* Makes a folder with one channel and @n_desks signed-in agents, and starts @program on it. */
LoadServer *load_server_new (const char *program, guint n_desks);
/* Adds what the process uses now to `usage`. */
void load_server_sample (LoadServer *self);
/* Stops it and removes the folder. Returns its exit status, and the bytes of its database. */
int load_server_stop (LoadServer *self, gint64 *db_bytes);

G_END_DECLS
