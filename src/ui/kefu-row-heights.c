/* SPDX-License-Identifier: GPL-3.0-or-later
 * How high the rows of a long list are, and where each of them lies. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-row-heights.h"

/* What a row is taken for before the first one was measured. */
#define FIRST_ESTIMATE 48
/* The mean moves with every row that is measured, and with it all that is not: it is followed when it is off by one part in this many. */
#define ESTIMATE_SLACK 8
#define UNKNOWN (-1)

/* A run of rows of one height, in a treap ordered by position. A hundred thousand rows that nobody has seen are one node. */
typedef struct _Run Run;
struct _Run
{
  Run *left;
  Run *right;
  guint32 priority;
  guint n;
  int height;
  /* of this and all below */
  guint sum_n;
  guint sum_known;
  gint64 sum_height;
};

struct _KefuRowHeights
{
  Run *root;
  guint32 seed;
  int estimate;
  gboolean uniform;
  guint n; /* of uniform rows, which need no runs */
};

static guint32
next_priority (KefuRowHeights *self)
{
  self->seed ^= self->seed << 13;
  self->seed ^= self->seed >> 17;
  self->seed ^= self->seed << 5;
  return self->seed;
}

static guint
run_n (const Run *run)
{
  return run != NULL ? run->sum_n : 0;
}

static void
run_sum (Run *run)
{
  run->sum_n = run->n;
  run->sum_known = run->height == UNKNOWN ? 0 : run->n;
  run->sum_height = run->height == UNKNOWN ? 0 : (gint64) run->height * run->n;
  for (guint i = 0; i < 2; i++)
    {
      const Run *child = i == 0 ? run->left : run->right;

      if (child == NULL)
        continue;
      run->sum_n += child->sum_n;
      run->sum_known += child->sum_known;
      run->sum_height += child->sum_height;
    }
}

static Run *
run_new (guint32 priority, guint n, int height)
{
  Run *run = g_new0 (Run, 1);

  run->priority = priority;
  run->n = n;
  run->height = height;
  run_sum (run);
  return run;
}

static void
run_free (Run *run)
{
  if (run == NULL)
    return;
  run_free (run->left);
  run_free (run->right);
  g_free (run);
}

static Run *
run_join (Run *left, Run *right)
{
  if (left == NULL || right == NULL)
    return left != NULL ? left : right;
  if (left->priority >= right->priority)
    {
      left->right = run_join (left->right, right);
      run_sum (left);
      return left;
    }
  right->left = run_join (left, right->left);
  run_sum (right);
  return right;
}

/* The first @n rows, and the rest; a run that lies across becomes two. */
static void
run_split (KefuRowHeights *self, Run *run, guint n, Run **left, Run **right)
{
  guint before;

  if (run == NULL)
    {
      *left = *right = NULL;
      return;
    }
  before = run_n (run->left);
  if (n <= before)
    {
      run_split (self, run->left, n, left, &run->left);
      run_sum (run);
      *right = run;
    }
  else if (n >= before + run->n)
    {
      run_split (self, run->right, n - before - run->n, &run->right, right);
      run_sum (run);
      *left = run;
    }
  else
    {
      /* with a priority of its own, or the pieces of one long run would become a chain */
      Run *rest = run_new (next_priority (self), before + run->n - n, run->height);

      *right = run_join (rest, run->right);
      run->right = NULL;
      run->n = n - before;
      run_sum (run);
      *left = run;
    }
}

static gint64
run_height (KefuRowHeights *self, const Run *run)
{
  return run != NULL ? run->sum_height + (gint64) (run->sum_n - run->sum_known) * self->estimate : 0;
}

static int
own_height (KefuRowHeights *self, const Run *run)
{
  return run->height == UNKNOWN ? self->estimate : run->height;
}

static int
find_height (KefuRowHeights *self, guint position)
{
  const Run *run = self->root;

  while (run != NULL)
    {
      guint before = run_n (run->left);

      if (position < before)
        run = run->left;
      else if (position < before + run->n)
        return run->height;
      else
        {
          position -= before + run->n;
          run = run->right;
        }
    }
  return UNKNOWN;
}

