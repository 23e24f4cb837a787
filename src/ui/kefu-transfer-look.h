/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far the file of a message is, in words. */
#pragma once

#include "kefu-message-text.h"

G_BEGIN_DECLS

typedef struct
{
  char *text;         /* "Sending, 40 %" */
  char *brief;        /* what of it fits on a picture: "40 %" */
  const char *cancel; /* (nullable): what it is called to stop it; NULL: it is too late */
  double fraction;    /* 0 … 1, -1: it has not begun */
} KefuTransferLook;

/* (transfer full) (nullable): NULL if the file is where it belongs, or none is. */
KefuTransferLook *kefu_transfer_look_new (KefuMessageRecord *record, const KefuMessageContext *context);
void kefu_transfer_look_free (KefuTransferLook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuTransferLook, kefu_transfer_look_free)

G_END_DECLS
