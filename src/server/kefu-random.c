/* SPDX-License-Identifier: GPL-3.0-or-later
 * The random numbers behind tokens, secrets and passwords. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-random.h"

#include <errno.h>
#include <sys/random.h>

void
kefu_random_bytes (guint8 *buffer, gsize n)
{
  gsize done = 0;

  while (done < n)
    {
      gssize got = getrandom (buffer + done, n - done, 0);

      if (got > 0)
        done += (gsize) got;
      else if (got < 0 && errno != EINTR)
        g_error ("The kernel gives no random numbers: %s", g_strerror (errno));
    }
}