static void
follow_mean (KefuRowHeights *self)
{
  const Run *root = self->root;
  int mean;

  if (root == NULL || root->sum_known == 0)
    return;
  mean = MAX ((int) (root->sum_height / root->sum_known), 1);
  if (ABS (mean - self->estimate) * ESTIMATE_SLACK > self->estimate)
    self->estimate = mean;
}

KefuRowHeights *
kefu_row_heights_new (gboolean uniform)
{
  KefuRowHeights *self = g_new0 (KefuRowHeights, 1);

  self->seed = 2463534242u;
  self->estimate = FIRST_ESTIMATE;
  self->uniform = uniform;
  return self;
}

void
kefu_row_heights_free (KefuRowHeights *self)
{
  run_free (self->root);
  g_free (self);
}

guint
kefu_row_heights_get_n (KefuRowHeights *self)
{
  return self->uniform ? self->n : run_n (self->root);
}

void
kefu_row_heights_splice (KefuRowHeights *self, guint position, guint removed, guint added)
{
  Run *left, *middle, *right;

  g_return_if_fail (position + removed <= kefu_row_heights_get_n (self));

  if (self->uniform)
    {
      self->n += added - removed;
      return;
    }
  run_split (self, self->root, position, &left, &right);
  run_split (self, right, removed, &middle, &right);
  run_free (middle);
  middle = added > 0 ? run_new (next_priority (self), added, UNKNOWN) : NULL;
  self->root = run_join (run_join (left, middle), right);
}

void
kefu_row_heights_set (KefuRowHeights *self, guint position, int height)
{
  Run *left, *middle, *right;

  g_return_if_fail (position < kefu_row_heights_get_n (self));

  if (self->uniform)
    {
      self->estimate = height;
      return;
    }
  if (find_height (self, position) == height)
    return;
  run_split (self, self->root, position, &left, &right);
  run_split (self, right, 1, &middle, &right);
  g_assert (middle != NULL);
  middle->height = height;
  run_sum (middle);
  self->root = run_join (run_join (left, middle), right);
  follow_mean (self);
}

int
kefu_row_heights_get (KefuRowHeights *self, guint position)
{
  int height;

  g_return_val_if_fail (position < kefu_row_heights_get_n (self), 0);

  height = self->uniform ? UNKNOWN : find_height (self, position);
  return height == UNKNOWN ? self->estimate : height;
}

gint64
kefu_row_heights_get_top (KefuRowHeights *self, guint position)
{
  const Run *run = self->root;
  gint64 top = 0;

  if (self->uniform)
    return (gint64) position * self->estimate;
  while (run != NULL)
    {
      guint before = run_n (run->left);

      if (position < before)
        {
          run = run->left;
          continue;
        }
      top += run_height (self, run->left);
      position -= before;
      if (position <= run->n)
        return top + (gint64) position * own_height (self, run);
      top += (gint64) run->n * own_height (self, run);
      position -= run->n;
      run = run->right;
    }
  return top;
}

guint
kefu_row_heights_find (KefuRowHeights *self, gint64 y)
{
  guint n = kefu_row_heights_get_n (self);
  const Run *run = self->root;
  guint position = 0;

  g_return_val_if_fail (n > 0, 0);

  y = MAX (y, 0);
  if (self->uniform)
    return (guint) MIN (y / MAX (self->estimate, 1), (gint64) n - 1);
  while (run != NULL)
    {
      gint64 before = run_height (self, run->left);
      gint64 own = (gint64) own_height (self, run) * run->n;

      if (y < before)
        {
          run = run->left;
          continue;
        }
      y -= before;
      position += run_n (run->left);
      if (y < own)
        return position + (guint) (y / own_height (self, run));
      y -= own;
      position += run->n;
      run = run->right;
    }
  return n - 1;
}
