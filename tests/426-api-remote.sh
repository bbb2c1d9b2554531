#!/bin/bash
# Remote drives: NBD over TCP and Unix sockets by ourselves; HTTP through qemu-storage-daemon, with a password; servers that hang.
source "$(dirname "$0")/functions.sh"
requires nbdkit qemu-img python3
cd "$tmp"
gf () { timeout 60 "$top_builddir/run" guestfish "$@"; }

truncate -s 40M disk.raw
gf -a disk.raw run : part-disk /dev/sda mbr : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : write /file contents : umount-all
qemu-img convert -O qcow2 disk.raw disk.qcow2
qemu-img convert -O vmdk disk.raw disk.vmdk

# --- NBD
mkdir exports; mv disk.raw exports/
nbdkit -U "$tmp/sock" -P pid1 file dir="$tmp/exports"
wait_until test -s pid1
cleanup_fn kill "$(cat pid1)"
unix="add disk.raw protocol:nbd server:unix:$tmp/sock"
gf >out <<EOF
$unix
run
mount /dev/sda1 /
cat /file
write /written remotely
umount-all
EOF
grep -q contents out || fail "file of a remote disk: $(cat out)"
gf >out <<EOF
$unix readonly:true format:raw
run
mount /dev/sda1 /
cat /written
write /gone x
EOF
grep -q remotely out || fail "what was written to a remote disk: $(cat out)"
expect_equal "$(gf --ro -a exports/disk.raw run : mount /dev/sda1 / : ls /)" "$(printf 'file\nlost+found\nwritten')"
expect_error "NBD export 'other': the server has no such export|server refuses" gf add other protocol:nbd server:unix:"$tmp/sock" : run
expect_error "connecting to $tmp/nothing: No such file" gf add x protocol:nbd server:unix:"$tmp/nothing" : run

for i in {1..20}; do
  port=$(free_port)
  if nbdkit -i 127.0.0.1 -p "$port" -P pid2 file disk.qcow2; then break; fi
done
wait_until test -s pid2
cleanup_fn kill "$(cat pid2)"
for server in 127.0.0.1:$port tcp:127.0.0.1:$port tcp:localhost:$port; do
  gf >out <<EOF
add '' protocol:nbd server:$server readonly:true
run
mount /dev/sda1 /
cat /file
EOF
  grep -q contents out || fail "a qcow2 image behind an NBD server at $server: $(cat out)"
done
expect_error "connecting to 127.0.0.1 port 1: Connection refused" gf add x protocol:nbd server:127.0.0.1:1 : run

# A server that stops to answer does not keep anything alive.
nbdkit -U "$tmp/slow" -P pid3 --filter=delay file exports/disk.raw delay-read=600
wait_until test -s pid3
cleanup_fn kill -9 "$(cat pid3)"
"$top_builddir/run" guestfish add x protocol:nbd server:unix:"$tmp/slow" readonly:true : run >out 2>&1 &
caller=$!
has_machine () { pgrep -P $caller bathyscope >machine; }
wait_until while_running $caller out has_machine
sleep 1
kill -9 $caller
wait $caller 2>/dev/null || true
wait_until is_gone "$(cat machine)" # although the server hangs

# --- through qemu-storage-daemon
requires qemu-storage-daemon
serve () { python3 "$top_srcdir/tests/range-server.py" "$@" >port & cleanup_fn kill $!; wait_until test -s port; port=$(cat port); rm port; }
cp exports/disk.raw "a b,c.raw"
serve
http="protocol:http server:127.0.0.1:$port readonly:true"
if ! gf add /disk.qcow2 $http : run 2>err; then
  grep -q "qemu-block-extra" err && skip "the program qemu-storage-daemon has no HTTP driver here"
  fail "HTTP: $(cat err)"
fi
for name in /disk.qcow2 disk.qcow2 "a b,c.raw" "/disk.vmdk format:vmdk"; do
  file=$name
  [[ $name == *vmdk ]] && file=/disk.vmdk
  gf >out <<EOF
add '${file}' $http ${name#"$file"}
run
mount /dev/sda1 /
cat /file
write /gone x
EOF
  grep -q contents out || fail "$name over HTTP: $(cat out)"
done
expect_error "format 'vmdk' cannot be opened here unless the format is given" gf add /disk.vmdk $http : run
expect_error "404|not found|error" gf add /nothing $http : run
expect_error "launch: http://127.0.0.1:$port/disk.qcow2: .*" gf add /disk.qcow2 protocol:http server:127.0.0.1:$port : run
serve 'me:se"cr,et'
http="protocol:http server:127.0.0.1:$port readonly:true"
expect_error "401" gf add /disk.qcow2 $http : run
gf add /disk.qcow2 $http username:me 'secret:se"cr,et' : run : mount /dev/sda1 / : cat /file >out
grep -q contents out || fail "HTTP with a password: $(cat out)"
# The secret is nobody else's: not in a command line.
mkfifo go
exec {hold}<>go
gf -x >out 2>&1 {hold}>&- < <(exec {hold}>&-; echo "add /disk.qcow2 $http username:me 'secret:se\"cr,et'"; echo run; echo "echo ready"; cat go) &
wait_until grep -qs '^ready' out
servers=$(pgrep -f "qemu-storage-daemon .*127.0.0.1:$port/") || fail "no storage daemon: $(cat out)"
for pid in $servers; do
  ! tr '\0' '\n' <"/proc/$pid/cmdline" | matches 'se"cr' || fail "the secret is in a command line"
done
exec {hold}>&-
wait $! || true
! grep -q 'trace: .*se"cr' out || fail "the secret is in the trace: $(cat out)"
