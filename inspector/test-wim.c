/* Tests of wim.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "wim.h"

static void
find_xml (void)
{
  unsigned char head[WIM_HEADER_SIZE] = "MSWIM\0\0";
  uint64_t offset = 1;
  size_t size = 1;

  assert (!wim_find_xml (head, sizeof head, &offset, &size));
  head[72] = 0x10;
  head[73] = 0x02;
  head[79] = 0xff; /* flags */
  head[80] = 0x34;
  head[85] = 0x12;
  assert (wim_find_xml (head, sizeof head, &offset, &size));
  assert (size == 0x210 && offset == UINT64_C (0x120000000034));
  assert (!wim_find_xml (head, sizeof head - 1, &offset, &size));
  head[87] = 0xff;
  assert (!wim_find_xml (head, sizeof head, &offset, &size));
  head[87] = 0;
  head[76] = 1;
  assert (!wim_find_xml (head, sizeof head, &offset, &size));
  head[76] = 0;
  head[0] = 'm';
  assert (!wim_find_xml (head, sizeof head, &offset, &size));
}

static void
texts (void)
{
  static const unsigned char utf16[] = {
    0xff, 0xfe, 'a', 0, 0xe4, 0, 0xac, 0x20, 0x3d, 0xd8, 0, 0xde, 0, 0, 'b', 0,
    'x',
  };
  CLEANUP_FREE char *text = wim_text (utf16, sizeof utf16);
  CLEANUP_FREE char *empty = wim_text (utf16, 0);

  assert (text && strcmp (text, "aä€b") == 0);
  assert (empty && *empty == '\0');
}

static void
expect (const char *xml, const char *product, const char *arch, int version,
        const char *build)
{
  struct system_info info = { .arch = "unknown" };

  wim_describe (xml, &info);
  assert (!product == !info.product_name);
  assert (!product || strcmp (product, info.product_name) == 0);
  assert (strcmp (info.arch, arch) == 0 && info.major_version == version);
  assert (!build == !info.build_id);
  assert (!build || strcmp (build, info.build_id) == 0);
  system_info_release (&info);
}

int
main (void)
{
  find_xml ();
  texts ();
  expect ("<WIM><IMAGE INDEX=\"1\"><WINDOWS><ARCH>9</ARCH><VERSION>"
          "<MAJOR>10</MAJOR><BUILD>19041</BUILD></VERSION></WINDOWS>"
          "<NAME>Windows 10 Home</NAME></IMAGE>"
          "<IMAGE INDEX=\"2\"><NAME>Windows 10 Home N</NAME></IMAGE>"
          "<IMAGE INDEX=\"3\"><NAME>Windows 10 Pro</NAME></IMAGE></WIM>",
          "Windows 10", "x86_64", 10, "19041");
  /* A longer name that begins with the whole of the other one. */
  expect ("<IMAGE I><NAME>Windows 10</NAME></IMAGE><IMAGE I>"
          "<NAME>Windows 10 Pro</NAME></IMAGE>", "Windows 10", "unknown", 0,
          NULL);
  expect ("<IMAGE I><NAME>Windows 10</NAME></IMAGE><IMAGE I>"
          "<NAME>Windows 100</NAME></IMAGE>", "Windows", "unknown", 0, NULL);
  expect ("<IMAGE I><NAME>a</NAME><DISPLAYNAME>Server</DISPLAYNAME>"
          "<ARCH>12</ARCH><MAJOR>x</MAJOR></IMAGE>", "Server", "aarch64", 0,
          NULL);
  /* What belongs to a later image, or to none, says nothing of the first. */
  expect ("<MAJOR>6</MAJOR><IMAGE I></IMAGE><IMAGE I><ARCH>0</ARCH>"
          "</IMAGE>", NULL, "unknown", 0, NULL);
  expect ("<IMAGE I><NAME>", NULL, "unknown", 0, NULL);
  expect ("<IMAGE ", NULL, "unknown", 0, NULL);
  expect ("", NULL, "unknown", 0, NULL);
  return 0;
}
