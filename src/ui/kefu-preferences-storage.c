/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: how long messages and files stay on this computer, and how much room they take. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-preferences-storage.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-store-tidy.h"

/* How often the sizes are looked at anew. */
#define RENEW_MS 2000

/* In the order of the list. */
static const int days[] = { 30, 365, 0 };

typedef struct
{
  GtkWidget *group; /* not owned: it owns this */
  AdwComboRow *keep;
  GtkLabel *cache;
  GtkLabel *files;
  KefuStore *store;
  KefuClock *clock;
  GSettings *settings;
  GCancellable *cancellable;
  guint timeout_id;
} Storage;

static void
storage_free (gpointer data)
{
  Storage *self = data;

  g_cancellable_cancel (self->cancellable);
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_free (self);
}

/* --- sizes --- */

static void measure (Storage *self);

static void
renew_cb (gpointer user_data)
{
  Storage *self = user_data;

  self->timeout_id = 0;
  measure (self);
}

static void
show_size (GtkLabel *label, gint64 size)
{
  g_autofree char *text = g_format_size ((guint64) size);

  gtk_label_set_label (label, text);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  KefuStoreSizes sizes;
  gboolean ok = kefu_store_measure_finish (KEFU_STORE (source), result, &sizes, &error);
  Storage *self = user_data;

  /* Cancelled: the page is gone. Nothing else can fail but a store that is closed. */
  if (!ok)
    return;
  show_size (self->cache, sizes.cache);
  show_size (self->files, sizes.files);
  if (gtk_widget_get_mapped (self->group) && self->timeout_id == 0)
    self->timeout_id = kefu_clock_add_timeout (self->clock, RENEW_MS, renew_cb, self, NULL);
}

static void
measure (Storage *self)
{
  kefu_store_measure_async (self->store, self->cancellable, measured_cb, self);
}

static void
unmap_cb (Storage *self)
{
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
}

/* --- the choice --- */

static void
show_days (Storage *self)
{
  int kept = g_settings_get_int (self->settings, "keep-days");
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (days[i] == kept)
      selected = i;
  adw_combo_row_set_selected (self->keep, selected);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->keep),
                               kept > 0 ? _ ("Older ones stay on the server, and come from there when you scroll back "
                                             "to them; the search finds what is here")
                                        : _ ("The search finds everything, also without the server"));
}

static void
chosen_cb (Storage *self)
{
  guint selected = adw_combo_row_get_selected (self->keep);

  if (selected < G_N_ELEMENTS (days) && days[selected] != g_settings_get_int (self->settings, "keep-days"))
    g_settings_set_int (self->settings, "keep-days", days[selected]);
}

static void
days_changed_cb (GtkWidget *group)
{
  show_days (g_object_get_data (G_OBJECT (group), "storage"));
}

static GtkLabel *
add_size (AdwPreferencesGroup *group, const char *title)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, label, NULL, -1);
  adw_preferences_group_add (group, row);
  return GTK_LABEL (label);
}

GtkWidget *
kefu_preferences_storage_new (KefuSession *session, GSettings *settings)
{
  /* The same words as in the list of `days`. */
  const char *const names[] = { C_ ("how long messages are kept", "30 days"),
                                C_ ("how long messages are kept", "1 year"), C_ ("how long messages are kept", "All"),
                                NULL };
  Storage *self = g_new0 (Storage, 1);
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  self->group = adw_preferences_group_new ();
  self->store = g_object_ref (kefu_session_get_store (session));
  self->clock = g_object_ref (kefu_session_get_clock (session));
  self->settings = g_object_ref (settings);
  self->cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (self->group), "storage", self, storage_free);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _ ("Storage"));
  gtk_widget_set_visible (self->group, !kefu_store_keeps_nothing (self->store));

  self->keep = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->keep), _ ("Keep messages and files"));
  adw_combo_row_set_model (self->keep, G_LIST_MODEL (list));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->keep));
  show_days (self);
  g_signal_connect_swapped (self->keep, "notify::selected", G_CALLBACK (chosen_cb), self);
  g_signal_connect_object (settings, "changed::keep-days", G_CALLBACK (days_changed_cb), self->group,
                           G_CONNECT_SWAPPED);

  self->cache = add_size (ADW_PREFERENCES_GROUP (self->group), _ ("Messages, customers and orders on this computer"));
  self->files = add_size (ADW_PREFERENCES_GROUP (self->group), _ ("Pictures and files on this computer"));
  g_signal_connect_swapped (self->group, "map", G_CALLBACK (measure), self);
  g_signal_connect_swapped (self->group, "unmap", G_CALLBACK (unmap_cb), self);
  return self->group;
}
