/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choosing files, in one place: the dialogs behind it change with GTK. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-file-dialogs.h"

#include <glib/gi18n.h>

typedef struct
{
  KefuFilesFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  if (choice->destroy)
    choice->destroy (choice->user_data);
  g_free (choice);
}

static void
response_cb (GtkFileChooserNative *dialog, int response, gpointer user_data)
{
  Choice *choice = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) chosen = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      GSList *files = NULL;

      for (guint i = 0; i < g_list_model_get_n_items (chosen); i++)
        files = g_slist_append (files, g_list_model_get_item (chosen, i));
      if (files)
        choice->func (files, choice->user_data);
      g_slist_free_full (files, g_object_unref);
    }
  /* A native dialog belongs to nobody: it was kept by this connection's data until it answers. */
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (dialog));
  g_object_unref (dialog);
}

/* Whoever asked is gone, and with it what the choice was for. */
static void
from_destroyed_cb (GtkFileChooserNative *dialog)
{
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (dialog));
  g_object_unref (dialog);
}

static GtkFileChooserNative *
show (GtkWidget *from,
      const char *title,
      GtkFileChooserAction action,
      const char *accept,
      KefuFilesFunc func,
      gpointer user_data,
      GDestroyNotify destroy)
{
  GtkRoot *root = gtk_widget_get_root (from);
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, accept, _ ("_Cancel"));
  Choice *choice = g_new0 (Choice, 1);

  choice->func = func;
  choice->user_data = user_data;
  choice->destroy = destroy;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), choice, choice_free, 0);
  g_signal_connect_object (from, "destroy", G_CALLBACK (from_destroyed_cb), dialog, G_CONNECT_SWAPPED);
  return dialog;
}

void
kefu_file_dialogs_choose (GtkWidget *from,
                          const char *title,
                          KefuFilesFunc func,
                          gpointer user_data,
                          GDestroyNotify destroy)
{
  GtkFileChooserNative *dialog;

  g_return_if_fail (GTK_IS_WIDGET (from));

  dialog = show (from, title, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Attach"), func, user_data, destroy);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
kefu_file_dialogs_save (GtkWidget *from,
                        const char *name,
                        KefuFilesFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  GtkFileChooserNative *dialog;

  g_return_if_fail (GTK_IS_WIDGET (from));

  dialog = show (from, _ ("Save As"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), func, user_data, destroy);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
