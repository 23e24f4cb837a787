/* SPDX-License-Identifier: GPL-3.0-or-later
 * All phrases, laid out for finding them as one types. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-phrase-index.h"

#include <string.h>

#include "kefu-folder.h"
#include "kefu-text.h"

/* "zhuang" and the NUL. */
#define SYLLABLE_SIZE 7
/* A title that takes more is not one. */
#define MAX_STEPS 4000

/* One character of a title or group: itself, and how it is spelled. A query may go through it by either, or by the first letter of
 * the syllable, so that "包邮", "baoyou", "by", "baoy" and "by说明" all find their way. */
typedef struct
{
  gunichar c;
  guint16 place; /* characters into the original */
  char syllable[SYLLABLE_SIZE];
} Unit;

/* Which characters a text has, and which follow one another in it, each a bit of a few: what a word needs and a text lacks need not be looked for.
 * A bit that is set says nothing. */
typedef struct
{
  guint64 chars;
  guint64 pairs[2];
} Gate;

/* What a phrase's texts look like folded; shared by the records of a phrase that was only used once more. */
typedef struct
{
  char *key; /* all that it was made of */
  char *code;
  char *body;
  Unit *title; /* one more at the end gives the title's length */
  Unit *group;
  guint n_title;
  guint n_group;
  Gate title_gate;
  Gate group_gate;
  Gate body_gate;
} Fold;

typedef struct
{
  KefuPhraseRecord *record;
  Fold *fold;
} Entry;

struct _KefuPhraseIndex
{
  GPtrArray *records;
  GArray *entries; /* Entry */
};

/* How good a match is: what is typed on purpose (a code) stands above what happens to be in a text, the beginning above the inside, and
 * the words themselves above their spelling. */
enum
{
  SCORE_NONE = 0,
  SCORE_ANY = 1,
  SCORE_BODY = 10,
  SCORE_GROUP_SPELLED = 30,
  SCORE_GROUP = 40,
  SCORE_INSIDE = 50,
  SCORE_BEGINNING = 60,
  SCORE_CODE_BEGINNING = 90,
  SCORE_CODE = 100,
};

/* On top of SCORE_INSIDE and SCORE_BEGINNING, by the weakest way through a character. */
typedef enum
{
  BY_INITIAL = 1,
  BY_SYLLABLE = 2,
  BY_ITSELF = 4,
} Way;

typedef struct
{
  int score;
  int start; /* of the match in the title; -1: elsewhere */
  int length;
} Found;

/* --- making it --- */

static void
fold_clear (gpointer data)
{
  Fold *fold = data;

  g_free (fold->key);
  g_free (fold->code);
  g_free (fold->body);
  g_free (fold->title);
  g_free (fold->group);
}

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  kefu_phrase_record_unref (entry->record);
  g_atomic_rc_box_release_full (entry->fold, fold_clear);
}

/* Characters that are spelled: kefu_pinyin() passes over all others. */
static gboolean
is_spelled (gunichar c)
{
  return kefu_text_is_han (c) || g_unichar_isalnum (c);
}

static gboolean
is_vowel (char c)
{
  return strchr ("aeiouv", c) != NULL;
}

/* The length of the syllables that @spelled may begin with, longest first: consonants, vowels, and n, ng or r. */
static guint
possible_lengths (const char *spelled, guint lengths[3])
{
  guint n = 0;
  guint end = 0;

  while (spelled[end] != '\0' && !is_vowel (spelled[end]) && end < 2)
    end++;
  if (spelled[end] == '\0' || !is_vowel (spelled[end]))
    return 0;
  while (spelled[end] != '\0' && is_vowel (spelled[end]) && end < SYLLABLE_SIZE - 1)
    end++;
  if (end + 2 < SYLLABLE_SIZE && spelled[end] == 'n' && spelled[end + 1] == 'g')
    lengths[n++] = end + 2;
  if (end + 1 < SYLLABLE_SIZE && (spelled[end] == 'n' || spelled[end] == 'r'))
    lengths[n++] = end + 1;
  lengths[n++] = end;
  return n;
}

/* Gives each Han character of @units its part of @spelled, which has no marks between syllables; the @initials say where each
 * may begin. FALSE if they do not fit together, or that is not found out in @steps. */
