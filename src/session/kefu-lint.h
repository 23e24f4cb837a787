/* SPDX-License-Identifier: GPL-3.0-or-later
 * What should not be sent to a customer (product.md, rule 3). */
#pragma once

#include <gio/gio.h>

#include "kefu-error.h"

G_BEGIN_DECLS

typedef struct
{
  guint start; /* characters into the checked text */
  guint length;
  gboolean block; /* FALSE: only a warning */
  char *match;    /* the words found */
  char *why;      /* "说得太生硬" */
  char *instead;  /* a gentler sentence, "" if none */
} KefuLintFinding;

#define KEFU_TYPE_LINT (kefu_lint_get_type ())
G_DECLARE_FINAL_TYPE (KefuLint, kefu_lint, KEFU, LINT, GObject)

/* (transfer full) (nullable): @rules_json as data/lint/forbidden.json; KEFU_ERROR_INVALID names the rule that is wrong. */
KefuLint *kefu_lint_new (GBytes *rules_json, GError **error);
/* (transfer full) (element-type KefuLintFinding): in order of place; also unfilled `{variables}`. Compared folded (width, case). */
GPtrArray *kefu_lint_check (KefuLint *self, const char *text);

G_END_DECLS
