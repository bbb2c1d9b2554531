/* The sandbox: see sandbox.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "sandbox.h"
#include "sandbox-internal.h"

#ifdef SANITIZED
/* Leaks are looked for by stopping all threads from another process, with calls
 * that no filter here allows: that process ends at once, and the program waits
 * for it for ever, whatever ASAN_OPTIONS says.  The unit tests of what the
 * machine is made of do look for leaks. */
__attribute__ ((visibility ("default"))) int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

/* What the main thread and the device threads do once the machine runs. */
static const char *const machine_calls[] = {
  /* events, control channel, devices */
  "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "poll", "ppoll",
  "read", "write", "readv", "writev", "recvmsg", "sendmsg", "recvfrom",
  "sendto", "shutdown", "close", "dup", "fcntl", "fstat", "fstatfs", "newfstatat",
  "getrandom",
  /* images */
  "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2", "lseek",
  "fallocate", "fdatasync", "fsync", "sync_file_range", "ftruncate",
  "fadvise64", "copy_file_range",
  /* memory and threads */
  "brk", "mmap", "munmap", "mremap", "madvise", "mprotect", "clone",
  "clone3", "futex", "set_robust_list", "rseq", "sched_getaffinity", "sched_yield",
  "gettid", "getpid", "prctl", "set_tid_address", "membarrier", "getcpu",
  /* time, signals, the end */
  "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday",
  "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
  "restart_syscall", "wait4", "waitid", "pidfd_send_signal", "exit",
  "exit_group", "getrusage",
  NULL
};

/* What the thread of a virtual processor does: run the guest, ring the devices'
 * eventfds, tell the library about the console and the end. */
static const char *const vcpu_calls[] = {
  "ioctl", "read", "write", "sendmsg", "poll", "ppoll", "futex", "brk", "mmap",
  "munmap", "mprotect", "madvise", "mremap", "prctl", "rt_sigaction",
  "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "sched_yield", "getpid",
  "gettid", "clock_gettime", "clock_nanosleep", "nanosleep",
  "restart_syscall", "rseq", "set_robust_list", "exit", "exit_group",
  "membarrier", "getcpu", NULL
};

/* What a network needs besides. */
static const char *const network_calls[] = {
  "socket", "connect", "bind", "listen", "accept", "accept4", "getsockname",
  "getpeername", "getsockopt", "setsockopt", "ioctl", NULL
};

/* What the user-mode kernel does: itself, its helpers, and the processes that
 * guest programs run in, whose own system calls it takes over. */
static const char *const guest_calls[] = {
  "execve", "execveat", "arch_prctl", "set_tid_address", "set_robust_list", "rseq",
  "prlimit64", "getrlimit", "setrlimit", "uname", "getcwd", "readlink",
  "readlinkat", "access", "faccessat", "faccessat2", "openat", "open",
  "close", "fstat", "newfstatat", "stat", "lstat", "statfs", "fstatfs",
  "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv",
  "pwritev", "lseek", "ftruncate", "fallocate", "fsync", "fdatasync",
  "fadvise64", "mmap", "munmap", "mprotect", "mremap", "madvise", "brk",
  "memfd_create", "fcntl", "dup", "dup2", "dup3", "pipe", "pipe2", "ioctl",
  "poll", "ppoll", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait",
  "epoll_pwait", "eventfd2", "socketpair", "sendmsg", "recvmsg", "sendto", "recvfrom",
  "clone", "clone3", "vfork", "fork", "wait4", "waitid", "exit",
  "exit_group", "ptrace", "kill", "tgkill", "tkill", "getpid", "gettid",
  "getppid", "getpgrp", "getpgid", "getuid", "geteuid", "getgid", "getegid",
  "prctl", "sigaltstack", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
  "rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "pause", "futex",
  "timer_create", "timer_settime", "timer_gettime", "timer_delete",
  "setitimer", "getitimer", "clock_gettime", "clock_getres",
  "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrandom",
  "sched_yield", "sched_getaffinity", "sched_setaffinity", "getrusage",
  "restart_syscall", "set_thread_area", "get_thread_area", "modify_ldt",
  "process_vm_readv", "getcpu", "sysinfo",
  NULL
};

