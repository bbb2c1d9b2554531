/* Edit a file of a guest: download, change, upload under a new name with the
 * old owner and permissions, rename over the old one. */
#ifndef BATHYSCOPE_EDIT_FILE_H
#define BATHYSCOPE_EDIT_FILE_H

#include <stdint.h>

#include <guestfs.h>

/* `editor` NULL: $EDITOR, else vi.  `backup` NULL: keep no backup.  0 also when
 * nothing was changed; -1 after a message. */
int edit_in_editor (guestfs_h *g, const char *path, const char *editor,
                    const char *backup, const char *program);

/* A part of a file or device in a program that changes bytes; `max` -1: to the
 * end.  What it changes is written back in its place. */
int edit_bytes (guestfs_h *g, const char *file_or_device, int64_t start,
                int64_t max, const char *editor, const char *program);

/* A copy of a file in a program that only shows it. */
int show_file (guestfs_h *g, const char *path, const char *viewer,
               const char *program);

/* Apply a Perl expression to every line, as perl -pe does: with the host's perl,
 * or where there is none with the guest's. */
int edit_with_expression (guestfs_h *g, const char *path,
                          const char *expression, const char *backup,
                          const char *program);

#endif
