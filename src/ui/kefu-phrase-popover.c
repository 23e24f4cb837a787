/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phrase of the tree, filled for the customer, beside it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-popover.h"

#include <glib/gi18n.h>

#include "kefu-phrase-preview.h"

struct _KefuPhrasePopover
{
  GtkPopover parent_instance;

  GtkWidget *preview;
};

G_DEFINE_FINAL_TYPE (KefuPhrasePopover, kefu_phrase_popover, GTK_TYPE_POPOVER)

static GtkWidget *
make_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new ();

  if (icon)
    {
      gtk_button_set_icon_name (GTK_BUTTON (button), icon);
      gtk_widget_set_tooltip_text (button, name);
      gtk_widget_add_css_class (button, "flat");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    }
  else
    {
      gtk_button_set_label (GTK_BUTTON (button), name);
      gtk_widget_add_css_class (button, "suggested-action");
    }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_focus_on_click (button, FALSE);
  return button;
}

static void
kefu_phrase_popover_class_init (KefuPhrasePopoverClass *klass)
{
}

static void
kefu_phrase_popover_init (KefuPhrasePopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *insert = make_button (NULL, _ ("Insert"), "phrase.insert");

  self->preview = kefu_phrase_preview_new ();
  gtk_widget_set_size_request (self->preview, 318, 270);
  gtk_box_append (GTK_BOX (box), self->preview);
  gtk_widget_add_css_class (bar, "popover-bar");
  gtk_box_append (GTK_BOX (bar), make_button ("user-trash-symbolic", _ ("Remove the phrase"), "phrase.remove"));
  gtk_box_append (GTK_BOX (bar), make_button ("document-edit-symbolic", _ ("Edit the phrase"), "phrase.edit"));
  gtk_widget_set_hexpand (insert, TRUE);
  gtk_widget_set_halign (insert, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (bar), insert);
  gtk_box_append (GTK_BOX (box), bar);

  gtk_widget_add_css_class (GTK_WIDGET (self), "phrase-popover");
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_LEFT);
}

GtkWidget *
kefu_phrase_popover_new (void)
{
  return g_object_new (KEFU_TYPE_PHRASE_POPOVER, NULL);
}

void
kefu_phrase_popover_show (KefuPhrasePopover *self, KefuDossier *dossier, KefuPhraseRecord *phrase)
{
  KefuSession *session = kefu_dossier_get_session (dossier);
  GPtrArray *orders = kefu_dossier_get_orders (dossier);
  KefuPhraseValues values = {
    .customer = kefu_dossier_get_customer (dossier),
    .order = orders && orders->len > 0 ? orders->pdata[0] : NULL,
    .conversation = kefu_dossier_get_conversation (dossier),
    .agent_name = kefu_session_get_agent_name (session),
    .now = kefu_clock_now (kefu_session_get_clock (session)),
  };
  g_autoptr (KefuFilledPhrase) filled = kefu_phrase_fill (phrase->body, &values);
  g_autoptr (GPtrArray) ladder = kefu_phrase_engine_ladder (kefu_session_get_phrases (session), phrase);

  g_return_if_fail (KEFU_IS_PHRASE_POPOVER (self));

  kefu_phrase_preview_set (KEFU_PHRASE_PREVIEW (self->preview), phrase, filled, ladder);
  gtk_popover_popup (GTK_POPOVER (self));
}
