/* SPDX-License-Identifier: GPL-3.0-or-later
 * The random numbers behind tokens, secrets and passwords. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @n random bytes of the kernel. */
void kefu_random_bytes (guint8 *buffer, gsize n);

G_END_DECLS
