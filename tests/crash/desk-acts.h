/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent may do, by chance: arguments for every type of operation, made of what the desk's cache shows. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-db.h"

G_BEGIN_DECLS

typedef struct
{
  KefuDb *cache; /* read-only */
  GRand *chance;
  const char *agent_id;
  const char *name; /* of the desk, in all that it writes */
  gint64 now;
  guint n; /* how many acts there were: texts are unique by it */
} Actor;

/* (nullable) (transfer full): arguments of an operation of @type; NULL: the desk shows nothing that it could be done to. */
JsonObject *desk_act_make (Actor *actor, const char *type);
gboolean desk_act_knows (const char *type);

G_END_DECLS
