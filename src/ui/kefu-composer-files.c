/* SPDX-License-Identifier: GPL-3.0-or-later
 * The composer's files: chosen, pasted, dropped; kept with the draft; sent before the text. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-composer-private.h"

#include <glib/gi18n.h>

#include "kefu-file-dialogs.h"

/* As they are: a screenshot need not be packed a second time. */
static const char *const picture_types[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };

static KefuAttachList *
current_list (KefuComposer *self)
{
  return self->record && self->lists ? g_hash_table_lookup (self->lists, self->record->id) : NULL;
}

/* --- what is said --- */

static void
refused_cb (KefuAttachList *list, const char *what, const char *why, KefuComposer *self)
{
  if (list == current_list (self) && !self->note_mode)
    {
      kefu_composer_lint_object (self->lint, what, why);
    }
  else if (self->session)
    {
      /* Another customer is in front of the agent by now. */
      g_autofree char *text = g_strdup_printf ("%s: %s", what, why);

      kefu_session_fail (self->session, text);
    }
}

/* FALSE, and the line above the text says why, if no file can be taken now. */
static gboolean
may_take (KefuComposer *self)
{
  if (current_list (self) == NULL)
    return FALSE;
  if (!self->note_mode)
    return TRUE;
  kefu_composer_lint_object (self->lint, _ ("Notes carry no files"), _ ("Go back to the reply to send a file."));
  return FALSE;
}

/* --- lists --- */

static gboolean
is_idle_cb (gpointer key, gpointer list, gpointer kept)
{
  return list != kept && kefu_attach_list_get_n_copying (list) == 0;
}

void
kefu_composer_files_load (KefuComposer *self)
{
  KefuAttachList *list = current_list (self);

  if (self->session && self->record && list == NULL)
    {
      list = kefu_attach_list_new (kefu_session_get_store (self->session), self->record->id);
      g_signal_connect_object (list, "refused", G_CALLBACK (refused_cb), self, 0);
      g_hash_table_insert (self->lists, g_strdup (self->record->id), list);
    }
  /* What is being copied goes on for its own customer; the others are with their drafts in the store. */
  g_hash_table_foreach_remove (self->lists, is_idle_cb, list);
  kefu_attach_strip_set_list (self->strip, list, self->session ? kefu_blob_cache_for_session (self->session) : NULL);
}

void
kefu_composer_files_update_mode (KefuComposer *self)
{
  const char *tip = self->note_mode ? _ ("Notes carry no files") : _ ("Attach Files (Ctrl+O)");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.attach", !self->note_mode && self->record != NULL);
  gtk_widget_set_tooltip_text (self->attach_button, tip);
  gtk_widget_set_visible (self->strip_box, !self->note_mode);
}

void
kefu_composer_files_clear (KefuComposer *self)
{
  kefu_attach_strip_set_list (self->strip, NULL, NULL);
  if (self->lists)
    g_hash_table_remove_all (self->lists);
}

void
kefu_composer_files_recover (KefuComposer *self)
{
  KefuAttachList *list = current_list (self);

  if (list)
    kefu_attach_list_recover (list);
}

guint
kefu_composer_files_count (KefuComposer *self)
{
  KefuAttachList *list = self->note_mode ? NULL : current_list (self);

  return list ? g_list_model_get_n_items (G_LIST_MODEL (list)) : 0;
}

gboolean
kefu_composer_files_may_send (KefuComposer *self)
{
  KefuAttachList *list = current_list (self);

  if (list == NULL || kefu_attach_list_get_n_copying (list) == 0)
    return TRUE;
  kefu_composer_lint_object (self->lint, _ ("A file is still being copied"), _ ("Send in a moment, or take it out."));
  return FALSE;
}

void
kefu_composer_files_send (KefuComposer *self, const char *quote_id)
{
  KefuAttachList *list = current_list (self);
  g_autoptr (GPtrArray) files = list ? kefu_attach_list_take (list) : NULL;

  for (guint i = 0; files && i < files->len; i++)
    kefu_session_send_attachment (self->session, self->record->id, files->pdata[i], "", i == 0 ? quote_id : NULL);
}

