/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON of strangers: strict parsing, and checks that name the wrong field. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-db.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): @bytes as JSON, as strict as kefu_json_scan(). KEFU_ERROR_INVALID. */
JsonNode *kefu_json_parse (GBytes *bytes, GError **error);
/* (transfer full): @node without white space. */
char *kefu_json_to_text (JsonNode *node);
/* (transfer full): SHA-256 of @type and @args, whatever the order of members. */
GBytes *kefu_json_hash (const char *type, JsonObject *args);

/**
 * KefuJsonCheck:
 *
 * Walks through an object; the first thing that is wrong stays, and what is asked later gets an empty answer. A plain struct.
 */
typedef struct
{
  GString *path; /* of the object being looked at: "events[2]", "" for the body */
  GArray *marks; /* lengths of path to go back to */
  char *field;   /* what is wrong, NULL if nothing so far */
  char *message;
} KefuJsonCheck;

typedef enum
{
  KEFU_JSON_OPTIONAL,
  KEFU_JSON_REQUIRED,
} KefuJsonNeed;

void kefu_json_check_init (KefuJsonCheck *self);
void kefu_json_check_clear (KefuJsonCheck *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KefuJsonCheck, kefu_json_check_clear)

/* TRUE if nothing was wrong; else FALSE, @field (out) (optional) (transfer full), and KEFU_ERROR_INVALID. */
gboolean kefu_json_check_end (KefuJsonCheck *self, char **field, GError **error);
void kefu_json_check_fail (KefuJsonCheck *self, const char *member, const char *format, ...) G_GNUC_PRINTF (3, 4);
gboolean kefu_json_check_failed (KefuJsonCheck *self);

/* Goes into a member or an element for what is asked next, and back. */
void kefu_json_check_enter (KefuJsonCheck *self, const char *member);
void kefu_json_check_enter_index (KefuJsonCheck *self, const char *member, guint index);
void kefu_json_check_leave (KefuJsonCheck *self);

/* (transfer none) (nullable): text of at most @max_bytes; a required one is not empty. */
const char *
kefu_json_check_text (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need, gsize max_bytes);
/* (transfer none) (nullable): one of the NULL-terminated @values. */
const char *kefu_json_check_choice (KefuJsonCheck *self,
                                    JsonObject *object,
                                    const char *member,
                                    KefuJsonNeed need,
                                    const char *const *values);
/* A whole number from @min to @max; 0 if it is not there. */
gint64 kefu_json_check_int (KefuJsonCheck *self,
                            JsonObject *object,
                            const char *member,
                            KefuJsonNeed need,
                            gint64 min,
                            gint64 max);
gboolean kefu_json_check_bool (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need);
/* (transfer none) (nullable) */
JsonObject *kefu_json_check_object (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need);
/* (transfer none) (nullable): a list of @min to @max elements. */
JsonArray *kefu_json_check_array (KefuJsonCheck *self,
                                  JsonObject *object,
                                  const char *member,
                                  KefuJsonNeed need,
                                  guint min,
                                  guint max);
/* (transfer none) (nullable): the element of a list, an object; goes into it. */
JsonObject *kefu_json_check_element (KefuJsonCheck *self, JsonArray *array, const char *member, guint index);

/* The member as text, or NULL if it is missing or something else. */
const char *kefu_json_text (JsonObject *object, const char *member);
/* The member as a number, or @fallback. */
gint64 kefu_json_int (JsonObject *object, const char *member, gint64 fallback);

G_END_DECLS
