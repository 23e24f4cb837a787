/* SPDX-License-Identifier: GPL-3.0-or-later
 * From an HTTP request to the function that answers it, on the right thread. */
#pragma once

#include "kefu-request.h"

G_BEGIN_DECLS

/* Answers on a worker: fills @request with kefu_request_answer() or kefu_request_fail(). */
typedef void (*KefuRouteFunc) (KefuRequest *request, KefuDb *db);
/* On the main thread; answers now or later with kefu_router_finish(). */
typedef void (*KefuRouteMainFunc) (gpointer owner, KefuRequest *request);

typedef enum
{
  KEFU_ROUTE_READ,
  KEFU_ROUTE_WRITE,
  KEFU_ROUTE_MAIN,
} KefuRoutePlace;

/**
 * KefuRoute:
 * @pattern: "/v1/blobs/STAR": a star stands for one part of the path without a slash
 * @max_body: more is 413
 * @early: (nullable): called before the body is read; may pause, or answer and so refuse it
 * @done: (nullable): called on the main thread when @func has answered
 */
struct _KefuRoute
{
  const char *method;
  const char *pattern;
  gsize max_body;
  KefuRoutePlace place;
  KefuRouteFunc func;
  KefuRouteMainFunc main_func;
  KefuRouteMainFunc early;
  KefuRouteMainFunc done;
};

#define KEFU_TYPE_ROUTER (kefu_router_get_type ())
G_DECLARE_FINAL_TYPE (KefuRouter, kefu_router, KEFU, ROUTER, GObject)

/* (transfer full): answers for @http by @routes, a list that ends with a NULL method; @owner goes to main functions and must
 * outlive the router. */
KefuRouter *kefu_router_new (SoupServer *http, KefuStorage *storage, const KefuRoute *routes, gpointer owner);
/* Sends the answer of a request that a main function kept, or lets it go on if it has none; once for each. */
void kefu_router_finish (KefuRouter *self, KefuRequest *request);
/* Every further request is answered 503. */
void kefu_router_stop (KefuRouter *self);
/* Requests that have not been answered. */
guint kefu_router_get_n_active (KefuRouter *self);

G_END_DECLS
