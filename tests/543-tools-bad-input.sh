#!/bin/bash
# What goes wrong from outside, for every program: one clear line on stderr, nothing on stdout, a status that the manual tells, and no file left
# that is not complete.  Images that are not there or are no disks, domains that are not there, two systems where one is meant, an output disk
# that is full, and an interrupted run.
source "$(dirname "$0")/functions.sh"
cd "$tmp"

# Program, status of a failure, and arguments behind the image.
readers='
virt-alignment-scan 1
virt-cat 1 /etc/hostname
virt-copy-out 1 /etc .
virt-df 1
virt-edit 1 /etc/hostname -e s/a/b/
virt-filesystems 1
virt-get-kernel 1
virt-inspector 1
virt-log 1
virt-ls 1 /
virt-tail 1 /var/log/syslog
virt-tar-out 1 /etc x.tar
virt-copy-in 1 disk.img /
virt-tar-in 1 disk.img /
virt-rescue 1
virt-format 1
guestmount 1 -i mnt
'
mkdir mnt

# wrong PATTERN STATUS COMMAND...
wrong ()
{
  local pattern=$1 wanted=$2 status=0
  shift 2
  timeout 120 "$@" >out 2>err </dev/null || status=$?
  [[ $status == "$wanted" ]] || fail "$*: status $status, not $wanted: $(cat err)"
  [[ ! -s out ]] || fail "$*: prints on stdout: $(head -3 out)"
  grep -Eq -- "$pattern" err || fail "$*: the message does not match '$pattern': $(cat err)"
  # Besides the progress, which is told where it takes long.
  (($(grep -cv '%, .* left$' err) <= ${lines:-2})) || fail "$*: says too much: $(cat err)"
}

each () # PATTERN OPTIONS...: all programs with these options for an image
{
  local pattern=$1 program status arguments
  shift
  while read -r program status arguments; do
    [[ -n $program ]] || continue
    [[ " ${without:-} " != *" $program "* ]] || continue
    wrong "$pattern" "$status" "$program" "$@" $arguments
  done <<<"$readers"
}

# Images and domains.
each 'nosuch.img: No such file' -a nosuch.img
each 'this is a directory' -a .
lines=1 without=virt-format each 'nosuchdomain|libvirt' -c test:///default -d nosuchdomain
# Without -a and -d: what is no file may be a domain.
for command in 'virt-df nosuch.img' 'virt-inspector nosuch.img' 'virt-cat nosuch.img /x' 'virt-rescue nosuch.img' 'virt-win-reg nosuch.img HKLM\SAM' 'guestfish -i nosuch.img'; do
  lines=1 wrong 'no file "nosuch.img", and no domain' 1 $command
done
lines=1 wrong 'nosuch.img: No such file' 1 virt-df ./nosuch.img
truncate -s 10M disk.img
lines=3 without='virt-alignment-scan virt-df virt-filesystems virt-rescue virt-format' each 'no operating system' -a disk.img

# Two systems on a disk, and nobody to ask.
mkdir -p root/{etc,bin,usr,var/lib/dpkg,proc,dev,home,boot}
printf 'ID=debian\nVERSION_ID=12\n' >root/etc/os-release
printf '12.1\n' >root/etc/debian_version
tar -C root -cf root.tar .
guestfish sparse two.img 60M : run : part-init /dev/sda gpt : part-add /dev/sda p 2048 61439 : part-add /dev/sda p 61440 120831 : \
  mkfs ext4 /dev/sda1 : mount /dev/sda1 / : tar-in root.tar / : umount-all : mkfs ext4 /dev/sda2 : mount /dev/sda2 / : tar-in root.tar /
for command in 'virt-cat -a two.img /etc/os-release' 'virt-ls -a two.img /' 'virt-edit -a two.img /x -e 1' 'virt-copy-out -a two.img /etc .' \
    'virt-log -a two.img' 'virt-get-kernel -a two.img' 'virt-tar-out -a two.img /etc x.tar' 'guestfish -a two.img -i ls /' 'guestmount -a two.img -i mnt'; do
  lines=5 wrong 'more than one operating system' 1 $command
  grep -q '/dev/sda2' err || fail "$command: the systems are not told: $(cat err)"
  grep -q -- '-m' err || fail "$command: what to do is not told: $(cat err)"
done
[[ ! -e x.tar && ! -e etc ]] || fail "something was copied"

