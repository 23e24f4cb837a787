/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where every thread stood when a test died. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on a warning that is fatal, a failed assertion or a wrong access writes the stack of every thread to stderr, the guilty one
 * first, before the program ends as it would have. What fails once in a thousand runs, on a machine that nobody can look into, is named by that. */
void kefu_ui_test_trace_init (void);

G_END_DECLS
