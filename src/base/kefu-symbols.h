/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for the addresses of a backtrace. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KefuSymbols KefuSymbols;

/* (transfer full): reads nothing yet. */
KefuSymbols *kefu_symbols_new (void);
void kefu_symbols_free (KefuSymbols *self);
/* (transfer full): the function that @address lies in, static ones of this program included unless it was stripped; "file+0xoffset" if it has no
 * name. May read the program's file: for what is slow already. */
char *kefu_symbols_name (KefuSymbols *self, const void *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSymbols, kefu_symbols_free)

G_END_DECLS