/* --- the chooser --- */

typedef struct
{
  KefuComposer *self;
  KefuAttachList *list;
} Adding;

static Adding *
adding_new (KefuComposer *self)
{
  Adding *adding = g_new0 (Adding, 1);

  adding->self = g_object_ref (self);
  /* Whoever is in front of the agent when the answer comes, the files are for this customer. */
  adding->list = g_object_ref (current_list (self));
  return adding;
}

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->self);
  g_object_unref (adding->list);
  g_free (adding);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Adding, adding_free)

static void
chosen_cb (GSList *files, gpointer user_data)
{
  Adding *adding = user_data;

  kefu_attach_list_add_files (adding->list, files);
  kefu_composer_focus (adding->self);
}

static void
attach_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuComposer *self = KEFU_COMPOSER (widget);

  if (may_take (self))
    kefu_file_dialogs_choose (widget, _ ("Attach Files"), chosen_cb, adding_new (self), adding_free);
}

void
kefu_composer_add_files (KefuComposer *self, GSList *files)
{
  g_return_if_fail (KEFU_IS_COMPOSER (self));

  if (may_take (self))
    kefu_attach_list_add_files (current_list (self), files);
}

/* --- the clipboard and what is dropped: both give streams and values of a type --- */

typedef enum
{
  NOTHING,
  FILES,
  PICTURE,
} Offer;

/* What of it is a file. Words win over a picture: a table copied from a sheet is both, and words are meant. */
static Offer
offer_of (GdkContentFormats *formats)
{
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    return FILES;
  if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    return NOTHING;
  return gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) ? PICTURE : NOTHING;
}

/* (transfer full): of a pasted picture, which has none. */
static char *
picture_name (KefuComposer *self, const char *mime)
{
  gint64 now = self->session ? kefu_clock_now (kefu_session_get_clock (self->session)) : 0;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (now / 1000);
  g_autofree char *stamp = g_date_time_format (time, "%Y%m%d-%H%M%S");
  const char *ending = g_str_equal (mime, "image/jpeg") ? "jpg" : strchr (mime, '/') + 1;

  /* TRANSLATORS: the name of a pasted picture: date and time, png */
  return g_strdup_printf (_ ("Picture %s.%s"), stamp, ending);
}

static void
end_drop (GObject *source, gboolean taken)
{
  if (GDK_IS_DROP (source))
    gdk_drop_finish (GDK_DROP (source), taken ? GDK_ACTION_COPY : 0);
}

static void
say_unreadable (Adding *adding, const GError *error)
{
  if (adding->self->session && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    kefu_composer_lint_object (adding->self->lint, _ ("This cannot be attached"), error->message);
}

typedef struct
{
  Adding *adding;
  GObject *source;
  char *mime;
} Reading;

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (Adding) adding = reading->adding;
  g_autoptr (GObject) source = reading->source;
  g_autofree char *mime = reading->mime;
  g_autoptr (GError) error = NULL;
  gssize size = g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error);

  g_free (reading);
  if (size >= 0)
    {
      g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (object));
      g_autofree char *name = picture_name (adding->self, mime);

      kefu_attach_list_add_bytes (adding->list, bytes, name);
    }
  else
    {
      say_unreadable (adding, error);
    }
  end_drop (source, size >= 0);
}

static void
stream_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Adding) adding = user_data;
  g_autoptr (GError) error = NULL;
  const char *mime = NULL;
  g_autoptr (GInputStream) stream = GDK_IS_DROP (object)
                                      ? gdk_drop_read_finish (GDK_DROP (object), result, &mime, &error)
                                      : gdk_clipboard_read_finish (GDK_CLIPBOARD (object), result, &mime, &error);
  g_autoptr (GOutputStream) memory = NULL;
  Reading *reading;

  if (stream == NULL)
    {
      say_unreadable (adding, error);
      end_drop (object, FALSE);
      return;
    }
  memory = g_memory_output_stream_new_resizable ();
  reading = g_new0 (Reading, 1);
  reading->adding = g_steal_pointer (&adding);
  reading->source = g_object_ref (object);
  reading->mime = g_strdup (mime);
  g_output_stream_splice_async (memory, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, spliced_cb, reading);
}

