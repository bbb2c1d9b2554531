#!/bin/bash
# rsync_in and rsync_out with a server on the host, through the network of the appliance.
source "$(dirname "$0")/functions.sh"
requires rsync python3
cd "$tmp"

mkdir -p module/dir empty
printf 'from the host\n' >module/dir/file
noise 300000 >module/dir/large
ln -s file module/dir/link
port=$(free_port)
cat >rsyncd.conf <<END
port = $port
address = 127.0.0.1
use chroot = no
munge symlinks = no
pid file = $tmp/rsyncd.pid
[in]
  path = $tmp/module
[out]
  path = $tmp/empty
  read only = no
  uid = $(id -u)
  gid = $(id -g)
END
rsync --daemon --no-detach --config=rsyncd.conf --log-file="$tmp/rsyncd.log" &
server=$!
cleanup_fn kill $server
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null; do
  kill -0 $server || fail "no server: $(cat rsyncd.log)"
  sleep 0.1
done

if ! guestfish set-network true : scratch 10M : run 2>err; then
  grep -q libslirp err && skip "$(cat err)"
  fail "launch with a network: $(cat err)"
fi
guestfish <<END >out 2>err || fail "the script fails: $(cat out err rsyncd.log)"
set-network true
sparse disk.img 300M
run
part-disk /dev/sda gpt
mkfs ext4 /dev/sda1
mount /dev/sda1 /
mkdir /got
rsync-in rsync://169.254.2.2:$port/in/dir/ /got archive:true
cat /got/file
readlink /got/link
download /got/large large
write /got/more "more"
write /got/file "changed"
rsync-out /got/ rsync://169.254.2.2:$port/out/ archive:true
-rsync-in rsync://169.254.2.2:$port/nosuch/ /got archive:true
-rsync-out /got/ rsync://169.254.2.2:$port/in/ archive:true
rsync-in rsync://169.254.2.2:$port/in/dir/ /got archive:true deletedest:true
-cat /got/more
END
expect_equal "$(cat out)" "from the host

file"
cmp large module/dir/large
expect_equal "$(cat empty/file)" changed
expect_equal "$(cat empty/more)" more
expect_equal "$(readlink empty/link)" file
expect_equal "$(grep -c '^libguestfs: error' err)" 3 "number of errors"
grep -q "Unknown module 'nosuch'" err || fail "$(cat err)"
grep -q 'read only' err || fail "$(cat err)"

# Without the network there is nobody.
expect_error 'unreachable|failed to connect' guestfish -a disk.img -m /dev/sda1 rsync-in "rsync://169.254.2.2:$port/in/" /got
