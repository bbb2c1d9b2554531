/* Windows images: see wim.h.
 *
 * The header and the description, which is never compressed, are in "Windows
 * Imaging File Format (WIM)", Microsoft, 2007.  The description is XML that one
 * program writes; it is searched for what it may have, and not parsed. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cleanup.h"
#include "io.h"
#include "rootfs.h"
#include "strbuf.h"
#include "text.h"
#include "wim.h"

enum { SIZE_AT = 72, OFFSET_AT = 80, NAME_MAX_LEN = 200, IMAGES_MAX = 100 };

bool
wim_find_xml (const unsigned char *head, size_t len, uint64_t *ret_offset,
              size_t *ret_size)
{
  uint64_t size, offset;

  if (len < WIM_HEADER_SIZE || memcmp (head, "MSWIM\0\0", 8) != 0)
    return false;
  size = get_le64 (head + SIZE_AT) & UINT64_MAX >> 8; /* then flags */
  offset = get_le64 (head + OFFSET_AT);
  if (size == 0 || size > WIM_XML_MAX || offset > INT64_MAX - WIM_XML_MAX)
    return false;
  *ret_offset = offset;
  *ret_size = (size_t) size;
  return true;
}

/* Characters beyond the first plane have no place in names of systems. */
static int
add_character (struct strbuf *b, unsigned c)
{
  if (c < 0x80)
    return c ? strbuf_addch (b, (char) c) : 0;
  if (c < 0x800)
    return strbuf_addch (b, (char) (0xc0 | c >> 6))
           | strbuf_addch (b, (char) (0x80 | (c & 0x3f)));
  if ((c >= 0xd800 && c < 0xe000) || c == 0xfeff)
    return 0;
  return strbuf_addch (b, (char) (0xe0 | c >> 12))
         | strbuf_addch (b, (char) (0x80 | (c >> 6 & 0x3f)))
         | strbuf_addch (b, (char) (0x80 | (c & 0x3f)));
}

char *
wim_text (const unsigned char *data, size_t len)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  for (i = 0; i + 1 < len; i += 2)
    if (add_character (&b, data[i] | (unsigned) data[i + 1] << 8) != 0)
      return NULL;
  return strbuf_take (&b);
}

/* --- the description --------------------------------------------------------------- */

/* The text of the first element of this name between two places; *ret_len is
 * its length.  NULL where there is none. */
static const char *
element (const char *from, const char *to, const char *name, size_t *ret_len)
{
  size_t len = strlen (name);
  const char *p = from;

  while ((p = strchr (p, '<')) != NULL && p < to) {
    ++p;
    if (strncmp (p, name, len) != 0 || p[len] != '>')
      continue;
    p += len + 1;
    *ret_len = strcspn (p, "<");
    return p + *ret_len <= to ? p : NULL;
  }
  return NULL;
}

static char *
element_text (const char *from, const char *to, const char *name)
{
  size_t len;
  const char *p = element (from, to, name, &len);

  return p && len > 0 && len <= NAME_MAX_LEN ? strndup (p, len) : NULL;
}

static int
element_number (const char *from, const char *to, const char *name)
{
  CLEANUP_FREE char *text = element_text (from, to, name);
  long n = text ? strtol (text, NULL, 10) : -1;

  return n >= 0 && n <= 99999999 ? (int) n : -1;
}

/* PROCESSOR_ARCHITECTURE_... of the Windows SDK. */
static const char *
architecture (int number)
{
  switch (number) {
  case 0: return "i386";
  case 5: return "arm";
  case 6: return "ia64";
  case 9: return "x86_64";
  case 12: return "aarch64";
  }
  return "unknown";
}

static void
describe_first (const char *image, const char *end, struct system_info *info)
{
  int n = element_number (image, end, "MAJOR");

  if (n > 0)
    info->major_version = n;
  n = element_number (image, end, "MINOR");
  if (n > 0)
    info->minor_version = n;
  info->arch = architecture (element_number (image, end, "ARCH"));
  text_set (&info->build_id, element_text (image, end, "BUILD"));
  text_set (&info->product_variant,
            element_text (image, end, "INSTALLATIONTYPE"));
}

/* Leave of a name what is in the other as well, up to the end of a word. */
static void
shorten (char *name, const char *other)
{
  size_t same = 0;

  while (name[same] && name[same] == other[same])
    ++same;
  if (name[same] || (other[same] && other[same] != ' '))
    while (same > 0 && name[same] != ' ')
      --same;
  name[same] = '\0';
}

/* "Windows 10" of "Windows 10 Home" and "Windows 10 Pro". */
void
wim_describe (const char *xml, struct system_info *info)
{
  static const char begin[] = "<IMAGE ", finish[] = "</IMAGE>";
  CLEANUP_FREE char *common = NULL;
  const char *image = strstr (xml, begin);
  int count;

  for (count = 0; image && count < IMAGES_MAX; ++count) {
    const char *end = strstr (image, finish);
    CLEANUP_FREE char *name = NULL;

    if (!end)
      end = image + strlen (image);
    if (count == 0)
      describe_first (image, end, info);
    name = element_text (image, end, "DISPLAYNAME");
    if (!name)
      name = element_text (image, end, "NAME");
    if (name && !common)
      common = TAKE_PTR (name);
    else if (name)
      shorten (common, name);
    image = strstr (end, begin);
  }
  text_set (&info->product_name, TAKE_PTR (common));
}

void
wim_read (int root, const char *path, struct system_info *info)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, path);
  CLEANUP_FREE unsigned char *data = NULL;
  CLEANUP_FREE char *xml = NULL;
  unsigned char head[WIM_HEADER_SIZE];
  uint64_t offset;
  size_t size;
  ssize_t n;

  if (fd == -1
      || pread_full (fd, head, sizeof head, 0) != (ssize_t) sizeof head
      || !wim_find_xml (head, sizeof head, &offset, &size))
    return;
  data = malloc (size);
  n = data ? pread_full (fd, data, size, (off_t) offset) : -1;
  xml = n > 0 ? wim_text (data, (size_t) n) : NULL;
  if (xml)
    wim_describe (xml, info);
}
