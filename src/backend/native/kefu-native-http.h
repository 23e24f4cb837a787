/* SPDX-License-Identifier: GPL-3.0-or-later
 * One HTTP call to kefu-server: bounded in time and size, errors in our domain. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_NATIVE_EXPECT_JSON, /* an object, in time */
  KEFU_NATIVE_EXPECT_LATE, /* the same, once a long body has gone out */
} KefuNativeExpect;

/* Sends @message and returns its body (GBytes) or an error of kefu-native-errors.h on @task, whose source object stays whatever it is. */
void kefu_native_http_send (SoupSession *session,
                            SoupMessage *message,
                            KefuClock *clock,
                            const char *where,
                            KefuNativeExpect expect,
                            GTask *task);

G_END_DECLS
