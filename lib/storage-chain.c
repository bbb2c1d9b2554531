/* Finding the images behind an image: see storage-chain.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drives.h"
#include "image-file.h"
#include "image-info.h"
#include "storage-chain.h"

#define CHAIN_MAX 64

void
storage_chain_release (struct storage_chain *c)
{
  strlist_release (&c->paths);
  strlist_release (&c->formats);
}

/* The format that a backing file has according to the image before it is raw
 * unless that says more, as for qcow2. */
static int
check_format (const char *path, const char *recorded,
              const struct image_info *info, struct error *err)
{
  if (strcmp (recorded ? recorded : "raw", info->format) == 0
      || (recorded && strcmp (recorded, "raw") == 0))
    return 0;
  return error_set (err, EINVAL, "%s: this backing file looks like %s, but the "
                    "image before it %s%s", path, info->format,
                    recorded ? "says it is " : "does not say so",
                    recorded ? recorded : "");
}

int
storage_chain_find (guestfs_h *g, const struct drive *d, const char *format,
                    struct storage_chain *c, struct error *err)
{
  const char *path = d->path;
  CLEANUP_FREE char *recorded = strdup (format);

  while (recorded && strcmp (recorded, "raw") != 0) {
    CLEANUP_IMAGE_INFO struct image_info info = IMAGE_INFO_INIT;
    CLEANUP_FREE char *next = NULL;

    if (image_info_get (g, path, false, &info, err) == -1)
      return -1;
    if (!info.backing_file || strcmp (info.format, recorded) != 0)
      return path == d->path ? 0 : check_format (path, recorded, &info, err);
    if (!*info.backing_file)
      return error_set (err, ENOTSUP, "%s: differencing images of this format "
                        "are not opened: merge it into its parent first", path);
    next = image_file_backing_path (path, info.backing_file, err);
    if (!next)
      return -1;
    if (c->paths.len >= CHAIN_MAX)
      return error_set (err, ELOOP, "%s: more than %d backing files",
                        d->path, CHAIN_MAX);
    free (recorded);
    recorded = TAKE_PTR (info.backing_format);
    image_info_release (&info);
    if (image_info_get (g, next, false, &info, err) == -1)
      return error_prefix (err, "%s: backing file", path);
    if (check_format (next, recorded, &info, err) == -1)
      return -1;
    if (strlist_add (&c->paths, next) == -1
        || strlist_add (&c->formats, recorded ? recorded : "raw") == -1)
      return error_errno (err, "%s", next);
    path = c->paths.items[c->paths.len - 1];
  }
  return 0;
}
