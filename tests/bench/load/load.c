/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the load test share. */
#include "config.h"

#include "load.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib-unix.h>

void
load_histogram_add (LoadHistogram *self, gint64 us)
{
  self->counts[CLAMP (us / 1000, 0, LOAD_BUCKETS - 1)]++;
  self->n++;
}

void
load_histogram_merge (LoadHistogram *self, const LoadHistogram *other)
{
  for (guint i = 0; i < LOAD_BUCKETS; i++)
    self->counts[i] += other->counts[i];
  self->n += other->n;
}

guint
load_histogram_at (const LoadHistogram *self, double part)
{
  guint64 wanted = (guint64) ((double) self->n * part);
  guint64 n = 0;

  for (guint i = 0; i < LOAD_BUCKETS; i++)
    {
      n += self->counts[i];
      if (n > wanted)
        return i + 1;
    }
  return self->n > 0 ? LOAD_BUCKETS : 0;
}

int
load_connect (const char *path, gboolean nonblocking)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (fd < 0 || connect (fd, (const struct sockaddr *) &address, sizeof address) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  if (nonblocking)
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  return fd;
}

void
load_write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      gssize n = send (fd, text, size, MSG_NOSIGNAL);

      if (n <= 0)
        g_error ("The server takes no request: %s", g_strerror (errno));
      text += n;
      size -= (gsize) n;
    }
}
