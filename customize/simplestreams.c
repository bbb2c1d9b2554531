/* Simple Streams: see simplestreams.h.  The format is described with its tools,
 * launchpad.net/simplestreams, "doc/README". */

#include <config.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "simplestreams.h"
#include "strlist.h"

static inline void
cleanup_json (json_t **json)
{
  json_decref (*json);
}

#define CLEANUP_JSON CLEANUP (cleanup_json)

/* NULL with err unless it is an object that says it has this format. */
static json_t *
load (const char *text, const char *format, struct error *err)
{
  json_error_t where;
  json_t *ret = json_loads (text, JSON_REJECT_DUPLICATES, &where);
  const char *got = json_string_value (json_object_get (ret, "format"));

  if (ret && got && strcmp (got, format) == 0)
    return ret;
  if (!ret)
    error_set (err, EINVAL, "line %d: %s", where.line, where.text);
  else
    error_set (err, EINVAL, "this is not of the format %s", format);
  json_decref (ret);
  return NULL;
}

static const char *
member (const json_t *object, const char *name)
{
  return json_string_value (json_object_get (object, name));
}

/* Paths stay below the root. */
static bool
is_below (const char *path)
{
  return *path && *path != '/' && !strstr (path, "..") && !strstr (path, "://");
}

char **
simplestreams_paths (const char *text, struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  CLEANUP_JSON json_t *root = load (text, "index:1.0", err);
  const char *name;
  json_t *stream;
  char **ret;

  if (!root)
    return NULL;
  json_object_foreach (json_object_get (root, "index"), name, stream) {
    const char *type = member (stream, "datatype");
    const char *path = member (stream, "path");

    if (!path || (type && strcmp (type, "image-downloads") != 0))
      continue;
    if (!is_below (path)) {
      error_set (err, EINVAL, "%s: the path %s leaves the source", name, path);
      return NULL;
    }
    if (strlist_add (&list, path) == -1) {
      error_errno (err, "index");
      return NULL;
    }
  }
  ret = strlist_take (&list);
  if (!ret)
    error_errno (err, "index");
  return ret;
}

/* --- products ---------------------------------------------------------------------- */

/* Disk images that boot by themselves, the best first. */
static const json_t *
disk_of (const json_t *version)
{
  static const char *const types[] = {
    "disk1.img", "disk.img", "disk-kvm.img", "disk.qcow2", "qcow2", "uefi1.img",
  };
  json_t *items = json_object_get (version, "items"), *item;
  const char *name;
  size_t i;

  for (i = 0; i < sizeof types / sizeof types[0]; ++i)
    json_object_foreach (items, name, item) {
      const char *type = member (item, "ftype");

      if (type && strcmp (type, types[i]) == 0 && member (item, "path"))
        return item;
    }
  return NULL;
}

static const json_t *
newest_disk (const json_t *product, const char **ret_version)
{
  const json_t *best = NULL;
  json_t *version;
  const char *name;

  json_object_foreach (json_object_get (product, "versions"), name, version) {
    const json_t *disk = disk_of (version);

    if (disk && (!best || strverscmp (name, *ret_version) > 0)) {
      best = disk;
      *ret_version = name;
    }
  }
  return best;
}

/* As uname(2) says it. */
static const char *
architecture (const char *arch)
{
  static const char *const names[][2] = {
    { "amd64", "x86_64" }, { "arm64", "aarch64" }, { "armhf", "armv7l" },
    { "i386", "i686" }, { "ppc64el", "ppc64le" },
  };
  size_t i;

  for (i = 0; arch && i < sizeof names / sizeof names[0]; ++i)
    if (strcmp (arch, names[i][0]) == 0)
      return names[i][1];
  return arch;
}

/* "Ubuntu xenial 16.04 LTS", of what there is. */
static int
set_name (struct index_entry *e, const json_t *product, struct error *err)
{
  static const char *const members[] = { "os", "release", "release_title" };
  char name[256] = "";
  size_t i, len = 0;

  for (i = 0; i < sizeof members / sizeof members[0]; ++i) {
    const char *word = member (product, members[i]);
    int n = word && len < sizeof name
      ? snprintf (name + len, sizeof name - len, "%s%s", len ? " " : "", word)
      : 0;

    len += n > 0 ? (size_t) n : 0;
  }
  return *name ? index_set_field (e, "name", name, err) : 0;
}

static int
set_checksum (struct index_entry *e, const json_t *disk, struct error *err)
{
  if (member (disk, "sha512"))
    return index_set_field (e, "checksum[sha512]", member (disk, "sha512"), err);
  return index_set_field (e, "checksum[sha256]", member (disk, "sha256"), err);
}

/* It goes to terminals, and into names of files. */
static bool
is_plain (const char *text)
{
  return index_is_word (text, "-_.:+~");
}

static int
add_product (struct index *index, const char *name, const json_t *product,
             struct error *err)
{
  const char *version = NULL;
  const json_t *disk = newest_disk (product, &version);
  const json_t *size = json_object_get (disk, "size");
  struct index_entry *e;
  char text[24];

  if (!disk)
    return 0;
  if (!is_plain (name) || !is_plain (version)
      || !is_below (member (disk, "path")))
    return error_set (err, EINVAL, "%s: strange name, version or path", name);
  if (!json_is_integer (size) || json_integer_value (size) <= 0)
    return error_set (err, EINVAL, "%s: the size of its image is missing",
                      name);
  snprintf (text, sizeof text, "%lld", (long long) json_integer_value (size));
  e = index_add (index, name, err);
  if (!e || set_name (e, product, err) == -1
      || index_set_field (e, "arch", architecture (member (product, "arch")),
                          err) == -1
      || index_set_field (e, "aliases", member (product, "aliases"), err) == -1
      || index_set_field (e, "file", member (disk, "path"), err) == -1
      || index_set_field (e, "revision", version, err) == -1
      || index_set_field (e, "compressed_size", text, err) == -1)
    return -1;
  return set_checksum (e, disk, err);
}

int
simplestreams_products (const char *text, struct index *ret, struct error *err)
{
  CLEANUP_JSON json_t *root = load (text, "products:1.0", err);
  const char *name;
  json_t *product;

  if (!root)
    return -1;
  json_object_foreach (json_object_get (root, "products"), name, product)
    if (add_product (ret, name, product, err) == -1)
      return -1;
  return 0;
}
