/* The sandbox of the storage daemon: see storage.c.
 *
 * It is a program of others, in many versions, so a list of the system calls
 * that it needs cannot be written down: what it certainly does not need is denied.
 * Landlock confines its files.  Some formats can name other files, and a hostile
 * image would name /etc/shadow; so where the kernel has no Landlock, images of
 * files are refused.
 */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "sandbox.h"
#include "sandbox-internal.h"

#define CAP(name) (UINT32_C (1) << CAP_##name)

#define READ_DIR (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN_DIR (READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE)

static const char *const denied_calls[] = {
  "execve", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp",
  "pidfd_getfd", "mount", "umount2", "pivot_root", "chroot", "open_tree",
  "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
  "unshare", "setns", "bpf", "perf_event_open", "userfaultfd", "keyctl",
  "add_key", "request_key", "init_module", "finit_module", "delete_module",
  "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct",
  "quotactl", "sethostname", "setdomainname", "settimeofday",
  "clock_settime", "adjtimex", "clock_adjtime", "syslog", "iopl", "ioperm",
  "open_by_handle_at", "name_to_handle_at", "personality", "fork", "vfork",
  "link", "linkat", "symlink", "symlinkat", "mknod", "mknodat", "rename", "renameat", "renameat2", "rmdir",
  "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat",
  "setxattr", "lsetxattr", "fsetxattr", "setuid", "setgid", "setresuid",
  "setresgid", "setgroups",
  /* It would do things past this filter. */
  "io_uring_setup", "io_uring_enter", "io_uring_register",
  NULL
};

/* Libraries make sure of folders that are there: /dev, for /dev/stderr. */
static const char *const mkdir_calls[] = { "mkdir", "mkdirat", NULL };

static const char *const unlink_calls[] = { "unlink", "unlinkat", NULL };

static const char *const network_calls[] = {
  "socket", "connect", "bind", NULL
};

static int
filter (bool network, bool private_tmp, int program_fd, struct error *err)
{
  scmp_filter_ctx ctx = seccomp_init (SCMP_ACT_ALLOW);
  int r;

  if (!ctx)
    return error_set (err, ENOMEM, "sandbox: no memory for the filter");
  r = sandbox_add_rules (ctx, SCMP_ACT_ERRNO (EPERM), denied_calls, err);
  if (r == 0)
    r = sandbox_add_rules (ctx, SCMP_ACT_ERRNO (EEXIST), mkdir_calls, err);
  if (r == 0 && !private_tmp)
    r = sandbox_add_rules (ctx, SCMP_ACT_ERRNO (EPERM), unlink_calls, err);
  if (r == 0 && !network)
    r = sandbox_add_rules (ctx, SCMP_ACT_ERRNO (EPERM), network_calls, err);
  /* This one program, by a descriptor that is closed when it runs; no new
   * processes, only threads. */
  if (r == 0) {
    r = seccomp_rule_add (ctx, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (execveat), 1,
                          SCMP_A0 (SCMP_CMP_NE, program_fd));
    if (r == 0)
      r = seccomp_rule_add (ctx, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                            SCMP_A0 (SCMP_CMP_MASKED_EQ, 0x10000, 0));
    if (r == 0) /* its flags cannot be seen: libraries fall back to clone */
      r = seccomp_rule_add (ctx, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
    if (r < 0)
      r = error_set (err, -r, "sandbox: the system call filter is refused: %s",
                     strerror (-r));
  }
  if (r == 0)
    r = sandbox_load (ctx, err);
  seccomp_release (ctx);
  return r;
}

/* --- files -------------------------------------------------------------------- */

/* What every dynamic program reads. */
static int
allow_program (int rules, int program_fd)
{
  static const char *const dirs[] = { "/lib", "/lib64", "/usr/lib",
                                      "/usr/lib64", "/usr/local/lib" };
  static const char *const files[] = { "/etc/ld.so.cache", "/dev/urandom",
                                       "/sys/block", "/sys/devices",
                                       "/sys/dev" };

  for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; ++i)
    if (sandbox_add_path (rules, dirs[i], -1, RUN_DIR) == -1)
      return -1;
  for (size_t i = 0; i < sizeof files / sizeof files[0]; ++i)
    if (sandbox_add_path (rules, files[i], -1, i < 2
                          ? LANDLOCK_ACCESS_FS_READ_FILE : READ_DIR) == -1)
      return -1;
  if (sandbox_add_path (rules, "/dev/null", -1, LANDLOCK_ACCESS_FS_READ_FILE
                                    | LANDLOCK_ACCESS_FS_WRITE_FILE) == -1)
    return -1;
  return sandbox_add_path (rules, NULL, program_fd,
                           LANDLOCK_ACCESS_FS_READ_FILE
                           | LANDLOCK_ACCESS_FS_EXECUTE);
}