# Unknown options are in 540-tools-options.sh; wrong numbers of words here.
for command in 'virt-cat -a two.img' 'virt-ls -a two.img' 'virt-edit -a two.img' 'virt-tail -a two.img' 'virt-copy-out -a two.img' 'virt-tar-out -a two.img /x' \
    'virt-copy-in -a two.img x' 'virt-tar-in -a two.img x' 'virt-filesystems -a two.img x' 'virt-log -a two.img x' 'virt-get-kernel -a two.img x' \
    'virt-cat /x' 'virt-df' 'virt-filesystems' 'virt-diff -a two.img' 'guestmount -a two.img -m /dev/sda1' 'guestunmount'; do
  wrong . 1 $command
done

# A full output disk: the message says so, and nothing incomplete is left.
mkdir full
if mount -t tmpfs -o size=2M tmpfs full 2>/dev/null; then
  cleanup_fn umount -l "$tmp/full"
  one=(-a two.img -m /dev/sda1)
  guestfish "${one[@]}" fill 65 8M /large
  virt-make-fs -t ext4 --partition -s 40M root one.img
  guestfish -a one.img -m /dev/sda1 fill 65 8M /boot/vmlinuz-1
  wrong 'No space left' 1 virt-get-kernel -q -a one.img -o full
  expect_equal "$(ls full)" "" "files on the full disk after virt-get-kernel"
  wrong 'No space left' 1 virt-tar-out "${one[@]}" / full/x.tar
  expect_equal "$(ls full)" "" "files on the full disk after virt-tar-out"
  wrong 'No space left' 1 virt-copy-out "${one[@]}" /large full
  expect_equal "$(ls full)" "" "files on the full disk after virt-copy-out"
  noise 10M >large
  tar -cf large.tar large
  for format in raw qcow2; do
    wrong 'No space left' 1 virt-make-fs --format=$format -t ext4 -s 30M large.tar full/fs.img
    expect_equal "$(ls full)" "" "files on the full disk after virt-make-fs"
  done
  if type -P qemu-img >/dev/null; then
    guestfish "${one[@]}" upload large /random
    lines=1 wrong '^virt-sparsify: qemu-img: .*No space left' 1 virt-sparsify -q --convert qcow2 --compress two.img full/s.img
    expect_equal "$(ls full)" "" "files on the full disk after virt-sparsify"
    guestfish "${one[@]}" rm /random
  fi
  status=0; virt-cat "${one[@]}" /large >full/out 2>err || status=$?
  expect_equal "$status" 1 "virt-cat onto a full disk"
  grep -q 'No space left' err || fail "virt-cat onto a full disk: $(cat err)"
  rm -f full/*
  guestfish "${one[@]}" mkdir-p /d : fill 65 1M /d/a : fill 65 8M /d/b
  for program in virt-ls virt-filesystems virt-df; do
    head -c 2M /dev/zero >full/zero 2>/dev/null || true
    status=0
    case $program in virt-ls) arguments=("${one[@]}" -lR /) ;; *) arguments=(-a two.img) ;; esac
    $program "${arguments[@]}" >full/out 2>err || status=$?
    expect_equal "$status" 1 "$program onto a full disk: $(cat err)"
    grep -q 'No space left' err || fail "$program onto a full disk: $(cat err)"
    rm -f full/*
  done
else
  echo "no tmpfs can be mounted: a full disk is not tried"
fi

# Interrupted: it ends soon, by the signal or with status 1, and leaves no half file.
guestfish -a two.img -m /dev/sda2 fill 65 20M /large
truncate -s 3G big.img
guestfish -a big.img run : mkfs ext4 /dev/sda : mount /dev/sda / : fill 66 1000M /large >/dev/null
mkdir source
begun () { [[ -n $(ls -A interrupted) ]]; }
ln big.img source/
for command in 'virt-tar-out -a big.img -m /dev/sda / interrupted/x.tar' 'virt-make-fs -t ext4 source interrupted/y.img'; do
  # What is done before the signal comes is begun again.
  for _ in {1..5}; do
    rm -rf interrupted
    mkdir interrupted
    timeout 200 $command >out 2>err &
    pid=$!
    wait_until begun
    pkill -INT -P "$pid" || true
    status=0; wait "$pid" || status=$?
    [[ $status == 0 ]] || break
  done
  [[ $status != 0 ]] || fail "$command: goes on when it is interrupted"
  expect_equal "$(ls -A interrupted)" "" "what '$command' leaves when it is interrupted"
done
