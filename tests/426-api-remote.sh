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
until [[ -s pid1 ]]; do sleep 0.02; done
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

port=$((20000 + RANDOM % 20000))
nbdkit -i 127.0.0.1 -p $port -P pid2 file disk.qcow2 || skip "the port $port is taken"
until [[ -s pid2 ]]; do sleep 0.02; done
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
until [[ -s pid3 ]]; do sleep 0.02; done
cleanup_fn kill -9 "$(cat pid3)"
"$top_builddir/run" guestfish add x protocol:nbd server:unix:"$tmp/slow" readonly:true : run >out 2>&1 &
caller=$!
machine=
for i in {1..100}; do
  machine=$(pgrep -P $caller bathyscope || true)
  [[ -n $machine ]] && break
  sleep 0.05
done
[[ -n $machine ]] || fail "no machine: $(cat out)"
sleep 1
kill -9 $caller
wait $caller 2>/dev/null || true
for i in {1..60}; do
  [[ -d /proc/$machine ]] || break
  sleep 0.05
done
[[ ! -d /proc/$machine ]] || fail "the machine outlives its caller when an NBD server hangs"

# --- through qemu-storage-daemon
requires qemu-storage-daemon
serve () { python3 "$top_srcdir/tests/range-server.py" "$@" >port & cleanup_fn kill $!; until [[ -s port ]]; do sleep 0.02; done; port=$(cat port); rm port; }
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
(echo "add /disk.qcow2 $http username:me 'secret:se\"cr,et'"; echo run; sleep 3) | gf -x >out 2>&1 &
sleep 1.5
! grep -az 'se"cr' /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep 'qemu-storage-daemon' || fail "the secret is in a command line"
wait $! || true
! grep -q 'trace: .*se"cr' out || fail "the secret is in the trace: $(cat out)"
