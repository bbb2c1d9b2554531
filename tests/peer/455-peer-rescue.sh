#!/bin/bash
# The distribution's virt-rescue on our library: what is typed goes to a shell in the appliance, and its end is the end.
source "$(dirname "$0")/peer-functions.sh"

requires python3
requires_peer /usr/bin/virt-rescue
cd "$tmp"
guestfish >/dev/null <<'END'
sparse disk.img 50M
run
mkfs ext4 /dev/sda
mount /dev/sda /
write /file "content of the file\n"
END
cat >type.py <<'END'
"""Run a program on a terminal, and type: WAIT-FOR TYPE ..."""
import os, pty, select, sys, time

argv, script = sys.argv[1].split("|"), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
text, seen, ends = b"", 0, time.monotonic() + 300

def read():
    global text
    if not select.select([fd], [], [], max(0, ends - time.monotonic()))[0]:
        sys.exit("nothing more comes: %r" % text)
    try:
        data = os.read(fd, 4096)
    except OSError:
        data = b""
    text += data
    return data

while script:
    wanted, typed = (s.encode().decode("unicode_escape").encode() for s in script[:2])
    script = script[2:]
    while text.find(wanted, seen) < 0:
        if not read():
            sys.exit("the end comes too early: %r" % text)
    seen = text.find(wanted, seen) + len(wanted)
    os.write(fd, typed)
while read():
    pass
sys.stdout.write(text.decode("utf-8", "replace"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
TERM=vt100 LD_LIBRARY_PATH="$top_builddir/lib/.libs" python3 type.py "/usr/bin/virt-rescue|-a|disk.img|-m|/dev/sda" \
  '><rescue> ' 'cat /sysroot/file; echo $((6 * 7)) $TERM\r' \
  '><rescue> ' 'echo written >/sysroot/new; echo start; cat\r' \
  'start\r\n' 'to and fro\r' 'fro\r\n' '' 'fro\r\n' '\x04' \
  '><rescue> ' 'exit\r' >out || fail "virt-rescue: $(cat out)"
matches "^content of the file" <out || fail "no output of the shell: $(cat out)"
matches "^42 vt100" <out || fail "the shell: $(cat out)"
expect_equal "$(guestfish --ro -a disk.img -m /dev/sda cat /new)" written "what the shell wrote"