static gboolean
spell (Unit *units, guint n, const char *spelled, const char *initials, guint *steps)
{
  guint lengths[3];
  guint n_lengths;

  while (n > 0 && !is_spelled (units->c))
    {
      units++;
      n--;
    }
  if (n == 0)
    return *spelled == '\0';
  if (*steps == 0)
    return FALSE;
  (*steps)--;
  if (*spelled == '\0' || g_utf8_get_char (spelled) != g_utf8_get_char (initials))
    return FALSE;
  if (!kefu_text_is_han (units->c))
    return g_utf8_get_char (spelled) == units->c &&
           spell (units + 1, n - 1, g_utf8_next_char (spelled), g_utf8_next_char (initials), steps);

  n_lengths = possible_lengths (spelled, lengths);
  for (guint i = 0; i < n_lengths; i++)
    /* a syllable may also end within what looks like its vowels: "xian" is "xi an" with the initials "xa" */
    for (guint length = lengths[i]; length > 0 && (length == lengths[i] || i == n_lengths - 1); length--)
      if (spell (units + 1, n - 1, spelled + length, initials + 1, steps))
        {
          memcpy (units->syllable, spelled, length);
          units->syllable[length] = '\0';
          return TRUE;
        }
  return FALSE;
}

static guint64
char_bit (gunichar c)
{
  if (c >= 'a' && c <= 'z')
    return (guint64) 1 << (c - 'a');
  if (c >= '0' && c <= '9')
    return (guint64) 1 << (26 + c - '0');
  return (guint64) 1 << (36 + (c * 2654435761u >> 16) % 28);
}

static void
gate_add_pair (Gate *gate, gunichar left, gunichar right)
{
  guint bit = (left * 2654435761u ^ right * 2246822519u) >> 25;

  gate->pairs[bit / 64] |= (guint64) 1 << bit % 64;
}

static Gate
text_gate (const gunichar *chars)
{
  Gate gate = { 0 };

  for (; *chars != 0; chars++)
    {
      gate.chars |= char_bit (*chars);
      if (chars[1] != 0)
        gate_add_pair (&gate, chars[0], chars[1]);
    }
  return gate;
}

/* Every way that walk() may go. */
static Gate
units_gate (const Unit *units, guint n)
{
  Gate gate = { 0 };

  for (guint i = 0; i < n; i++)
    {
      gsize length = strlen (units[i].syllable);
      gunichar ends[] = { units[i].c, (guchar) units[i].syllable[0],
                          length > 0 ? (guchar) units[i].syllable[length - 1] : 0 };

      gate.chars |= char_bit (units[i].c);
      for (gsize k = 0; k < length; k++)
        {
          gate.chars |= char_bit ((guchar) units[i].syllable[k]);
          if (k > 0)
            gate_add_pair (&gate, (guchar) units[i].syllable[k - 1], (guchar) units[i].syllable[k]);
        }
      for (guint next = i + 1; next < n; next++)
        {
          for (gsize k = 0; k < G_N_ELEMENTS (ends); k++)
            {
              gate_add_pair (&gate, ends[k], units[next].c);
              gate_add_pair (&gate, ends[k], (guchar) units[next].syllable[0]);
            }
          if (is_spelled (units[next].c))
            break;
        }
    }
  return gate;
}

static gboolean
gate_lets (const Gate *gate, const Gate *word)
{
  return (word->chars & ~gate->chars) == 0 && (word->pairs[0] & ~gate->pairs[0]) == 0 &&
         (word->pairs[1] & ~gate->pairs[1]) == 0;
}

static guint
append_units (GArray *units, KefuFolder *folder, const char *text)
{
  g_autoptr (KefuFolded) folded = kefu_folder_fold (folder, text);

  for (guint i = 0; i <= folded->length; i++)
    {
      Unit unit = { .c = i < folded->length ? folded->chars[i] : ' ', .place = (guint16) folded->places[i] };

      g_array_append_val (units, unit);
    }
  return folded->length;
}

