/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resources of the interface. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-ui.h"

#include "kefu-ui-resources.h"

/* A static library's constructors are dropped by the linker when nothing names their object file, so the resources
 * are registered by hand. */
void
kefu_ui_init (void)
{
  g_resources_register (kefu_ui_get_resource ());
}
