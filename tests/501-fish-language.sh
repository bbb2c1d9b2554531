#!/bin/bash
# The language of the shell: quoting, pipes, errors and "-", here documents, globs, numbers, local commands, exit status.
source "$(dirname "$0")/functions.sh"
cd "$tmp"

guestfish <<'EOF' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 100M
run
mkfs ext4 /dev/sda
mount /dev/sda /
# a comment
write "/a b" "tab\there \"quoted\" \x41\101\n"
cat "/a b"
cat /a\ b | tr A-Z a-z
-mkdir /a/b/c/d
-cat /nothing
not cat /nothing
upload -<<END /here
first
  second
END
cat /here
mkdir-p /x/y/z
touch /x/1.txt
touch /x/2.txt
glob echo /x/*.txt
truncate-size /x/1.txt 4K
filesize /x/1.txt
truncate-size /x/1.txt 2s
filesize /x/1.txt
!echo local
<!echo "echo from a local command"
EOF
expect_equal "$(cat out)" "$(cat <<'EOF'
tab	here "quoted" AA

tab	here "quoted" aa

first
  second

/x/1.txt
/x/2.txt
4096
1024
local
from a local command
EOF
)" "output of the script"

expect_error 'unknown command' guestfish nosuchcommand
expect_error 'did you mean: .*version' guestfish verison
expect_error 'nosuch' guestfish -a nosuch.img run
expect_error 'launch' guestfish list-devices
expect_error 'not a number' guestfish set-memsize many
expect_error 'usage: mkdir' guestfish mkdir

# A script stops at the first error, with status 1 and its line.
cat >bad.fish <<'EOF'
echo before
set-memsize x
echo after
EOF
if guestfish -f bad.fish >out 2>err; then fail "a failing script exits with 0"; fi
expect_equal "$(cat out)" before
grep -q 'bad.fish:2:' err || fail "the message does not name the line: $(cat err)"

# Commands as arguments; options after a colon are optional arguments.
expect_equal "$(guestfish -a disk.img run : mount /dev/sda / : filesize /x/1.txt : -rm /none : is-dir /x)" $'1024\ntrue'
guestfish -a disk.img run : mount /dev/sda / : glob-expand '/x/*' directoryslash:false >out
expect_equal "$(cat out)" $'/x/1.txt\n/x/2.txt\n/x/y'

# Options end with the first command, which may have words like options; where no disk stands in front of it, they may stand behind.
expect_equal "$(guestfish -a disk.img run : mount /dev/sda / : write /n -1 : cat /n)" -1
expect_equal "$(guestfish --ro is-config : run : mount /dev/sda / : is-dir /x -a disk.img)" $'true\ntrue'
