#!/bin/bash
# Disks behind NBD servers: the same bytes as in the file, many threads, formats on top, servers that misbehave.
source "$(dirname "$0")/functions.sh"
tool=$top_builddir/machine/block/test-tool-block
requires_file "$tool"
requires nbdkit qemu-nbd qemu-img python3
cd "$tmp"

# The server writes its number some time after it has gone into the background.
wait_for_pid ()
{
  wait_until test -s pid
  server=$(cat pid)
}
# serve FILE ARGUMENT...: nbdkit in the background, on ./sock
serve ()
{
  rm -f sock pid
  nbdkit -U sock -P pid "$@" || fail "nbdkit $*"
  wait_for_pid
}
stop ()
{
  kill "$server"
  wait_until is_gone "$server"
  server=
}
cleanup_server () { [[ -z $server ]] || kill "$server"; }
server=
cleanup_fn cleanup_server

# The random operations of four threads, and then the file has what the test's own copy has.
for size in 8M 1000448; do
  rm -f disk copy
  truncate -s $size disk copy
  serve file disk
  "$tool" -t 4 nbd:sock: raw "random 7 300 copy" flush
  "$tool" -r nbd:sock: raw "compare copy"
  stop
  cmp disk copy || fail "the server's file differs from the copy"
done

# A server that cannot write zeroes; its size is no multiple of a sector, the rest of which stays.
truncate -s $((4 * 1024 * 1024 + 100)) odd
printf x | dd of=odd bs=1 seek=$((4 * 1024 * 1024 + 99)) conv=notrunc status=none
serve --filter=nozero file odd
expect_equal "$("$tool" nbd:sock: raw size)" $((4 * 1024 * 1024))
"$tool" nbd:sock: raw "write 0 65536 7" "zero 4096 8192" "discard 0 4096" "read 4096 8192 0" "read 12288 1000 7"
expect_error "do not lie within" "$tool" nbd:sock: raw "write 4194000 1000 1"
stop
expect_equal "$(tail -c 1 odd)" x "the byte after the last sector"

# qemu's server, with a named export, trim that gives space back, and qcow2 parsed by us on top.
truncate -s 16M sparse
qemu-nbd -f raw -k "$tmp/sock" -x name -t --discard=unmap sparse --pid-file=pid --fork
wait_for_pid
"$tool" nbd:sock:name raw "write 0 8388608 3" flush "unmap 0 8388608" "read 0 8388608 0"
(($(du -k sparse | cut -f1) < 1024)) || fail "zeroes that may unmap have left $(du -k sparse)"
expect_error "no such export" "$tool" nbd:sock:other raw size
stop
qemu-img create -q -f qcow2 base.qcow2 20M
"$tool" base.qcow2 qcow2 "write 1000000 3000000 9"
truncate -s 20M base.qcow2
serve file base.qcow2
"$tool" -r nbd:sock: auto "read 1000000 3000000 9" "read 0 1000000 0"
"$tool" nbd:sock: qcow2 "write 5000000 3000000 8" "read 5000000 3000000 8"
stop
qemu-img check -q base.qcow2
"$tool" -r base.qcow2 qcow2 "read 1000000 3000000 9" "read 5000000 3000000 8"

# A server that only reads.
serve -r file disk
expect_error "for reading only" "$tool" nbd:sock: raw size
"$tool" -o nbd:sock: raw "write 0 4096 1" "read 0 4096 1"
stop

bad ()
{
  local how=$1 pattern=$2
  shift 2
  rm -f bad.sock
  python3 "$top_srcdir/tests/nbd-bad-server.py" bad.sock "$how" >bad.out &
  local pid=$!
  wait_until grep -qs ready bad.out
  if [[ $pattern == good ]]; then
    timeout 60 "$tool" nbd:bad.sock:x raw "$@" || fail "$how"
  else
    expect_error "$pattern" timeout 60 "$tool" nbd:bad.sock:x raw "$@"
  fi
  kill $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  : >bad.out
}
bad not-nbd "not an NBD server"
bad old "old negotiation"
bad close "closed the connection"
bad chatter "does not say what it exports"
bad huge-reply "makes no sense"
bad no-export "does not say what it exports"
bad error-text "no such export: go  \[31maway "
bad name-only good "write 0 4096 0" "read 0 4096 0"
bad empty "is empty"
bad readonly "for reading only"
bad enormous good "read 18446744073709000000 512 0"
bad bad-magic "connection to the NBD server is lost" "read 0 512 0"
bad bad-cookie "connection to the NBD server is lost" "read 0 512 0"
bad short "connection to the NBD server is lost" "read 0 4096 0"
bad error "No space left" "write 0 512 0"
bad error "Input/output error" "read 0 512 0"
