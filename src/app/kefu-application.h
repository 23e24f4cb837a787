/* SPDX-License-Identifier: GPL-3.0-or-later
 * The program: one instance, one window, one agent at a time. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * KefuApplication:
 *
 * Opens `kefu:conversation/ID`. Actions: `demo` (opens the demo shop), `lock`, `quit`.
 */
#define KEFU_TYPE_APPLICATION (kefu_application_get_type ())
G_DECLARE_FINAL_TYPE (KefuApplication, kefu_application, KEFU, APPLICATION, AdwApplication)

KefuApplication *kefu_application_new (void);

G_END_DECLS
