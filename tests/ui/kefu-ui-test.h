/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the interface share. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* GTK, libadwaita, our resources, style sheet and icons, as the application would load them. */
void kefu_ui_test_init (int *argc, char ***argv);
/* Iterates the main context until @condition is true; fails the test after ten seconds. */
#define kefu_ui_test_wait(condition)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 _deadline = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;                                              \
    while (!(condition) && g_get_monotonic_time () < _deadline)                                                        \
      kefu_ui_test_turn ();                                                                                            \
    g_assert_true (condition);                                                                                         \
  }                                                                                                                    \
  G_STMT_END
/* One turn of the main context, at most 10 ms long. */
void kefu_ui_test_turn (void);
/* Lets everything that is due happen, frames included. */
void kefu_ui_test_settle (void);
/* (transfer none) (nullable): the first widget below @root that is a @type and is called @name (its buildable id, label or icon name; NULL: any). */
GtkWidget *kefu_ui_test_find (GtkWidget *root, GType type, const char *name);
/* (transfer none): the text of the label called @id in the template of @root. */
const char *kefu_ui_test_text (GtkWidget *root, const char *id);
/* (transfer full): a window of this size around @child, shown and drawn. */
GtkWindow *kefu_ui_test_window (GtkWidget *child, int width, int height);

/* Renders @widget to $KEFU_SHOTS/@name.png; nothing without that variable. */
void kefu_ui_shot (GtkWidget *widget, const char *name);

G_END_DECLS
