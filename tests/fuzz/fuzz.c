/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the fuzz targets share. */
#include "config.h"

#include "fuzz.h"

#include <stdlib.h>

static GLogWriterOutput
write_faults (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & G_LOG_LEVEL_MASK) > G_LOG_LEVEL_WARNING)
    return G_LOG_WRITER_HANDLED;
  g_log_writer_standard_streams (level, fields, n_fields, user_data);
  /* GLib's own way to stop raises a signal that the fuzzer does not catch: the input would not be kept. */
  abort ();
}

void
fuzz_begin (void)
{
  g_setenv ("TZ", "Asia/Shanghai", TRUE);
  g_log_set_writer_func (write_faults, NULL, NULL);
}

char *
fuzz_string (const uint8_t *data, size_t size)
{
  return g_strndup ((const char *) data, size);
}

char *
fuzz_text (const uint8_t *data, size_t size)
{
  g_autofree char *raw = fuzz_string (data, size);

  return g_utf8_make_valid (raw, -1);
}
