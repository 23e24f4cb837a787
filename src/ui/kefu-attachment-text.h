/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a file is and how large, in words and signs. */
#pragma once

#include "kefu-attachment.h"

G_BEGIN_DECLS

/* (transfer full): "120 KB", "2.4 MB": counted by 1,024, as the limits are. "" for 0. */
char *kefu_attachment_size_text (gint64 size);
/* (transfer full): "PDF": the end of its name, or what it is; "" if neither is known. */
char *kefu_attachment_type_text (KefuAttachment *attachment);
/* (transfer full): "PDF · 1.2 MB", for a voice message "0:12 · 40 KB". */
char *kefu_attachment_caption (KefuAttachment *attachment);
/* (transfer full): for screen readers: "Picture, 120 KB", "报价.pdf, 1.2 MB". */
char *kefu_attachment_spoken (KefuAttachment *attachment);
/* (transfer none): name of a symbolic icon for it. */
const char *kefu_attachment_icon (KefuAttachment *attachment);

/**
 * kefu_attachment_may_open:
 *
 * Whether another program may be asked to show it: pictures, sound, video, PDF and plain text whose name does not claim to be anything else. Programs,
 * scripts, launchers and what can hold them are only ever saved, where the agent says.
 */
gboolean kefu_attachment_may_open (KefuAttachment *attachment);
/* (transfer full): a name for the copy that is opened: it ends as its content says, so that nothing else is chosen to open it. */
char *kefu_attachment_open_name (KefuAttachment *attachment);
/* (transfer full): as what to save it: its name, or "Picture.png". */
char *kefu_attachment_save_name (KefuAttachment *attachment);

G_END_DECLS
