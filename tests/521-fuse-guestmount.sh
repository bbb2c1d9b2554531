#!/bin/bash
# guestmount and guestunmount: in the background, in the foreground, when it fails, when the directory is in use.
source "$(dirname "$0")/functions.sh"
requires_fuse
requires mountpoint
cd "$tmp"
mkdir mnt
cleanup_fn umount -lq "$tmp/mnt"
guestfish sparse d.img 100M : run : part-disk /dev/sda gpt : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : mkdir /dir : write /dir/f hello

# In the background: ready when the command returns, released when guestunmount returns.
guestmount -a d.img -m /dev/sda1 --pid-file pid mnt
mountpoint -q mnt || fail "nothing is mounted when guestmount returns"
expect_equal "$(cat mnt/dir/f)" hello
pid=$(<pid)
kill -0 "$pid" || fail "--pid-file does not have the process"
echo more >mnt/dir/g
cp -r "$top_srcdir/generator/api" mnt/
diff -r "$top_srcdir/generator/api" mnt/api
guestunmount mnt
[[ ! -e /proc/$pid || $(ps -o stat= -p "$pid") =~ ^(Z|$) ]] || fail "guestunmount returns before the disk is released"
[[ ! -e pid ]] || fail "the file of --pid-file is left"
expect_equal "$(guestfish --ro -a d.img -m /dev/sda1 cat /dir/g)" more

# Read-only, in the foreground, telling a descriptor; a signal unmounts.
mkfifo ready
guestmount --no-fork --ro -a d.img -m /dev/sda1 -o noatime --dir-cache-timeout 5 --fd 7 mnt 7>ready &
server=$!
cleanup_fn kill "$server"
timeout 120 head -c 1 ready >byte
expect_equal "$(stat -c %s byte)" 1 "bytes on the descriptor of --fd"
expect_equal "$(cat mnt/dir/f)" hello
expect_error 'Read-only' touch mnt/new
kill -TERM "$server"
wait "$server" || fail "after a signal guestmount fails"
! mountpoint -q mnt || fail "still mounted after a signal"

# What fails is said, and the exit status tells.
expect_error 'nosuch' guestmount -a nosuch.img -m /dev/sda1 mnt
expect_error 'sda9' guestmount -a d.img -m /dev/sda9 mnt
expect_error 'nosuch' guestmount -a d.img -m /dev/sda1 nosuch
expect_error 'what to mount' guestmount -a d.img mnt
expect_error 'options are not understood' guestmount -a d.img -m /dev/sda1 -o nosuchoption mnt
expect_error 'no operating system' guestmount -a d.img -i mnt
status=0; guestunmount -q mnt || status=$?
expect_equal "$status" 3 "status where nothing is mounted"

# In use: 2; with retries it waits.  A pipe that is still open delays it.
guestmount -a d.img -m /dev/sda1 mnt
exec 8<mnt/dir/f
status=0; guestunmount -q --no-retry mnt 2>err || status=$?
expect_equal "$status" 2 "status where it is in use"
[[ ! -s err ]] || fail "-q says: $(cat err)"
(exec 8<&-; guestunmount --retry 9 mnt) &
sleep 1
exec 8<&-
wait $!
! mountpoint -q mnt || fail "still mounted"
guestmount -a d.img -m /dev/sda1 mnt
(sleep 1) | guestunmount --fd 0 mnt
! mountpoint -q mnt || fail "still mounted after --fd"
guestmount --help | matches -- --dir-cache-timeout
guestunmount --version | matches '^guestunmount 1\.'
