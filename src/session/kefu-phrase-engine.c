/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finding phrases as one types. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-phrase-engine.h"

#include <string.h>

#include "kefu-text.h"

/* All phrases are in memory with their texts folded once, on a thread: a keystroke then looks through them all in less than it
 * takes to draw the list, and no index has to be kept in step. */
typedef struct
{
  KefuPhraseRecord *record;
  char *code;
  char *title;
  char *group;
  char *body;
  gsize title_initials; /* how many of record->initials are of the title; the rest is of the group */
} Entry;

struct _KefuPhraseEngine
{
  GObject parent_instance;

  KefuStore *store;
  GPtrArray *all;     /* KefuPhraseRecord */
  GPtrArray *entries; /* Entry, of the same order */
  GCancellable *cancellable;
  gboolean loading;
  gboolean load_again;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

/* How good a match is; what is typed on purpose (a code) stands above what happens to be in a text. */
enum
{
  SCORE_NONE = 0,
  SCORE_BODY = 10,
  SCORE_PINYIN_INSIDE = 20,
  SCORE_GROUP = 30,
  SCORE_INITIALS_INSIDE = 40,
  SCORE_PINYIN = 50,
  SCORE_INITIALS = 60,
  SCORE_TITLE_INSIDE = 70,
  SCORE_TITLE = 80,
  SCORE_CODE_BEGINNING = 90,
  SCORE_CODE = 100,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhraseEngine, kefu_phrase_engine, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  kefu_phrase_record_unref (entry->record);
  g_free (entry->code);
  g_free (entry->title);
  g_free (entry->group);
  g_free (entry->body);
  g_free (entry);
}

/* Characters that have an initial: kefu_pinyin() passes over all others. */
static gboolean
has_initial (gunichar c)
{
  return kefu_text_is_han (c) || g_unichar_isalnum (c);
}

static Entry *
entry_new (KefuPhraseRecord *record)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->record = kefu_phrase_record_ref (record);
  entry->code = kefu_text_fold (record->code);
  entry->title = kefu_text_fold (record->title);
  entry->group = kefu_text_fold (record->group_name);
  entry->body = kefu_text_fold (record->body);
  for (const char *p = entry->title; *p != '\0'; p = g_utf8_next_char (p))
    entry->title_initials += has_initial (g_utf8_get_char (p));
  return entry;
}

static void
fold_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray *records = task_data;
  GPtrArray *entries = g_ptr_array_new_full (records->len, entry_free);

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (entries, entry_new (g_ptr_array_index (records, i)));
  g_task_return_pointer (task, entries, (GDestroyNotify) g_ptr_array_unref);
}

static void load (KefuPhraseEngine *self);

static void
folded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuPhraseEngine *self = KEFU_PHRASE_ENGINE (source);
  GPtrArray *entries = g_task_propagate_pointer (G_TASK (result), NULL);

  self->loading = FALSE;
  if (entries == NULL)
    return;
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->entries);
  self->all = g_ptr_array_ref (g_task_get_task_data (G_TASK (result)));
  self->entries = entries;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (self->load_again)
    load (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuPhraseEngine) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  g_autoptr (GTask) task = NULL;

  if (records == NULL)
    {
      self->loading = FALSE;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Phrases could not be read: %s", error->message);
      return;
    }
  task = g_task_new (self, self->cancellable, folded_cb, NULL);
  g_task_set_task_data (task, g_steal_pointer (&records), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, fold_job);
}

static void
load (KefuPhraseEngine *self)
{
  self->load_again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  kefu_store_list_phrases_async (self->store, self->cancellable, listed_cb, g_object_ref (self));
}

static void
store_changed_cb (KefuPhraseEngine *self, KefuChangeSet *set, KefuStore *store)
{
  if (kefu_change_set_has (set, "phrase", NULL) || kefu_change_set_has (set, "phrase_group", NULL))
    load (self);
}

/* --- matching --- */

typedef struct
{
  int score;
  int start;
  int length;
} Found;

/* The characters of the title that the initials [first, first + n) stand for. */
static void
mark_initials (Found *found, const Entry *entry, gsize first, gsize n)
{
  gsize initial = 0;
  int place = 0;

  found->start = -1;
  for (const char *p = entry->title; *p != '\0'; p = g_utf8_next_char (p), place++)
    {
      if (!has_initial (g_utf8_get_char (p)))
        continue;
      if (initial == first)
        found->start = place;
      if (initial >= first && initial < first + n)
        found->length = place - found->start + 1;
      initial++;
    }
}

static Found
match_title (const Entry *entry, const char *word)
{
  Found found = { SCORE_NONE, -1, 0 };
  const char *at = strstr (entry->title, word);

  if (at != NULL)
    {
      found.score = at == entry->title ? SCORE_TITLE : SCORE_TITLE_INSIDE;
      found.start = (int) g_utf8_pointer_to_offset (entry->title, at);
      found.length = (int) g_utf8_strlen (word, -1);
    }
  return found;
}

