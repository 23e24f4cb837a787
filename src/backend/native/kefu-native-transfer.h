/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files on their way between the desk and kefu-server, piece by piece. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-backend.h"
#include "kefu-clock.h"

G_BEGIN_DECLS

/* What a transfer needs of its backend. Nothing is owned: good as long as @backend, which is the source object of the tasks below. */
typedef struct
{
  gpointer backend;
  SoupSession *session;
  KefuClock *clock;
  const char *where; /* what errors call the server */
  /* (transfer full): a call of @path under /v1, signed in as of now */
  SoupMessage *(*message_new) (gpointer backend, const char *method, const char *path);
} KefuNativeLink;

/* Does what kefu_backend_put_blob_async() says and returns a boolean on @task (taken). */
void kefu_native_upload (const KefuNativeLink *link,
                         const char *sha256,
                         GFile *file,
                         gint64 size,
                         KefuProgressFunc progress,
                         gpointer progress_data,
                         GTask *task);
/* The same for kefu_backend_fetch_blob_async(). */
void kefu_native_download (const KefuNativeLink *link,
                           const char *sha256,
                           GFile *target,
                           KefuProgressFunc progress,
                           gpointer progress_data,
                           GTask *task);

/* --- shared by the two --- */

typedef struct
{
  KefuProgressFunc func; /* (nullable) */
  gpointer data;
  KefuClock *clock;
  gint64 told_at;
  gint64 done;
  gint64 total;
} KefuNativeProgress;

/* Tells, unless it was told just now; @is_last in any case. */
void kefu_native_progress_tell (KefuNativeProgress *self, gint64 done, gint64 total, gboolean is_last);
/* (transfer full): what the disk of this computer said. Cancellation stays what it is. */
GError *kefu_native_error_from_file (const GError *cause);

G_END_DECLS
