#!/bin/bash
# virt-copy-in, virt-copy-out, virt-tar-in, virt-tar-out: there and back again.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
guestfish sparse d.img 100M : run : part-disk /dev/sda gpt : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : mkdir /to
mkdir -p tree/sub back1 back2
seq 100000 >tree/numbers
echo hello >'tree/sub/a name'
ln -s numbers tree/link
ln tree/numbers tree/hard
chmod 0600 tree/sub/*
disk=(-a d.img -m /dev/sda1)

virt-copy-in "${disk[@]}" tree /etc/hostname /to
virt-copy-out "${disk[@]}" /to/tree /to/hostname back1
diff -r --no-dereference tree back1/tree
cmp /etc/hostname back1/hostname
expect_equal "$(stat -c %a 'back1/tree/sub/a name')" 600
expect_equal "$(readlink back1/tree/link)" numbers

tar -cf t.tar -C tree .
guestfish "${disk[@]}" mkdir /tar : mkdir /gz
virt-tar-in "${disk[@]}" t.tar /tar
gzip -k t.tar
virt-tar-in "${disk[@]}" - /gz compress:gzip <t.tar.gz
virt-tar-out "${disk[@]}" /tar - excludes:sub numericowner:true | tar -xf - -C back2
diff -r --no-dereference -x sub tree back2
[[ ! -e back2/sub ]] || fail "excludes: is not heeded"
virt-tar-out "${disk[@]}" /gz out.tar.xz compress:xz
mkdir back3
tar -xJf out.tar.xz -C back3
diff -r --no-dereference tree back3

# Many guests: a directory or an archive of each; one that fails leaves neither, and the others are copied.
cp d.img e.img
guestfish -a e.img -m /dev/sda1 write /to/hostname other
truncate -s 10M bad.img
mkdir many
many=(--jobs 2 -a d.img -a bad.img -a e.img -m /dev/sda1)
status=0; virt-copy-out "${many[@]}" /to/tree /to/hostname many 2>errors || status=$?
expect_equal "$status $(ls many | xargs)" "1 d.img e.img" "$(cat errors)"
grep -q '^bad.img: ' errors || fail "the guest that fails is not told: $(cat errors)"
diff -r --no-dereference tree many/d.img/tree
cmp /etc/hostname many/d.img/hostname
expect_equal "$(cat many/e.img/hostname)" other
status=0; virt-tar-out "${many[@]}" /to many/x.tar 2>errors || status=$?
expect_equal "$status $(ls many | xargs)" "1 d.img d.img-x.tar e.img e.img-x.tar" "$(cat errors)"
expect_equal "$(tar -xOf many/e.img-x.tar ./hostname)" other
expect_error 'the same name' virt-copy-out --jobs 2 -a d.img -a ./d.img /to many
expect_error 'the same name' virt-get-kernel --jobs 2 -a d.img -a ./d.img -o many
expect_error 'standard output' virt-tar-out "${many[@]}" /to -
expect_error "option '--jobs'" virt-copy-in "${many[@]}" tree /

# Wrong use, and what fails.
expect_error 'then a directory of the guest' virt-copy-in "${disk[@]}" tree
expect_error 'give a disk image' virt-copy-out /x .
expect_error '/nosuch' virt-copy-in "${disk[@]}" tree /nosuch
expect_error '/nosuch' virt-copy-out "${disk[@]}" /nosuch .
expect_error 'changes the guest' virt-copy-in --ro "${disk[@]}" tree /
expect_error 'options of the archive' virt-tar-in "${disk[@]}" t.tar /tar compres:gzip
expect_error 'No such file' virt-tar-in "${disk[@]}" nosuch.tar /tar
expect_error 'no operating system' virt-copy-out -a d.img /to .
for program in virt-copy-in virt-copy-out virt-tar-in virt-tar-out; do
  $program --help | matches -- '--no-sync' || fail "$program --help"
  $program --version | matches "^$program 1\\." || fail "$program --version"
  expect_error 'unrecognized option' $program --nosuch
done
