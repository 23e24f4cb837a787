/* SPDX-License-Identifier: GPL-3.0-or-later
 * The people who may sign in: agent entities and their passwords. */
#pragma once

#include "kefu-write.h"

G_BEGIN_DECLS

/* (transfer full): the id of a new agent. @role is agent or lead; @password is hashed here, which takes some 50 ms.
 * KEFU_ERROR_CONFLICT if the login is taken, KEFU_ERROR_INVALID for an empty login, name or password or another role. */
char *kefu_agent_add (KefuWrite *write,
                      const char *login,
                      const char *name,
                      const char *role,
                      const char *password,
                      GError **error);
/* (transfer full) (nullable): the id; KEFU_ERROR_NOT_FOUND. */
char *kefu_agent_find (KefuDb *db, const char *login, GError **error);
/* A new password; every session of the agent ends. */
gboolean kefu_agent_set_password (KefuWrite *write, const char *login, const char *password, GError **error);
/* A disabled agent cannot sign in; every session ends. What they did stays. */
gboolean kefu_agent_set_disabled (KefuWrite *write, const char *login, gboolean disabled, GError **error);
/* (transfer full): a password of 20 letters and digits that are not mixed up when read aloud. */
char *kefu_agent_make_password (void);

G_END_DECLS
