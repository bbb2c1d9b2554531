#!/bin/bash
# guestfish on a terminal: prompt, completion, colours, history by image, suggestions.
source "$(dirname "$0")/functions.sh"
requires python3
cd "$tmp"
guestfish -N d.img=fs:ext4:40M -m /dev/sda1 mkdir-p /dir/sub : touch /dir/file : chmod 0755 /dir/file : ln-s file /dir/link
mkdir home
cat >terminal.py <<'END'
"""terminal.py COMMAND...: type the lines of standard input, each after the prompt, and print what the terminal shows.
Lines hold Python escapes; each is sent with a newline, unless it ends with \\c."""
import os, pty, select, sys, time

PROMPT = os.environ.get("PROMPT", "><fs>").encode()
lines = sys.stdin.read().splitlines()
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""


def wait(mark, seconds=120):
    """False when that was too long, or there is nobody at the other end any more."""
    global shown
    start, end = len(shown), time.time() + seconds
    while time.time() < end and mark not in shown[start:]:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            shown += data
    return mark in shown[start:]


wait(PROMPT)
for line in lines:
    line = line.encode().decode("unicode_escape")
    if "\t" in line:  # what tab does is seen before the line goes
        for part in line.split("\t")[:-1]:
            os.write(fd, part.encode() + b"\t")
            wait(b"\0", 1)
        line = line.split("\t")[-1]
    os.write(fd, line.encode() + b"\n")
    going = wait(PROMPT)
if going:  # the last line was to end it
    os.write(fd, b"quit\n")
    wait(b"\0")
sys.stdout.buffer.write(shown)
sys.exit(os.waitpid(pid, 0)[1] != 0)
END
on_terminal () { HOME=$tmp/home TERM=xterm python3 terminal.py "$top_builddir/run" guestfish "$@" | tr -d '\r'; }

on_terminal --ro -a d.img -m /dev/sda1 >shown <<'END'
ll /dir
stat /di\tfi\t
lsi
help partition table
lcd /usr
mkdri /x
quit
END
esc=$'\e'
grep -q "sda1 .*><fs>" shown || fail "the prompt does not tell what is mounted: $(cat -v shown)"
grep -q "(/usr) .*><fs>" shown || fail "the prompt does not tell the local directory: $(cat -v shown)"
grep -qF "${esc}[1;34msub${esc}[0m" shown || fail "no colour for a directory: $(cat -v shown)"
grep -qF "${esc}[1;32mfile${esc}[0m" shown || fail "no colour for a program: $(cat -v shown)"
grep -qF "${esc}[1;36mlink${esc}[0m -> file" shown || fail "no colour for a link: $(cat -v shown)"
grep -q "stat /dir/file" shown || fail "paths of the guest are not completed: $(cat -v shown)"
grep -q "did you mean: .*mkdir" shown || fail "no suggestion: $(cat -v shown)"
grep -q "^part-init " shown || fail "help by topic: $(cat -v shown)"

# The history: common, and of the image.
grep -qx 'lcd /usr' home/.guestfish || fail "history: $(cat home/.guestfish)"
expect_equal "$(cat home/.local/state/bathyscope/history/*)" "$(cat home/.guestfish)"
on_terminal --ro >shown <<<$'echo without a disk\nquit'
expect_equal "$(tail -n 2 home/.guestfish | head -n 1)" "echo without a disk"
! grep -q 'without a disk' home/.local/state/bathyscope/history/* || fail "another session is in the history of the image"
on_terminal --ro -a d.img >shown <<<$'\\x1b[A\\x1b[A'
grep -q 'mkdri /x' shown || fail "the arrow key does not bring the last line of this image first: $(cat -v shown)"

# Names with blanks are completed in quotes, and typed in quotes with what must be escaped there.
guestfish -a d.img -m /dev/sda1 write '/name with blanks' first : write '/name with "quotes"' second : mkdir '/a folder' : write '/a folder/x\y' third
on_terminal --ro -a d.img -m /dev/sda1 >shown <<'END'
cat /name\tb\t
cat "/name with \\"\t
cat /a\tx\t
quit
END
for word in first second third; do
  grep -q "[a-z]$word\$\|^$word\$" shown || fail "no $word: $(cat -v shown)"
done

# Strings around the prompt.
export GUESTFISH_INIT='<init\x41>' GUESTFISH_PS1='\[\e[1m\]ask\[\e[0m\]> ' GUESTFISH_OUTPUT='<out>' GUESTFISH_RESTORE='<end>'
PROMPT='> ' on_terminal >shown <<<$'echo a\nquit'
grep -q "<initA>" shown || fail "GUESTFISH_INIT: $(cat -v shown)"
grep -qF "${esc}[1mask${esc}[0m> echo a" shown || fail "GUESTFISH_PS1: $(cat -v shown)"
grep -q "<out>a" shown || fail "GUESTFISH_OUTPUT: $(cat -v shown)"
grep -q "<end>" shown || fail "GUESTFISH_RESTORE: $(cat -v shown)"

# Nothing of it where there is no terminal.
expect_equal "$(guestfish --ro -a d.img -m /dev/sda1 ll /dir | grep -c "$esc")" 0
