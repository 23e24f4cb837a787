/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tooltips that suit Chinese words and open menus. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-tooltips.h"

#include <adwaita.h>

/* U+2060, which is neither seen nor a place to break a line. */
#define WORD_JOINER "\342\201\240"

/* GTK makes a tooltip as wide as it has characters, counting each as one column: two Han characters, which take four, were
 * broken into two lines. One that is not seen, for each wide one, makes up for the difference. */
static void
set_markup (GtkTooltip *tooltip, const char *markup)
{
  g_autoptr (GString) padded = g_string_new (markup);

  for (const char *c = markup; *c; c = g_utf8_next_char (c))
    if (g_unichar_iswide (g_utf8_get_char (c)))
      g_string_append (padded, WORD_JOINER);
  gtk_tooltip_set_markup (tooltip, padded->str);
}

static gboolean
has_open_menu (GtkWidget *widget)
{
  GtkPopover *popover = GTK_IS_MENU_BUTTON (widget) ? gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget)) : NULL;

  return popover != NULL && gtk_widget_get_visible (GTK_WIDGET (popover));
}

static gboolean
query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  gboolean shown = FALSE;

  if (has_open_menu (widget))
    return FALSE;
  g_signal_chain_from_overridden_handler (widget, x, y, keyboard, tooltip, &shown);
  if (shown && gtk_widget_get_tooltip_markup (widget) != NULL)
    set_markup (tooltip, gtk_widget_get_tooltip_markup (widget));
  return shown;
}

void
kefu_tooltips_init (void)
{
  static gsize done;
  const GType types[] = { GTK_TYPE_BUTTON, GTK_TYPE_MENU_BUTTON, ADW_TYPE_SPLIT_BUTTON,
                          GTK_TYPE_LABEL,  GTK_TYPE_IMAGE,       GTK_TYPE_BOX };

  if (!g_once_init_enter (&done))
    return;
  /* whose signal it is */
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_signal_override_class_handler ("query-tooltip", types[i], G_CALLBACK (query_tooltip));
  g_once_init_leave (&done, 1);
}

void
kefu_tooltips_set_text (GtkTooltip *tooltip, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  g_return_if_fail (GTK_IS_TOOLTIP (tooltip));

  set_markup (tooltip, markup);
}
