/* SPDX-License-Identifier: GPL-3.0-or-later
 * POST /v1/session: a login and a password for a token. */
#pragma once

#include "kefu-request.h"

G_BEGIN_DECLS

#define KEFU_TYPE_SIGN_IN (kefu_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (KefuSignIn, kefu_sign_in, KEFU, SIGN_IN, GObject)

/* (transfer full) (nullable): opens its own connection to the database for reading. */
KefuSignIn *kefu_sign_in_new (KefuStorage *storage, GError **error);
/* Ends the thread. */
void kefu_sign_in_stop (KefuSignIn *self);
/* Fills the answer of @request. */
void kefu_sign_in_async (KefuSignIn *self, KefuRequest *request, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer none): the request that has its answer now. */
KefuRequest *kefu_sign_in_finish (KefuSignIn *self, GAsyncResult *result);

G_END_DECLS