static Fold *
fold_new (KefuFolder *folder, KefuPhraseRecord *record, char *key)
{
  Fold *fold = g_atomic_rc_box_new0 (Fold);
  guint steps = MAX_STEPS;
  g_autofree gunichar *body = NULL;
  g_autoptr (GArray) units = g_array_new (FALSE, TRUE, sizeof (Unit));

  fold->key = key;
  fold->code = kefu_text_fold (record->code);
  fold->body = kefu_text_fold (record->body);
  fold->n_title = append_units (units, folder, record->title);
  fold->n_group = append_units (units, folder, record->group_name);
  /* Title and group are spelled as one, see kefu-store-names.c. */
  if (*record->pinyin != '\0')
    spell ((Unit *) (gpointer) units->data, units->len, record->pinyin, record->initials, &steps);
  fold->title = g_memdup2 (units->data, (fold->n_title + 1) * sizeof (Unit));
  fold->group = g_memdup2 (units->data + (fold->n_title + 1) * sizeof (Unit), (fold->n_group + 1) * sizeof (Unit));
  fold->title_gate = units_gate (fold->title, fold->n_title);
  fold->group_gate = units_gate (fold->group, fold->n_group);
  body = g_utf8_to_ucs4_fast (fold->body, -1, NULL);
  fold->body_gate = text_gate (body);
  return fold;
}

KefuPhraseIndex *
kefu_phrase_index_new (GPtrArray *records, KefuPhraseIndex *old)
{
  KefuPhraseIndex *self = g_atomic_rc_box_new0 (KefuPhraseIndex);
  g_autoptr (KefuFolder) folder = kefu_folder_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; old != NULL && i < old->entries->len; i++)
    {
      Fold *fold = g_array_index (old->entries, Entry, i).fold;

      g_hash_table_insert (known, fold->key, fold);
    }
  self->records = g_ptr_array_ref (records);
  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), records->len);
  g_array_set_clear_func (self->entries, entry_clear);
  for (guint i = 0; i < records->len; i++)
    {
      KefuPhraseRecord *record = g_ptr_array_index (records, i);
      g_autofree char *key = g_strjoin ("\n", record->pinyin, record->initials, record->code, record->group_name,
                                        record->title, record->body, NULL);
      Fold *fold = g_hash_table_lookup (known, key);
      Entry entry = { .record = kefu_phrase_record_ref (record) };

      entry.fold = fold != NULL ? g_atomic_rc_box_acquire (fold) : fold_new (folder, record, g_steal_pointer (&key));
      g_array_append_val (self->entries, entry);
    }
  return self;
}

