/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message is, in one line where it is not shown itself. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): @kind of the message, @text: its words, caption or the name of its file: "[Picture]", "[File] 报价.pdf", plain words as they are. The name of a
 * picture says nothing and is left out. */
char *kefu_message_summary (const char *kind, const char *text);

G_END_DECLS
