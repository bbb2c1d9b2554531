#!/bin/bash
# Broken and hostile images: a clear error, and nothing changed.
. "$(dirname "$0")/functions.sh"
requires qemu-img qemu-io python3

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"

# poke FILE OFFSET HEX...
poke ()
{
  local file=$1 offset=$2 hex
  shift 2
  hex=$(IFS=; echo "$*")
  printf "$(sed 's/../\\x&/g' <<<"$hex")" |
    dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}

fresh () { cp good.qcow2 bad.qcow2; }

# refused PATTERN [OPTIONS]: opening bad.qcow2 fails and leaves it alone.
refused ()
{
  local pattern=$1 sum
  shift
  sum=$(sha256sum bad.qcow2)
  expect_error "$pattern" "$tool" "$@" bad.qcow2 qcow2 'write 0 512 1'
  expect_equal "$(sha256sum bad.qcow2)" "$sum" "contents after '$pattern'"
}

qemu-img create -q -f qcow2 good.qcow2 1M
qemu-io -c 'write -P 5 0 200k' good.qcow2 >/dev/null

# --- the header ---------------------------------------------------------------
: >bad.qcow2; refused 'too short for a qcow2 image'
head -c 50 good.qcow2 >bad.qcow2; refused 'too short for a qcow2 image'
head -c 80 good.qcow2 >bad.qcow2; refused 'too short for version 3'
fresh; poke bad.qcow2 0 00; refused 'not a qcow2 image'
fresh; poke bad.qcow2 4 00000001; refused 'version 1 is not supported'
fresh; poke bad.qcow2 4 00000004; refused 'version 4 is not supported'
fresh; poke bad.qcow2 4 00000004
expect_error 'version 4 is not supported' "$tool" bad.qcow2 auto size
fresh; poke bad.qcow2 20 00000008; refused 'cluster size 2\^8'
fresh; poke bad.qcow2 20 ffffffff; refused 'broken qcow2 header: cluster size'
fresh; poke bad.qcow2 24 ffffffffffffffff; refused 'disk size'
fresh; poke bad.qcow2 24 0000100000000000; refused 'L1 table is too small'
fresh; poke bad.qcow2 24 0000000000000000; refused 'disk is empty'
fresh; poke bad.qcow2 32 00000001; refused 'encrypted qcow2.*aes'
fresh; poke bad.qcow2 32 00000002; refused 'encrypted qcow2.*luks'
fresh; poke bad.qcow2 36 ffffffff; refused 'L1 table is too large'
fresh; poke bad.qcow2 36 00000000; refused 'L1 table is too small'
fresh; poke bad.qcow2 40 0000000000000200; refused 'offset of the L1 table'
fresh; poke bad.qcow2 40 ffffffffffff0000; refused 'offset of the L1 table'
fresh; poke bad.qcow2 40 0000000080000000; refused 'L1 table lies beyond'
fresh; poke bad.qcow2 48 0000000080000000; refused 'refcount table lies beyond'
fresh; poke bad.qcow2 56 ffffffff; refused 'refcount table is too large'
fresh; poke bad.qcow2 56 00000000; refused 'no refcount table'
fresh; poke bad.qcow2 60 ffffffff; refused 'too many snapshots'
fresh; poke bad.qcow2 96 00000007; refused 'refcount width'
fresh; poke bad.qcow2 100 ffffffff; refused 'length of the header'
fresh; poke bad.qcow2 8 ffffffffffffff00 0000000a; refused 'name of the backing file'
fresh; poke bad.qcow2 8 0000000000000200 ffffffff; refused 'name of the backing file'
fresh; poke bad.qcow2 104 01; refused 'compression type'
fresh; poke bad.qcow2 112 e2792aca ffffffff; refused 'header extension is too long'

# --- features -------------------------------------------------------------------
fresh; poke bad.qcow2 72 0000000000000004; refused 'external data file'
fresh; poke bad.qcow2 72 0000000000000010; refused 'extended L2'
fresh; poke bad.qcow2 72 0000000000000200; refused 'not supported: unnamed \(bit 9\)'
fresh; poke bad.qcow2 72 0000000000000200
# The image's own name for it: the first entry of its table of names.
poke bad.qcow2 "$(grep -abo 'dirty bit' bad.qcow2 | head -1 | cut -d: -f1)" \
  776f6e646572 00
poke bad.qcow2 $(($(grep -abo wonder bad.qcow2 | head -1 | cut -d: -f1) - 1)) 09
refused 'not supported: wonder \(bit 9\)'
fresh; poke bad.qcow2 72 0000000000000002; refused 'marked as damaged'
"$tool" -r bad.qcow2 qcow2 'read 0 204800 5'
"$tool" -r bad.qcow2 qcow2 'read 0 204800 5'

