#!/bin/bash
# A guest writes the header of a qcow2 image, with a backing file of the host, onto its raw disk: it stays bytes, wherever the format is known.
source "$(dirname "$0")/functions.sh"
requires qemu-img
cd "$tmp"
gf () { "$top_builddir/run" guestfish "$@"; }

echo "secret of the host" >secret
truncate -s 1M secret
qemu-img create -q -f qcow2 -u -F raw -b "$tmp/secret" evil.raw 1M
truncate -s 1M evil.raw
sum=$(sha256sum <evil.raw)
over () { qemu-img create -q -f qcow2 -u -F "$2" -b "$3" "$1" 1M; }
is_raw () { gf --ro "$@" run : checksum-device sha256 /dev/sda; }

# As a disk, and below another one: the header is data.
expect_equal "$(is_raw --format=raw -a evil.raw)  -" "$sum" "a raw disk"
over top.qcow2 raw evil.raw
expect_equal "$(is_raw --format=qcow2 -a top.qcow2)  -" "$sum" "a raw backing file"

# A format that is not recorded is not guessed.
over top.qcow2 raw evil.raw
LC_ALL=C sed -i 's/\xe2y[*]\xca/\xe2y*\xcf/' top.qcow2
expect_error 'does not record the format of its backing file.*looks like qcow2' gf --ro --format=qcow2 -a top.qcow2 run

# Names that are more than names.
for name in 'json:{"driver":"file","filename":"'"$tmp"'/secret"}' "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"host_device\",\"filename\":\"/dev/null\"}}" \
            nbd:unix:/run/x ssh://localhost/etc/passwd fat:/etc http://localhost/x; do
  over top.qcow2 raw "$name"
  expect_error 'not a file name' gf --ro --format=qcow2 -a top.qcow2 run
done
# A backing file is never written, not even through its link.
ln -s secret link
over top.qcow2 raw link
gf --format=qcow2 -a top.qcow2 run : pwrite-device /dev/sda overwritten 0 >out
expect_equal "$(head -1 secret)" "secret of the host" "the backing file"
expect_equal "$(gf --ro --format=qcow2 -a top.qcow2 run : pread-device /dev/sda 11 0)" overwritten "the image"
