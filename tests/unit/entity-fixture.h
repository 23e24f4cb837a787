/* SPDX-License-Identifier: GPL-3.0-or-later
 * A database with the tables of the entities. */
#pragma once

#include "kefu-entity.h"

G_BEGIN_DECLS

/* (transfer full): in memory, empty. */
KefuDb *entity_db_new (void);

G_END_DECLS
