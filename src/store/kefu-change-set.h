/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a transaction changed, for the models to look at. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Kinds of local things beside the entity kinds of protocol.md. */
#define KEFU_CHANGE_DRAFT "draft"   /* id: conversation */
#define KEFU_CHANGE_OUTBOX "outbox" /* id: op */

#define KEFU_TYPE_CHANGE_SET (kefu_change_set_get_type ())

/* Reference-counted; immutable once the `changed` signal carries it. For a message, a read mark, a draft and a checklist item
 * kefu_change_set_add() is also called with ("conversation", its conversation), so that inbox models need one look. */
typedef struct _KefuChangeSet KefuChangeSet;

GType kefu_change_set_get_type (void);
KefuChangeSet *kefu_change_set_new (void);
KefuChangeSet *kefu_change_set_ref (KefuChangeSet *self);
void kefu_change_set_unref (KefuChangeSet *self);
void kefu_change_set_add (KefuChangeSet *self, const char *kind, const char *id);
/* Everything may have changed: after a reset or a first sync. */
void kefu_change_set_add_all (KefuChangeSet *self);
/* Adds all that @other holds. */
void kefu_change_set_merge (KefuChangeSet *self, KefuChangeSet *other);
gboolean kefu_change_set_is_all (KefuChangeSet *self);
gboolean kefu_change_set_is_empty (KefuChangeSet *self);
/* TRUE too if everything changed. @id NULL: anything of @kind. */
gboolean kefu_change_set_has (KefuChangeSet *self, const char *kind, const char *id);
/* (transfer container) (element-type utf8): the ids of @kind, NULL-terminated; empty if none. */
const char **kefu_change_set_ids (KefuChangeSet *self, const char *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuChangeSet, kefu_change_set_unref)

G_END_DECLS
