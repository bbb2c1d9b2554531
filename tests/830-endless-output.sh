#!/bin/bash
# What never ends, in a guest for real: programs that write, fork or take memory without end, devices, files of a petabyte or of one line.
# Each call ends by itself with an error that says why, memory stays bounded on both sides, and the handle goes on.
source "$(dirname "$0")/functions.sh"
requires "${CC:-gcc}"
requires_file "$top_builddir/appliance/root.img" /usr/bin/time
cd "$tmp"
cat >hostile.c <<'EOF2'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char buf[1 << 20];

static void
pour (int fd, char c, long pieces)
{
  memset (buf, c, sizeof buf);
  while (pieces-- != 0)
    (void) !write (fd, buf, sizeof buf);
}

/* Programs that are killed in the middle of a fork, which has much to copy. */
static void
cut_forks (void)
{
  const size_t size = 16 << 20;
  int i, ready[2];
  pid_t pid;
  char c;

  (void) !pipe (ready);
  for (i = 0; i < 20; ++i) {
    pid = fork ();
    if (pid == 0) {
      memset (mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, size);
      signal (SIGCHLD, SIG_IGN);
      (void) !write (ready[1], "", 1);
      for (;;)
        if (fork () == 0)
          _exit (0);
    }
    (void) !read (ready[0], &c, 1);
    usleep (2000 + i * 500);
    kill (pid, SIGKILL);
    waitpid (pid, NULL, 0);
  }
}

int
main (int argc, char *argv[])
{
  const char *how = argv[argc - 1]; /* sh -c HOW as well */

  signal (SIGPIPE, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  if (!strcmp (how, "output"))
    pour (1, 'y', -1);
  if (!strcmp (how, "errors"))
    pour (2, 'y', -1);
  if (!strcmp (how, "lines"))
    pour (1, '\n', 100);
  if (!strcmp (how, "left") && fork () == 0) {
    setsid ();
    if (fork () == 0)
      pour (1, 'y', -1);
  }
  if (!strcmp (how, "forks")) {
    if (fork () > 0) {
      sleep (2);
      return 0;
    }
    close (0), close (1), close (2);
    for (;;)
      if (fork () == -1)
        usleep (1000);
  }
  if (!strcmp (how, "cut"))
    cut_forks ();
  if (!strcmp (how, "memory"))
    for (;;) {
      char *p = malloc (sizeof buf);

      if (p)
        memset (p, 1, sizeof buf);
    }
  return 0;
}
EOF2
"${CC:-gcc}" -O1 -static -o hostile hostile.c 2>log || skip "no static programs here: $(tail -1 log)"
truncate -s 400M disk
guestfish --format=raw -a disk <<'EOF2'
run
mkfs xfs /dev/sda
mount /dev/sda /
<! for dir in bin dev proc sys; do echo mkdir /$dir; done
upload hostile /bin/hostile
chmod 0755 /bin/hostile
ln /bin/hostile /bin/sh
mkfifo 0644 /fifo
mknod-c 0644 1 5 /zero
touch /petabyte
truncate-size /petabyte 1125899906842624
touch /line
truncate-size /line 1G
EOF2

# One call in a session of its own; the session is fine afterwards.  What the guest's programs do at most is within the appliance.
ends () # MIB PATTERN COMMAND...
{
  local most=$1 pattern=$2 status=0
  shift 2
  printf 'run\nmount /dev/sda /\necho before\n-%s | tail -c 1000\necho after\nping-daemon\nwrite /written after\ncat /written\numount-all\n' "$*" >commands
  timeout 400 /usr/bin/time -f %M -o most guestfish --format=raw -a disk -f commands >out 2>&1 || status=$?
  [[ $status == 0 ]] || fail "'$*': status $status: $(tail -c 1000 out)"
  [[ $(tail -n 1 out) == after ]] || fail "'$*': the session ended: $(tail -c 1000 out)"
  sed -n '/^before$/,/^after$/p' out | matches -a -E "$pattern" || fail "'$*' says $(tail -c 1000 out)"
  if ! grep -q '^#define SANITIZED' "$top_builddir/config.h"; then
    [[ $(tail -n 1 most) -lt $((most << 10)) ]] || fail "'$*' took $(<most) KiB"
  fi
}
too_much='more than 134217728 bytes of output'
ends 50 "command: /bin/hostile: $too_much" command "'/bin/hostile output'"
ends 50 "command: /bin/hostile: $too_much" command "'/bin/hostile errors'"
ends 50 "sh: /bin/sh: $too_much" sh output
ends 50 "sh_lines: /bin/sh: $too_much" sh-lines errors
# It goes on when the call has ended, until the filesystem is unmounted.
ends 400 "^(before|y*)$" command "'/bin/hostile left'"
# ... with which it is gone: it counts before and after.
programs='debug sh "cat /proc/[0-9]*/comm; true"'
printf 'run\nmount /dev/sda /\n-command "/bin/hostile left" | wc -c\n%s\necho unmount\numount-all\necho unmounted\n%s\n' "$programs" "$programs" >commands
timeout 400 guestfish --format=raw -a disk -f commands >out 2>&1 || fail "what is left behind: $(tail -c 1000 out)"
[[ $(sed '/^unmount$/,$d' out | grep -cx hostile || true) -ge 1 ]] || fail "nothing was left behind: $(tail -c 1000 out)"
expect_equal "$(sed '1,/^unmounted$/d' out | grep -cx hostile || true)" 0 "programs of the guest after the unmounting"
sed '1,/^unmounted$/d' out | matches -x init || fail "the second list is empty: $(tail -c 1000 out)"
ends 50 "read_file: /petabyte: a file of 1125899906842624 bytes does not fit" read-file /petabyte
ends 50 "cat: /petabyte: .*(do not fit|Cannot allocate memory)" cat /petabyte
ends 50 "read_lines: /line: .*(do not fit|Cannot allocate memory)" read-lines /line
ends 50 "pread: .*(Cannot allocate memory|too large)" pread /petabyte 2000000000 0
ends 50 "tail: .*Cannot allocate memory" tail /petabyte
ends 2200 "read_file: .*File too large" read-file /zero
ends 50 "^before$" cat /fifo
ends 50 "d41d8cd98f00b204e9800998ecf8427e" checksum md5 /fifo
ends 50 "FIFO" file /fifo
# Less memory, so that it takes less time to have none.
export LIBGUESTFS_MEMSIZE=128
ends 50 "command_lines: .*(killed by signal 9|Cannot allocate memory)" command-lines "'/bin/hostile lines'"
ends 50 "sh: .*(killed by signal 9|Cannot allocate memory)" sh output
ends 50 "killed by signal 9|Cannot allocate memory" command "'/bin/hostile memory'"
# As many as there may be, all at work, until the unmounting.
ends 50 "^before$" command "'/bin/hostile forks'"
# A kernel that did not expect the half of a fork would be gone.
ends 50 "^before$" command "'/bin/hostile cut'"
ends 50 "grep: .*Cannot allocate memory" grep x /line
ends 50 "head: .*Cannot allocate memory" head /zero
