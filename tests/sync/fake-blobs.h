/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files of the server in memory: they come and go piece by piece, except where a test tells them not to. */
#pragma once

#include "kefu-backend.h"

G_BEGIN_DECLS

/* What is open to the tests. */
typedef struct
{
  GHashTable *files; /* sha256 → GBytes: whole ones */
  GHashTable *parts; /* sha256 → how many bytes of an unfinished upload it has */
  gboolean held;     /* transfers stand still */
  gint64 hold_at;    /* they do when so many bytes have moved in all; 0: never */
  gboolean forgets;  /* what has come up is lost at once */
  gint64 break_at;   /* the next call breaks off with KEFU_ERROR_NETWORK after so many bytes; 0: no */
  guint n_fail;      /* so many calls fail with fail_code at their beginning */
  int fail_code;

  guint n_puts;
  guint n_fetches;
  gint64 n_bytes; /* that have come or gone */
  guint n_running;
  guint max_running;
  GPtrArray *order; /* (element-type utf8): hashes as their uploads were begun */
} FakeBlobs;

#define FAKE_BLOBS_PIECE 1000

FakeBlobs *fake_blobs_new (void);
void fake_blobs_free (FakeBlobs *self);
/* @task: (transfer full): returns a boolean */
void fake_blobs_put (FakeBlobs *self,
                     const char *sha256,
                     GFile *file,
                     gint64 size,
                     KefuProgressFunc progress,
                     gpointer progress_data,
                     GTask *task);
void fake_blobs_fetch (FakeBlobs *self,
                       const char *sha256,
                       GFile *target,
                       KefuProgressFunc progress,
                       gpointer progress_data,
                       GTask *task);
/* Of @text; the server has it. (transfer full): its hash. */
char *fake_blobs_add (FakeBlobs *self, const char *text);
gboolean fake_blobs_has (FakeBlobs *self, const char *sha256);

G_END_DECLS
