/* SPDX-License-Identifier: GPL-3.0-or-later
 * The owner of the embedded workspace, as its server wrote them down. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *login;
  char *password;
} KefuOwner;

void kefu_owner_free (KefuOwner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuOwner, kefu_owner_free)

/* Reads @dir/owner.json: `{"login","password"}`, mode 0600. */
void
kefu_owner_load_async (const char *dir, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): KEFU_ERROR_CORRUPT for a file that says something else. */
KefuOwner *kefu_owner_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
