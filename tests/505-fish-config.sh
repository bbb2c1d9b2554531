#!/bin/bash
# libguestfs-tools.conf: whether disks are opened read-only, in which file, for which programs.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/own XDG_CONFIG_DIRS=$tmp/first:$tmp/second
mkdir -p home {own,first,second,home/.config}/libguestfs
guestfish -N d.img=fs:ext4:20M exit
own=own/libguestfs/libguestfs-tools.conf rc=home/.libguestfs-tools.rc
first=first/libguestfs/libguestfs-tools.conf second=second/libguestfs/libguestfs-tools.conf
count=0
# Does guestfish write?
writes () { : $((++count)); guestfish "$@" -a d.img -m /dev/sda1 touch /file$count 2>err; guestfish --ro -a d.img -m /dev/sda1 exists /file$count | matches true; }
expect_writes () { writes "${@:2}" || fail "does not write: $1: $(cat err)"; }
expect_not () { ! writes "${@:2}" || fail "writes: $1"; }

expect_writes "no file"
echo 'read_only = true;' >$second
expect_not "a file of XDG_CONFIG_DIRS"
expect_writes "--rw" --rw
echo 'read_only = false;' >$first
expect_writes "the first directory before the second"
echo 'read_only = true; # yes' >$rc
expect_not "the user's before those"
echo 'read_only = false;' >$own
expect_writes "XDG_CONFIG_HOME before that"
mv $own home/.config/libguestfs
XDG_CONFIG_HOME='' expect_writes "~/.config"
rm -r home/.config $first $second
# Not for programs that are made to write.
echo data >file
virt-copy-in -a d.img -m /dev/sda1 file /
expect_equal "$(virt-cat -a d.img -m /dev/sda1 /file)" data
printf 'x = 1;\nread_only = maybe;\n' >$rc
expect_error 'libguestfs-tools.rc: line 2 is no setting' guestfish exit
expect_error 'libguestfs-tools.rc: line 2 is no setting' guestmount --ro -a d.img -m /dev/sda1 own