static const char *const guard_calls[] = {
  "wait4", "restart_syscall", "rt_sigreturn", "exit", "exit_group",
#ifdef SANITIZED
  "sigaltstack", /* before each _exit */
  "mmap", "munmap", "madvise", "getpid", /* TSan's, of its own accord */
#endif
  NULL
};

int
sandbox_add_rules (scmp_filter_ctx ctx, uint32_t action,
                   const char *const *names, struct error *err)
{
  for (; *names; ++names) {
    int nr = seccomp_syscall_resolve_name (*names);
    int r;

    if (nr == __NR_SCMP_ERROR)
      continue; /* newer than this libseccomp: then nothing here uses it */
    r = seccomp_rule_add (ctx, action, nr, 0);
    if (r < 0)
      return error_set (err, -r, "sandbox: system call %s", *names);
  }
  return 0;
}

/* Signals to threads of this process; to others, those lists say that have
 * tgkill. */
static int
allow_own_threads (scmp_filter_ctx ctx, struct error *err)
{
  const struct scmp_arg_cmp own = SCMP_A0 (SCMP_CMP_EQ, getpid ());
  int r = seccomp_rule_add (ctx, SCMP_ACT_ALLOW, SCMP_SYS (tgkill), 1, own);

  if (r < 0)
    return error_set (err, -r, "sandbox: system call tgkill");
  return 0;
}

/* One word each, and the first is written before there are threads. */
static bool optional;
static atomic_bool missing;

void
sandbox_make_optional (void)
{
  optional = true;
}

bool
sandbox_is_missing (void)
{
  return missing;
}

int
sandbox_load (scmp_filter_ctx ctx, struct error *err)
{
  int r = seccomp_load (ctx);

  if (r < 0 && !optional)
    return error_set (err, -r, "sandbox: the system call filter is refused: %s",
                      strerror (-r));
  missing |= r < 0;
  return 0;
}

/* What is not allowed fails with EPERM: libraries and the user-mode kernel try
 * things that they can do without. */
static int
load (const char *const *names, const char *const *more,
      const char *const *yet_more, struct error *err)
{
  scmp_filter_ctx ctx = seccomp_init (SCMP_ACT_ERRNO (EPERM));
  int r;

  if (!ctx)
    return error_set (err, ENOMEM, "sandbox: no memory for the filter");
  /* A search tree instead of a list; and no penalty against side channels,
   * which a process that holds only its guest's secrets does not need. */
  (void) seccomp_attr_set (ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  (void) seccomp_attr_set (ctx, SCMP_FLTATR_CTL_SSB, 1);
  r = allow_own_threads (ctx, err);
  if (r == 0)
    r = sandbox_add_rules (ctx, SCMP_ACT_ALLOW, names, err);
  if (r == 0 && more)
    r = sandbox_add_rules (ctx, SCMP_ACT_ALLOW, more, err);
  if (r == 0 && yet_more)
    r = sandbox_add_rules (ctx, SCMP_ACT_ALLOW, yet_more, err);
  if (r == 0)
    r = sandbox_load (ctx, err);
  seccomp_release (ctx);
  return r;
}

int
sandbox_add_path (int rules, const char *path, int fd, uint64_t access)
{
  struct landlock_path_beneath_attr attr = { .allowed_access = access };
  CLEANUP_CLOSE int opened = -1;

  if (path) {
    opened = open (path, O_PATH | O_CLOEXEC);
    if (opened == -1)
      return 0; /* what is not there cannot be reached */
    fd = opened;
  }
  attr.parent_fd = fd;
  return syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
                  &attr, 0);
}

/* No files but the kernel's program, its libraries, /proc, /dev/null, and the
 * root image.
 *  Kernels without Landlock are common: then the filter is all. */
