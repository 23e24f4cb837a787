/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the desk finds its own files and keeps its data. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): kefu-server beside the running program, where it was installed, or in the build tree; NULL if it is nowhere. */
char *kefu_paths_find_server (void);
/* (transfer full): an installed data file, @name relative to share/kefu: "lint/forbidden.json". */
char *kefu_paths_data_file (const char *name);
/* (transfer full): the socket of the embedded server: in its folder, or, where that path is too long for a socket, in the user's runtime folder. */
char *kefu_paths_demo_socket (void);
/* (transfer full): the folder of a workspace under the user's data: "demo" for the demo shop, else a hash of @address and @login. */
char *kefu_paths_workspace (const char *address, const char *login);
/* (transfer full): its name for people. */
char *kefu_paths_workspace_title (const char *address);

G_END_DECLS
