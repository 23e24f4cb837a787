/* SPDX-License-Identifier: GPL-3.0-or-later
 * Questions to the agent, in one place: the dialogs behind them change with libadwaita. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  KefuDialogFunc func;
  KefuDialogCheck check; /* NULL: nothing is typed */
  gpointer user_data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy != NULL)
    question->destroy (question->user_data);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;

  if (g_str_equal (response, "do"))
    question->func (question->user_data);
}

/* (transfer none): a dialog that is not shown yet. */
static AdwMessageDialog *
question_new (GtkWidget *widget,
              const char *heading,
              const char *body,
              const char *verb,
              gboolean destructive,
              Question *question)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "do", verb, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "do",
                                              destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), destructive ? "cancel" : "do");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  return ADW_MESSAGE_DIALOG (dialog);
}

static void
typed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  Question *question = g_object_get_data (G_OBJECT (dialog), "question");

  adw_message_dialog_set_response_enabled (dialog, "do",
                                           question->check (gtk_editable_get_text (entry), question->user_data));
}

void
kefu_dialogs_confirm (GtkWidget *widget,
                      const char *heading,
                      const char *body,
                      const char *verb,
                      gboolean destructive,
                      KefuDialogFunc func,
                      gpointer user_data,
                      GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);

  question->func = func;
  question->user_data = user_data;
  question->destroy = destroy;
  gtk_window_present (GTK_WINDOW (question_new (widget, heading, body, verb, destructive, question)));
}

void
kefu_dialogs_confirm_typed (GtkWidget *widget,
                            const char *heading,
                            const char *body,
                            const char *label,
                            const char *verb,
                            KefuDialogCheck check,
                            KefuDialogFunc func,
                            gpointer user_data,
                            GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *entry = adw_entry_row_new ();
  AdwMessageDialog *dialog;

  question->func = func;
  question->check = check;
  question->user_data = user_data;
  question->destroy = destroy;
  dialog = question_new (widget, heading, body, verb, TRUE, question);
  g_object_set_data (G_OBJECT (dialog), "question", question);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), label);
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  adw_message_dialog_set_extra_child (dialog, list);
  adw_message_dialog_set_response_enabled (dialog, "do", FALSE);
  g_signal_connect_object (entry, "changed", G_CALLBACK (typed_cb), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
