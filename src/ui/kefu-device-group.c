/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the computers on which the agent is signed in. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-device-group.h"

#include <glib/gi18n.h>

#include "kefu-dialogs.h"
#include "kefu-time-format.h"

struct _KefuDeviceGroup
{
  AdwPreferencesGroup parent_instance;

  KefuSession *session;
  GCancellable *cancellable;
  GPtrArray *rows; /* of the group, to take out again */
  GtkWidget *others_button;
  gboolean has_list;
};

G_DEFINE_FINAL_TYPE (KefuDeviceGroup, kefu_device_group, ADW_TYPE_PREFERENCES_GROUP)

/* A question before a sign-out; @id NULL: everywhere else. */
typedef struct
{
  KefuDeviceGroup *group;
  char *id;
} SignOut;

static void load (KefuDeviceGroup *self);

static void
sign_out_free (gpointer data)
{
  SignOut *sign_out = data;

  g_object_unref (sign_out->group);
  g_free (sign_out->id);
  g_free (sign_out);
}

static gboolean
is_online (KefuDeviceGroup *self)
{
  return kefu_sync_engine_get_state (kefu_session_get_engine (self->session)) == KEFU_SYNC_LIVE;
}

static void
clear (KefuDeviceGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  self->has_list = FALSE;
  gtk_widget_set_visible (self->others_button, FALSE);
}

static AdwActionRow *
add_row (KefuDeviceGroup *self, const char *title, const char *subtitle)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());

  /* names of computers are no markup */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
revoked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuDeviceGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kefu_backend_revoke_session_finish (KEFU_BACKEND (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* gone already is as good as gone now */
  if (error != NULL && !g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND))
    {
      clear (self);
      add_row (self, _ ("Nobody was signed out"), error->message);
      return;
    }
  load (self);
}

static void
sign_out_confirmed (gpointer user_data)
{
  SignOut *sign_out = user_data;
  KefuDeviceGroup *self = sign_out->group;

  kefu_backend_revoke_session_async (kefu_session_get_backend (self->session), sign_out->id, self->cancellable,
                                     revoked_cb, g_object_ref (self));
}

static void
sign_out_cb (GtkButton *button, KefuDeviceGroup *self)
{
  SignOut *sign_out = g_new0 (SignOut, 1);
  const char *name = g_object_get_data (G_OBJECT (button), "device-name");
  g_autofree char *one = g_strdup_printf (_ ("Sign Out on “%s”?"), name != NULL ? name : "");

  sign_out->group = g_object_ref (self);
  sign_out->id = g_strdup (g_object_get_data (G_OBJECT (button), "session-id"));
  kefu_dialogs_confirm (GTK_WIDGET (self), name != NULL ? one : _ ("Sign Out Everywhere Else?"),
                        _ ("The password is asked there before anything is sent or fetched again. What was fetched "
                           "before stays on that computer."),
                        _ ("_Sign Out"), TRUE, sign_out_confirmed, sign_out, sign_out_free);
}

static void
add_device (KefuDeviceGroup *self, const KefuDeviceSession *device)
{
  const char *name = *device->device_name != '\0' ? device->device_name : _ ("A computer without a name");
  gint64 now = kefu_clock_now (kefu_session_get_clock (self->session));
  g_autofree char *time = kefu_time_format_day_time (device->last_seen, now);
  /* TRANSLATORS: %s is a time, such as "14:03" or "Yesterday 21:40" */
  g_autofree char *seen = g_strdup_printf (_ ("Last used %s"), time);
  AdwActionRow *row = add_row (self, name, device->current ? _ ("This computer") : seen);
  GtkWidget *button;
  g_autofree char *label = NULL;

  if (device->current)
    return;
  label = g_strdup_printf (_ ("Sign out on %s"), name);
  button = gtk_button_new_with_mnemonic (_ ("Sign _Out"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "session-id", g_strdup (device->id), g_free);
  g_object_set_data_full (G_OBJECT (button), "device-name", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (sign_out_cb), self, 0);
  adw_action_row_add_suffix (row, button);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuDeviceGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = kefu_backend_list_sessions_finish (KEFU_BACKEND (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  clear (self);
  if (list == NULL)
    {
      add_row (self, _ ("The list cannot be shown now"), error->message);
      return;
    }
  for (guint i = 0; i < list->len; i++)
    if (((KefuDeviceSession *) list->pdata[i])->current)
      add_device (self, list->pdata[i]);
  for (guint i = 0; i < list->len; i++)
    if (!((KefuDeviceSession *) list->pdata[i])->current)
      add_device (self, list->pdata[i]);
  self->has_list = TRUE;
  gtk_widget_set_visible (self->others_button, self->rows->len > 1);
}

static void
load (KefuDeviceGroup *self)
{
  if (is_online (self))
    {
      kefu_backend_list_sessions_async (kefu_session_get_backend (self->session), self->cancellable, listed_cb,
                                        g_object_ref (self));
      return;
    }
  clear (self);
  add_row (self, _ ("Not while working offline"), _ ("The server keeps this list."));
}

static void
state_cb (KefuDeviceGroup *self)
{
  if (is_online (self) != self->has_list)
    load (self);
}

static void
kefu_device_group_dispose (GObject *object)
{
  KefuDeviceGroup *self = KEFU_DEVICE_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (kefu_device_group_parent_class)->dispose (object);
}

static void
kefu_device_group_class_init (KefuDeviceGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_device_group_dispose;
}

static void
kefu_device_group_init (KefuDeviceGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Where You Are Signed In"));
  self->others_button = gtk_button_new_with_mnemonic (_ ("Sign Out _Everywhere Else"));
  gtk_widget_set_valign (self->others_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->others_button, "flat");
  gtk_widget_set_visible (self->others_button, FALSE);
  g_signal_connect_object (self->others_button, "clicked", G_CALLBACK (sign_out_cb), self, 0);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->others_button);
}

GtkWidget *
kefu_device_group_new (KefuSession *session)
{
  KefuDeviceGroup *self;

  if ((kefu_backend_get_flags (kefu_session_get_backend (session)) & KEFU_BACKEND_SESSIONS) == 0)
    return NULL;
  self = g_object_new (KEFU_TYPE_DEVICE_GROUP, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  load (self);
  return GTK_WIDGET (self);
}
