#!/bin/bash
# Raw images and the private copy-on-write layer.
. "$(dirname "$0")/functions.sh"

tool=$top_builddir/machine/block/test-tool-block
cd "$tmp"

# A size that is no multiple of a sector.
noise 100001 >odd.img
cp odd.img odd.orig
expect_equal "$("$tool" -r odd.img raw size)" 100352
"$tool" -r odd.img raw 'compare odd.orig' 'read 100001 351 0'
cmp odd.img odd.orig || fail "reading has changed the image"

# Random operations, here and on an ordinary file.
truncate -s 5000192 a.img m.raw
"$tool" a.img raw 'random 7 2000 m.raw' 'compare m.raw'
cmp a.img m.raw
"$tool" -t 4 a.img auto 'random 8 1000 m.raw' 'compare m.raw'
cmp a.img m.raw

# The overlay keeps everything away from the image, also from one that cannot
# be written.
cp a.img before.img
chmod a-w a.img
"$tool" -o a.img raw 'random 9 2000 m.raw' 'compare m.raw'
cmp a.img before.img || fail "the overlay has changed the image"
cp before.img m.raw
"$tool" -t 4 -o a.img raw 'random 10 2000 m.raw' 'compare m.raw'
cmp a.img before.img || fail "the overlay has changed the image"

# Discarding gives space back.
truncate -s 8M sparse.img
"$tool" sparse.img raw 'write 0 8388608 1' flush
before=$(stat -c %b sparse.img)
"$tool" sparse.img raw 'discard 0 4194304' 'unmap 4194304 2097152'
after=$(stat -c %b sparse.img)
((after < before / 2)) || fail "no space was freed: $before, then $after blocks"

# What cannot be a disk.
: >empty.img
expect_error 'empty' "$tool" empty.img raw size
expect_error 'empty' "$tool" empty.img auto size
expect_error 'is a directory' "$tool" -r "$tmp" raw size
expect_error 'is a directory' "$tool" -r "$tmp" auto size
expect_error 'neither a regular file' "$tool" -r /dev/null raw size
expect_error "unknown disk format 'foo'" "$tool" a.img foo size
expect_error 'read-only' "$tool" -r a.img raw 'write 0 512 1'
expect_error 'do not lie within' "$tool" -r a.img raw 'read 5000000 512 0'
