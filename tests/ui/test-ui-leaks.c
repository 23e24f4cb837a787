/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long day in a short time: what the window has shown and does not show any more is gone, and nothing becomes more by going from chat to chat. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-chat-pane-private.h"
#include "kefu-row-list.h"
#include "kefu-timeline-view-private.h"
#include "kefu-ui-test.h"
#include "kefu-workspace-view.h"

#define N_PEOPLE 12
#define STORM_BATCHES 40
#define STORM_BATCH 50
/* In view, around it, and kept for later, of all lists. */
#define MOST_ROWS 100

static const char *const pages[] = { "customer", "orders", "checklist", "phrases" };

typedef struct
{
  KefuFixture *desk;
  GtkWindow *window;
  KefuWorkspaceView *view;
  KefuTimelineView *timeline;
  guint n_written;
  GHashTable *alive; /* every object that was seen in the window and lives; a set, not owned */
  GHashTable *rows;  /* the rows of lists among them */
} Fixture;

/* --- what is there --- */

/* On an object until it is finalized, which is later than when weak references are told: what is disposed of may still lie there. */
typedef struct
{
  GHashTable *alive;
  gpointer object;
} Seen;

static void
gone_cb (gpointer data)
{
  Seen *seen = data;

  g_hash_table_remove (seen->alive, seen->object);
  g_hash_table_unref (seen->alive);
  g_free (seen);
}

static void
watch (GHashTable *alive, gpointer object)
{
  g_autofree char *key = NULL;
  Seen *seen;

  if (!g_hash_table_add (alive, object))
    return;
  key = g_strdup_printf ("seen-%p", (void *) alive);
  seen = g_new0 (Seen, 1);
  seen->alive = g_hash_table_ref (alive);
  seen->object = object;
  g_object_set_data_full (object, key, seen, gone_cb);
}

static void
watch_menu (GHashTable *alive, GMenuModel *menu)
{
  watch (alive, menu);
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuLinkIter) links = g_menu_model_iterate_item_links (menu, i);
      GMenuModel *link;

      while (g_menu_link_iter_get_next (links, NULL, &link))
        {
          watch_menu (alive, link);
          g_object_unref (link);
        }
    }
}

static void
watch_list (GHashTable *alive, GListModel *list)
{
  watch (alive, list);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      watch (alive, item);
    }
}

/* Rows that left the view serve the next ones, and a few wait for them: how many there are, and what each has for what it has shown, depends on
 * the way there. They are counted by themselves. */
static void
watch_widgets (Fixture *self, GtkWidget *widget)
{
  GHashTable *alive = self->alive;

  if (gtk_widget_get_parent (widget) && KEFU_IS_ROW_LIST (gtk_widget_get_parent (widget)))
    {
      watch (self->rows, widget);
      return;
    }
  watch (alive, widget);
  /* its emoji come in one after the other */
  if (GTK_IS_EMOJI_CHOOSER (widget))
    return;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "model"))
    {
      g_autoptr (GObject) model = NULL;

      g_object_get (widget, "model", &model, NULL);
      if (model && G_IS_LIST_MODEL (model))
        watch_list (alive, G_LIST_MODEL (model));
    }
  if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (widget)))
    watch_menu (alive, gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    watch_widgets (self, child);
}

/* All that is in the window now joins what was there before. */
static void
look (Fixture *self)
{
  watch_widgets (self, GTK_WIDGET (self->window));
  if (self->timeline->model)
    watch_list (self->alive, self->timeline->model);
}