static int
restrict_files (int kernel_fd, int root_fd, struct error *err)
{
  static const char *const libraries[] = { "/lib", "/lib64", "/usr/lib",
                                           "/usr/lib64", "/etc/ld.so.cache" };
  const uint64_t dir = LANDLOCK_ACCESS_FS_READ_FILE
                       | LANDLOCK_ACCESS_FS_READ_DIR
                       | LANDLOCK_ACCESS_FS_EXECUTE;
  struct landlock_ruleset_attr attr = {
    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1
  };
  CLEANUP_CLOSE int rules = -1;
  size_t i;

  rules = syscall (SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
  if (rules == -1)
    return 0;
  for (i = 0; i < sizeof libraries / sizeof libraries[0]; ++i)
    if (sandbox_add_path (rules, libraries[i], -1,
                  i == 4 ? LANDLOCK_ACCESS_FS_READ_FILE : dir) == -1)
      return error_errno (err, "sandbox: %s", libraries[i]);
  if (sandbox_add_path (rules, "/proc", -1, LANDLOCK_ACCESS_FS_READ_FILE) == -1
      || sandbox_add_path (rules, "/dev/null", -1, LANDLOCK_ACCESS_FS_READ_FILE
                                           | LANDLOCK_ACCESS_FS_WRITE_FILE) == -1
      || sandbox_add_path (rules, NULL, kernel_fd, LANDLOCK_ACCESS_FS_READ_FILE
                                           | LANDLOCK_ACCESS_FS_EXECUTE) == -1
      || sandbox_add_path (rules, NULL, root_fd, LANDLOCK_ACCESS_FS_READ_FILE) == -1)
    return error_errno (err, "sandbox: files of the guest");
  if (syscall (SYS_landlock_restrict_self, rules, 0) == -1)
    return error_errno (err, "sandbox: Landlock");
  return 0;
}

static int
restrict_all_files (struct error *err)
{
  struct landlock_ruleset_attr attr = {
    .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1
  };
  CLEANUP_CLOSE int rules = -1;

  rules = syscall (SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
  if (rules == -1)
    return 0;
  if (syscall (SYS_landlock_restrict_self, rules, 0) == -1)
    return error_errno (err, "sandbox: Landlock");
  return 0;
}

int
sandbox_capabilities (uint32_t kept, struct error *err)
{
  struct __user_cap_header_struct head = {
    .version = _LINUX_CAPABILITY_VERSION_3
  };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
  int cap;

  if (kept) {
    if (syscall (SYS_capget, &head, data) == -1)
      return error_errno (err, "sandbox: capabilities");
    kept &= data[0].permitted;
  }
  memset (data, 0, sizeof data);
  data[0].permitted = data[0].effective = kept;
  /* As root: programs that we run must not get them back either. */
  for (cap = 0; prctl (PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; ++cap)
    if (cap > 31 || !(kept >> cap & 1))
      (void) prctl (PR_CAPBSET_DROP, cap, 0, 0, 0);
  (void) prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall (SYS_capset, &head, data) == -1)
    return error_errno (err, "sandbox: capabilities");
  return 0;
}

int
sandbox_begin (struct error *err)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit files;

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1
      || prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1
      || setrlimit (RLIMIT_CORE, &none) == -1)
    return error_errno (err, "sandbox");
  /* Many drives need many descriptors. */
  if (getrlimit (RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    (void) setrlimit (RLIMIT_NOFILE, &files);
  }
  return sandbox_capabilities (0, err);
}

int
sandbox_machine (const char *const *extra, bool network, struct error *err)
{
  if (restrict_all_files (err) == -1)
    return -1;
  return load (machine_calls, extra, network ? network_calls : NULL, err);
}

/* The filter of the machine holds as well: of two, the stricter answer counts. */
int
sandbox_vcpu (struct error *err)
{
  return load (vcpu_calls, NULL, NULL, err);
}

int
sandbox_guard (struct error *err)
{
  return load (guard_calls, NULL, NULL, err);
}

int
sandbox_guest_kernel (int kernel_fd, int root_fd, struct error *err)
{
  if (restrict_files (kernel_fd, root_fd, err) == -1)
    return -1;
  return load (guest_calls, NULL, NULL, err);
}