# --- tables -----------------------------------------------------------------------
l1=$(python3 -c 'print(int.from_bytes(open("good.qcow2","rb").read()[40:48],"big"))')
l2=$(python3 -c "print(int.from_bytes(open('good.qcow2','rb').read()[$l1+1:$l1+8],'big'))")
reftable=$(python3 -c 'print(int.from_bytes(open("good.qcow2","rb").read()[48:56],"big"))')
fresh; poke bad.qcow2 "$l1" 8000000000000200; refused 'does not begin at a cluster'
fresh; poke bad.qcow2 "$l1" "$(printf '80%014x' "$l1")"; refused 'overlaps another table'
fresh; poke bad.qcow2 "$l1" "$(printf '80%014x' "$reftable")"; refused 'overlaps another table'
fresh; poke bad.qcow2 "$l1" 8000ff0000000000; refused 'lies beyond the end'
expect_error 'lies beyond the end' "$tool" -r bad.qcow2 qcow2 'read 0 512 5'
fresh; poke bad.qcow2 "$reftable" 0000000000000400; refused 'a refcount block.*does not begin'
fresh; poke bad.qcow2 "$reftable" 000000ff00000000; refused 'a refcount block.*beyond the end'
fresh; poke bad.qcow2 "$reftable" "$(printf '%016x' "$l1")"; refused 'a refcount block.*overlaps'

# Data that would be written over a table: refused, and the image is marked.
for target in 0 "$l1" "$l2" "$reftable"; do
  fresh; poke bad.qcow2 "$l2" "$(printf '80%014x' "$target")"
  if [[ $target == 0 ]]; then
    # "No cluster" and "the header" are the same entry: nothing is damaged.
    "$tool" bad.qcow2 qcow2 'write 0 65536 1' 'read 0 65536 1'
    continue
  fi
  expect_error 'a data cluster lies in' "$tool" bad.qcow2 qcow2 'write 0 512 1'
  expect_error 'marked as damaged' "$tool" bad.qcow2 qcow2 'read 0 512 1'
done
# Refcounts that claim that everything is free.
fresh
block=$(python3 -c "print(int.from_bytes(open('good.qcow2','rb').read()[$reftable:$reftable+8],'big'))")
poke bad.qcow2 "$block" "$(printf '%0512d' 0)"
expect_error 'has refcount 0' "$tool" bad.qcow2 qcow2 'write 500000 512 1'
# Data beyond the end, misaligned data, a damaged compressed cluster.
fresh; poke bad.qcow2 "$l2" 80000ff000000000
expect_error 'beyond the end of the file: the image is truncated' \
  "$tool" -r bad.qcow2 qcow2 'read 0 512 5'
expect_error 'the image is truncated' "$tool" bad.qcow2 qcow2 'write 0 512 5'
fresh; poke bad.qcow2 "$l2" 8000000000050200
expect_error 'no multiple of the cluster size' \
  "$tool" -r bad.qcow2 qcow2 'read 0 512 5'
fresh; poke bad.qcow2 "$l2" 4000000000050000
expect_error 'damaged compressed cluster' "$tool" -r bad.qcow2 qcow2 'read 0 512 5'
fresh; poke bad.qcow2 "$l2" 4000000ff0000000
expect_error 'compressed cluster.*beyond the end' \
  "$tool" -r bad.qcow2 qcow2 'read 0 512 5'
# Truncated in the middle of the data.
fresh; truncate -s $(($(stat -c %s good.qcow2) - 100000)) bad.qcow2
expect_error 'truncated' "$tool" -r bad.qcow2 qcow2 'read 0 204800 5'

# --- backing files ------------------------------------------------------------------
# over FILE BACKING [FORMAT]: FILE has this backing file, whatever that is.
over ()
{
  qemu-img create -q -f qcow2 -u -b "$2" -F "${3:-raw}" new.qcow2 1M
  # Without a format: the header extension becomes one that nobody knows.
  [[ -n ${3:-} ]] || LC_ALL=C sed -i 's/\xe2y[*]\xca/\xe2y*\xcf/' new.qcow2
  mv new.qcow2 "$1"
}

over bad.qcow2 nosuch.raw raw; refused 'nosuch.raw: No such file or directory'
over bad.qcow2 bad.qcow2 qcow2; refused 'loop in the backing chain'
over bad.qcow2 bad.qcow2 raw; refused 'loop in the backing chain'
over bad.qcow2 other.qcow2 qcow2
over other.qcow2 bad.qcow2 qcow2
refused 'loop in the backing chain'
over bad.qcow2 good.qcow2 vmdk; refused "format 'vmdk'"
over bad.qcow2 good.qcow2 qcow2
LC_ALL=C sed -i 's/qcow2\x00\x00\x00\x68\x03/where\x00\x00\x00\x68\x03/' bad.qcow2
refused "unknown disk format 'where'"
over bad.qcow2 . raw; refused 'is a directory'
# No recorded format: raw, but not when that is plainly wrong.
over bad.qcow2 good.qcow2
refused 'does not record the format of its backing file.*looks like qcow2'
truncate -s 512K base.raw
over bad.qcow2 base.raw
"$tool" bad.qcow2 qcow2 'read 0 1048576 0'
: >base.raw
"$tool" bad.qcow2 qcow2 'read 0 1048576 0'
# Too long a chain.
truncate -s 64K 1000.img
over 1001.img 1000.img raw
over 1002.img 1001.img qcow2
for ((i = 1003; i <= 1070; i++)); do
  LC_ALL=C sed "s/1001.img/$((i - 1)).img/" 1002.img >$i.img
done
"$tool" -r 1060.img qcow2 'read 0 512 0'
expect_error 'more than 64 images' "$tool" -r 1070.img qcow2 size

# --- other formats --------------------------------------------------------------------
for format in qcow qed vmdk vdi vhdx vpc; do
  qemu-img create -q -f $format x.$format 1M
  expect_error "format '$format'.*qemu-img convert" "$tool" x.$format auto size
done
