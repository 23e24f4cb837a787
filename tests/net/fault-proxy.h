/* SPDX-License-Identifier: GPL-3.0-or-later
 * A bad network between a desk and its server: from one Unix socket to another, with faults by a seed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  /* calls */
  FAULT_RESET,          /* the connection is reset before the request is read */
  FAULT_LOSE_REQUEST,   /* read, and never passed on */
  FAULT_CUT_REQUEST,    /* half of it reaches the server */
  FAULT_DOUBLE_REQUEST, /* reaches the server twice */
  FAULT_DELAY,
  FAULT_BUSY,        /* 503 and Retry-After, without asking the server */
  FAULT_LOSE_ANSWER, /* the server has done it, the answer is lost */
  FAULT_CUT_ANSWER,  /* half of the answer comes back */
  FAULT_ERROR_AFTER, /* the server has done it, 500 comes back */
  /* frames from the server */
  FAULT_DROP_FRAME,
  FAULT_DOUBLE_FRAME,
  FAULT_DELAY_FRAME,
  FAULT_SWAP_FRAMES,
  FAULT_CUT_FRAME,
  FAULT_BREAK_STREAM,
  N_FAULTS
} FaultKind;

/**
 * FaultProxy:
 *
 * Understands enough of HTTP/1.1 and WebSocket frames to hurt whole requests, answers and frames. Works on threads of its own, so
 * that a test may block. Which fault comes next is chance from the seed; each kind comes as often as any other, but the order
 * also depends on what the two sides do when.
 */
typedef struct _FaultProxy FaultProxy;

/* (transfer full): listens on @path and connects to @target, which need not be there yet. Begins without faults. */
FaultProxy *fault_proxy_new (const char *path, const char *target, guint32 seed);
/* Cuts all connections. */
void fault_proxy_free (FaultProxy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultProxy, fault_proxy_free)
/* So many of 1000 calls or frames are hurt; 0: none any more. Any thread. */
void fault_proxy_set_rate (FaultProxy *self, guint per_mille);
/* The network swallows everything without a word: open streams stay open and are silent, calls wait. When it ends they are cut. */
void fault_proxy_set_hole (FaultProxy *self, gboolean hole);
guint fault_proxy_get_count (FaultProxy *self, FaultKind kind);
/* How many calls, streams and frames came by, hurt or not. */
guint fault_proxy_get_n_calls (FaultProxy *self);
guint fault_proxy_get_n_streams (FaultProxy *self);
guint fault_proxy_get_n_frames (FaultProxy *self);
const char *fault_name (FaultKind kind);

G_END_DECLS
