/* Architecture of a system by its programs: see arch.h. */

#include <config.h>

#include <stddef.h>

#include "arch.h"
#include "elfarch.h"
#include "rootfs.h"

const char *
arch_of_programs (int root)
{
  /* The usual ones first; /sbin/init and the shell may be links that lead
   * nowhere in a tree. */
  static const char *const programs[] = {
    "/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh", "/bin/busybox",
    "/usr/bin/bash", "/usr/bin/ls", "/usr/bin/env", "/usr/bin/coreutils",
    "/sbin/init", "/usr/lib/systemd/systemd", "/lib/systemd/systemd",
    "/sbin/ldconfig", "/usr/sbin/ldconfig", "/bin/cat",
  };
  unsigned char head[ELF_HEAD_SIZE];
  size_t i;

  for (i = 0; i < sizeof programs / sizeof programs[0]; ++i) {
    long n = rootfs_read_head (root, programs[i], head, sizeof head);
    const char *arch = n < 0 ? NULL : elf_architecture (head, n);

    if (arch)
      return arch;
  }
  return "unknown";
}
