/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was refused, in the words of a person. */
#pragma once

#include <glib.h>

#include "kefu-records.h"

G_BEGIN_DECLS

/* (transfer full): the field that the operation is about; "" if it is about none. */
char *kefu_refusal_dup_field (KefuOutboxRecord *record);
/* (transfer full) (nullable): an argument of the operation as text, "" for null; NULL if it is not there. */
char *kefu_refusal_dup_value (KefuOutboxRecord *record, const char *name);
/* (transfer none): what a field of an operation of @type is called on the screen; "" if it is not known. */
const char *kefu_refusal_field_name (const char *type, const char *field);
/* (transfer full): a value of the field as it is shown to a person; phone numbers and addresses masked unless @revealed. @now in ms. */
char *kefu_refusal_show_value (const char *field, const char *value, gboolean revealed, gint64 now);
/* Whether the field is one that is masked on the screen. */
gboolean kefu_refusal_is_masked (const char *field);
/* Whether there is an editor in which what was typed can be gone on with. */
gboolean kefu_refusal_can_edit (KefuOutboxRecord *record);
/* (transfer none): what an operation without text was. */
const char *kefu_refusal_describe (const char *type);

G_END_DECLS
