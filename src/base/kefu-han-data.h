/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tables of Han characters, made at build time from ICU's data (make-han-data.c). */
#pragma once

/* The block that everyday text is of, and from where on characters have a reading in the table. */
#define KEFU_HAN_FIRST 0x4e00
#define KEFU_HAN_READ_FIRST 0x3400
#define KEFU_HAN_LAST 0x9fff

/* A character beyond the table. */
typedef struct
{
  unsigned int c;
  unsigned short reading;
} KefuHanRare;

/* From KEFU_HAN_FIRST on: the simplified form, the character itself if it has none. */
extern const unsigned short kefu_han_simplified[KEFU_HAN_LAST - KEFU_HAN_FIRST + 1];
/* From KEFU_HAN_READ_FIRST on: which of the syllables it is read as, 0 for none. */
extern const unsigned short kefu_han_reading[KEFU_HAN_LAST - KEFU_HAN_READ_FIRST + 1];
/* By character. */
extern const KefuHanRare kefu_han_rare[];
extern const unsigned int kefu_n_han_rare;
/* Toneless, lower case. */
extern const char kefu_han_syllables[][8];
