/* SPDX-License-Identifier: GPL-3.0-or-later
 * A message's data as words: whatever its JSON holds, there is something to read. */
#include "config.h"

#include "fuzz.h"
#include "kefu-message-text.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

/* The first line is the body, the rest the data. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const kinds[] = { "text", "image", "file", "voice", "order", "call", "note", "event", "later" };
  static const char *const dirs[] = { "in", "out", "none" };
  g_autofree char *text = fuzz_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  KefuMessageContext context = { .customer_name = "沈若溪", .agent_id = "lin", .now = 1800000000000 };

  if (g_strv_length (lines) < 2)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (kinds) * G_N_ELEMENTS (dirs); i++)
    {
      KefuMessageRecord record = {
        .id = (char *) "m",
        .conversation_id = (char *) "c",
        .kind = (char *) kinds[i / G_N_ELEMENTS (dirs)],
        .dir = (char *) dirs[i % G_N_ELEMENTS (dirs)],
        .author_name = (char *) "",
        .body = lines[0],
        .data = lines[1],
        .quote_body = (char *) "",
        .delivery = (char *) "sent",
        .delivery_reason = (char *) "",
        .recalled = i % 5 == 0,
      };
      g_autofree char *said = kefu_message_text (&record);
      g_autofree char *event = kefu_message_event_text (&record, &context);
      g_autofree char *spoken = kefu_message_spoken (&record, &context);

      FUZZ_CHECK (g_utf8_validate (said, -1, NULL) && g_utf8_validate (event, -1, NULL) &&
                  g_utf8_validate (spoken, -1, NULL) && *spoken != '\0');
    }
  return 0;
}
