/* What the image on an installation disc of Windows says it contains. */
#ifndef BATHYSCOPE_WIM_H
#define BATHYSCOPE_WIM_H

#include "inspector.h"

#define WIM_HEADER_SIZE 208
#define WIM_XML_MAX (1024 * 1024)

/* Where in the file its description is, by the file's first bytes; false where
 * it is no such file, or the description is too long. */
bool wim_find_xml (const unsigned char *head, size_t len, uint64_t *ret_offset,
                   size_t *ret_size);

/* The description as UTF-8: it is stored as UTF-16.  A heap string, or NULL
 * without memory. */
char *wim_text (const unsigned char *data, size_t len);

/* Fill in what the description says of the first system in it, and a name that
 * is true of all. */
void wim_describe (const char *xml, struct system_info *info);

/* All of it, for a file of the disc. */
void wim_read (int root, const char *path, struct system_info *info);

#endif
