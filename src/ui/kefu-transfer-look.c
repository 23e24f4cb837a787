/* SPDX-License-Identifier: GPL-3.0-or-later
 * How far the file of a message is, in words. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-transfer-look.h"

#include <glib/gi18n.h>

/* A smaller picture is there before anybody could read how far it is. */
#define SMALL_PICTURE (512 * 1024)

static KefuTransferLook *
look_new (const char *text, const char *brief, const char *cancel)
{
  KefuTransferLook *self = g_new0 (KefuTransferLook, 1);

  self->text = g_strdup (text);
  self->brief = g_strdup (brief);
  self->cancel = cancel;
  self->fraction = -1;
  return self;
}

static KefuTransferLook *
running_new (gboolean out, gint64 done, gint64 total)
{
  int percent = total > 0 ? (int) (CLAMP (done, 0, total) * 100 / total) : 0;
  g_autofree char *text = NULL;
  /* TRANSLATORS: a share in percent */
  g_autofree char *brief = g_strdup_printf (_ ("%d %%"), percent);
  KefuTransferLook *self;

  text = out ? g_strdup_printf (_ ("Sending, %d %%"), percent) : g_strdup_printf (_ ("Loading, %d %%"), percent);
  self = look_new (text, brief, out ? _ ("Cancel Sending") : _ ("Stop Loading"));
  self->fraction = percent / 100.0;
  return self;
}

static KefuTransferLook *
outgoing_new (KefuTransferState state, gint64 done, gint64 total, gboolean away)
{
  KefuTransferLook *self;

  if (away)
    return look_new (_ ("Waiting for the network"), C_ ("picture", "Waiting"), _ ("Cancel Sending"));
  if (state == KEFU_TRANSFER_RUNNING)
    return running_new (TRUE, done, total);
  if (state == KEFU_TRANSFER_DONE)
    {
      /* Its message is being sent: what was not stopped by now has perhaps arrived. */
      self = look_new (_ ("Sending"), C_ ("picture", "Sending"), NULL);
      self->fraction = 1;
      return self;
    }
  return look_new (_ ("Waiting to be sent"), C_ ("picture", "Waiting"), _ ("Cancel Sending"));
}

KefuTransferLook *
kefu_transfer_look_new (KefuMessageRecord *record, const KefuMessageContext *context)
{
  KefuTransferState state = KEFU_TRANSFER_NONE;
  gint64 done = 0, total = 0;

  g_return_val_if_fail (record && context, NULL);

  if (record->attachment == NULL || record->recalled)
    return NULL;
  if (context->transfers)
    state = kefu_transfers_get (context->transfers, record->attachment->sha256, &done, &total);
  if (g_str_equal (record->dir, "out") && record->rev == 0)
    return outgoing_new (state, done, total, context->away);
  if (g_str_equal (record->kind, "image") && MAX (total, record->attachment->size) < SMALL_PICTURE)
    return NULL;
  if (state == KEFU_TRANSFER_RUNNING)
    return running_new (FALSE, done, total);
  if (state == KEFU_TRANSFER_WAITING)
    return look_new (context->away ? _ ("Waiting for the network") : _ ("Waiting to be loaded"),
                     C_ ("picture", "Waiting"), _ ("Stop Loading"));
  return NULL;
}

void
kefu_transfer_look_free (KefuTransferLook *self)
{
  g_free (self->text);
  g_free (self->brief);
  g_free (self);
}
