#!/bin/bash
# Files in and out: whole, in part, as base64, compressed, with checksums; lists of names; copies between files and devices.
source "$(dirname "$0")/functions.sh"
cd "$tmp"

noise 5000001 >big
: >empty
printf 'hello\n' >hello
truncate -s 3M sparse
printf 'one\0two\n' >>sparse
base64 <big >big.b64
printf 'aGVs!G8K\n' >bad.b64
printf 'aGVsbG8' >short.b64

guestfish <<'END' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 300M
sparse second.img 12M
run
part-disk /dev/sda gpt
mkfs ext4 /dev/sda1
mount /dev/sda1 /
upload big /big
upload empty /empty
upload sparse /sparse
download /big big.out
download /empty empty.out
download /sparse sparse.out
download-offset /big part.out 1000000 3000001
upload-offset hello /big 1000000
download /big big2.out
base64-in big.b64 /decoded
download /decoded decoded.out
base64-out /decoded encoded.out
! head -c 65536 big >limit; head -c 65537 big >over
upload limit /limit
upload over /over
read-file /big | cat >big.read
read-file /limit | cat >limit.read
read-file /over | cat >over.read
read-file /empty | cat >empty.read
read-file /sparse | cat >sparse.read
-read-file /tree2
-base64-in bad.b64 /bad
-base64-in short.b64 /bad
compress-out gzip /decoded big.gz
compress-out xz /decoded big.xz level:1
compress-out bzip2 /decoded big.bz2
compress-out zstd /decoded big.zst
-compress-out nosuch /decoded nosuch
-compress-out gzip /decoded nosuch level:17
mkdir-p "/tree/a b/c"
write "/tree/a b/c/d" "d"
write /tree/e "e"
ls0 /tree ls0.out
find0 /tree find0.out
checksums-out sha256 /tree sums.out
checksums-out crc /tree crc.out
upload big /dev/sdb
download-offset /dev/sdb dev.out 0 5000001
copy-device-to-file /dev/sdb /copy size:5000001
copy-file-to-device /copy /dev/sdb destoffset:6000000 sparse:true
copy-device-to-device /dev/sdb /dev/sdb srcoffset:6000000 size:1000
pread-device /dev/sdb 6 0 | cat >pread.out
equal /copy /decoded
-copy-file-to-device /copy /dev/sdb destoffset:9000000
copy-file-to-file /sparse /sparse2 sparse:true
equal /sparse /sparse2
du /sparse2
-download /nosuch nosuch
-download / nosuch
-upload hello /nosuch/x
-upload nosuch /x
END

cmp big big.out
cmp empty empty.out
cmp sparse sparse.out
cmp <(tail -c +1000001 big | head -c 3000001) part.out
cmp <(head -c 1000000 big; printf 'hello\n'; tail -c +1000007 big) big2.out
cmp big decoded.out
cmp big.b64 encoded.out
cmp big2.out big.read
for name in limit over empty sparse; do cmp $name $name.read; done
cmp big <(gzip -dc big.gz)
cmp big <(xz -dc big.xz)
cmp big <(bzip2 -dc big.bz2)
cmp big <(zstd -dcq big.zst)
cmp big dev.out
cmp <(head -c 6 big) pread.out
expect_equal "$(tr '\0' '\n' <ls0.out | sort)" $'a b\ne'
expect_equal "$(tr '\0' '\n' <find0.out | sort)" $'/a b\n/a b/c\n/a b/c/d\n/e'
mkdir -p "tree/a b/c"; printf d >"tree/a b/c/d"; printf e >tree/e
(cd tree && sha256sum --quiet -c ../sums.out)
expect_equal "$(sort crc.out)" "$(cd tree && cksum "./a b/c/d" ./e | sort)"
for message in '/tree2: No such file' 'bad: not base64' 'bad: the base64 text ends early' 'nosuch: not a method' 'level is 1 to 9' \
    '/nosuch: No such file' '/: is a directory' '/nosuch/x: No such file' 'too small for 5000001 bytes'; do
  grep -q -- "$message" err || fail "no message '$message': $(cat err)"
done
read -r -d "" a b blocks <out || true
expect_equal "$a $b" "true true"
((blocks < 16)) || fail "the copy is not sparse: $blocks KiB"
