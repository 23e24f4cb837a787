/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the fuzz targets share. A target is one function that is given any bytes; it must neither crash nor break a promise. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the run when a promise is broken. */
#define FUZZ_CHECK(condition)                                                                                          \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    if (G_UNLIKELY (!(condition)))                                                                                     \
      g_error ("%s:%d: this does not hold: %s", __FILE__, __LINE__, #condition);                                       \
  }                                                                                                                    \
  G_STMT_END

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* To be called once before the first input: warnings are faults, chatter is dropped. */
void fuzz_begin (void);
/* (transfer full): the input up to its first zero byte, as a C string. */
char *fuzz_string (const uint8_t *data, size_t size);
/* (transfer full): the same, made valid UTF-8: what the JSON parser or a text widget would let through. */
char *fuzz_text (const uint8_t *data, size_t size);
