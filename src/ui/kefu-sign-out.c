/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions of a sign-out: what becomes of what is unsent, and of what is stored here. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-sign-out.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* One way out, from the first question to the last; each dialog holds a reference. */
typedef struct
{
  GtkWindow *parent; /* weak */
  KefuSession *session;
  gboolean forget;
  guint n_drafts;
  KefuSignOutFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
  GtkCheckButton *check; /* of the dialog that is open */
} Leaving;

static void ask (Leaving *self);

static void
leaving_clear (gpointer data)
{
  Leaving *self = data;

  g_clear_weak_pointer (&self->parent);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_object_unref (self->session);
}

static void
leaving_release (gpointer data, GClosure *closure)
{
  g_rc_box_release_full (data, leaving_clear);
}

static KefuStore *
get_store (Leaving *self)
{
  return kefu_session_get_store (self->session);
}

static GtkWidget *
make_dialog (Leaving *self, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (self->parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return dialog;
}

/* --- sending first --- */

static void
pending_cb (KefuStore *store, GParamSpec *pspec, GtkWidget *dialog)
{
  guint n = kefu_store_get_n_pending (store);
  g_autofree char *body =
    g_strdup_printf (ngettext ("%u change is still on its way.", "%u changes are still on their way.", n), n);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
  if (n == 0)
    adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "sent");
}

static void
waited_cb (AdwMessageDialog *dialog, const char *response, Leaving *self)
{
  g_signal_handlers_disconnect_by_func (get_store (self), pending_cb, dialog);
  if (!g_str_equal (response, "sent"))
    return;
  gtk_window_close (GTK_WINDOW (dialog));
  /* what was refused meanwhile is still here */
  if (kefu_store_get_n_rejected (get_store (self)) > 0 && self->parent != NULL)
    ask (self);
  else
    self->func (self->forget ? KEFU_FORGET_ALL : KEFU_FORGET_NOTHING, self->user_data);
}

static void
send_first (Leaving *self)
{
  GtkWidget *dialog = make_dialog (self, _ ("Sending…"), NULL);

  g_signal_connect_data (dialog, "response", G_CALLBACK (waited_cb), g_rc_box_acquire (self), leaving_release, 0);
  g_signal_connect_object (get_store (self), "notify::n-pending", G_CALLBACK (pending_cb), dialog, 0);
  kefu_sync_engine_retry_now (kefu_session_get_engine (self->session));
  gtk_window_present (GTK_WINDOW (dialog));
  pending_cb (get_store (self), NULL, dialog);
}

/* --- the question --- */

static void
answered_cb (AdwMessageDialog *dialog, const char *response, Leaving *self)
{
  self->forget = gtk_check_button_get_active (self->check);
  self->check = NULL;
  if (g_str_equal (response, "send"))
    send_first (self);
  else if (g_str_equal (response, "keep"))
    self->func (self->forget ? KEFU_FORGET_FETCHED : KEFU_FORGET_NOTHING, self->user_data);
  else if (g_str_equal (response, "delete"))
    self->func (KEFU_FORGET_ALL, self->user_data);
  else if (g_str_equal (response, "go"))
    self->func (self->forget ? KEFU_FORGET_ALL : KEFU_FORGET_NOTHING, self->user_data);
}

static GtkWidget *
make_check (void)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Also delete what is stored on this computer"));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), check);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Also delete what is stored on this computer"), -1);
  gtk_widget_set_halign (check, GTK_ALIGN_CENTER);
  return check;
}

