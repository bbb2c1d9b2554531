#!/bin/bash
# virt-rescue: commands from a pipe, and a terminal with its size and its escape key.
source "$(dirname "$0")/functions.sh"
requires python3
cd "$tmp"
guestfish sparse d.img 100M : run : part-disk /dev/sda gpt : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : write /file $'from the guest\n'

timeout 120 virt-rescue -a d.img -m /dev/sda1 >out 2>err <<'END'
echo RESULT$((6 * 7))
cat /sysroot/file
echo changed >/sysroot/new
e2fsck -V 2>&1 | head -n 1
exit
END
grep -q RESULT42 out || fail "no shell: $(cat out err)"
grep -q '^from the guest' out || fail "the guest is not mounted: $(cat out)"
grep -q '^e2fsck ' out || fail "no e2fsck: $(cat out)"
expect_equal "$(guestfish --ro -a d.img -m /dev/sda1 cat /new)" changed

# Much output, much input, the end of input.
timeout 200 virt-rescue --ro -a d.img --scratch=2 >out <<<'seq 1 200000 | md5sum; seq 1 20000; ls /dev/sd?; fdisk -l /dev/sdc | head -n 1'
grep -q "$(seq 1 200000 | md5sum)" out || fail "md5sum: $(head out)"
expect_equal "$(tr -d '\r' <out | grep -c '^[0-9][0-9]*$')" 20000 "lines of seq"
grep -q /dev/sdc out || fail "--scratch=2: $(tail -n 3 out)"

# On a terminal.
cat >terminal.py <<'PYTHON'
import fcntl, os, pty, select, struct, sys, termios, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp("virt-rescue", ["virt-rescue", "--ro", "-a", "d.img", "-e", "^T"])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 43, 132, 0, 0))
seen = b""
def wait_for(text):
    global seen
    end = time.time() + 120
    while text not in seen:
        assert time.time() < end, (text, seen)
        if select.select([fd], [], [], 0.2)[0]:
            seen += os.read(fd, 4096)
    seen = seen[seen.index(text) + len(text):]
wait_for(b"><rescue> ")
os.write(fd, b"stty size\r")
wait_for(b"43 132")
wait_for(b"><rescue> ")
# What is typed is no word of it: the word is what the command says.
os.write(fd, b"echo beg''un; sleep 1000\r")
wait_for(b"begun")
os.write(fd, b"\x03")
wait_for(b"><rescue> ")
os.write(fd, b"\x14h")
wait_for(b"After the escape key")
os.write(fd, b"\x14q")
assert os.waitpid(pid, 0)[1] == 0
PYTHON
timeout 500 python3 terminal.py

expect_error 'give a disk image' virt-rescue
expect_error 'a key such as' virt-rescue -e xx -a d.img
expect_error 'no operating system' virt-rescue --suggest -a d.img
virt-rescue --help | matches -- --scratch
