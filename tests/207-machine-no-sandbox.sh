#!/bin/bash
# Where the system takes no filter of system calls, launch fails and says so.
source "$(dirname "$0")/functions.sh"
requires "${CC:-gcc}"
requires_file "$top_builddir/appliance/root.img"
cat >"$tmp/no-filter.c" <<'EOF2'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* seccomp (2), and prctl (2) with PR_SET_SECCOMP, do not exist for the program and its children. */
int
main (int argc, char *argv[])
{
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 3, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = { sizeof code / sizeof code[0], code };

  if (argc < 2 || prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1
      || prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == -1)
    return 77;
  execvp (argv[1], argv + 1);
  return 1;
}
EOF2
"${CC:-gcc}" -o "$tmp/no-filter" "$tmp/no-filter.c"
status=0
"$tmp/no-filter" true || status=$?
[[ $status == 0 ]] || skip "no filters here at all"
truncate -s 1M "$tmp/disk"
expect_equal "$(guestfish --ro --format=raw -a "$tmp/disk" run : list-devices)" /dev/sda "with filters"
expect_error 'error: launch: .*sandbox' "$tmp/no-filter" guestfish --ro --format=raw -a "$tmp/disk" run : list-devices
export BATHYSCOPE_SANDBOX=optional
expect_equal "$("$tmp/no-filter" guestfish --ro --format=raw -a "$tmp/disk" run : list-devices 2>"$tmp/err")" /dev/sda "as the user said"
matches 'no filter of system calls' <"$tmp/err" || fail "no warning: $(cat "$tmp/err")"
guestfish --ro --format=raw -a "$tmp/disk" run 2>"$tmp/err"
expect_equal "$(cat "$tmp/err")" "" "with filters there is nothing to warn of"
export BATHYSCOPE_SANDBOX=no # no word that is known: it is told, and changes nothing
expect_error 'error: launch: .*sandbox' "$tmp/no-filter" guestfish --ro --format=raw -a "$tmp/disk" run
guestfish --ro --format=raw -a "$tmp/disk" run 2>&1 | matches 'BATHYSCOPE_SANDBOX=no: .*neither' || fail "a wrong word is not told"
