#!/bin/bash
# Images of formats that qemu-storage-daemon reads for us: recognised, read, written, overlaid, confined, and nothing left behind.
source "$(dirname "$0")/functions.sh"
requires qemu-img qemu-storage-daemon python3
cd "$tmp"
# Other tests have sockets elsewhere.
export XDG_RUNTIME_DIR=$tmp/run
mkdir -m 700 run
gf () { timeout 60 "$top_builddir/run" guestfish "$@"; }
servers () { pgrep -f "^[^ ]*qemu-storage-daemon .*filename=$tmp/" || true; }
no_servers () { [[ -z $(servers) ]]; }
expect_no_server ()
{
  wait_until no_servers
  expect_equal "$(servers)" "" "storage daemons left $1"
  expect_equal "$(ls -A "$XDG_RUNTIME_DIR")" "" "directories left $1"
}

truncate -s 40M disk.raw
gf -a disk.raw run : part-disk /dev/sda mbr : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : write /file contents : umount-all

for format in vmdk vpc vdi vhdx qed qcow parallels; do
  qemu-img convert -O $format disk.raw disk.$format
  expect_equal "$(gf disk-format disk.$format)" $format "disk-format"
  expect_equal "$(gf disk-has-backing-file disk.$format)" false "backing file of $format"
  size=$(qemu-img info --output json disk.$format | python3 -c 'import json, sys; print(json.load(sys.stdin)["virtual-size"])')
  expect_equal "$(gf disk-virtual-size disk.$format)" "$size" "disk-virtual-size of $format"
  expect_equal "$(gf -a disk.$format run : blockdev-getsize64 /dev/sda)" "$size" "size of $format in the appliance"
  gf -a disk.$format run : mount /dev/sda1 / : write /written $format : umount-all || fail "writing $format"
  sum=$(sha256sum disk.$format)
  expect_equal "$(gf --ro --format=$format -a disk.$format run : mount /dev/sda1 / : write /gone x : cat /file : cat /written)" "$(printf 'contents\n%s' $format)" "contents of $format"
  expect_equal "$(sha256sum disk.$format)" "$sum" "read-only image of $format"
  qemu-img convert -f $format -O raw disk.$format back.raw
  expect_equal "$(gf --ro -a back.raw run : mount /dev/sda1 / : cat /written)" $format "what qemu-img reads of $format"
done
expect_no_server "after normal use"

# A split image: its parts have names that begin like its own.
qemu-img convert -O vmdk -o subformat=monolithicFlat disk.raw flat.vmdk
gf -a flat.vmdk run : mount /dev/sda1 / : write /flat yes : umount-all
expect_equal "$(gf --ro -a flat.vmdk run : mount /dev/sda1 / : cat /flat)" yes "a flat vmdk"
# ... and no other file: here the image names one that everybody can read, and a link to it.
sed 's/flat-flat.vmdk/passwd.raw/' flat.vmdk >evil.vmdk
cp flat-flat.vmdk passwd.raw
expect_error "evil.vmdk.*ermission" gf --ro -a evil.vmdk run
ln -s "$tmp/passwd.raw" evil2-flat.vmdk
sed 's/flat-flat.vmdk/evil2-flat.vmdk/' flat.vmdk >evil2.vmdk
expect_error "evil2.vmdk.*ermission" gf --ro -a evil2.vmdk run
qemu-img create -q -f vmdk -b disk.vmdk -F vmdk child.vmdk
expect_equal "$(gf disk-has-backing-file child.vmdk)" true

# Snapshots: what an image leaves out is in the one behind it, which is found, checked and not written to.
rm child.vmdk
mkdir chain
qemu-img convert -O vmdk disk.raw chain/base.vmdk
(cd chain && qemu-img create -q -f vmdk -b base.vmdk -F vmdk middle.vmdk && qemu-img create -q -f vmdk -b middle.vmdk -F vmdk top.vmdk)
expect_equal "$(gf disk-has-backing-file chain/top.vmdk)" true
expect_equal "$(gf disk-has-backing-file chain/base.vmdk)" false
sums=$(sha256sum chain/base.vmdk chain/middle.vmdk)
gf -a chain/top.vmdk run : mount /dev/sda1 / : cat /file : write /new "in the top" : umount-all >out || fail "a chain of vmdk: $(cat out)"
expect_equal "$(cat out)" contents
expect_equal "$(gf --ro -a chain/top.vmdk run : mount /dev/sda1 / : cat /new : cat /file)" $'in the top\ncontents' "a chain of vmdk"
expect_equal "$(sha256sum chain/base.vmdk chain/middle.vmdk)" "$sums" "images behind"
qemu-img convert chain/top.vmdk -O raw back.raw
expect_equal "$(gf --ro -a back.raw run : mount /dev/sda1 / : cat /new)" "in the top" "what qemu-img reads of the chain"
for format in qed qcow; do
  qemu-img create -q -f $format -b disk.raw -F raw chain/x.$format 2>/dev/null || qemu-img create -q -f $format -b "$tmp/disk.raw" -F raw chain/x.$format
  expect_equal "$(gf disk-has-backing-file chain/x.$format)" true "backing file of $format"
  [[ -e chain/disk.raw ]] || ln -s ../disk.raw chain/disk.raw
  expect_equal "$(gf --ro -a chain/x.$format run : mount /dev/sda1 / : cat /file)" contents "$format with a backing file"
