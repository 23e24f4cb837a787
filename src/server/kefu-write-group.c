/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes that wait at the same time: one transaction for all of them, and one wait for the disk. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-write-group.h"

/* As much as one transaction takes in: those who wait for its commit should not wait long, and others want to write too. */
#define MEMBERS_MAX 256
#define WORK_US 20000

struct _KefuWriteGroup
{
  KefuWriteGroupFunc func;
  GMutex mutex;
  GQueue waiting; /* GTask */
  gboolean called;
};

/* One that has run and waits for the commit. */
typedef struct
{
  GTask *task;
  GError *error; /* NULL: it is done */
} Member;

static void
member_clear (gpointer data)
{
  Member *member = data;

  g_object_unref (member->task);
  g_clear_error (&member->error);
}

static GTask *
pop (KefuWriteGroup *self)
{
  GTask *task;

  g_mutex_lock (&self->mutex);
  task = g_queue_pop_head (&self->waiting);
  g_mutex_unlock (&self->mutex);
  return task;
}

/* Whether the next run is still to come; if not, whoever pushes next calls for it. */
static gboolean
more_waits (KefuWriteGroup *self)
{
  gboolean more;

  g_mutex_lock (&self->mutex);
  more = !g_queue_is_empty (&self->waiting);
  self->called = more;
  g_mutex_unlock (&self->mutex);
  return more;
}

/* A full disk can end the whole transaction at one statement. */
static gboolean
transaction_is_over (KefuDb *db)
{
  return sqlite3_get_autocommit (kefu_db_handle (db)) != 0;
}

static void
run_members (KefuWriteGroup *self, KefuDb *db, GArray *members, GError **error)
{
  gint64 end = g_get_monotonic_time () + WORK_US;

  while (members->len < MEMBERS_MAX && g_get_monotonic_time () < end)
    {
      Member member = { pop (self), NULL };

      if (member.task == NULL)
        break;
      self->func (member.task, db, &member.error);
      g_array_append_val (members, member);
      if (transaction_is_over (db))
        {
          if (member.error != NULL)
            g_propagate_error (error, g_error_copy (member.error));
          else
            g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_DATABASE, "The transaction ended by itself");
          return;
        }
    }
  kefu_db_commit (db, error);
}

KefuWriteGroup *
kefu_write_group_new (KefuWriteGroupFunc func)
{
  KefuWriteGroup *self = g_new0 (KefuWriteGroup, 1);

  self->func = func;
  g_mutex_init (&self->mutex);
  g_queue_init (&self->waiting);
  return self;
}

void
kefu_write_group_free (KefuWriteGroup *self)
{
  g_return_if_fail (g_queue_is_empty (&self->waiting));

  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
kefu_write_group_push (KefuWriteGroup *self, GTask *task)
{
  gboolean call;

  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->waiting, g_object_ref (task));
  call = !self->called;
  self->called = TRUE;
  g_mutex_unlock (&self->mutex);
  return call;
}

gboolean
kefu_write_group_run (KefuWriteGroup *self, KefuDb *db, void (*committed) (gpointer user_data), gpointer user_data)
{
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  g_autoptr (GError) error = NULL;

  g_array_set_clear_func (members, member_clear);
  if (kefu_db_begin (db, &error))
    {
      run_members (self, db, members, &error);
      if (error != NULL)
        kefu_db_rollback (db);
      else if (committed != NULL)
        committed (user_data);
    }
  else
    {
      /* Who waited so long for the database does not wait once more. */
      Member member;

      while (members->len < MEMBERS_MAX && (member = (Member){ pop (self), NULL }).task != NULL)
        g_array_append_val (members, member);
    }
  for (guint i = 0; i < members->len; i++)
    {
      Member *member = &g_array_index (members, Member, i);

      if (member->error != NULL)
        g_task_return_error (member->task, g_steal_pointer (&member->error));
      else if (error != NULL)
        g_task_return_error (member->task, g_error_copy (error));
      else
        g_task_return_boolean (member->task, TRUE);
    }
  return more_waits (self);
}