/* Does a file beside the image belong to it?  The extents of NAME.vmdk are
 * called NAME-flat.vmdk, NAME-s001.vmdk and the like. */
static bool
is_part (const char *name, const char *image)
{
  size_t stem = strcspn (image, ".");

  return stem > 0 && strncmp (name, image, stem) == 0 && name[stem] == '-';
}

/* The image itself and its parts. */
static int
allow_image (int rules, const char *path, uint64_t access)
{
  CLEANUP_FREE char *dir_name = strdup (path);
  const char *slash = strrchr (path, '/'), *image = slash ? slash + 1 : path;
  struct dirent *d;
  CLEANUP_CLOSEDIR DIR *dir = NULL;
  int r = 0;

  if (!dir_name || !slash || sandbox_add_path (rules, path, -1, access) == -1)
    return -1;
  dir_name[slash - path + 1] = '\0';
  dir = opendir (dir_name);
  if (!dir)
    return 0; /* then the files in it cannot be known by name */
  while (r == 0 && (d = readdir (dir)) != NULL) {
    CLEANUP_CLOSE int fd = -1;

    if (!is_part (d->d_name, image) || d->d_type != DT_REG)
      continue;
    fd = openat (dirfd (dir), d->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
      r = sandbox_add_path (rules, NULL, fd, access);
  }
  return r;
}

static int
allow_images (int rules, char *const paths[], uint64_t access)
{
  for (size_t i = 0; paths[i]; ++i)
    if (allow_image (rules, paths[i], i == 0 ? access
                     : LANDLOCK_ACCESS_FS_READ_FILE) == -1)
      return -1;
  return 0;
}

/* What clients of remote storage read: certificates, resolvers, known hosts. */
static int
allow_settings (int rules)
{
  static const char *const dirs[] = { "/etc", "/usr", "/run", "/var/lib",
                                      "/proc" };
  const char *home = getenv ("HOME");

  for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; ++i)
    if (sandbox_add_path (rules, dirs[i], -1, READ_DIR) == -1)
      return -1;
  /* Libraries give their threads names; gluster's does not live without. */
  if (sandbox_add_path (rules, "/proc/self/task", -1,
                        READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE) == -1)
    return -1;
  return home && *home == '/'
    ? sandbox_add_path (rules, home, -1, READ_DIR) : 0;
}

/* libgfapi writes what the server tells it of a volume to a file in /tmp. */
static bool
has_private_tmp (const char *kind, const char *path)
{
  return strcmp (kind, "remote") == 0 && strcmp (path, "gluster") == 0;
}

static int
make_private_tmp (const char *path, struct error *err)
{
  if ((unshare (CLONE_NEWNS) == -1
       && unshare (CLONE_NEWUSER | CLONE_NEWNS) == -1)
      || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1
      || mount ("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                "size=16m") == -1)
    return error_errno (err, "protocol %s needs a /tmp of its own", path);
  return 0;
}

static int
restrict_files (const char *kind, char *const paths[], int program_fd,
                struct error *err)
{
  struct landlock_ruleset_attr attr = {
    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1
  };
  bool remote = strcmp (kind, "remote") == 0;
  const uint64_t all = attr.handled_access_fs;
  uint64_t access = LANDLOCK_ACCESS_FS_READ_FILE;
  CLEANUP_CLOSE int rules = -1;

  rules = syscall (SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
  if (rules == -1)
    return remote ? 0
      : error_set (err, ENOTSUP, "%s: images of this format are opened only"
                   " where the kernel has Landlock, which keeps them from naming"
                   " other files: %s", paths[0], strerror (errno));
  if (strcmp (kind, "write") == 0)
    access |= LANDLOCK_ACCESS_FS_WRITE_FILE;
  if (allow_program (rules, program_fd) == -1
      || (has_private_tmp (kind, paths[0])
          && sandbox_add_path (rules, "/tmp", -1, all) == -1)
      || (remote ? allow_settings (rules)
          : allow_images (rules, paths, access)) == -1
      || syscall (SYS_landlock_restrict_self, rules, 0) == -1)
    return error_errno (err, "sandbox: Landlock");
  return 0;
}

int
sandbox_storage (const char *kind, char *const paths[], int program_fd,
                 struct error *err)
{
  const struct rlimit none = { 0, 0 };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1
      || setrlimit (RLIMIT_CORE, &none) == -1)
    return error_errno (err, "sandbox");
  if (has_private_tmp (kind, paths[0]) && make_private_tmp (paths[0], err) == -1)
    return -1;
  /* Root reads and writes images whoever owns them. */
  if (sandbox_capabilities (CAP (DAC_OVERRIDE) | CAP (DAC_READ_SEARCH), err)
      == -1
      || restrict_files (kind, paths, program_fd, err) == -1)
    return -1;
  return filter (strcmp (kind, "remote") == 0, has_private_tmp (kind, paths[0]),
                 program_fd, err);
}
