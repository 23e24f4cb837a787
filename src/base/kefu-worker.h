/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thread that does jobs, the most urgent first. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KEFU_TYPE_WORKER (kefu_worker_get_type ())
G_DECLARE_FINAL_TYPE (KefuWorker, kefu_worker, KEFU, WORKER, GObject)

/**
 * KefuWorkerFunc:
 * @task: the task to return on, with g_task_return_*(); already cancelled tasks are returned without a call
 * @source_object: of the task
 * @task_data: of the task
 * @cancellable: of the task
 *
 * A job; runs on the worker's thread. The GTask's callback runs on the context the task was made in.
 */
typedef GTaskThreadFunc KefuWorkerFunc;

/* Lower is sooner; equal ones in the order they came. */
#define KEFU_WORKER_URGENT (-10)
#define KEFU_WORKER_NORMAL 0
#define KEFU_WORKER_IDLE 10

/* (transfer full): starts a thread called @name (≤ 15 characters). */
KefuWorker *kefu_worker_new (const char *name);
/* Queues @func for @task (a reference is taken); from any thread. After kefu_worker_stop() the task fails with G_IO_ERROR_CLOSED. */
void kefu_worker_push (KefuWorker *self, GTask *task, int priority, KefuWorkerFunc func);
/* Does what is queued, then ends the thread and joins it. Idempotent. Called by dispose too. */
void kefu_worker_stop (KefuWorker *self);
/* For assertions in jobs. */
gboolean kefu_worker_is_here (KefuWorker *self);

G_END_DECLS
