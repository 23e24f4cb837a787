/* SPDX-License-Identifier: GPL-3.0-or-later
 * Passwords as yescrypt hashes. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-password.h"

#include <crypt.h>
#include <string.h>

#include "kefu-error.h"

/* A yescrypt hash of nothing in particular, so that an unknown login takes as long as a known one. */
#define NO_HASH "$y$j9T$8CmYfU7Z9ubEMlJYQ0P4F0$GusOEBkIa/sqQM3nJpihzl1XkA0GNpuef9lR.C/Z.P/"

static gboolean
same_text (const char *a, const char *b)
{
  gsize length = strlen (a);
  volatile guint8 difference = 0;

  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);
  return difference == 0;
}

char *
kefu_password_hash (const char *password, GError **error)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  const char *hash;

  /* 0: the default cost of yescrypt; NULL: salt from the kernel. */
  if (crypt_gensalt_rn ("$y$", 0, NULL, 0, setting, sizeof setting) == NULL ||
      (hash = crypt_rn (password, setting, data, sizeof *data)) == NULL || *hash == '*')
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_FAILED, "This system's libcrypt does not know yescrypt");
      return NULL;
    }
  return g_strdup (hash);
}

gboolean
kefu_password_verify (const char *password, const char *hash)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  const char *result = crypt_rn (password, hash != NULL ? hash : NO_HASH, data, sizeof *data);

  return hash != NULL && result != NULL && *result != '*' && same_text (result, hash);
}

/* A hash that is to be made, or a password that is to be compared. */
typedef struct
{
  char *password;
  char *hash;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  explicit_bzero (question->password, strlen (question->password));
  g_free (question->password);
  g_free (question->hash);
  g_free (question);
}

static GTask *
ask (const char *password,
     const char *hash,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->password = g_strdup (password);
  question->hash = g_strdup (hash);
  g_task_set_task_data (task, question, question_free);
  return task;
}

static void
hash_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Question *question = task_data;
  GError *error = NULL;
  char *hash = kefu_password_hash (question->password, &error);

  if (hash != NULL)
    g_task_return_pointer (task, hash, g_free);
  else
    g_task_return_error (task, error);
}

void
kefu_password_hash_async (const char *password,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (password != NULL);

  task = ask (password, NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_password_hash_async);
  g_task_run_in_thread (task, hash_thread);
}

char *
kefu_password_hash_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
verify_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Question *question = task_data;

  g_task_return_boolean (task, kefu_password_verify (question->password, question->hash));
}

void
kefu_password_verify_async (const char *password,
                            const char *hash,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = ask (password, hash, cancellable, callback, user_data);

  g_task_set_source_tag (task, kefu_password_verify_async);
  g_task_run_in_thread (task, verify_thread);
}

gboolean
kefu_password_verify_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