static Found
match_latin (const Entry *entry, const char *word)
{
  Found found = { SCORE_NONE, -1, 0 };
  gsize length = strlen (word);
  const char *at = strstr (entry->record->initials, word);

  if (at != NULL)
    {
      gsize first = (gsize) (at - entry->record->initials);

      if (first + length <= entry->title_initials)
        {
          found.score = first == 0 ? SCORE_INITIALS : SCORE_INITIALS_INSIDE;
          mark_initials (&found, entry, first, length);
          return found;
        }
      found.score = SCORE_GROUP;
    }
  /* One letter is in every pinyin. */
  if (length > 1 && g_str_has_prefix (entry->record->pinyin, word))
    found.score = SCORE_PINYIN;
  else if (length > 2 && found.score == SCORE_NONE && strstr (entry->record->pinyin, word) != NULL)
    found.score = SCORE_PINYIN_INSIDE;
  return found;
}

static Found
match_word (const Entry *entry, const char *word)
{
  Found found = match_title (entry, word);

  if (g_str_equal (entry->code, word))
    return (Found){ SCORE_CODE, found.start, found.length };
  if (*entry->code != '\0' && g_str_has_prefix (entry->code, word))
    {
      Found latin = match_latin (entry, word);

      return (Found){ SCORE_CODE_BEGINNING, found.start >= 0 ? found.start : latin.start,
                      found.start >= 0 ? found.length : latin.length };
    }
  if (found.score == SCORE_NONE && g_ascii_isalnum (*word))
    found = match_latin (entry, word);
  if (found.score < SCORE_GROUP && strstr (entry->group, word) != NULL)
    found.score = SCORE_GROUP;
  if (found.score == SCORE_NONE && strstr (entry->body, word) != NULL)
    found.score = SCORE_BODY;
  return found;
}

/* "by说明" are two words, as "by 说明" would be: a change between Latin and Han separates too. */
static char **
split_words (const char *query)
{
  g_autofree char *folded = kefu_text_fold (query);
  g_autoptr (GString) spaced = g_string_new (NULL);
  gboolean was_latin = FALSE;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean latin = c < 0x80 && g_ascii_isalnum ((char) c);

      if (spaced->len > 0 && c != ' ' && latin != was_latin && spaced->str[spaced->len - 1] != ' ')
        g_string_append_c (spaced, ' ');
      g_string_append_unichar (spaced, c);
      was_latin = latin;
    }
  return g_strsplit (spaced->str, " ", -1);
}

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const KefuPhraseMatch *left = *(KefuPhraseMatch *const *) a;
  const KefuPhraseMatch *right = *(KefuPhraseMatch *const *) b;

  if (left->score != right->score)
    return right->score - left->score;
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

/* All words must be found; the weakest decides. */
static Found
match_words (const Entry *entry, char **words)
{
  Found all = { G_MAXINT, -1, 0 };

  for (guint i = 0; words[i] != NULL; i++)
    {
      Found found;

      if (*words[i] == '\0')
        continue;
      found = match_word (entry, words[i]);
      if (found.score == SCORE_NONE)
        return found;
      all.score = MIN (all.score, found.score);
      if (all.start < 0 && found.start >= 0)
        {
          all.start = found.start;
          all.length = found.length;
        }
    }
  if (all.score == G_MAXINT)
    all.score = 1;
  return all;
}

static void
kefu_phrase_engine_dispose (GObject *object)
{
  g_cancellable_cancel (KEFU_PHRASE_ENGINE (object)->cancellable);

  G_OBJECT_CLASS (kefu_phrase_engine_parent_class)->dispose (object);
}

static void
kefu_phrase_engine_finalize (GObject *object)
{
  KefuPhraseEngine *self = KEFU_PHRASE_ENGINE (object);

  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->entries);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (kefu_phrase_engine_parent_class)->finalize (object);
}

static void
kefu_phrase_engine_class_init (KefuPhraseEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_phrase_engine_dispose;
  object_class->finalize = kefu_phrase_engine_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_PHRASE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_phrase_engine_init (KefuPhraseEngine *self)
{
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->cancellable = g_cancellable_new ();
}

KefuPhraseEngine *
kefu_phrase_engine_new (KefuStore *store)
{
  KefuPhraseEngine *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);

  self = g_object_new (KEFU_TYPE_PHRASE_ENGINE, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}

GPtrArray *
kefu_phrase_engine_get_all (KefuPhraseEngine *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_ENGINE (self), NULL);

  return self->all;
}

GPtrArray *
kefu_phrase_engine_match (KefuPhraseEngine *self, const char *query, guint limit)
{
  GPtrArray *matches = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = split_words (query);

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);
      Found found = match_words (entry, words);
      KefuPhraseMatch *match;

      if (found.score == SCORE_NONE)
        continue;
      match = g_new (KefuPhraseMatch, 1);
      match->phrase = entry->record;
      match->score = found.score;
      match->match_start = found.start;
      match->match_length = found.length;
      g_ptr_array_add (matches, match);
    }
  g_ptr_array_sort (matches, compare_matches);
  if (matches->len > limit)
    g_ptr_array_set_size (matches, (int) limit);
  return matches;
}

GPtrArray *
kefu_phrase_engine_ladder (KefuPhraseEngine *self, KefuPhraseRecord *phrase)
{
  GPtrArray *ladder;

  if (*phrase->ladder == '\0')
    return NULL;
  ladder = g_ptr_array_new ();
  for (guint i = 0; i < self->all->len; i++)
    {
      KefuPhraseRecord *other = g_ptr_array_index (self->all, i);

      if (g_str_equal (other->ladder, phrase->ladder) && g_str_equal (other->scope, phrase->scope))
        g_ptr_array_add (ladder, other);
    }
  return ladder;
}
