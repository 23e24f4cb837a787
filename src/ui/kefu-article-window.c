/* SPDX-License-Identifier: GPL-3.0-or-later
 * An article of the knowledge, to be read. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-article-window.h"

#include "kefu-ui.h"

struct _KefuArticleWindow
{
  AdwWindow parent_instance;

  GtkLabel *heading;
  GtkLabel *body;
};

enum
{
  INSERT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuArticleWindow, kefu_article_window, ADW_TYPE_WINDOW)

/* (transfer full): what is selected, or all. */
static char *
get_text (KefuArticleWindow *self)
{
  const char *text = gtk_label_get_text (self->body);
  int start, end;

  if (!gtk_label_get_selection_bounds (self->body, &start, &end))
    return g_strdup (text);
  return g_utf8_substring (text, start, end);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *text = get_text (KEFU_ARTICLE_WINDOW (widget));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
insert_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *text = get_text (KEFU_ARTICLE_WINDOW (widget));

  g_signal_emit (widget, signals[INSERT], 0, text);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
kefu_article_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), KEFU_TYPE_ARTICLE_WINDOW);
  G_OBJECT_CLASS (kefu_article_window_parent_class)->dispose (object);
}

static void
kefu_article_window_class_init (KefuArticleWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_article_window_dispose;

  signals[INSERT] = g_signal_new ("insert", KEFU_TYPE_ARTICLE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, KEFU_UI_RESOURCES "/ui/kefu-article-window.ui");

  gtk_widget_class_bind_template_child (widget_class, KefuArticleWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, KefuArticleWindow, body);
  gtk_widget_class_install_action (widget_class, "article.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "article.insert", NULL, insert_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "article.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "article.insert", NULL);
}

static void
kefu_article_window_init (KefuArticleWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

KefuArticleWindow *
kefu_article_window_new (GtkWidget *from, const char *title, const char *body)
{
  KefuArticleWindow *self = g_object_new (KEFU_TYPE_ARTICLE_WINDOW, NULL);
  GtkRoot *root = gtk_widget_get_root (from);

  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_label (self->heading, title);
  gtk_label_set_label (self->body, body);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (self), GTK_WINDOW (root));
  kefu_ui_close_with (GTK_WINDOW (self), from);
  return self;
}
