/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk needs of a server; one implementation per kind of server. */
#pragma once

#include <gio/gio.h>

#include "kefu-error.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_BACKEND_STREAM = 1 << 0,  /* pushes batches */
  KEFU_BACKEND_HISTORY = 1 << 1, /* older messages on request */
  KEFU_BACKEND_BLOBS = 1 << 2,
  KEFU_BACKEND_SESSIONS = 1 << 3, /* says where the agent is signed in, and signs out there */
} KefuBackendFlags;

/* What a sign-in gives. Strings owned; free with kefu_credentials_free(). */
typedef struct
{
  char *token;
  char *agent_id;
  char *agent_name;
  char *epoch;
} KefuCredentials;

KefuCredentials *
kefu_credentials_new (const char *token, const char *agent_id, const char *agent_name, const char *epoch);
void kefu_credentials_free (KefuCredentials *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuCredentials, kefu_credentials_free)

/* One computer on which the agent is signed in. Times in ms. */
typedef struct
{
  char *id;
  char *device_name;
  gint64 created_at;
  gint64 last_seen;
  gboolean current; /* this one */
} KefuDeviceSession;

void kefu_device_session_free (KefuDeviceSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDeviceSession, kefu_device_session_free)

/* A part of a conversation's history: which one of the three is asked, the others are unset. */
typedef struct
{
  gint64 before;      /* the newest messages whose mseq is lower; G_MAXINT64: the newest of all */
  const char *around; /* (nullable): the message with this id in their middle */
  gint64
    since; /* > 0: the first one sent at this time (ms) or later in their middle; the newest of all if there is none */
  guint limit; /* at most 200 */
} KefuHistoryQuery;

/* Told on the main thread how much of a transfer is done, at most about ten times a second, and once at its end. */
typedef void (*KefuProgressFunc) (gint64 done, gint64 total, gpointer user_data);

/**
 * KefuBackend:
 *
 * Errors of all calls: KEFU_ERROR_{NETWORK,PROTOCOL,SERVER,AUTH,RATE_LIMITED,CURSOR_GONE,TLS,INVALID} or G_IO_ERROR_CANCELLED. Nothing is retried here;
 * the sync engine does that.
 *
 * Signals: `stream-opened`; `stream-batch` (GBytes *json): one batch of the feed; `stream-closed` (GError *error, nullable): after it the
 * stream is gone until it is opened again.
 */
#define KEFU_TYPE_BACKEND (kefu_backend_get_type ())
G_DECLARE_INTERFACE (KefuBackend, kefu_backend, KEFU, BACKEND, GObject)

struct _KefuBackendInterface
{
  GTypeInterface parent_iface;

