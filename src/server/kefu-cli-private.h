/* SPDX-License-Identifier: GPL-3.0-or-later
 * The commands of kefu-server, each with its own options. Only for the files of the command line. */
#pragma once

#include "kefu-cli.h"

G_BEGIN_DECLS

/* Exit statuses beside 0. */
#define KEFU_EXIT_FAILED 1
#define KEFU_EXIT_USAGE 2

/* Each gets the arguments after its name; argv[0] is the whole command for messages. */
int kefu_cli_serve (int argc, char **argv, const KefuDemoHooks *hooks);
int kefu_cli_user (int argc, char **argv);
int kefu_cli_channel (int argc, char **argv);
int kefu_cli_label (int argc, char **argv);
int kefu_cli_fingerprint (int argc, char **argv);
int kefu_cli_import (int argc, char **argv);
int kefu_cli_restored (int argc, char **argv);

/* (transfer full): what --data says, or the usual folder. */
char *kefu_cli_data_dir (const char *given);
/* "kefu-server: message" on stderr; returns @status. */
int kefu_cli_fail (int status, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