/* (transfer full): how many there are of each type, as text: the test says which it was. */
static char *
count (Fixture *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer object, n;
  GList *names;

  g_hash_table_iter_init (&iter, self->alive);
  while (g_hash_table_iter_next (&iter, &object, NULL))
    {
      n = g_hash_table_lookup (counts, G_OBJECT_TYPE_NAME (object));
      g_hash_table_insert (counts, (gpointer) G_OBJECT_TYPE_NAME (object), GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
    }
  names = g_list_sort (g_hash_table_get_keys (counts), (GCompareFunc) g_strcmp0);
  for (GList *name = names; name; name = name->next)
    g_string_append_printf (text, "%s %u\n", (char *) name->data,
                            GPOINTER_TO_UINT (g_hash_table_lookup (counts, name->data)));
  g_list_free (names);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- what is done --- */

static void
open_chat (Fixture *self, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  kefu_workspace_view_open (self->view, id, NULL);
  /* one with unread messages has as many of them as there are; any other opens with a page */
  kefu_ui_test_wait (self->timeline->record && g_str_equal (self->timeline->record->id, id) && self->timeline->loaded &&
                     self->timeline->record->unread == 0);
}

static void
go_from_chat_to_chat (Fixture *self, guint n_times)
{
  for (guint i = 0; i < n_times; i++)
    {
      g_settings_set_string (self->desk->settings, "panel-page", pages[i / N_PEOPLE % G_N_ELEMENTS (pages)]);
      open_chat (self, i % N_PEOPLE);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
      look (self);
    }
}

/* Back to the same chat in the same place: what is there then is what a desk holds that shows it. A page that is not in view keeps what it showed
 * last, so each is shown what the chat has. */
static char *
count_at_rest (Fixture *self)
{
  for (guint i = 0; i <= G_N_ELEMENTS (pages); i++)
    {
      g_settings_set_string (self->desk->settings, "panel-page", pages[i % G_N_ELEMENTS (pages)]);
      open_chat (self, 1);
      kefu_ui_test_settle ();
      open_chat (self, 0);
      kefu_ui_test_settle ();
    }
  look (self);
  g_assert_cmpuint (g_hash_table_size (self->rows), <=, MOST_ROWS);
  return count (self);
}

/* What a message of customer number @n changes in the inbox: its row comes up. */
static void
add_conversation (Fixture *self, GString *changes, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);
  const gint64 at = KEFU_FIXTURE_NOW + self->n_written;

  g_string_append_printf (
    changes,
    ",{\"kind\":\"conversation\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"id\":\"%s\",\"customer_id\":"
    "\"01900000-0002-7000-8000-%012u\",\"channel_id\":\"wechat\",\"key\":\"%s\",\"assignee_id\":\"agent-lin\","
    "\"waiting_since\":%" G_GINT64_FORMAT ",\"last_in_at\":%" G_GINT64_FORMAT ",\"last_at\":%" G_GINT64_FORMAT
    ",\"last_text\":\"第 %u 句\",\"last_dir\":\"in\",\"in_count\":%u}}",
    id, id, n, id, at, at, at, self->n_written, 3 + self->n_written / (N_PEOPLE - 1));
}

/* All customers but the first write in turn. */
static void
let_write (Fixture *self, guint n_batches)
{
  GtkWidget *newer = kefu_ui_test_find (GTK_WIDGET (self->view), GTK_TYPE_BUTTON, "newer_button");
  guint n_applied = 0;

  for (guint i = 0; i < n_batches; i++)
    {
      g_autoptr (GString) changes = g_string_new ("[");

      for (guint k = 0; k < STORM_BATCH; k++, self->n_written++)
        g_string_append_printf (
          changes,
          "%s{\"kind\":\"message\",\"id\":\"01900000-0005-7000-8000-%012u\",\"op\":\"put\",\"body\":{\"id\":"
          "\"01900000-0005-7000-8000-%012u\",\"conversation_id\":\"01900000-0001-7000-8000-%012u\",\"mseq\":%u,"
          "\"kind\":\"text\",\"dir\":\"in\",\"body\":\"第 %u 句\",\"in_no\":2,\"sent_at\":%" G_GINT64_FORMAT "}}",
          k > 0 ? "," : "", self->n_written, self->n_written, 1 + self->n_written % (N_PEOPLE - 1),
          4 + self->n_written / (N_PEOPLE - 1), self->n_written, KEFU_FIXTURE_NOW);
      /* not all, so that those who wrote change places with those who did not */
      for (guint k = 0; k < N_PEOPLE / 2; k++)
        add_conversation (self, changes, 1 + (i + 2 * k) % (N_PEOPLE - 1));
      g_string_append_c (changes, ']');
      kefu_fixture_start_feed (self->desk, changes->str, &n_applied);
      kefu_ui_test_wait (n_applied == i + 1);
      /* the agent lets them come up */
      if (i % 4 == 3)
        gtk_widget_activate_action (newer, "inbox.apply-newer", NULL);
      kefu_ui_test_turn ();
      look (self);
    }
  kefu_ui_test_settle ();
}

/* Orders and tags, not as many for each: what a panel builds for one customer it has to take away for the next. */
static void
add_to_panels (KefuFixture *desk)
{
  g_autoptr (GString) changes = g_string_new ("[");

  for (guint n = 0; n < N_PEOPLE; n++)
    {
      g_string_append_printf (
        changes,
        "{\"kind\":\"customer\",\"id\":\"01900000-0002-7000-8000-%012u\",\"op\":\"put\",\"body\":{\"id\":"
        "\"01900000-0002-7000-8000-%012u\",\"name\":\"客户 %u\",\"tags\":[%s]}},",
        n, n, n,
        n % 3 == 0   ? ""
        : n % 3 == 1 ? "\"送礼\""
                     : "\"送礼\",\"细手腕\",\"偏好顺丰\"");
      for (guint i = 0; i < n % 4; i++)
        g_string_append_printf (
          changes,
          "{\"kind\":\"order\",\"id\":\"01900000-0004-7000-8%03u-%012u\",\"op\":\"put\",\"body\":{\"id\":"
          "\"01900000-0004-7000-8%03u-%012u\",\"customer_id\":\"01900000-0002-7000-8000-%012u\",\"channel_id\":"
          "\"wangwang\",\"number\":\"2206881%03u%03u\",\"platform\":\"taobao\",\"state\":\"%s\",\"placed_at\":"
          "%" G_GINT64_FORMAT ",\"items\":[{\"title\":\"晴山 34 mm 石英女表\",\"variant\":\"雾蓝\",\"qty\":1,"
          "\"price_minor\":59800,\"image\":\"\"}],\"total_minor\":59800}},",
          i, n, i, n, n, n, i, i % 2 == 0 ? "paid" : "finished", KEFU_FIXTURE_NOW - 86400000 * (i + 1));
    }
  g_string_truncate (changes, changes->len - 1);
  g_string_append_c (changes, ']');
  kefu_fixture_feed (desk, changes->str);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  GtkWidget *view;

  self->alive = g_hash_table_new (NULL, NULL);
  self->rows = g_hash_table_new (NULL, NULL);
  self->desk = kefu_fixture_new ();
  add_to_panels (self->desk);
  g_settings_set_string (self->desk->settings, "inbox-view", "all");
  g_settings_set_boolean (self->desk->settings, "panel-visible", TRUE);
  view = kefu_workspace_view_new (self->desk->session, self->desk->settings, "拾光表行");
  self->view = KEFU_WORKSPACE_VIEW (view);
  self->window = kefu_ui_test_window (view, 1280, 800);
  kefu_session_set_active (self->desk->session, TRUE);
  kefu_ui_test_wait (kefu_ui_test_find (view, KEFU_TYPE_TIMELINE_VIEW, NULL));
  self->timeline = KEFU_TIMELINE_VIEW (kefu_ui_test_find (view, KEFU_TYPE_TIMELINE_VIEW, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  kefu_ui_test_settle ();
  g_settings_reset (self->desk->settings, "panel-page");
  g_settings_reset (self->desk->settings, "panel-visible");
  kefu_fixture_free (self->desk);
  g_hash_table_unref (self->alive);
  g_hash_table_unref (self->rows);
}

/* --- tests --- */

static void
test_a_chat_that_was_left_is_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) chat = g_hash_table_new (NULL, NULL);

  let_write (self, 2);
  open_chat (self, 3);
  kefu_ui_test_settle ();
  watch_list (chat, self->timeline->model);
  g_assert_cmpuint (g_hash_table_size (chat), >, 8);
  open_chat (self, 6);
  kefu_ui_test_settle ();
  open_chat (self, 9);
  kefu_ui_test_settle ();
  g_assert_cmpuint (g_hash_table_size (chat), ==, 0);
}

static void
test_two_hundred_switches_leave_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  let_write (self, 5);
  go_from_chat_to_chat (self, 50);
  before = count_at_rest (self);
  go_from_chat_to_chat (self, 150);
  after = count_at_rest (self);
  g_assert_cmpstr (before, ==, after);
}

