/* SPDX-License-Identifier: GPL-3.0-or-later
 * The side panel over real storage, with the customers of the drawn pictures. */
#pragma once

#include "fixture.h"
#include "kefu-side-panel.h"
#include "kefu-ui-test.h"

G_BEGIN_DECLS

typedef struct
{
  KefuFixture *fixture;
  GtkWidget *panel;
  GtkWindow *window;
  KefuConversation *conversation;
} Panel;

/* (transfer none): the id of what panel.json calls "#name"; a UUID. */
const char *panel_id (const char *name);
/* Shows @page for the conversation "#name-open" (nullable: none is open), 330 px wide, and waits until it is loaded. */
void panel_open (Panel *self, const char *name, const char *page);
/* Goes to another customer and waits until it is shown. */
void panel_show (Panel *self, const char *name);
/* Waits until what the panel asked of the store is answered and shown. */
void panel_settle (Panel *self);
/* All widgets and the session must be gone after it. */
void panel_close (Panel *self);
/* (transfer none): a child by type and buildable id, label or icon; it must be there. */
GtkWidget *panel_find (Panel *self, GType type, const char *name);
/* Presses a button; gtk_widget_activate() would act only after a while. */
void panel_click (GtkWidget *button);
/* The text of the label with this id on the page that is shown. */
const char *panel_text (Panel *self, const char *id);
/* How many operations wait in the outbox. */
guint panel_pending (Panel *self);
/* Applies changes in the notation of panel.json. */
void panel_feed (Panel *self, const char *json);

G_END_DECLS
