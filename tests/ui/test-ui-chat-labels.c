/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels in the head of the chat: what shows, and how they are set by mouse and by key. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "chat-fixture.h"
#include "kefu-label-chips.h"
#include "kefu-label-menu.h"

#define LABEL_A "b0000000-0000-7000-8000-00000000000a"
#define LABEL_B "b0000000-0000-7000-8000-00000000000b"

static ChatFixture *
labelled_new (void)
{
  ChatFixture *self = chat_fixture_new ();

  chat_feed (self, "{'kind':'label','id':'" LABEL_A "','body':{'id':'" LABEL_A "','name':'催发货','color':2,'sort':1}}",
             "{'kind':'label','id':'" LABEL_B "','body':{'id':'" LABEL_B "','name':'售后中','color':4,'sort':2}}",
             NULL);
  chat_wait_until (kefu_label_list_get_records (kefu_session_get_labels (self->session))->len == 2);
  return self;
}

/* (transfer full): the labels of CONV_1 as the store has them. */
static char *
labels (ChatFixture *self)
{
  g_autoptr (KefuConversationRecord) record = chat_record (self, CONV_1);

  return record->labels != NULL ? g_strjoinv (" ", record->labels) : g_strdup ("");
}

static void
assert_labels (ChatFixture *self, const char *expected)
{
  g_autofree char *got = labels (self);

  g_assert_cmpstr (got, ==, expected);
}

static GtkWidget *
find (ChatFixture *self, GType type, const char *text)
{
  return kefu_ui_test_find (GTK_WIDGET (self->pane->header), type, text);
}

static gboolean
shows_chip (ChatFixture *self, const char *name)
{
  GtkWidget *chips = find (self, KEFU_TYPE_LABEL_CHIPS, NULL);
  GtkWidget *chip = chips != NULL ? kefu_ui_test_find (chips, GTK_TYPE_LABEL, name) : NULL;

  return chip != NULL && gtk_widget_get_mapped (chip);
}

/* An open menu has the keyboard to itself, so a key does not go through the window here. */
static void
press (GtkWidget *menu, guint keyval)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (menu);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      gboolean taken = FALSE;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller) &&
          gtk_event_controller_get_propagation_phase (GTK_EVENT_CONTROLLER (controller)) == GTK_PHASE_CAPTURE)
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &taken);
      if (taken)
        return;
    }
  g_error ("nobody took the key");
}

static void
test_the_menu_sets_and_takes_labels (void)
{
  g_autoptr (ChatFixture) self = labelled_new ();
  GtkWidget *menu = find (self, KEFU_TYPE_LABEL_MENU, NULL);

  kefu_chat_pane_open_labels (self->pane);
  chat_wait_until (gtk_widget_get_mapped (menu));
  g_assert_false (shows_chip (self, "售后中"));
  press (menu, GDK_KEY_2);
  assert_labels (self, LABEL_B);
  chat_wait_until (shows_chip (self, "售后中"));
  press (menu, GDK_KEY_1);
  assert_labels (self, LABEL_A " " LABEL_B);
  chat_wait_until (shows_chip (self, "催发货"));
  press (menu, GDK_KEY_2);
  assert_labels (self, LABEL_A);
  chat_wait_until (!shows_chip (self, "售后中"));
  g_assert_true (shows_chip (self, "催发货"));
  gtk_popover_popdown (GTK_POPOVER (menu));
  chat_wait_until (!gtk_widget_get_mapped (menu));
}

static void
test_a_renamed_label_shows_its_new_name (void)
{
  g_autoptr (ChatFixture) self = labelled_new ();

  kefu_session_set_label (self->session, CONV_1, LABEL_A, TRUE);
  chat_wait_until (shows_chip (self, "催发货"));
  chat_feed (self, "{'kind':'label','id':'" LABEL_A "','body':{'id':'" LABEL_A "','name':'急','color':1,'sort':1}}",
             NULL);
  chat_wait_until (shows_chip (self, "急"));
  assert_labels (self, LABEL_A);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/chat-labels/the-menu-sets-and-takes-labels", test_the_menu_sets_and_takes_labels);
  g_test_add_func ("/ui/chat-labels/a-renamed-label-shows-its-new-name", test_a_renamed_label_shows_its_new_name);
  return g_test_run ();
}
