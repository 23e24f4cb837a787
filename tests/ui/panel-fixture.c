/* SPDX-License-Identifier: GPL-3.0-or-later
 * The side panel over real storage, with the customers of the drawn pictures. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "panel-fixture.h"

const char *
panel_id (const char *name)
{
  g_autofree char *id = g_strdup_printf ("00000000-0000-7000-8000-%012x", g_str_hash (name));

  return g_intern_string (id);
}

/* panel.json writes ids as "#name" and times as "@2024-06-12 17:00". */
static JsonNode *
read_value (JsonNode *node)
{
  const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_object_new ();
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        json_object_set_member (object, name, read_value (member));
      node = json_node_alloc ();
      json_node_init (node, JSON_NODE_OBJECT);
      json_node_take_object (node, object);
      return node;
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        json_array_add_element (array, read_value (json_array_get_element (json_node_get_array (node), i)));
      node = json_node_alloc ();
      json_node_init (node, JSON_NODE_ARRAY);
      json_node_take_array (node, array);
      return node;
    }
  if (text && *text == '#')
    return json_node_init_string (json_node_alloc (), panel_id (text + 1));
  if (text && *text == '@')
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      g_autofree char *full = g_strconcat (text + 1, ":00", NULL);
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, zone);

      g_assert_nonnull (time);
      return json_node_init_int (json_node_alloc (), g_date_time_to_unix (time) * 1000);
    }
  return json_node_copy (node);
}

void
panel_feed (Panel *self, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) short_form = json_from_string (json, &error);
  g_autoptr (JsonNode) changes = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  changes = read_value (short_form);
  text = json_to_string (changes, FALSE);
  kefu_fixture_feed (self->fixture, text);
}

void
panel_open (Panel *self, const char *name, const char *page)
{
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (KEFU_SOURCE_DIR "/tests/ui/panel.json", &json, NULL, &error));
  self->fixture = kefu_fixture_new ();
  panel_feed (self, json);

  self->panel = g_object_ref_sink (kefu_side_panel_new ());
  kefu_side_panel_set_session (KEFU_SIDE_PANEL (self->panel), self->fixture->session);
  kefu_side_panel_set_page (KEFU_SIDE_PANEL (self->panel), page);
  {
    GtkWidget *overlay = adw_toast_overlay_new ();

    adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), self->panel);
    self->window = kefu_ui_test_window (overlay, 330, 753);
  }
  kefu_ui_test_wait (kefu_phrase_engine_get_all (kefu_session_get_phrases (self->fixture->session))->len > 0);
  if (name)
    panel_show (self, name);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, 1);
  *(KefuConversationRecord **) user_data = kefu_conversation_record_ref (records->pdata[0]);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, NULL);

  *(gboolean *) user_data = TRUE;
}

void
panel_settle (Panel *self)
{
  gboolean answered = FALSE;

  /* The store answers in turn: what the panel asked before comes before this. */
  kefu_store_list_agents_async (self->fixture->store, NULL, answered_cb, &answered);
  kefu_ui_test_wait (answered);
  kefu_ui_test_settle ();
}

void
panel_show (Panel *self, const char *name)
{
  g_autofree char *open = g_strconcat (name, "-open", NULL);
  const char *ids[] = { panel_id (open), NULL };
  g_autoptr (KefuConversationRecord) record = NULL;

  kefu_store_get_conversations_async (self->fixture->store, ids, NULL, got_cb, &record);
  kefu_ui_test_wait (record != NULL);
  g_clear_object (&self->conversation);
  self->conversation = kefu_conversation_new (record);
  kefu_side_panel_set_conversation (KEFU_SIDE_PANEL (self->panel), self->conversation);
  panel_settle (self);
}

void
panel_close (Panel *self)
{
  gtk_window_set_focus (self->window, NULL);
  gtk_window_destroy (self->window);
  kefu_ui_test_settle ();
  g_assert_finalize_object (self->panel);
  g_clear_object (&self->conversation);
  kefu_fixture_free (self->fixture);
}

GtkWidget *
panel_find (Panel *self, GType type, const char *name)
{
  GtkWidget *found = kefu_ui_test_find (self->panel, type, name);

  g_assert_nonnull (found);
  return found;
}

void
panel_click (GtkWidget *button)
{
  g_assert_true (GTK_IS_BUTTON (button));
  g_signal_emit_by_name (button, "clicked");
}

const char *
panel_text (Panel *self, const char *id)
{
  return kefu_ui_test_text (self->panel, id);
}

guint
panel_pending (Panel *self)
{
  return kefu_store_get_n_pending (self->fixture->store);
}
