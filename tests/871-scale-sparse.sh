#!/bin/bash
# Disks of 10 TB cost what they hold: looking at them, writing a little, trimming and copying take no time and memory for the rest.
# BATHYSCOPE_SCALE_CAMPAIGN=1 takes all of them in both formats, and ext4, which writes something every 128 MB (make -C tests scale-campaign).
source "$(dirname "$0")/functions.sh"
requires qemu-img mkfs.btrfs mkfs.xfs
make_in bench -s peak
cd "$tmp"
size=10T
probe=probe.img
truncate -s $size $probe 2>/dev/null || skip "files of $size cannot be made here"
rm $probe
memory_max=250 cpu_max=30
! grep -q __asan_init "$top_builddir"/lib/.libs/libguestfs.so.0 || memory_max=1000 cpu_max=150
disks="xfs:qcow2 btrfs:raw"
[[ -z ${BATHYSCOPE_SCALE_CAMPAIGN:-} ]] || disks="xfs:raw xfs:qcow2 btrfs:raw btrfs:qcow2 ext4:raw ext4:qcow2"

# measure WHAT COMMAND...: its output is in out; prints the figures, and fails where they are out of proportion.
measure ()
{
  local what=$1
  shift
  "$top_builddir/bench/peak" "$@" >out 2>log || fail "$what: $(cat log)"
  eval "$(sed -n 's/.*peak: //p' log)"
  printf '%-42s %7.2f s, %6.1f MiB in all\n' "$what" $seconds $memory
  # What ext4 has to keep grows with the disk: bitmaps for every 128 MB.
  [[ $what == *ext4* ]] ||
    awk -v m=$memory -v mm=$memory_max -v c=$cpu -v cm=$cpu_max 'BEGIN {exit !(m > 0 && m < mm && c < cm)}' ||
    fail "$what took $memory MiB and $cpu s of processor time"
}
real_size () { expr $(stat -c %b $1) \* 512 / 1048576; }

for disk in $disks; do
  type=${disk%:*} format=${disk#*:}
  rm -f disk.*
  if [[ $format == qcow2 ]]; then
    qemu-img create -q -f qcow2 disk.qcow2 $size
    measure "mkfs in the appliance, $type, qcow2" guestfish --format=qcow2 -a disk.qcow2 run : mkfs $type /dev/sda
  else
    truncate -s $size disk.raw
    case $type in
      xfs) mkfs.xfs -q -l size=64m disk.raw ;;
      btrfs) mkfs.btrfs -q disk.raw >/dev/null 2>&1 ;;
      ext4) mkfs.ext4 -q -F disk.raw ;;
    esac
  fi
  case $type in
    xfs) check="xfs-repair /dev/sda nomodify:true" ;;
    btrfs) check="btrfs-fsck /dev/sda" ;;
    ext4) check="e2fsck /dev/sda forceno:true" ;;
  esac
  options="--format=$format -a disk.$format"
  measure "a directory and a file, $type, $format" guestfish $options run : mount /dev/sda / : mkdir /dir : write /dir/file hello : sync
  measure "virt-df, $type, $format" virt-df --json $options
  matches '"size":10[0-9]\{12\},' <out || fail "virt-df: $(cat out)"
  measure "virt-ls -lR, $type, $format" virt-ls -lR $options -m /dev/sda /
  matches '/dir/file$' <out || fail "virt-ls: $(cat out)"
  measure "find, du, md5, $type, $format" guestfish --ro $options run : mount-ro /dev/sda / : find / : du / : checksum md5 /dir/file
  matches 5d41402abc4b2a76b9719d911017c592 <out || fail "md5: $(cat out)"
  measure "virt-tar-out, $type, $format" virt-tar-out $options -m /dev/sda / all.tar
  tar tf all.tar | matches '/dir/file$' || fail "virt-tar-out: $(tar tf all.tar)"
  measure "check, $type, $format" guestfish --ro $options run : $check
  [[ $type != ext4 ]] ||
    LIBGUESTFS_MEMSIZE=128 expect_error 'e2fsck: killed by the kernel: the appliance has too little memory' guestfish --ro $options run : $check
  measure "virt-sparsify, $type, $format" virt-sparsify -q --format $format --convert qcow2 disk.$format sparse.qcow2
  virt-cat -a sparse.qcow2 -m /dev/sda /dir/file | matches hello || fail "the copy of $type in $format is not complete"
  [[ $(real_size sparse.qcow2) -le $(($(real_size disk.$format) + 8)) ]] || fail "the copy of $type is larger"
  rm -f sparse.qcow2
done