/* (transfer container): without links to web pages, which are words. */
static GSList *
only_files (GSList *files)
{
  GSList *kept = NULL;

  for (GSList *link = files; link; link = link->next)
    {
      if (!g_file_has_uri_scheme (link->data, "http") && !g_file_has_uri_scheme (link->data, "https"))
        kept = g_slist_prepend (kept, link->data);
    }
  return g_slist_reverse (kept);
}

static void
files_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Adding) adding = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = GDK_IS_DROP (object) ? gdk_drop_read_value_finish (GDK_DROP (object), result, &error)
                                             : gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, &error);
  g_autoptr (GSList) files = value ? only_files (g_value_get_boxed (value)) : NULL;

  if (value == NULL)
    say_unreadable (adding, error);
  else if (files)
    kefu_attach_list_add_files (adding->list, files);
  else if (GDK_IS_CLIPBOARD (object))
    gtk_text_buffer_paste_clipboard (adding->self->buffer, GDK_CLIPBOARD (object), NULL, TRUE);
  end_drop (object, files != NULL);
}

static void
take_from (KefuComposer *self, GObject *source, Offer offer)
{
  Adding *adding = adding_new (self);

  if (offer == FILES && GDK_IS_DROP (source))
    gdk_drop_read_value_async (GDK_DROP (source), GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_cb, adding);
  else if (offer == FILES)
    gdk_clipboard_read_value_async (GDK_CLIPBOARD (source), GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_cb,
                                    adding);
  else if (GDK_IS_DROP (source))
    gdk_drop_read_async (GDK_DROP (source), (const char **) picture_types, G_PRIORITY_DEFAULT, NULL, stream_cb, adding);
  else
    gdk_clipboard_read_async (GDK_CLIPBOARD (source), (const char **) picture_types, G_PRIORITY_DEFAULT, NULL,
                              stream_cb, adding);
}

static void
paste_cb (GtkTextView *view, KefuComposer *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  Offer offer = offer_of (gdk_clipboard_get_formats (clipboard));

  if (offer == NOTHING)
    return;
  g_signal_stop_emission_by_name (view, "paste-clipboard");
  if (may_take (self))
    take_from (self, G_OBJECT (clipboard), offer);
}

gboolean
kefu_composer_wants_drop (KefuComposer *self, GdkDrop *drop)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER (self), FALSE);

  return current_list (self) != NULL && offer_of (gdk_drop_get_formats (drop)) != NOTHING;
}

gboolean
kefu_composer_take_drop (KefuComposer *self, GdkDrop *drop)
{
  g_return_val_if_fail (KEFU_IS_COMPOSER (self), FALSE);

  if (!kefu_composer_wants_drop (self, drop) || !may_take (self))
    {
      gdk_drop_finish (drop, 0);
      return FALSE;
    }
  take_from (self, G_OBJECT (drop), offer_of (gdk_drop_get_formats (drop)));
  return TRUE;
}

/* --- the object --- */

void
kefu_composer_files_class_init (GtkWidgetClass *widget_class)
{
  g_type_ensure (KEFU_TYPE_ATTACH_STRIP);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, strip_box);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, strip);
  gtk_widget_class_bind_template_child (widget_class, KefuComposer, attach_button);
  gtk_widget_class_install_action (widget_class, "composer.attach", NULL, attach_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "composer.attach", NULL);
}

void
kefu_composer_files_init (KefuComposer *self)
{
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_signal_connect (self->text_view, "paste-clipboard", G_CALLBACK (paste_cb), self);
  g_signal_connect_swapped (self->strip, "left", G_CALLBACK (kefu_composer_focus), self);
}
