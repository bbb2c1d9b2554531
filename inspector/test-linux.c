/* Tests of linux.c, on small trees in a temporary directory. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inspector.h"
#include "io.h"

static char dir[] = "/tmp/test-linux-XXXXXX";
static int root;

static void
put (const char *path, const void *data, size_t len)
{
  int fd = openat (root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

  assert (fd != -1 && write_full (fd, data, len) == 0);
  close (fd);
}

static void
put_text (const char *path, const char *text)
{
  put (path, text, strlen (text));
}

static int
look (struct system_info *ret)
{
  const struct detector *d = inspector_recognise (root, "ext4", ret, NULL);

  if (!d)
    return 0;
  assert (inspector_describe (d, root, ret, NULL) == 0);
  return 1;
}

static void
expect_nothing (void)
{
  struct system_info info = { 0 };

  assert (look (&info) == 0);
}

static void
expect_debian (const char *hostname)
{
  struct system_info info = { 0 };

  assert (look (&info) == 1);
  assert (strcmp (info.type, "linux") == 0);
  assert (strcmp (info.distro, "debian") == 0);
  assert (strcmp (info.product_name, "Debian 12") == 0);
  assert (strcmp (info.package_management, "apt") == 0);
  assert (info.major_version == 12 && info.minor_version == 7);
  assert (strcmp (info.arch, "x86_64") == 0);
  assert (info.fstab.len == 1);
  if (hostname)
    assert (info.hostname && strcmp (info.hostname, hostname) == 0);
  else
    assert (!info.hostname);
  system_info_release (&info);
}

int
main (void)
{
  static const unsigned char elf[20] = {
    0x7f, 'E', 'L', 'F', 2, 1, [18] = 62
  };

  assert (mkdtemp (dir));
  root = open (dir, O_PATH | O_DIRECTORY);
  assert (root != -1);
  expect_nothing ();
  assert (mkdirat (root, "etc", 0755) == 0 && mkdirat (root, "usr", 0755) == 0);
  expect_nothing ();

  /* As in today's systems, /bin and os-release are links. */
  assert (mkdirat (root, "usr/bin", 0755) == 0
          && mkdirat (root, "usr/lib", 0755) == 0
          && symlinkat ("usr/bin", root, "bin") == 0
          && symlinkat ("../usr/lib/os-release", root, "etc/os-release") == 0);
  put_text ("usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n"
            "PRETTY_NAME=\"Debian 12\"\n");
  put_text ("etc/debian_version", "12.7\n");
  put_text ("etc/fstab", "UUID=x / ext4 defaults 0 1\n");
  put ("usr/bin/bash", elf, sizeof elf);
  put_text ("etc/hostname", "# mine\n\n  guest\n");
  expect_debian ("guest");

  /* A name that leads out of the guest, or would block, is not read. */
  assert (unlinkat (root, "etc/hostname", 0) == 0
          && symlinkat ("/proc/self/environ", root, "etc/hostname") == 0);
  expect_debian (NULL);
  assert (unlinkat (root, "etc/hostname", 0) == 0
          && mkfifoat (root, "etc/hostname", 0644) == 0);
  expect_debian (NULL);

  {
    char command[64];

    snprintf (command, sizeof command, "rm -rf %s", dir);
    assert (system (command) == 0);
  }
  return 0;
}
