#!/bin/bash
# A filesystem on bcache is found: the devices behind it are put together when they are first needed.
source "$(dirname "$0")/functions.sh"
requires make-bcache
requires_file "$top_builddir/fish/guestfish" "$top_builddir/appliance/root.img"

cd "$tmp"
truncate -s 200M back.img
truncate -s 500M cache.img
make-bcache --writeback -B back.img -C cache.img >/dev/null
fish () { "$top_builddir/run" guestfish "$@"; }

fish -a back.img -a cache.img run : mkfs ext4 /dev/bcache0 label:cached : mount /dev/bcache0 / : fill-pattern abc 5000000 /f : sync
expect_equal "$(fish -a back.img -a cache.img run : list-filesystems)" "/dev/bcache0: ext4" "list_filesystems"
expect_equal "$(fish --ro -a cache.img -a back.img run : findfs-label cached : mount-ro /dev/bcache0 / : filesize /f : is-whole-device /dev/bcache0)" \
    $'/dev/bcache0\n5000000\nfalse' "read-only"
state=$(fish --ro -a back.img -a cache.img run : list-filesystems : debug sh "busybox cat /sys/block/bcache0/bcache/state")
[[ $state =~ (clean|dirty) ]] || fail "the cache is not used: $state"
# Without the cache, which may hold what the other does not: nothing is shown.
expect_equal "$(fish --ro -a back.img run : list-filesystems)" "" "without the cache"
