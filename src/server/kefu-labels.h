/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels that agents mark conversations with. */
#pragma once

#include "kefu-write.h"

G_BEGIN_DECLS

/* (transfer none): names of the colors 0 … 7 for the command line; NULL ends. */
const char *const *kefu_label_colors (void);

/* (transfer full): the id of a new label at the end of the list; @id (nullable): the one it gets. @color: name of one of
 * kefu_label_colors(), NULL for the one that is used least. KEFU_ERROR_CONFLICT if the name is taken; KEFU_ERROR_INVALID for a name
 * that is empty or longer than 20 characters, another color, or more than 100 labels. */
char *kefu_label_add (KefuWrite *write, const char *id, const char *name, const char *color, GError **error);
/* Gives a label another name. Errors as above, and KEFU_ERROR_NOT_FOUND. */
gboolean kefu_label_rename (KefuWrite *write, const char *name, const char *new_name, GError **error);
/* Takes a label away; the conversations that have it show it no more. KEFU_ERROR_NOT_FOUND. */
gboolean kefu_label_remove (KefuWrite *write, const char *name, GError **error);
/* (transfer full) (element-type utf8): "NAME\tCOLOR", in order. */
GPtrArray *kefu_label_list (KefuDb *db, GError **error);

G_END_DECLS
