/* SPDX-License-Identifier: GPL-3.0-or-later
 * Questions to the agent, in one place: the dialogs behind them change with libadwaita. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*KefuDialogFunc) (gpointer user_data);

/* Asks in a dialog over @widget's window; @func runs when the agent chooses @verb (with a mnemonic), @destroy (nullable) in any case. @destructive: the verb
 * is drawn as a danger. */
void kefu_dialogs_confirm (GtkWidget *widget,
                           const char *heading,
                           const char *body,
                           const char *verb,
                           gboolean destructive,
                           KefuDialogFunc func,
                           gpointer user_data,
                           GDestroyNotify destroy);

/* Whether what was typed so far allows the act. */
typedef gboolean (*KefuDialogCheck) (const char *text, gpointer user_data);

/* The same for a dangerous act that nobody shall do by habit: the verb works only while @check says TRUE of what is typed into a field called
 * @label. */
void kefu_dialogs_confirm_typed (GtkWidget *widget,
                                 const char *heading,
                                 const char *body,
                                 const char *label,
                                 const char *verb,
                                 KefuDialogCheck check,
                                 KefuDialogFunc func,
                                 gpointer user_data,
                                 GDestroyNotify destroy);

G_END_DECLS
