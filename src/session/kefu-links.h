/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of web pages in what people write. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * kefu_links_markup:
 * @text: what somebody wrote, any bytes
 *
 * Finds http://, https:// and www. addresses. A link shows exactly where it leads: it holds only visible ASCII, so that no look-alike
 * letter and no change of direction can dress one address as another; what surrounds it (Chinese text without spaces, brackets, a full
 * stop) is left out.
 *
 * Returns: (transfer full) (nullable): @text as Pango markup with `<a href="…">`, everything else escaped; NULL if there is no
 * address in it, so that plain text stays plain.
 */
char *kefu_links_markup (const char *text);
/* Whether @uri is one that kefu_links_markup() makes: nothing else is opened at a click. */
gboolean kefu_links_may_open (const char *uri);

G_END_DECLS
