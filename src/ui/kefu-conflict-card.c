/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two values of one field, the agent's and a colleague's, and the question which it shall be. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-conflict-card.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-refusal.h"
#include "kefu-session-conflicts.h"
#include "kefu-time-format.h"
#include "kefu-ui.h"

/* As long as in the panel (product.md, rule 5). */
#define REVEAL_MS 30000

struct _KefuConflictCard
{
  GtkWidget parent_instance;

  GtkLabel *field_label;
  GtkLabel *subject_label;
  GtkToggleButton *reveal_button;
  GtkLabel *mine_key;
  GtkLabel *mine_label;
  GtkLabel *theirs_key;
  GtkLabel *theirs_label;
  GtkWidget *mine_button;
  GtkWidget *theirs_button;

  KefuSession *session;
  KefuOutboxRecord *record;
  guint conceal_id; /* of the session's clock */
};

G_DEFINE_FINAL_TYPE (KefuConflictCard, kefu_conflict_card, GTK_TYPE_WIDGET)

static gint64
get_now (KefuConflictCard *self)
{
  return kefu_clock_now (kefu_session_get_clock (self->session));
}

/* (transfer full): who wrote theirs, as far as that is known. */
static char *
dup_theirs_key (KefuConflictCard *self)
{
  const KefuConflictRecord *conflict = self->record->conflict;
  g_autofree char *time = kefu_time_format_day_time (conflict->at, get_now (self));

  if (conflict->at == 0)
    return g_strdup (_ ("Now:"));
  if (g_strcmp0 (conflict->by_id, kefu_session_get_agent_id (self->session)) == 0)
    /* TRANSLATORS: the agent wrote it on another computer; %s is a time, such as "14:03" or "Yesterday 21:40" */
    return g_strdup_printf (_ ("Yours elsewhere (%s):"), time);
  if (*conflict->by_name)
    /* TRANSLATORS: the name of a colleague and a time, such as "14:03" or "Yesterday 21:40" */
    return g_strdup_printf (_ ("Theirs (%s, %s):"), conflict->by_name, time);
  /* TRANSLATORS: %s is a time, such as "14:03" or "Yesterday 21:40" */
  return g_strdup_printf (_ ("Theirs (%s):"), time);
}

static char *
dup_value (KefuConflictCard *self, const char *value)
{
  return kefu_refusal_show_value (self->record->conflict->field, value,
                                  gtk_toggle_button_get_active (self->reveal_button), get_now (self));
}

static void
fill (KefuConflictCard *self)
{
  const KefuConflictRecord *conflict = self->record->conflict;
  const char *field = kefu_refusal_field_name (self->record->type, conflict->field);
  /* The title says it already if it is what the two do not agree on. */
  const char *subject = g_str_equal (conflict->field, "title") && !conflict->removing ? "" : conflict->subject;
  g_autofree char *mine = conflict->removing ? g_strdup (_ ("Removed")) : dup_value (self, conflict->mine_shown);
  g_autofree char *theirs = conflict->removed ? g_strdup (_ ("Removed")) : dup_value (self, conflict->theirs_shown);
  g_autofree char *mine_key = NULL;
  g_autofree char *theirs_key = dup_theirs_key (self);
  g_autofree char *time = kefu_time_format_day_time (self->record->created_at, get_now (self));
  g_autofree char *name = NULL;

  /* TRANSLATORS: what the agent typed himself; %s is a time, such as "14:03" or "Yesterday 21:40" */
  mine_key = g_strdup_printf (_ ("Yours (%s):"), time);
  gtk_label_set_label (self->field_label, field);
  gtk_label_set_label (self->subject_label, subject);
  gtk_label_set_label (self->mine_key, mine_key);
  gtk_label_set_label (self->mine_label, mine);
  gtk_label_set_label (self->theirs_key, theirs_key);
  gtk_label_set_label (self->theirs_label, theirs);
  gtk_widget_set_visible (GTK_WIDGET (self->reveal_button), kefu_refusal_is_masked (conflict->field));

  /* TRANSLATORS: said by a screen reader: a field, then "Yours: …", then "Theirs (…): …" */
  name = g_strdup_printf (_ ("%s was changed twice. %s %s. %s %s"), field, mine_key, mine, theirs_key, theirs);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
conceal_cb (gpointer user_data)
{
  KefuConflictCard *self = user_data;

  self->conceal_id = 0;
  gtk_toggle_button_set_active (self->reveal_button, FALSE);
}

static void
reveal_toggled_cb (KefuConflictCard *self)
{
  const KefuConflictRecord *conflict;
  KefuClock *clock;

  if (!self->record)
    return;
  clock = kefu_session_get_clock (self->session);
  kefu_clock_clear_timeout (clock, &self->conceal_id);
  conflict = self->record->conflict;
  if (gtk_toggle_button_get_active (self->reveal_button))
    {
      self->conceal_id = kefu_clock_add_timeout (clock, REVEAL_MS, conceal_cb, self, NULL);
      kefu_session_record_reveal (self->session, conflict->customer_id, conflict->field, "reveal");
    }
  fill (self);
}

static void
mine_clicked_cb (KefuConflictCard *self)
{
  kefu_session_use_mine (self->session, self->record);
}

static void
theirs_clicked_cb (KefuConflictCard *self)
{
  kefu_session_keep_theirs (self->session, self->record);
}

static gboolean
kefu_conflict_card_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KEFU_CONFLICT_CARD (widget)->mine_button);
}

/* What is looked at again is asked for again. */
static void
kefu_conflict_card_unmap (GtkWidget *widget)
{
  gtk_toggle_button_set_active (KEFU_CONFLICT_CARD (widget)->reveal_button, FALSE);
  GTK_WIDGET_CLASS (kefu_conflict_card_parent_class)->unmap (widget);
}

static void
kefu_conflict_card_dispose (GObject *object)
{
  KefuConflictCard *self = KEFU_CONFLICT_CARD (object);

  if (self->session)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->conceal_id);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_CONFLICT_CARD);
  g_clear_object (&self->session);
  g_clear_pointer (&self->record, kefu_outbox_record_unref);
  G_OBJECT_CLASS (kefu_conflict_card_parent_class)->dispose (object);
}

static void
kefu_conflict_card_class_init (KefuConflictCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_conflict_card_dispose;
  widget_class->grab_focus = kefu_conflict_card_grab_focus;
  widget_class->unmap = kefu_conflict_card_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-conflict-card.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, field_label);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, subject_label);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, reveal_button);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, mine_key);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, mine_label);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, theirs_key);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, theirs_label);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, mine_button);
  gtk_widget_class_bind_template_child (widget_class, KefuConflictCard, theirs_button);
  gtk_widget_class_bind_template_callback (widget_class, reveal_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, mine_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, theirs_clicked_cb);
}

static void
kefu_conflict_card_init (KefuConflictCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
}

GtkWidget *
kefu_conflict_card_new (KefuSession *session)
{
  KefuConflictCard *self = g_object_new (KEFU_TYPE_CONFLICT_CARD, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

void
kefu_conflict_card_set (KefuConflictCard *self, KefuOutboxRecord *record)
{
  g_return_if_fail (KEFU_IS_CONFLICT_CARD (self));
  g_return_if_fail (record->conflict != NULL);

  kefu_outbox_record_ref (record);
  g_clear_pointer (&self->record, kefu_outbox_record_unref);
  self->record = record;
  fill (self);
}

KefuOutboxRecord *
kefu_conflict_card_get_record (KefuConflictCard *self)
{
  g_return_val_if_fail (KEFU_IS_CONFLICT_CARD (self), NULL);

  return self->record;
}
