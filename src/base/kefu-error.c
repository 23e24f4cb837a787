/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one error domain of Kefu. */
#include "config.h"

#include "kefu-error.h"

G_DEFINE_QUARK (kefu - error - quark, kefu_error)