KefuPhraseIndex *
kefu_phrase_index_ref (KefuPhraseIndex *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
index_clear (gpointer data)
{
  KefuPhraseIndex *self = data;

  g_array_unref (self->entries);
  g_ptr_array_unref (self->records);
}

void
kefu_phrase_index_unref (KefuPhraseIndex *self)
{
  g_atomic_rc_box_release_full (self, index_clear);
}

GPtrArray *
kefu_phrase_index_records (KefuPhraseIndex *self)
{
  return self->records;
}

/* --- asking it --- */

/* A word of the query. */
typedef struct
{
  gunichar *chars; /* 0 ends */
  char *text;
  gsize length; /* of the text, bytes */
  Gate gate;
} Word;

static void
word_clear (gpointer data)
{
  Word *word = data;

  g_free (word->chars);
  g_free (word->text);
}

/* How many characters of @syllable stand at the front of @query; all of @query may be less than the syllable. */
static guint
common_length (const char *syllable, const gunichar *query)
{
  guint n = 0;

  while (syllable[n] != '\0' && (gunichar) syllable[n] == query[n])
    n++;
  return n;
}

/* Goes through @units with @query; the number of units it takes, or 0. @way: the weakest of the ways used, over all of them. */
static guint
walk (const Unit *units, guint n, const gunichar *query, gboolean first, Way *way)
{
  guint rest;
  guint common;
  Way used;

  if (*query == 0)
    return 0;
  if (n == 0)
    return 0;
  if (units->c == *query)
    {
      used = *way;
      rest = query[1] != 0 ? walk (units + 1, n - 1, query + 1, FALSE, &used) : 0;
      if (rest > 0 || query[1] == 0)
        {
          *way = used;
          return rest + 1;
        }
    }
  if (*units->syllable != '\0' && (gunichar) *units->syllable == *query)
    {
      common = common_length (units->syllable, query);
      /* all of the syllable, or as much as is typed yet of the last */
      if (common > 1 && (units->syllable[common] == '\0' || query[common] == 0))
        {
          used = MIN (*way, BY_SYLLABLE);
          rest = query[common] != 0 ? walk (units + 1, n - 1, query + common, FALSE, &used) : 0;
          if (rest > 0 || query[common] == 0)
            {
              *way = used;
              return rest + 1;
            }
        }
      used = MIN (*way, BY_INITIAL);
      rest = query[1] != 0 ? walk (units + 1, n - 1, query + 1, FALSE, &used) : 0;
      if (rest > 0 || query[1] == 0)
        {
          *way = used;
          return rest + 1;
        }
    }
  /* "man99" goes over the blanks of "满 99 元" */
  if (!first && *query != ' ' && !is_spelled (units->c))
    {
      rest = walk (units + 1, n - 1, query, FALSE, way);
      return rest > 0 ? rest + 1 : 0;
    }
  return 0;
}

/* The best place of @word in @units. */
static Found
find_in_units (const Unit *units, guint n, const Word *word)
{
  Found best = { SCORE_NONE, -1, 0 };

  for (guint i = 0; i < n; i++)
    {
      Way way = BY_ITSELF;
      guint taken;
      int score;

      if (units[i].c != *word->chars && (gunichar) *units[i].syllable != *word->chars)
        continue;
      taken = walk (units + i, n - i, word->chars, TRUE, &way);
      if (taken == 0)
        continue;
      score = (i == 0 ? SCORE_BEGINNING : SCORE_INSIDE) + (int) way;
      if (score > best.score)
        best = (Found){ score, units[i].place, units[i + taken].place - units[i].place };
    }
  return best;
}

static Found
find_word (const Entry *entry, const Word *word)
{
  const Fold *fold = entry->fold;
  Found found = { SCORE_NONE, -1, 0 };
  Found group;

  if (gate_lets (&fold->title_gate, &word->gate))
    found = find_in_units (fold->title, fold->n_title, word);
  if (*fold->code == *word->text && strncmp (fold->code, word->text, word->length) == 0)
    found.score = fold->code[word->length] == '\0' ? SCORE_CODE : SCORE_CODE_BEGINNING;
  if (found.score > SCORE_NONE)
    return found;
  if (gate_lets (&fold->group_gate, &word->gate))
    {
      group = find_in_units (fold->group, fold->n_group, word);
      if (group.score > SCORE_NONE)
        {
          found.score = (group.score & BY_ITSELF) != 0 ? SCORE_GROUP : SCORE_GROUP_SPELLED;
          return found;
        }
    }
  if (gate_lets (&fold->body_gate, &word->gate) && strstr (fold->body, word->text) != NULL)
    found.score = SCORE_BODY;
  return found;
}

static gboolean
is_latin (gunichar c)
{
  return c < 0x80 && g_ascii_isalnum ((char) c);
}

static void
add_word (GArray *words, const gunichar *chars, glong n)
{
  Word word = { .chars = g_memdup2 (chars, (gsize) (n + 1) * sizeof (gunichar)) };

  word.chars[n] = 0;
  word.text = g_ucs4_to_utf8 (word.chars, n, NULL, NULL, NULL);
  word.length = word.text != NULL ? strlen (word.text) : 0;
  word.gate = text_gate (word.chars);
  if (word.text != NULL)
    g_array_append_val (words, word);
  else
    word_clear (&word);
}

/* The words of @query: between blanks, and if @apart also where Latin and Han meet: "by申请" is "by" and "申请" too. */
static GArray *
split_query (const char *query, gboolean apart)
{
  g_autofree char *folded = kefu_text_fold (query);
  g_autofree gunichar *chars = g_utf8_to_ucs4_fast (folded, -1, NULL);
  GArray *words = g_array_new (FALSE, FALSE, sizeof (Word));
  glong start = 0;

  g_array_set_clear_func (words, word_clear);
  for (glong i = 0;; i++)
    {
      gboolean meets = apart && i > start && chars[i] != 0 && is_latin (chars[i - 1]) != is_latin (chars[i]);

      if (chars[i] != 0 && chars[i] != ' ' && !meets)
        continue;
      if (i > start)
        add_word (words, chars + start, i - start);
      if (chars[i] == 0)
        break;
      start = chars[i] == ' ' ? i + 1 : i;
    }
  return words;
}

/* All words must be found; the weakest decides, the first in the title is marked. */
static Found
find_words (const Entry *entry, GArray *words)
{
  Found all = { words->len > 0 ? G_MAXINT : SCORE_ANY, -1, 0 };

  for (guint i = 0; i < words->len; i++)
    {
      Found found = find_word (entry, &g_array_index (words, Word, i));

      if (found.score == SCORE_NONE)
        return found;
      all.score = MIN (all.score, found.score);
      if (all.start < 0 && found.start >= 0)
        {
          all.start = found.start;
          all.length = found.length;
        }
    }
  return all;
}

/* A match on its way to the list. */
typedef struct
{
  KefuPhraseRecord *phrase; /* borrowed */
  Found found;
} Hit;

/* Below 0: @left stands above @right. */
static int
compare_hits (const Hit *left, const Hit *right)
{
  if (left->found.score != right->found.score)
    return right->found.score - left->found.score;
  if (left->phrase->uses != right->phrase->uses)
    return right->phrase->uses - left->phrase->uses;
  if (left->phrase->last_used != right->phrase->last_used)
    return left->phrase->last_used > right->phrase->last_used ? -1 : 1;
  if (left->phrase->group_sort != right->phrase->group_sort)
    return left->phrase->group_sort - right->phrase->group_sort;
  if (left->phrase->sort != right->phrase->sort)
    return left->phrase->sort - right->phrase->sort;
  return g_strcmp0 (left->phrase->id, right->phrase->id);
}

static int
compare_hits_cb (gconstpointer left, gconstpointer right)
{
  return compare_hits (left, right);
}

/* Keeps the @limit best in @best, a heap with the worst of them at its top: most hits of a single letter are turned away there. */
static void
keep_best (GArray *best, const Hit *hit, guint limit)
{
  Hit *hits = (Hit *) (gpointer) best->data;
  guint place;

  if (best->len < limit)
    {
      g_array_append_vals (best, hit, 1);
      hits = (Hit *) (gpointer) best->data;
      for (place = best->len - 1; place > 0 && compare_hits (&hits[(place - 1) / 2], hit) < 0; place = (place - 1) / 2)
        hits[place] = hits[(place - 1) / 2];
      hits[place] = *hit;
      return;
    }
  if (limit == 0 || compare_hits (hit, &hits[0]) >= 0)
    return;
  for (place = 0; 2 * place + 1 < best->len;)
    {
      guint worse = 2 * place + 1;

      if (worse + 1 < best->len && compare_hits (&hits[worse], &hits[worse + 1]) < 0)
        worse++;
      if (compare_hits (&hits[worse], hit) <= 0)
        break;
      hits[place] = hits[worse];
      place = worse;
    }
  hits[place] = *hit;
}

static void
match_free (gpointer data)
{
  KefuPhraseMatch *match = data;

  kefu_phrase_record_unref (match->phrase);
  g_free (match);
}

GPtrArray *
kefu_phrase_index_match (KefuPhraseIndex *self, const char *query, guint limit)
{
  g_autoptr (GArray) words = split_query (query, FALSE);
  g_autoptr (GArray) apart = split_query (query, TRUE);
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (Hit));
  GPtrArray *matches = g_ptr_array_new_with_free_func (match_free);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      Hit hit = { entry->record, find_words (entry, words) };

      if (hit.found.score == SCORE_NONE && apart->len > words->len)
        hit.found = find_words (entry, apart);
      if (hit.found.score != SCORE_NONE)
        keep_best (best, &hit, limit);
    }
  g_array_sort (best, compare_hits_cb);
  for (guint i = 0; i < best->len; i++)
    {
      const Hit *hit = &g_array_index (best, Hit, i);
      KefuPhraseMatch *match = g_new (KefuPhraseMatch, 1);

      match->phrase = kefu_phrase_record_ref (hit->phrase);
      match->score = hit->found.score;
      match->match_start = hit->found.start;
      match->match_length = hit->found.length;
      g_ptr_array_add (matches, match);
    }
  return matches;
}
