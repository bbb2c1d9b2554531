#!/bin/bash
# An image with many files: what walks through all of them streams, and ends with all names.
# BATHYSCOPE_SCALE_FILES=5000000 takes so many (make -C tests scale-campaign; making the image takes minutes).
source "$(dirname "$0")/functions.sh"
requires debugfs mke2fs
make_in bench -s peak
cd "$tmp"
files=${BATHYSCOPE_SCALE_FILES:-10000}
# 512 MB of the appliance, what is around it, and the list of names that find gives to the caller.
memory_max=$((600 + files / 10000))
! grep -q __asan_init "$top_builddir"/lib/.libs/libguestfs.so.0 || memory_max=$((memory_max * 4))

# A thousand files a directory, a hundred directories in each of those at the top.
truncate -s $((files * 8 / 1000 + 64))M files.img
mke2fs -q -F -t ext4 -O ^has_journal,dir_index -N $((files + files / 100 + 1000)) files.img
awk -v n=$files 'BEGIN {
  for (d = 0; d < n / 1000; d++) {
    top = int(d / 100)
    if (d % 100 == 0) { print "cd /"; print "mkdir " top }
    print "cd /" top; print "mkdir " d; print "cd " d
    for (f = 0; f < 1000; f++) print "write /dev/null file-" f
  }
}' >commands
debugfs -w -f commands files.img >/dev/null 2>&1
rm commands
directories=$(((files + 999) / 1000)) tops=$(((files + 99999) / 100000))
names=$((directories * 1000 + directories + tops + 1)) # and lost+found

# measure WHAT COMMAND...: its output goes through wc, into lines.
measure ()
{
  local what=$1
  shift
  lines=$("$top_builddir/bench/peak" "$@" 2>log | tr '\0' '\n' | wc -l) || fail "$what: $(cat log)"
  eval "$(sed -n 's/.*peak: //p' log)"
  printf '%-24s %9d lines, %8.2f s, %6.1f MiB in all, %6.1f MiB the largest\n' "$what" $lines $seconds $memory $largest
  awk -v m=$memory -v mm=$memory_max 'BEGIN {exit !(m > 0 && m < mm)}' || fail "$what took $memory MiB"
}
disk="--format=raw -a files.img"
measure "virt-df -i" virt-df -i $disk
expect_equal "$lines" 2 "lines of virt-df"
measure "find0" guestfish --ro $disk run : mount-ro /dev/sda / : find0 / /dev/stdout
expect_equal "$lines" $names "names of find0"
measure "find" guestfish --ro $disk run : mount-ro /dev/sda / : find /
expect_equal "$lines" $names "names of find"
measure "du" guestfish --ro $disk run : mount-ro /dev/sda / : du /
measure "virt-ls -R" virt-ls -R $disk -m /dev/sda /
measure "virt-ls -lR" virt-ls -lR $disk -m /dev/sda /
expect_equal "$lines" $((names + 1)) "lines of virt-ls -lR"
measure "virt-tar-out, tar t" bash -c 'virt-tar-out "$@" - | tar tf -' - $disk -m /dev/sda /
expect_equal "$lines" $((names + 1)) "members of the archive"
measure "e2fsck" guestfish --ro $disk run : e2fsck /dev/sda forceno:true
