/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server: the server of a shop. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-demo.h"
#include "kefu-private-files.h"

int
main (int argc, char **argv)
{
  kefu_private_files_begin ();
  return kefu_cli_main (argc, argv, kefu_demo_get_hooks ());
}
