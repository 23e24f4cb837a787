/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens. */
#pragma once

#include "kefu-password.h"
#include "kefu-write.h"

G_BEGIN_DECLS

/* (transfer full): a new token for the device, 43 characters; a former one of the same agent and device is void. */
char *kefu_session_create (KefuWrite *write,
                           const char *agent_id,
                           const char *device_id,
                           const char *device_name,
                           GError **error);
/* (transfer full) (nullable): the agent of @token (nullable), NULL if it is unknown or the agent is disabled. */
char *kefu_session_lookup (KefuDb *db, const char *token);
gboolean kefu_session_revoke (KefuWrite *write, const char *token, GError **error);
/* (transfer full): SHA-256 of the token, as it is stored. */
GBytes *kefu_token_hash (const char *token);
/* @n random bytes of the kernel. */
void kefu_random_bytes (guint8 *buffer, gsize n);

G_END_DECLS
