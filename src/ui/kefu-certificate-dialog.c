/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server's certificate: the question at the first meeting, and the alarm when it is another one. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-certificate-dialog.h"

#include <glib/gi18n.h>

#include "kefu-fingerprint.h"

#define GROUPS_A_LINE 4

struct _KefuCertificateDialog
{
  AdwWindow parent_instance;

  GtkImage *image;
  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *known_box;
  GtkLabel *known_label;
  GtkLabel *shown_title;
  GtkLabel *shown_label;
  GtkLabel *how;
  GtkButton *close_button;
  GtkButton *verb_button;

  KefuCertificate *certificate;
};

enum
{
  ACCEPTED,
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuCertificateDialog, kefu_certificate_dialog, ADW_TYPE_WINDOW)

static void
verb_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autoptr (KefuCertificateDialog) self = g_object_ref (KEFU_CERTIFICATE_DIALOG (widget));
  gboolean question = self->certificate->fault == KEFU_CERTIFICATE_UNKNOWN;

  gtk_widget_set_visible (widget, FALSE);
  g_signal_emit (self, signals[question ? ACCEPTED : RETRY], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
kefu_certificate_dialog_dispose (GObject *object)
{
  KefuCertificateDialog *self = KEFU_CERTIFICATE_DIALOG (object);

  g_clear_pointer (&self->certificate, kefu_certificate_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_CERTIFICATE_DIALOG);
  G_OBJECT_CLASS (kefu_certificate_dialog_parent_class)->dispose (object);
}

static void
kefu_certificate_dialog_class_init (KefuCertificateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = KEFU_TYPE_CERTIFICATE_DIALOG;

  G_OBJECT_CLASS (klass)->dispose = kefu_certificate_dialog_dispose;

  signals[ACCEPTED] = g_signal_new ("accepted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RETRY] = g_signal_new ("retry", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-certificate-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, image);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, title);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, text);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, known_box);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, known_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, shown_title);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, shown_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, how);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, close_button);
  gtk_widget_class_bind_template_child (widget_class, KefuCertificateDialog, verb_button);
  gtk_widget_class_install_action (widget_class, "dialog.verb", NULL, verb_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
kefu_certificate_dialog_init (KefuCertificateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

char *
kefu_certificate_dialog_format (const char *known)
{
  g_autofree char *grouped = NULL;
  g_auto (GStrv) groups = NULL;
  GString *text;

  if (g_strcmp0 (known, KEFU_CERTIFICATE_VOUCHED) == 0)
    return g_strdup (_ ("Vouched for by an authority"));
  if (!kefu_fingerprint_is_valid (known))
    return g_strdup (_ ("Damaged"));
  grouped = kefu_fingerprint_group (known);
  groups = g_strsplit (grouped, " ", -1);
  text = g_string_new (NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "" : i % GROUPS_A_LINE == 0 ? "\n" : " ", groups[i]);
  return g_string_free (text, FALSE);
}

/* The first meeting: somebody has to compare, and can. */
static void
ask (KefuCertificateDialog *self, const char *host)
{
  g_autoptr (GString) text = g_string_new (NULL);

  gtk_label_set_label (self->title, _ ("Is This Your Server?"));
  g_string_append_printf (text,
                          _ ("No authority vouches for %s, as is usual for a team’s own server. Compare this once."),
                          host);
  if (self->certificate->wrong_name)
    {
      g_string_append (text, "\n\n");
      /* TRANSLATORS: %s are the names in the certificate, such as "kefu.example.com" */
      g_string_append_printf (text, _ ("The certificate is made out to “%s”, which is not what you typed."),
                              self->certificate->names);
    }
  gtk_label_set_label (self->text, text->str);
  gtk_label_set_label (self->how,
                       _ ("Whoever runs the server sees the same when it starts, or with “kefu-server fingerprint "
                          "--tls-cert FILE”. Have it read to you, by telephone or in person. If a single "
                          "character differs, do not sign in."));
  gtk_button_set_label (self->close_button, _ ("_Cancel"));
  gtk_button_set_label (self->verb_button, _ ("They Are the _Same"));
}

static void
explain_outdated (KefuCertificateDialog *self, const char *host, gint64 now)
{
  gboolean early = self->certificate->not_before > now;
  gint64 ms = early ? self->certificate->not_before : self->certificate->not_after;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *date = g_date_time_format (local, "%x");
  g_autofree char *text = NULL;

  if (early)
    /* TRANSLATORS: a host and a date */
    text = g_strdup_printf (_ ("The certificate of %s is valid from %s on."), host, date);
  else if (ms > 0 && ms < now)
    text = g_strdup_printf (_ ("The certificate of %s ran out on %s."), host, date);
  else
    text = g_strdup_printf (_ ("The certificate of %s was called back or is too weak."), host);
  gtk_label_set_label (self->title, _ ("The Server’s Certificate Is Not Valid"));
  gtk_label_set_label (self->text, text);
  gtk_label_set_label (self->how,
                       _ (
                         "Nothing was sent: neither your password nor what you write, which is kept here. Tell whoever "
                         "runs the server that it needs a new certificate. If the date of this computer is "
                         "wrong, set it right."));
}

static void
raise_alarm (KefuCertificateDialog *self, const char *host)
{
  g_autofree char *text = g_strdup_printf (
    _ ("What answers as %s shows another certificate than the one this computer knows. Somebody may have "
       "put themselves in between, or the server was given a new certificate."),
    host);

  gtk_label_set_label (self->title, _ ("This Is Not the Server You Know"));
  gtk_label_set_label (self->text, text);
  gtk_label_set_label (
    self->how, _ ("Nothing was sent: neither your password nor what you write, which is kept here. Ask whoever runs "
                  "the server, by telephone or in person. Only if they have changed the certificate "
                  "themselves, forget the old one in Preferences → Server Certificates."));
}

GtkWidget *
kefu_certificate_dialog_new (GtkWindow *parent, const KefuCertificate *certificate, gint64 now)
{
  KefuCertificateDialog *self = g_object_new (KEFU_TYPE_CERTIFICATE_DIALOG, "transient-for", parent, NULL);
  gboolean question = certificate->fault == KEFU_CERTIFICATE_UNKNOWN;
  gboolean changed = certificate->fault == KEFU_CERTIFICATE_CHANGED;
  const char *colon = strrchr (certificate->server, ':');
  g_autofree char *host = g_strndup (certificate->server, (gsize) (colon - certificate->server));
  g_autofree char *shown = kefu_certificate_dialog_format (certificate->fingerprint);
  g_autofree char *known = certificate->known != NULL ? kefu_certificate_dialog_format (certificate->known) : NULL;

  /* a window of its own has the keys of the application only so */
  gtk_window_set_application (GTK_WINDOW (self), gtk_window_get_application (parent));
  self->certificate = kefu_certificate_copy (certificate);
  if (question)
    ask (self, host);
  else if (changed)
    raise_alarm (self, host);
  else
    explain_outdated (self, host, now);
  gtk_window_set_title (GTK_WINDOW (self), gtk_label_get_label (self->title));
  gtk_label_set_label (self->shown_label, shown);
  gtk_label_set_label (self->shown_title, changed ? _ ("It shows now") : _ ("Fingerprint (SHA-256)"));
  gtk_label_set_label (self->known_label, known != NULL ? known : "");
  gtk_widget_set_visible (self->known_box, changed);
  gtk_image_set_from_icon_name (self->image, question ? "kefu-lock-symbolic" : "kefu-failed-symbolic");
  gtk_widget_add_css_class (GTK_WIDGET (self->image), question ? "dim" : "error");
  if (question)
    gtk_widget_add_css_class (GTK_WIDGET (self->verb_button), "suggested-action");
  /* nothing that a careless Enter could do */
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->close_button));
  return GTK_WIDGET (self);
}

const KefuCertificate *
kefu_certificate_dialog_get_certificate (KefuCertificateDialog *self)
{
  g_return_val_if_fail (KEFU_IS_CERTIFICATE_DIALOG (self), NULL);

  return self->certificate;
}
