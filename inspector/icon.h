/* The picture by which a distribution shows itself. */
#ifndef BATHYSCOPE_ICON_H
#define BATHYSCOPE_ICON_H

#include "inspector.h"

/* The bytes of a PNG file of the guest, which are not looked into beyond its
 * signature: a heap buffer; NULL where there is none.  `favicon`: small ones
 * for browsers will do; `high_quality`: only large ones will. */
char *icon_find (int root, const struct system_info *info, bool favicon,
                 bool high_quality, size_t *ret_size);

#endif