  KefuBackendFlags (*get_flags) (KefuBackend *self);
  void (*set_token) (KefuBackend *self, const char *token);
  void (*sign_in_async) (KefuBackend *self,
                         const char *login,
                         const char *password,
                         const char *device_id,
                         const char *device_name,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
  KefuCredentials *(*sign_in_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  /* DELETE /v1/session; forgets the token even if the server is away */
  void (*sign_out_async) (KefuBackend *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
  /* GET /v1/sync: @cursor NULL for a new device */
  void (*sync_async) (KefuBackend *self,
                      const char *cursor,
                      guint limit,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  /* POST /v1/ops: @ops is the body */
  void (*ops_async) (KefuBackend *self,
                     GBytes *ops,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
  /* GET /v1/conversations/…/messages; NULL if a server has no history on request */
  void (*fetch_messages_async) (KefuBackend *self,
                                const char *conversation_id,
                                const KefuHistoryQuery *query,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
  /* the answer of sync, ops and fetch_messages: the body */
  GBytes *(*bytes_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  /* PUT /v1/blobs/…; NULL if a server takes no files */
  void (*put_blob_async) (KefuBackend *self,
                          const char *sha256,
                          GFile *file,
                          gint64 size,
                          KefuProgressFunc progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
  gboolean (*put_blob_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  /* GET /v1/blobs/… into a file; NULL if a server has none */
  void (*fetch_blob_async) (KefuBackend *self,
                            const char *sha256,
                            GFile *target,
                            KefuProgressFunc progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
  gboolean (*fetch_blob_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  /* GET /v1/sessions; NULL if a server has none */
  void (*list_sessions_async) (KefuBackend *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
  GPtrArray *(*list_sessions_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  /* DELETE /v1/sessions/… */
  void (*revoke_session_async) (KefuBackend *self,
                                const char *id,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
  gboolean (*revoke_session_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
  void (*open_stream) (KefuBackend *self, const char *cursor);
  void (*close_stream) (KefuBackend *self);
};

KefuBackendFlags kefu_backend_get_flags (KefuBackend *self);
void kefu_backend_set_token (KefuBackend *self, const char *token);
void kefu_backend_sign_in_async (KefuBackend *self,
                                 const char *login,
                                 const char *password,
                                 const char *device_id,
                                 const char *device_name,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
KefuCredentials *kefu_backend_sign_in_finish (KefuBackend *self, GAsyncResult *result, GError **error);
void kefu_backend_sign_out_async (KefuBackend *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
void kefu_backend_sync_async (KefuBackend *self,
                              const char *cursor,
                              guint limit,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void kefu_backend_ops_async (KefuBackend *self,
                             GBytes *ops,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Messages of a conversation, ascending by mseq: `{messages:[…],more}`; only for backends with KEFU_BACKEND_HISTORY. KEFU_ERROR_NOT_FOUND: the server
 * has no such conversation, or no such message in it. */
void kefu_backend_fetch_messages_async (KefuBackend *self,
                                        const char *conversation_id,
                                        const KefuHistoryQuery *query,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GBytes *kefu_backend_bytes_finish (KefuBackend *self, GAsyncResult *result, GError **error);

/**
 * kefu_backend_put_blob_async:
 * @sha256: of the content of @file
 * @file: stays as it is until the end; read piece by piece
 * @size: of @file in bytes
 * @progress: (nullable) (scope notified): never called after @callback
 *
 * Brings a file to the server. Asks first what the server has of it, and sends only the rest: a call that failed or was cancelled goes on
 * where it stood when it is made again. Errors beside the usual ones: KEFU_ERROR_NOT_FOUND: @file cannot be read, or is not of @size any more;
 * KEFU_ERROR_INVALID: the server refuses it for good (too large, another hash); KEFU_ERROR_SERVER: also a server whose disk is full.
 */
void kefu_backend_put_blob_async (KefuBackend *self,
                                  const char *sha256,
                                  GFile *file,
                                  gint64 size,
                                  KefuProgressFunc progress,
                                  gpointer progress_data,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean kefu_backend_put_blob_finish (KefuBackend *self, GAsyncResult *result, GError **error);
/**
 * kefu_backend_fetch_blob_async:
 * @target: where the file is to be; its folder exists. Until it is whole it grows beside it, with ".part" at the end of its name
 * @progress: (nullable) (scope notified): never called after @callback
 *
 * Brings a file from the server, piece by piece. A ".part" that an earlier call left is continued; one target is for one call at a time. Errors
 * beside the usual ones: KEFU_ERROR_NOT_FOUND: the server does not have it; KEFU_ERROR_DISK_FULL, KEFU_ERROR_READ_ONLY; KEFU_ERROR_PROTOCOL also if
 * what came has another hash, and is deleted then.
 */
void kefu_backend_fetch_blob_async (KefuBackend *self,
                                    const char *sha256,
                                    GFile *target,
                                    KefuProgressFunc progress,
                                    gpointer progress_data,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean kefu_backend_fetch_blob_finish (KefuBackend *self, GAsyncResult *result, GError **error);
/* Where the agent is signed in; only for backends with KEFU_BACKEND_SESSIONS. */
void kefu_backend_list_sessions_async (KefuBackend *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full) (element-type KefuDeviceSession): the last used first. */
GPtrArray *kefu_backend_list_sessions_finish (KefuBackend *self, GAsyncResult *result, GError **error);
/* @id: (nullable): NULL: everywhere but here. A session that is gone already is KEFU_ERROR_NOT_FOUND. */
void kefu_backend_revoke_session_async (KefuBackend *self,
                                        const char *id,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean kefu_backend_revoke_session_finish (KefuBackend *self, GAsyncResult *result, GError **error);
void kefu_backend_open_stream (KefuBackend *self, const char *cursor);
void kefu_backend_close_stream (KefuBackend *self);

G_END_DECLS