static void
open_menus (Fixture *self, GtkWidget *widget, guint *n_opened)
{
  if (GTK_IS_MENU_BUTTON (widget) && gtk_widget_get_mapped (widget) && gtk_widget_is_sensitive (widget))
    {
      gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
      look (self);
      gtk_menu_button_popdown (GTK_MENU_BUTTON (widget));
      ++*n_opened;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    open_menus (self, child, n_opened);
}

static void
test_menus_that_were_opened_are_gone (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_opened = 0;

  /* one that somebody else has, so that its menu has a heading */
  open_chat (self, 7);
  kefu_ui_test_settle ();
  for (guint i = 0; i < 10; i++)
    {
      open_menus (self, GTK_WIDGET (self->window), &n_opened);
      kefu_ui_test_settle ();
      if (i == 1)
        before = count (self);
    }
  after = count (self);
  g_assert_cmpuint (n_opened, >, 50);
  g_assert_cmpstr (before, ==, after);
}

static void
test_a_storm_leaves_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  let_write (self, 2);
  go_from_chat_to_chat (self, N_PEOPLE);
  before = count_at_rest (self);
  let_write (self, STORM_BATCHES);
  after = count (self);
  g_assert_cmpstr (before, ==, after);

  /* and what came is let go of when it was seen */
  g_free (after);
  go_from_chat_to_chat (self, N_PEOPLE);
  after = count_at_rest (self);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add ("/leaks/a-chat-that-was-left-is-gone", Fixture, NULL, set_up, test_a_chat_that_was_left_is_gone,
              tear_down);
  g_test_add ("/leaks/two-hundred-switches", Fixture, NULL, set_up, test_two_hundred_switches_leave_nothing, tear_down);
  g_test_add ("/leaks/opened-menus", Fixture, NULL, set_up, test_menus_that_were_opened_are_gone, tear_down);
  g_test_add ("/leaks/a-storm", Fixture, NULL, set_up, test_a_storm_leaves_nothing, tear_down);
  return g_test_run ();
}
