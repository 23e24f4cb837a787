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
  void (*blob_async) (KefuBackend *self,
                      const char *sha256,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  /* the answer of sync, ops and blob: the body */
  GBytes *(*bytes_finish) (KefuBackend *self, GAsyncResult *result, GError **error);
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
void kefu_backend_blob_async (KefuBackend *self,
                              const char *sha256,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GBytes *kefu_backend_bytes_finish (KefuBackend *self, GAsyncResult *result, GError **error);
void kefu_backend_open_stream (KefuBackend *self, const char *cursor);
void kefu_backend_close_stream (KefuBackend *self);

G_END_DECLS
