#!/bin/bash
# guestfish --listen and --remote: scripts keep one shell and send it commands.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
stop () { kill "$1" 2>/dev/null || true; }

eval "$(guestfish --listen -N fs:ext4:40M -m /dev/sda1)"
[[ ${GUESTFISH_PID:-} ]] || fail "no process number"
first=$GUESTFISH_PID
cleanup_fn stop "$first"
socket=/tmp/.guestfish-$(id -u)/socket-$first
expect_equal "$(stat -c %a "$(dirname "$socket")")" 700 "mode of the socket's directory"
[[ -S $socket ]] || fail "the socket is not there"

# Input, output, errors, pipes and here documents are those of the client.
guestfish --remote write /a "text of a"
expect_equal "$(guestfish --remote cat /a)" "text of a"
seq 1000 | guestfish --remote upload - /numbers
expect_equal "$(guestfish --remote download /numbers - | md5sum)" "$(seq 1000 | md5sum)"
expect_equal "$(guestfish --remote tar-out / - | tar -tf - | sort | tr '\n' ' ')" "./ ./a ./lost+found/ ./numbers "
guestfish --remote <<'END' >out
upload -<<EOF /b
one
two
EOF
cat /b | tr a-z A-Z
-cat /nosuch
!echo local
echo "two words" ~
END
expect_equal "$(cat out)" $'ONE\nTWO\n\nlocal\ntwo words '"$HOME"
expect_equal "$(guestfish --remote cat /a : wc-l /numbers)" $'text of a\n1000'
guestfish --remote -- -cat /nosuch : echo on >out 2>err
expect_equal "$(cat out)" on
grep -q 'cat: /nosuch: No such file' err || fail "the client's stderr: $(cat err)"
guestfish --remote echo still there >/dev/null || fail "an error that is ignored ends the server"

# More than one; --remote=PID.
eval "$(guestfish --listen)"
second=$GUESTFISH_PID
cleanup_fn stop "$second"
third=$(guestfish --listen --csh)
expect_equal "${third% *}" "setenv GUESTFISH_PID"
guestfish --remote="${third##* }" exit
guestfish --remote sparse c.img 20M : run
expect_equal "$(guestfish --remote list-devices)" /dev/sda
expect_equal "$(guestfish --remote="$first" cat /a)" "text of a"

# An error ends the server, "exit" as well, and what was written is on the disk.
expect_error 'mount' guestfish --remote mount /dev/sdz /
wait_until is_gone "$second"
expect_error 'no server' guestfish --remote echo
guestfish --remote="$first" exit
wait_until is_gone "$first"
[[ ! -e $socket ]] || fail "the socket is still there"
expect_equal "$(guestfish --ro -a test1.img -m /dev/sda1 cat /b)" $'one\ntwo'

# Keys come from the client.
printf 'secret\nsecret\n' | guestfish --keys-from-stdin -N l.img=disk:40M luks-format /dev/sda 0 : luks-open /dev/sda x
eval "$(guestfish --listen -a l.img)"
cleanup_fn stop "$GUESTFISH_PID"
guestfish --remote run
guestfish --remote --keys-from-stdin luks-open /dev/sda opened <<<secret
expect_equal "$(guestfish --remote list-dm-devices)" /dev/mapper/opened
kill "$GUESTFISH_PID"
wait_until is_gone "$GUESTFISH_PID"

unset GUESTFISH_PID
expect_error 'GUESTFISH_PID' guestfish --remote echo
expect_error 'no process number' guestfish --remote=x echo
expect_error 'no server' guestfish --remote=$$ echo
expect_error 'go together' guestfish --listen -f x
expect_error 'takes no commands' guestfish --listen run
expect_error 'sends commands alone' guestfish --remote=1 -a test1.img run
out=$(guestfish --listen -a nosuch.img 2>err) && fail "--listen succeeds without the disk"
expect_equal "$out" ""
