/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server as an object: a data folder, its writer and reader, HTTP and streams on a socket. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-agents.h"
#include "kefu-channels.h"
#include "kefu-clock.h"
#include "kefu-write.h"

G_BEGIN_DECLS

#define KEFU_TYPE_SERVER (kefu_server_get_type ())
G_DECLARE_FINAL_TYPE (KefuServer, kefu_server, KEFU, SERVER, GObject)

/**
 * KefuServerWriteFunc:
 *
 * Runs on the writer's thread inside a transaction, which is committed if it returns TRUE and rolled back with @error otherwise.
 */
typedef gboolean (*KefuServerWriteFunc) (KefuWrite *write, gpointer user_data, GError **error);

/* (transfer full) */
KefuServer *kefu_server_new (const char *data_dir, KefuClock *clock);

/* Before it is opened: after how many days without use a token is void; 30 unless told. Stored, and good for tokens that are there. */
void kefu_server_set_token_days (KefuServer *self, int days);

/**
 * kefu_server_open:
 *
 * Makes the folder (0700) and the database (0600) if need be, takes the lock that keeps a second server out, migrates, and starts
 * the workers. Blocks; for the start of a program. KEFU_ERROR_BUSY if another server has the folder open.
 */
gboolean kefu_server_open (KefuServer *self, GError **error);
/* Listens on a Unix socket, mode 0600; @path NULL: DIR/kefu.sock. */
gboolean kefu_server_listen_unix (KefuServer *self, const char *path, GError **error);
/* Listens on TCP. @address is "127.0.0.1:8443", "[::1]:0", …; without a certificate only loopback is allowed, else KEFU_ERROR_INVALID. */
gboolean kefu_server_listen_tcp (KefuServer *self,
                                 const char *address,
                                 const char *cert_file,
                                 const char *key_file,
                                 GError **error);
/* Stops listening, closes the streams with 1001, lets posts to channels that are under way end (5 s at most), does what is
 * queued for the database, and closes it. Idempotent. */
void kefu_server_stop_async (KefuServer *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean kefu_server_stop_finish (KefuServer *self, GAsyncResult *result, GError **error);

const char *kefu_server_get_data_dir (KefuServer *self);
KefuClock *kefu_server_get_clock (KefuServer *self);
/* (nullable): of the certificate; see kefu-fingerprint.h. */
const char *kefu_server_get_fingerprint (KefuServer *self);
/* (nullable): where clients connect: the path of the socket, or http(s)://HOST:PORT. */
const char *kefu_server_get_address (KefuServer *self);
/* (transfer full): a session whose requests to `http://kefu/v1/…` (or the address, on TCP) reach this server, over its own
 * listening socket like those of anybody. @base_url: (out) (transfer full): without a slash at the end. For the demo shop and tests. */
SoupSession *kefu_server_new_session (KefuServer *self, char **base_url);

/**
 * kefu_server_write_async:
 * @func: runs in a transaction of the writer; uses kefu_write_put(), kefu_write_op(), kefu_agent_add(),
 *   kefu_channel_add() …
 * @data: for @func; freed with @destroy on the main thread
 *
 * What was committed is on the feed and with the streams before @callback runs or soon after.
 */
void kefu_server_write_async (KefuServer *self,
                              KefuServerWriteFunc func,
                              gpointer data,
                              GDestroyNotify destroy,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean kefu_server_write_finish (KefuServer *self, GAsyncResult *result, GError **error);

/* Uploads are refused that would leave less than this free on the disk; 256 MiB unless told otherwise. After kefu_server_open(). */
void kefu_server_set_disk_reserve (KefuServer *self, gint64 bytes);

/**
 * kefu_server_put_blob:
 *
 * Stores @bytes as a blob, from a #KefuServerWriteFunc. Returns: (transfer full): its sha256 in hexadecimal digits.
 */
char *kefu_server_put_blob (KefuServer *self, KefuWrite *write, GBytes *bytes, GError **error);

G_END_DECLS
