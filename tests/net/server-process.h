/* SPDX-License-Identifier: GPL-3.0-or-later
 * The installed kefu-server as a process of its own; its program is named by KEFU_SERVER. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full): what `kefu-server WORDS… --data @dir` said; the test fails unless it ends well. @input (nullable): given to it. */
char *server_process_command (const char *dir, const char *input, const char *const *words);
/* (transfer full): the rest of the line of @said that begins with @name. */
char *server_process_value (const char *said, const char *name);
/* (transfer full): `kefu-server serve --data @dir`, which has said that it is ready; it does not outlive the test. */
GSubprocess *server_process_start (const char *dir);
/* kill -9; @self is gone then. */
void server_process_kill (GSubprocess **self);

G_END_DECLS
