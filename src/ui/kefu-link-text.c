/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels for what people write, with their web addresses as links. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-link-text.h"

#include "kefu-links.h"

/* TRUE: nothing is opened. */
static gboolean
activate_link_cb (GtkLabel *label, const char *uri, gpointer user_data)
{
  return !kefu_links_may_open (uri);
}

void
kefu_link_text_prepare (GtkLabel *label)
{
  g_signal_connect (label, "activate-link", G_CALLBACK (activate_link_cb), NULL);
}

void
kefu_link_text_set (GtkLabel *label, const char *text)
{
  g_autofree char *markup = kefu_links_markup (text);

  if (markup != NULL)
    {
      gtk_label_set_markup (label, markup);
      return;
    }
  /* plain text must stay plain after a row that had a link */
  gtk_label_set_use_markup (label, FALSE);
  gtk_label_set_label (label, text);
}
