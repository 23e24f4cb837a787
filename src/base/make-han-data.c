/* SPDX-License-Identifier: GPL-3.0-or-later
 * Runs at build time: what ICU knows of Han characters, as tables. Opening its transliterators takes a third of a second and megabytes,
 * which every start of the desk would pay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "kefu-han-data.h"

#define MAX_SYLLABLES 2000
#define SYLLABLE_SIZE 8
#define TEXT_SIZE 64

static char syllables[MAX_SYLLABLES][SYLLABLE_SIZE];
static int n_syllables = 1; /* 0: none is known */

static UTransliterator *
open_or_die (const UChar *id)
{
  UErrorCode status = U_ZERO_ERROR;
  UTransliterator *made = utrans_openU (id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);

  if (U_FAILURE (status))
    {
      fprintf (stderr, "ICU: %s\n", u_errorName (status));
      exit (1);
    }
  return made;
}

/* What becomes of one character; the length of @text. */
static int32_t
transliterate (UTransliterator *transliterator, UChar32 c, UChar text[TEXT_SIZE])
{
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = 0;
  int32_t limit;

  U16_APPEND_UNSAFE (text, length, c);
  limit = length;
  utrans_transUChars (transliterator, text, &length, TEXT_SIZE, 0, &limit, &status);
  return U_SUCCESS (status) ? length : 0;
}

/* The number of the syllable that @c is read as, 0 if there is none. */
static int
read_as (UTransliterator *latin, UChar32 c)
{
  UChar text[TEXT_SIZE];
  int32_t length = transliterate (latin, c, text);
  char syllable[SYLLABLE_SIZE];

  if (length < 1 || length >= SYLLABLE_SIZE)
    return 0;
  for (int32_t i = 0; i < length; i++)
    {
      if (text[i] < 'a' || text[i] > 'z')
        return 0;
      syllable[i] = (char) text[i];
    }
  syllable[length] = '\0';
  for (int i = 1; i < n_syllables; i++)
    if (strcmp (syllables[i], syllable) == 0)
      return i;
  if (n_syllables == MAX_SYLLABLES)
    exit (1);
  memcpy (syllables[n_syllables], syllable, sizeof syllable);
  return n_syllables++;
}

int
main (void)
{
  UTransliterator *simplify = open_or_die (u"Traditional-Simplified");
  UTransliterator *latin = open_or_die (u"Han-Latin; Latin-ASCII; Lower");

  puts ("/* Made by make-han-data. */\n#include \"kefu-han-data.h\"\n");
  printf ("const unsigned short kefu_han_simplified[KEFU_HAN_LAST - KEFU_HAN_FIRST + 1] = {");
  for (UChar32 c = KEFU_HAN_FIRST; c <= KEFU_HAN_LAST; c++)
    {
      UChar text[TEXT_SIZE];

      printf ("%s0x%x,", (c & 15) == 0 ? "\n" : "",
              transliterate (simplify, c, text) == 1 ? text[0] : (unsigned int) c);
    }
  printf ("\n};\n\nconst unsigned short kefu_han_reading[KEFU_HAN_LAST - KEFU_HAN_READ_FIRST + 1] = {");
  for (UChar32 c = KEFU_HAN_READ_FIRST; c <= KEFU_HAN_LAST; c++)
    printf ("%s%d,", (c & 15) == 0 ? "\n" : "", read_as (latin, c));
  printf ("\n};\n\nconst KefuHanRare kefu_han_rare[] = {");
  for (UChar32 c = 0x20000; c < 0x40000; c++)
    {
      int reading = read_as (latin, c);

      if (reading > 0)
        printf ("\n{0x%x,%d},", (unsigned int) c, reading);
    }
  printf ("\n};\nconst unsigned int kefu_n_han_rare = sizeof kefu_han_rare / sizeof kefu_han_rare[0];\n");
  printf ("\nconst char kefu_han_syllables[][%d] = {\n\"\",", SYLLABLE_SIZE);
  for (int i = 1; i < n_syllables; i++)
    printf ("\n\"%s\",", syllables[i]);
  puts ("\n};");
  utrans_close (simplify);
  utrans_close (latin);
  return 0;
}