done
# Nothing is opened because an image says so that would not be for qcow2: the format is what is recorded.
qemu-img convert -O qcow2 disk.raw chain/b.qcow2
qemu-img create -q -f qed -b b.qcow2 -F qcow2 chain/y.qed 2>/dev/null || (cd chain && qemu-img create -q -f qed -b b.qcow2 -F qcow2 y.qed)
expect_error "b.qcow2: this backing file looks like qcow2, but the image before it does not say so" gf --ro -a chain/y.qed run
cp disk.raw chain/base.vmdk
expect_error "base.vmdk: this backing file looks like raw, but the image before it says it is vmdk" gf --ro -a chain/top.vmdk run
rm chain/base.vmdk
expect_error "middle.vmdk: backing file: .*base.vmdk: No such file" gf --ro -a chain/top.vmdk run
(cd chain && sed -i 's/base.vmdk/topx.vmdk/' middle.vmdk && cp top.vmdk topx.vmdk)
expect_error "more than 64 backing files|No such file" gf --ro -a chain/top.vmdk run

# Formats that nothing here writes.
python3 "$top_srcdir/tests/make-images.py" disk.raw .
for format in dmg bochs; do
  expect_equal "$(gf disk-format disk.$format)" $format "disk-format"
  expect_equal "$(gf --ro -a disk.$format run : mount /dev/sda1 / : cat /file)" contents "contents of $format"
  expect_error "can only be read: add the drive read-only" gf -a disk.$format run
done
expect_equal "$(gf disk-format diff.vhd : disk-has-backing-file diff.vhd)" $'vpc\ntrue'
expect_error "diff.vhd: differencing images of this format are not opened" gf --ro -a diff.vhd run
expect_error "diff.vhd: differencing images of this format are not opened" gf --ro --format=vpc -a diff.vhd run

# Mistakes.
head -c 1000 disk.vmdk >short.vmdk
expect_error "launch: .*short.vmdk: " gf -a short.vmdk run
expect_error "launch: .*disk.raw: " gf --format=vdi -a disk.raw run
expect_error "qemu-storage-daemon, which is not installed \(Debian package" \
  env PATH="$tmp/nothing" LIBGUESTFS_PATH="${LIBGUESTFS_PATH:-$top_builddir/appliance}" "$BASH" "$top_builddir/run" guestfish -a disk.vmdk run
expect_error "lock|another process" bash -c "
  exec 9<>disk.vdi
  qemu-storage-daemon --blockdev driver=file,node-name=x,filename=disk.vdi --blockdev driver=vdi,node-name=y,file=x --pidfile locked & p=\$!
  for i in {1..600}; do [[ ! -s locked ]] || break; sleep 0.1; done
  timeout 60 '$top_builddir/run' guestfish -a disk.vdi run; r=\$?; kill -9 \$p; exit \$r"
expect_no_server "after mistakes"

# Whatever dies, nothing is left.
end_caller () { kill -9 "$1" 2>/dev/null || true; }
start ()
{
  rm -f go out; mkfifo go
  exec {hold}<>go # what reads it ends with the test
  "$top_builddir/run" guestfish -a disk.vhdx >out 2>&1 {hold}>&- < <(exec {hold}>&-; echo run; echo "mount /dev/sda1 /"; echo "echo ready"; echo "write /x y"; cat go) &
  caller=$!
  cleanup_fn end_caller $caller
  wait_until while_running $caller out grep -qs ready out
  [[ -n $(servers) ]] || fail "no storage daemon runs"
}
start; kill -9 "$(pgrep -P $caller -f 'guestfish' | head -1)" $caller 2>/dev/null || true; wait $caller 2>/dev/null || true
expect_no_server "after kill -9 of the caller"
start; pkill -9 -f "^bathyscope-machine --storage-daemon write $tmp/disk.vhdx"; expect_no_server "after kill -9 of its keeper"
kill -9 $caller; wait $caller 2>/dev/null || true
start; kill -9 $(servers); kill -9 $caller; wait $caller 2>/dev/null || true
expect_no_server "after kill -9 of the server"

# Images that other programs have made.
images=${BATHYSCOPE_TEST_IMAGES:-$top_srcdir/../shared/images}/qemu/sample_images
if [[ -d $images ]] && type -p bunzip2 >/dev/null; then
  for name in iotest-dynamic-1G.vhdx:vhdx parallels-v1:parallels virtualpc-dynamic.vhd:vpc simple-pattern.cloop:cloop; do
    format=${name#*:} name=${name%:*}
    bunzip2 -c "$images/$name.bz2" >"$name"
    expect_equal "$(gf disk-format "$name")" $format "$name"
    qemu-img dd -f $format -O raw bs=64k count=4 if="$name" of=start.raw
    gf --ro -a "$name" run : download-offset /dev/sda start.ours 0 "$(stat -c %s start.raw)"
    cmp start.raw start.ours || fail "contents of $name"
  done
fi
