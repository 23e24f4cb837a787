/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the certificates by which servers are known, and how one is forgotten. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-certificate-group.h"

#include <glib/gi18n.h>

#include "kefu-certificate-dialog.h"
#include "kefu-dialogs.h"
#include "kefu-fingerprint.h"

/* So many of the last digits somebody has to be told and to type. */
#define DIGITS 8

struct _KefuCertificateGroup
{
  AdwPreferencesGroup parent_instance;

  KefuTrust *trust;
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (KefuCertificateGroup, kefu_certificate_group, ADW_TYPE_PREFERENCES_GROUP)

/* The question before a server is forgotten. */
typedef struct
{
  KefuTrust *trust;
  char *server;
  char *fingerprint; /* whose last digits are the answer; NULL: any will do, nothing is known to compare */
} Forgetting;

static void
forgetting_free (gpointer data)
{
  Forgetting *forgetting = data;

  g_object_unref (forgetting->trust);
  g_free (forgetting->server);
  g_free (forgetting->fingerprint);
  g_free (forgetting);
}

static gboolean
is_right (const char *text, gpointer user_data)
{
  Forgetting *forgetting = user_data;

  return kefu_fingerprint_ends_with (forgetting->fingerprint, text, DIGITS);
}

static void
forget (gpointer user_data)
{
  Forgetting *forgetting = user_data;

  kefu_trust_forget (forgetting->trust, forgetting->server);
}

static void
forget_cb (GtkButton *button, KefuCertificateGroup *self)
{
  const char *server = g_object_get_data (G_OBJECT (button), "server");
  const KefuCertificate *refused = kefu_trust_get_refused (self->trust, server);
  Forgetting *forgetting = g_new0 (Forgetting, 1);
  g_autofree char *known = kefu_trust_lookup (self->trust, server);
  g_autofree char *heading = g_strdup_printf (_ ("Forget the Certificate of %s?"), server);

  forgetting->trust = g_object_ref (self->trust);
  forgetting->server = g_strdup (server);
  forgetting->fingerprint = g_strdup (refused != NULL ? refused->fingerprint : known);
  if (!kefu_fingerprint_is_valid (forgetting->fingerprint))
    {
      /* an authority vouches for it, or the entry is damaged: there is nothing to compare */
      kefu_dialogs_confirm (GTK_WIDGET (self), heading, _ ("At the next sign-in it is met as if for the first time."),
                            _ ("_Forget"), TRUE, forget, forgetting, forgetting_free);
      return;
    }
  kefu_dialogs_confirm_typed (
    GTK_WIDGET (self), heading,
    refused != NULL ? _ ("Only if whoever runs the server has told you, by telephone or in person, that they "
                         "have changed it. Type the last 8 characters of the new fingerprint as they "
                         "tell them to you.")
                    : _ ("The server is as you know it, so there is no need. To go on all the same, type "
                         "the last 8 characters of its fingerprint."),
    _ ("Last 8 characters"), _ ("_Forget"), is_right, forget, forgetting, forgetting_free);
}

static void
add_server (KefuCertificateGroup *self, const char *server)
{
  g_autofree char *known = kefu_trust_lookup (self->trust, server);
  g_autofree char *subtitle = kefu_certificate_dialog_format (known);
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Forget…"));
  g_autofree char *label = g_strdup_printf (_ ("Forget the certificate of %s"), server);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), server);
  adw_action_row_set_subtitle (row, subtitle);
  if (kefu_fingerprint_is_valid (known))
    gtk_widget_add_css_class (GTK_WIDGET (row), "fingerprint-row");
  if (kefu_trust_get_refused (self->trust, server) != NULL)
    {
      GtkWidget *image = gtk_image_new_from_icon_name ("kefu-failed-symbolic");

      gtk_widget_add_css_class (image, "error");
      gtk_widget_set_tooltip_text (image, _ ("It shows another certificate now"));
      adw_action_row_add_prefix (row, image);
    }
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "server", g_strdup (server), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (forget_cb), self, 0);
  adw_action_row_add_suffix (row, button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
}

static void
update (KefuCertificateGroup *self)
{
  g_auto (GStrv) servers = kefu_trust_list (self->trust);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; servers[i] != NULL; i++)
    add_server (self, servers[i]);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
kefu_certificate_group_dispose (GObject *object)
{
  KefuCertificateGroup *self = KEFU_CERTIFICATE_GROUP (object);

  g_clear_object (&self->trust);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (kefu_certificate_group_parent_class)->dispose (object);
}

static void
kefu_certificate_group_class_init (KefuCertificateGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_certificate_group_dispose;
}

static void
kefu_certificate_group_init (KefuCertificateGroup *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Server Certificates"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         _ ("By these this computer knows a server again"));
}

GtkWidget *
kefu_certificate_group_new (KefuTrust *trust)
{
  KefuCertificateGroup *self = g_object_new (KEFU_TYPE_CERTIFICATE_GROUP, NULL);

  self->trust = g_object_ref (trust);
  g_signal_connect_object (trust, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
