/* SPDX-License-Identifier: GPL-3.0-or-later
 * An input method for tests: holds letters as a preedit, Return commits them, Escape drops them. */
#include "config.h"

#include <gtk/gtk.h>
#include <gtk/gtkimmodule.h>

#include "chat-fixture.h"

#define IM_NAME "kefu-test"

#define TEST_TYPE_IM (test_im_get_type ())
G_DECLARE_FINAL_TYPE (TestIm, test_im, TEST, IM, GtkIMContext)

struct _TestIm
{
  GtkIMContext parent_instance;
  GString *preedit;
};

G_DEFINE_FINAL_TYPE (TestIm, test_im, GTK_TYPE_IM_CONTEXT)

static gboolean
test_im_filter_keypress (GtkIMContext *context, GdkEvent *event)
{
  TestIm *self = TEST_IM (context);
  guint keyval = gdk_key_event_get_keyval (event);
  gboolean pressed = gdk_event_get_event_type (event) == GDK_KEY_PRESS;

  if (gdk_event_get_modifier_state (event) & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (keyval >= GDK_KEY_a && keyval <= GDK_KEY_z)
    {
      if (pressed)
        {
          g_string_append_c (self->preedit, (char) keyval);
          g_signal_emit_by_name (self, "preedit-changed");
        }
      return TRUE;
    }
  if (keyval == GDK_KEY_slash)
    {
      if (pressed)
        g_signal_emit_by_name (self, "commit", "/");
      return TRUE;
    }
  if (self->preedit->len == 0 || !pressed)
    return FALSE;
  if (keyval == GDK_KEY_Return)
    {
      g_autofree char *text = g_strdup (self->preedit->str);

      g_string_truncate (self->preedit, 0);
      g_signal_emit_by_name (self, "preedit-changed");
      g_signal_emit_by_name (self, "commit", text);
      return TRUE;
    }
  return TRUE;
}

static void
test_im_get_preedit_string (GtkIMContext *context, char **str, PangoAttrList **attrs, int *cursor_pos)
{
  TestIm *self = TEST_IM (context);

  if (str)
    *str = g_strdup (self->preedit->str);
  if (attrs)
    *attrs = pango_attr_list_new ();
  if (cursor_pos)
    *cursor_pos = (int) self->preedit->len;
}

static void
test_im_reset (GtkIMContext *context)
{
  TestIm *self = TEST_IM (context);

  if (self->preedit->len == 0)
    return;
  g_string_truncate (self->preedit, 0);
  g_signal_emit_by_name (self, "preedit-changed");
}

static void
test_im_finalize (GObject *object)
{
  g_string_free (TEST_IM (object)->preedit, TRUE);
  G_OBJECT_CLASS (test_im_parent_class)->finalize (object);
}

static void
test_im_class_init (TestImClass *klass)
{
  GtkIMContextClass *context_class = GTK_IM_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_im_finalize;
  context_class->filter_keypress = test_im_filter_keypress;
  context_class->get_preedit_string = test_im_get_preedit_string;
  context_class->reset = test_im_reset;
}

static void
test_im_init (TestIm *self)
{
  self->preedit = g_string_new (NULL);
}

void
chat_use_test_im (ChatFixture *self)
{
  static gsize registered;

  if (g_once_init_enter (&registered))
    {
      g_io_extension_point_implement (GTK_IM_MODULE_EXTENSION_POINT_NAME, TEST_TYPE_IM, IM_NAME, 0);
      /* or every other text view would take it for the default */
      g_setenv ("GTK_IM_MODULE", "gtk-im-context-simple", TRUE);
      g_once_init_leave (&registered, 1);
    }
  g_object_set (kefu_composer_get_text_view (self->composer), "im-module", IM_NAME, NULL);
}
