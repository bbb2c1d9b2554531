#!/bin/bash
# Long work that is interrupted, or finds its disk full: nothing incomplete under the name of the result, no process left, a status that says so.
source "$(dirname "$0")/functions.sh"
requires setsid qemu-img
cd "$tmp"
truncate -s 3G big.img
guestfish -a big.img run : mkfs ext4 /dev/sda : mount /dev/sda / : mkdir-p /dir/sub : write /dir/first 1 : \
  fill 66 800M /dir/sub/large : cp /dir/sub/large /large >/dev/null
mkdir out home

# COMMAND runs in a session of its own, so that what it starts can be seen.  It is ended when `ready` holds.  What is done before the signal comes
# is begun again, after $again.
processes () { ps -s "$1" -o pid=,stat=,args= | grep -v ' Z' || true; }
is_ready () { eval "$1" || ! kill -0 "$2" 2>/dev/null; }
all_gone () { [[ -z $(processes "$1") ]]; }
again='rm -r out; mkdir out'
interrupted () # SIGNAL READY COMMAND...: sets $status
{
  local signal=$1 ready=$2 pid
  shift 2
  for _ in {1..5}; do
    # What the last one said is not what this one says.
    : >log
    : >err
    setsid "$@" >log 2>err &
    pid=$!
    wait_until is_ready "$ready" $pid
    kill -$signal $pid 2>/dev/null || true
    status=0; wait $pid || status=$?
    wait_until all_gone $pid
    [[ $status == 0 ]] || return 0
    eval "$again"
  done
  fail "$*: goes on when it is interrupted: $(cat log err)"
}
says () { expect_equal "$(grep -v "%, .* left$" err)" "$1" "what is said when it is interrupted"; } # besides the progress
some () { [[ -n $(ls -A out) ]]; }
none () { expect_equal "$(ls -A out)" "" "what '$1' leaves"; }

# Those that can cancel say so and end with status 1; others end by the signal.
interrupted TERM some virt-copy-out -a big.img -m /dev/sda /dir out
expect_equal "$status" 1 "virt-copy-out of a directory"
none virt-copy-out
says "virt-copy-out: interrupted"
interrupted TERM some virt-copy-out -a big.img -m /dev/sda /large out
expect_equal "$status" 1 "virt-copy-out of a file"
none virt-copy-out
interrupted INT some env --default-signal=INT guestfish --ro -a big.img -m /dev/sda copy-out /dir out
none "copy-out of guestfish"
says "libguestfs: error: copy_out: tar_out: operation cancelled by user"
interrupted TERM some virt-tar-out -a big.img -m /dev/sda /dir out/x.tar
expect_equal "$status" 143 virt-tar-out
none virt-tar-out
says "virt-tar-out: interrupted: out/x.tar has not been written"
mkdir input; ln big.img input/
interrupted TERM some virt-make-fs -t ext4 input out/fs.img
[[ $status == 1 || $status == 143 ]] || fail "virt-make-fs: status $status: $(cat err)"
none virt-make-fs
says "virt-make-fs: interrupted: out/fs.img has not been written"
interrupted TERM some virt-sparsify big.img out/sparse.img
[[ $status == 1 || $status == 143 ]] || fail "virt-sparsify: status $status: $(cat err)"
none virt-sparsify
says "virt-sparsify: interrupted: out/sparse.img has not been written"

interrupted TERM 'grep -q Converting log' virt-sparsify --convert qcow2 --compress big.img out/sparse.img
none virt-sparsify
says "virt-sparsify: interrupted: out/sparse.img has not been written"

# A new disk of virt-resize is as it was; one that is large already is written where it is.
guestfish -N table.img=part:1G:gpt exit
noise 500M | dd of=table.img bs=1M seek=8 conv=notrunc status=none
truncate -s 1200M new.img
again='rm new.img; truncate -s 1200M new.img'
interrupted TERM 'grep -q Copying log' virt-resize table.img new.img
expect_equal "$status $(stat -c %b new.img) $(ls new.img*)" "143 0 new.img" virt-resize
says "virt-resize: interrupted: new.img has not been written"
rm new.img
fallocate -l 1200M new.img
again=
interrupted TERM 'grep -q Copying log' virt-resize table.img new.img
expect_equal "$status $(ls new.img*)" "143 new.img" virt-resize
says "virt-resize: interrupted: new.img is not complete"
rm table.img new.img

# What is there is not touched by a copy that is not complete.
echo before >out/large
again='echo before >out/large'
interrupted TERM '(($(ls -A out | wc -l) > 1))' virt-copy-out -a big.img -m /dev/sda /large out
expect_equal "$(ls -A out) $(cat out/large)" "large before" "a file that was there"
again='rm -r out; mkdir out'
rm out/large

# A full disk.
mkdir full
if mount -t tmpfs -o size=2M tmpfs full 2>/dev/null; then
  cleanup_fn umount -l "$tmp/full"
  expect_error 'No space left' virt-copy-out -a big.img -m /dev/sda /dir full
  expect_equal "$(ls -A full)" "" "what is left on a full disk"
  echo before >full/large
  expect_error 'No space left' virt-copy-out -a big.img -m /dev/sda /large full
  expect_equal "$(ls -A full) $(cat full/large)" "large before" "a file that was there, on a full disk"
fi

# Complete copies: modes, a directory that was there is added to, a link that was there is written through.
guestfish -a big.img -m /dev/sda rm-rf /dir/sub : rm /large : write /large x : chmod 0750 /dir
mkdir -m 711 out/dir; echo mine >out/dir/mine
virt-copy-out -a big.img -m /dev/sda /dir out
expect_equal "$(ls out/dir | xargs)" "first mine"
rm -r out/dir
virt-copy-out -a big.img -m /dev/sda /dir out
expect_equal "$(stat -c %a out/dir) $(ls -A out)" "750 dir"
ln -s ../home/target out/large
virt-copy-out -a big.img -m /dev/sda /large out
expect_equal "$(cat home/target)" x
[[ -L out/large ]] || fail "the link is gone"

# virt-builder, while it changes the guest.
mkdir -p root/{etc,root,bin,tmp,var/log} source
printf 'ID=debian\nVERSION_ID="12"\n' >root/etc/os-release
printf '/dev/sda1 / ext4 defaults 0 1\n' >root/etc/fstab
printf 'root:x:0:0:root:/root:/bin/sh\n' >root/etc/passwd
printf 'root:*:19000:0:99999:7:::\n' >root/etc/shadow
cp /bin/true root/bin/sh
rm -r out; mkdir out
virt-make-fs -t ext4 --partition --size 48M root source/t
printf '[t]\nfile=t\nsize=%s\n' "$(stat -c %s source/t)" >source/index
export HOME=$tmp/home XDG_CACHE_HOME=$tmp/home TMPDIR=$tmp/home LIBGUESTFS_CACHEDIR=$tmp/home
interrupted TERM some virt-builder --no-cache --no-check-signature --source source/index t -o out/t.img --no-network --copy-in "$tmp/big.img:/"
[[ $status == 1 || $status == 143 ]] || fail "virt-builder: status $status: $(cat err)"
none virt-builder
expect_equal "$(ls -Ad home/.virt* home/virt-builder* 2>/dev/null || true)" "" "temporary files of virt-builder"
