#!/bin/bash
# Archives: what tar makes is unpacked as tar would, what we make tar unpacks; nothing hostile gets out; initial ramdisks.
source "$(dirname "$0")/functions.sh"
requires python3
cd "$tmp"

mkdir -p src/dir src/deep/a/b/c src/ro
printf 'hello\n' >src/file
chmod 4711 src/file
ln src/file src/hard
ln -s file src/link
ln -s /nowhere src/dangling
mkfifo src/fifo
chmod 555 src/ro
printf 'ä\n' >'src/dir/näme'
noise 100000 >src/dir/large
truncate -s 1M src/dir/sparse
long=$(printf 'x%.0s' {1..150})
printf 'long\n' >"src/deep/$long"
find src -exec touch -h -d '2001-02-03 04:05:06 UTC' {} +
find src -depth -type d -exec touch -d '2001-02-03 04:05:06 UTC' {} +
tar -C src --format=gnu --owner=:1000 --group=:1001 -cf gnu.tar .
tar -C src --format=pax --owner=:1000 --group=:1001 -cf pax.tar .
for c in gzip bzip2 xz zstd; do tar -C src --$c -cf src.tar.$c .; done

# Hostile archives: each must leave /victim as it is.
python3 - <<'END'
import io, tarfile
def make(name, *members):
    with tarfile.open(name, "w") as t:
        for path, kind, link in members:
            m = tarfile.TarInfo(path)
            m.type, m.linkname = kind, link
            data = b"evil" if kind == tarfile.REGTYPE else b""
            m.size = len(data)
            t.addfile(m, io.BytesIO(data))
R, S, L = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
make("dots.tar", ("../victim", R, ""))
make("dots2.tar", ("a/../../victim", R, ""))
make("up.tar", ("out", S, ".."), ("out/victim", R, ""))
make("abs.tar", ("out", S, "/"), ("out/victim", R, ""))
make("hard.tar", ("h", L, "../victim"), ("h", R, ""))
make("hard2.tar", ("out", S, ".."), ("h", L, "out/victim"), ("h", R, ""))
make("slash.tar", ("/victim", R, ""))
END
head -c 2000 gnu.tar >cut.tar
printf 'this is no archive, %.0s' {1..100} >rubbish.tar

guestfish <<'END' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 500M
run
part-disk /dev/sda gpt
mkfs ext4 /dev/sda1
mount /dev/sda1 /
mkdir /etc
write /etc/passwd "root:x:0:0:::\njoe:x:1000:1000:::\n"
write /victim "victim"
mkdir /gnu
mkdir /pax
tar-in gnu.tar /gnu
tar-in pax.tar /pax
tar-out /gnu gnu.out.tar
tar-out /pax pax.out.tar numericowner:true
tar-out /pax excl.out.tar "excludes:dir *.txt ./hard"
tgz-out /pax out.tgz
txz-out /pax out.txz
tar-out /pax out.tar.zst compress:zstd
setxattr user.test value 5 /gnu/file
acl-set-file /gnu/file access "u::rwx,u:7:r--,g::r--,m::r--,o::---"
tar-out /gnu attr.tar xattrs:true acls:true
mkdir /attr
tar-in attr.tar /attr xattrs:true acls:true
getxattr /attr/file user.test
echo
acl-get-file /attr/file access
mkdir /c1
tgz-in src.tar.gzip /c1
mkdir /c2
tar-in src.tar.bzip2 /c2 compress:bzip2
mkdir /c3
txz-in src.tar.xz /c3
mkdir /c4
tar-in src.tar.zstd /c4 compress:zstd
equal /c1/dir/large /c2/dir/large
equal /c3/dir/large /c4/dir/large
mkdir /hostile
-tar-in dots.tar /hostile
-tar-in dots2.tar /hostile
-tar-in up.tar /hostile
rm-rf /hostile/out
-tar-in abs.tar /hostile
-tar-in hard.tar /hostile
-tar-in hard2.tar /hostile
tar-in slash.tar /hostile
cat /victim
cat /hostile/victim
-tar-in cut.tar /hostile
-tar-in rubbish.tar /hostile
-tar-in gnu.tar /nosuch
-tar-in gnu.tar /victim
-tar-in gnu.tar /hostile compress:nosuch
-tar-out /nosuch nosuch.tar
-tar-out /victim nosuch.tar
-tar-out gnu nosuch.tar
ping-daemon
cpio-out /gnu gnu.cpio
cpio-out /gnu crc.cpio format:crc
-cpio-out /gnu nosuch.cpio format:odc
END

expect_equal "$(cat out)" "value
user::rwx
user:7:r--
group::r--
mask::r--
other::---

true
true
victim
evil"
for message in 'victim: the name of a member has ..' 'a/../../victim: the name' 'out/victim: a symbolic link leads out' \
    'links to ../victim, which has ..' 'Not a directory' 'nosuch: not a method' '/nosuch: No such file' 'odc: the format'; do
  grep -q -- "$message" err || fail "no message '$message': $(cat err)"
done
expect_equal "$(grep -c '^libguestfs: error' err)" 15 "number of errors"

# tar sees in ours what it sees in the original.
list () { tar --numeric-owner --full-time -tvf "$1" 2>/dev/null | sed -E "s/ +/ /g" | sort -k6; }
for kind in gnu pax; do
  diff <(list $kind.tar | grep -v 'hard\|file') <(list $kind.out.tar | grep -v 'hard\|file') || fail "$kind.tar changed on its way"
  mkdir $kind.dir
  tar -C $kind.dir -xpf $kind.out.tar --no-same-owner
  diff -r --no-dereference src $kind.dir --exclude=fifo || fail "contents of $kind.tar changed"
  expect_equal "$(stat -c '%a %h %Y' $kind.dir/file)" "4711 2 981173106"
done
tar -tvf gnu.out.tar 2>/dev/null | grep 'joe/1001.*dir/large' >/dev/null || fail "the owner's name is missing"
tar -tvf pax.out.tar 2>/dev/null | grep '1000/1001.*dir/large' >/dev/null || fail "owners are not numbers"
expect_equal "$(tar -tf excl.out.tar 2>/dev/null | grep -c '/dir\|hard' || true)" 0
for f in out.tgz out.txz out.tar.zst; do
  expect_equal "$(tar -tf $f 2>/dev/null | wc -l)" "$(tar -tf gnu.tar 2>/dev/null | wc -l)" "members of $f"
done
tar --xattrs --acls -tvvf attr.tar 2>/dev/null | grep 'user.test' >/dev/null || fail "no attributes in attr.tar"

# Initial ramdisks: a plain archive and a compressed one after each other.
mkdir cpio.dir
if type -p cpio >/dev/null; then
  (cd cpio.dir && cpio -idm --quiet <../gnu.cpio)
  cmp src/dir/large cpio.dir/dir/large
  cpio -it --quiet --only-verify-crc <crc.cpio >/dev/null || fail "checksums in crc.cpio"
fi
{ cat gnu.cpio; head -c 1000 /dev/zero; head -c $(( (512 - ($(stat -c %s gnu.cpio) + 1000) % 512) % 512 )) /dev/zero; gzip -c <crc.cpio; } >initrd
guestfish -a disk.img -m /dev/sda1 <<'END' >out2 2>err2 || fail "initrd: $(cat out2 err2)"
upload initrd /initrd
initrd-list /initrd
initrd-cat /initrd file
-initrd-cat /initrd nosuch
END
expect_equal "$(grep -c '^dir/large$' out2)" 2 "both archives of the initrd"
expect_equal "$(tail -1 out2)" hello
grep -q 'nosuch: no such file' err2