/* What the answers do depends on the box: the words say it. */
static void
describe (AdwMessageDialog *message, Leaving *self)
{
  guint n = kefu_store_get_n_pending (get_store (self)) + kefu_store_get_n_rejected (get_store (self));
  gboolean forget = gtk_check_button_get_active (self->check);
  g_autoptr (GString) body = g_string_new (NULL);

  if (n > 0)
    g_string_append_printf (body,
                            ngettext ("%u change has not reached the server. What shall become of it?",
                                      "%u changes have not reached the server. What shall become of them?", n),
                            n);
  else
    g_string_append (body, _ ("You will need your password to come back."));
  if (self->n_drafts > 0 && n == 0 && forget)
    g_string_append_printf (body,
                            ngettext ("\n%u draft will be deleted with it.", "\n%u drafts will be deleted with it.",
                                      self->n_drafts),
                            self->n_drafts);
  else if (self->n_drafts > 0 && n > 0 && forget)
    g_string_append_printf (body,
                            ngettext ("\n%u draft will be deleted too, unless you keep what is unsent.",
                                      "\n%u drafts will be deleted too, unless you keep what is unsent.",
                                      self->n_drafts),
                            self->n_drafts);
  else if (self->n_drafts > 0 && n > 0)
    g_string_append_printf (body,
                            ngettext ("\nWith what is unsent, %u draft would be deleted.",
                                      "\nWith what is unsent, %u drafts would be deleted.", self->n_drafts),
                            self->n_drafts);
  adw_message_dialog_set_body (message, body->str);
  if (adw_message_dialog_has_response (message, "keep"))
    adw_message_dialog_set_response_label (message, "keep",
                                           forget ? _ ("_Keep Only Unsent") : _ ("_Keep on This Computer"));
}

static void
toggled_cb (GtkWidget *dialog, GParamSpec *pspec, GtkCheckButton *check)
{
  Leaving *self = g_object_get_data (G_OBJECT (dialog), "leaving");

  if (self->check == check)
    describe (ADW_MESSAGE_DIALOG (dialog), self);
}

static void
ask_now (Leaving *self)
{
  guint n_pending = kefu_store_get_n_pending (get_store (self));
  guint n = n_pending + kefu_store_get_n_rejected (get_store (self));
  GtkWidget *dialog = make_dialog (self, _ ("Sign Out?"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  GtkWidget *check = make_check ();

  if (n > 0)
    {
      adw_message_dialog_add_responses (message, "delete", _ ("_Delete Unsent"), "keep", _ ("_Keep on This Computer"),
                                        NULL);
      adw_message_dialog_set_response_appearance (message, "delete", ADW_RESPONSE_DESTRUCTIVE);
      adw_message_dialog_set_default_response (message, "keep");
      if (n_pending > 0)
        {
          adw_message_dialog_add_response (message, "send", _ ("_Send First"));
          adw_message_dialog_set_response_appearance (message, "send", ADW_RESPONSE_SUGGESTED);
          adw_message_dialog_set_default_response (message, "send");
        }
    }
  else
    {
      adw_message_dialog_add_response (message, "go", _ ("_Sign Out"));
      adw_message_dialog_set_response_appearance (message, "go", ADW_RESPONSE_SUGGESTED);
      adw_message_dialog_set_default_response (message, "go");
    }
  self->check = GTK_CHECK_BUTTON (check);
  gtk_check_button_set_active (self->check, self->forget);
  adw_message_dialog_set_extra_child (message, check);
  /* the handler of the answer keeps it */
  g_object_set_data (G_OBJECT (dialog), "leaving", self);
  g_signal_connect_object (check, "notify::active", G_CALLBACK (toggled_cb), dialog, G_CONNECT_SWAPPED);
  describe (message, self);
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), g_rc_box_acquire (self), leaving_release, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Leaving *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = kefu_store_count_drafts_finish (KEFU_STORE (source), result, &error);

  if (n < 0)
    g_warning ("The drafts cannot be counted: %s", error->message);
  self->n_drafts = n > 0 ? (guint) n : 0;
  if (self->parent != NULL)
    ask_now (self);
  g_rc_box_release_full (self, leaving_clear);
}

static void
ask (Leaving *self)
{
  kefu_store_count_drafts_async (get_store (self), NULL, counted_cb, g_rc_box_acquire (self));
}

void
kefu_sign_out_ask (GtkWidget *widget,
                   KefuSession *session,
                   gboolean forget,
                   KefuSignOutFunc func,
                   gpointer user_data,
                   GDestroyNotify destroy)
{
  Leaving *self = g_rc_box_new0 (Leaving);
  GtkRoot *root = gtk_widget_get_root (widget);

  g_set_weak_pointer (&self->parent, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);
  self->session = g_object_ref (session);
  self->forget = forget;
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  ask (self);
  g_rc_box_release_full (self, leaving_clear);
}
