/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions of a sign-out: what becomes of what is unsent, and of what is stored here. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_FORGET_NOTHING,
  KEFU_FORGET_FETCHED, /* all but what is unsent */
  KEFU_FORGET_ALL,
} KefuForget;

typedef void (*KefuSignOutFunc) (KefuForget forget, gpointer user_data);

/* Asks over @widget's window; if something is to be sent first, waits for that in a second dialog. @forget: what is proposed. @func runs when the agent goes;
 * @destroy (nullable) in any case, when all dialogs are closed. */
void kefu_sign_out_ask (GtkWidget *widget,
                        KefuSession *session,
                        gboolean forget,
                        KefuSignOutFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy);

G_END_DECLS
