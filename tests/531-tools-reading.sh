#!/bin/bash
# virt-diff, virt-get-kernel, virt-log, virt-tail, virt-alignment-scan on a small system made here, and many guests at a time.
source "$(dirname "$0")/functions.sh"
requires sfdisk qemu-img script
cd "$tmp"

# What inspection takes for a Debian.
mkdir -p root/{etc,bin,usr/bin,usr/lib,var/log,var/lib/dpkg,boot,proc,dev,home}
printf 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian test"\n' >root/etc/os-release
printf '12.1\n' >root/etc/debian_version
printf 'small\n' >root/etc/hostname
printf '/dev/sda1 / ext4 defaults 0 1\n' >root/etc/fstab
printf 'Package: base-files\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64\n\n' >root/var/lib/dpkg/status
cp /bin/true root/bin/ls
for i in $(seq 30); do echo "line $i"; done >root/var/log/syslog
printf '\n\033[31mred\n' >>root/var/log/syslog
for v in 6.1.0-9-amd64 6.1.0-18-amd64; do echo "kernel $v" >root/boot/vmlinuz-$v; echo "ramdisk $v" >root/boot/initrd.img-$v; done
mkdir root/boot/vmlinuz-9.9-directory
virt-make-fs --partition -t ext4 -s 100M root old.img
qemu-img create -q -f qcow2 -b old.img -F raw new.qcow2
guestfish -a new.qcow2 -i <<'END'
write /etc/hostname "renamed\n"
write /new-file "123"
rm /etc/debian_version
mkdir /new-dir
write /new-dir/x "x"
chmod 0700 /home
ln-s a /bin/link
lsetxattr user.a b 1 /etc/fstab
END

# --- virt-diff
virt-diff -a old.img -A new.qcow2 >diff
grep -q '^- - 0644 .* /etc/debian_version$' diff || fail "removed: $(cat diff)"
grep -q '^+ - 0644 .* 3 /new-file$' diff || fail "added: $(cat diff)"
grep -q '^+ d 0755 .* /new-dir$' diff || fail "added directory: $(cat diff)"
grep -q '^+ - 0644 .* 1 /new-dir/x$' diff || fail "below it: $(cat diff)"
grep -q '^+ l 0777 .* /bin/link -> a$' diff || fail "link: $(cat diff)"
grep -A4 '^= - 0644 .* 6 /etc/hostname$' diff >changed || fail "changed: $(cat diff)"
expect_equal "$(sed 1d changed)" $'@@ -1 +1 @@\n-small\n+renamed\n@@ End of diff @@'
grep -A1 '^+ d 0700 .* /home$' diff | matches '^# changed: st_mode$' || fail "mode: $(cat diff)"
! grep -Eq 'os-release|vmlinuz| /etc$' diff || fail "what has not changed: $(cat diff)"
virt-diff --json --xattrs --checksum=sha256 -a old.img -A new.qcow2 >json
python3 - json <<'PYTHON'
import json, sys
d = {o["path"]: o for o in map(json.loads, open(sys.argv[1]))}
assert d["/etc/fstab"]["change"] == "changed" and "xattrs" in d["/etc/fstab"]["changed"], d["/etc/fstab"]
assert d["/new-file"]["change"] == "added" and len(d["/new-file"]["checksum"]) == 64
assert d["/bin/link"]["target"] == "a"
assert d["/etc/debian_version"]["change"] == "removed"
PYTHON
virt-diff --extra-stats --xattrs -a old.img -A new.qcow2 >diff
grep -Eq '^- d 0755 .* [0-9]+:[0-9]+ [0-9]+ 0 0:0 [0-9]+ /home$' diff || fail "more attributes: $(cat diff)"
virt-diff --csv --uids -a old.img -A new.qcow2 >diff.csv
grep -q "^+,-,0644,3,0,0,/new-file$" diff.csv || fail "csv: $(cat diff.csv)"
expect_equal "$(virt-diff --all -a old.img -A old.img)" "" "differences of an image from itself"
expect_error 'second machine' virt-diff -a old.img
expect_error 'not a type of checksum' virt-diff --checksum=none -a old.img -A new.qcow2
# What is binary, what is too large for a comparison of lines, and what would command a terminal.  Contents are compared where sizes or times differ,
# and times by whole seconds.
for i in 1 2; do
  qemu-img create -q -f qcow2 -b old.img -F raw more$i.qcow2
  { head -c 65M /dev/zero | tr '\0' '\n'; echo $i; } >large
  printf 'text\n\0%s' $i >binary
  printf 'text\n\033[3%sm\n' $i >colour
  guestfish -a more$i.qcow2 -i <<END
upload large /large
upload binary /binary
upload colour /colour
<! for f in large binary colour; do echo utimens /\$f $i 0 $i 0; done
END
done
virt-diff -a more1.qcow2 -A more2.qcow2 >diff
expect_equal "$(grep -A2 ' /binary$' diff | sed 1d | head -1)" '@@ End of diff @@'
expect_equal "$(grep -A2 ' /large$' diff | sed 1d)" $'# not compared line by line: larger than 64 MiB\n@@ End of diff @@'
expect_equal "$(grep -A4 ' /colour$' diff | tail -2)" $'-\033[31m\n+\033[32m'
script -qec 'virt-diff -a more1.qcow2 -A more2.qcow2' /dev/null </dev/null | tr -d '\r' >diff
expect_equal "$(grep -A4 ' /colour$' diff | tail -2)" $'-?[31m\n+?[32m'
rm large more?.qcow2

# --- images without -a, as old scripts have them
expect_equal "$(virt-cat old.img /etc/hostname)" small
expect_equal "$(virt-ls old.img /bin)" ls
cp old.img edited.img
virt-edit edited.img /etc/hostname -e 's/small/large/'
expect_equal "$(virt-cat edited.img /etc/hostname)" large
expect_error 'nosuch' virt-cat nosuch.img/x /etc/hostname

# --- virt-get-kernel
mkdir k
virt-get-kernel -a old.img -o k >out
expect_equal "$(ls k)" $'initrd.img-6.1.0-18-amd64\nvmlinuz-6.1.0-18-amd64'
expect_equal "$(cat k/vmlinuz-*)" "kernel 6.1.0-18-amd64"
grep -q '^download: /boot/vmlinuz-6.1.0-18-amd64 -> k/vmlinuz-6.1.0-18-amd64$' out
virt-get-kernel -q -a old.img -o k --prefix p --unversioned-names >out
[[ ! -s out ]] || fail "-q prints: $(cat out)"
expect_equal "$(cat k/p-vmlinuz k/p-initrd.img)" $'kernel 6.1.0-18-amd64\nramdisk 6.1.0-18-amd64'
expect_equal "$(virt-get-kernel --machine-readable)" virt-get-kernel
expect_error 'nosuch' virt-get-kernel -a old.img -o nosuch
mkdir many
status=0; virt-get-kernel --json --jobs 2 -a old.img -a nosuch.img -a new.qcow2 -o many >out 2>/dev/null || status=$?
expect_equal "$status" 1
expect_equal "$(ls many)" "$(printf '%s\n' {new.qcow2,old.img}-{initrd.img,vmlinuz}-6.1.0-18-amd64)"
python3 - out <<'PYTHON'
import json, sys
l = [json.loads(x) for x in open(sys.argv[1])]
assert [(o["image"], o.get("kind")) for o in l] == [("old.img", "kernel"), ("old.img", "ramdisk"), ("nosuch.img", None), ("new.qcow2", "kernel"), ("new.qcow2", "ramdisk")], l
assert l[0]["path"] == "/boot/vmlinuz-6.1.0-18-amd64" and l[0]["version"] == "6.1.0-18-amd64" and "error" in l[2], l
PYTHON

# --- virt-log
expect_equal "$(virt-log -a old.img | head -n 30)" "$(head -n 30 root/var/log/syslog)"
virt-log --json -a old.img | python3 -c 'import json, sys; l = [json.loads(x) for x in sys.stdin]; assert l[2]["line"] == "line 3" and l[-1]["line"] == "\x1b[31mred", l[-1]'

if PATH=$PATH:/usr/lib/systemd:/lib/systemd type -p systemd-journal-remote >/dev/null; then
  id=0123456789abcdef0123456789abcdef
  mkdir -p root/var/log/journal/$id
  for i in 1 2 3; do
    printf '__REALTIME_TIMESTAMP=%d000000\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n_HOSTNAME=small\nSYSLOG_IDENTIFIER=prog\n_PID=%d\nMESSAGE=message %d\n\n' \
      $((1700000000 + i)) $i $id $((i + 40)) $i
  done >export
  PATH=$PATH:/usr/lib/systemd:/lib/systemd systemd-journal-remote --split-mode=none -o root/var/log/journal/$id/system.journal export >remote.log 2>&1 \
    || fail "making a journal: $(cat remote.log)"
  virt-make-fs --partition -t ext4 -s 100M root journal.img
  TZ=UTC virt-log -a journal.img >log
  expect_equal "$(cat log)" "$(for i in 1 2 3; do echo "Nov 14 22:13:2$i prog[4$i] info: message $i"; done)"
  expect_equal "$(virt-log --json -a journal.img | grep -c '"SYSLOG_IDENTIFIER":"prog"')" 3
fi

# A system that has not run yet has a journal without entries; no journal and no syslog is an error.
cp old.img quiet.img
"$top_builddir/run" guestfish -a quiet.img -i glob rm-rf '/var/log/*' : mkdir-p /var/log/journal
expect_equal "$(virt-log -a quiet.img)" ""
"$top_builddir/run" guestfish -a quiet.img -i rmdir /var/log/journal
expect_error 'neither /var/log/journal nor' virt-log -a quiet.img

# --- virt-tail: what is added is seen
cp old.img live.img
virt-tail -a live.img /var/log/syslog >tailed &
tail=$!
cleanup_fn eval "kill $tail 2>/dev/null || true"
lines () { [[ $(wc -l <"$1") -ge $2 ]]; }
wait_until lines tailed 36
expect_equal "$(head -n 5 tailed)" $'\n\n--- /var/log/syslog ---\n\nline 1' "a small file"
guestfish -a live.img -m /dev/sda1 write-append /var/log/syslog $'one more\n'
wait_until grep -q 'one more' tailed
expect_equal "$(tail -n 1 tailed)" "one more"
guestfish -a live.img -m /dev/sda1 rm /var/log/syslog
wait "$tail" || fail "virt-tail fails when the file goes away"
expect_error 'nosuch' virt-tail -a old.img /nosuch
# Several guests: one that fails is told of, and the others are followed.
seq -f 'line %011g' 1000 >long
cp old.img one.img
guestfish -a one.img -m /dev/sda1 upload long /var/log/syslog
cp one.img two.img
truncate -s 10M empty.img
: >tailed
virt-tail --jobs 2 -a one.img -a empty.img -a two.img /var/log/syslog /etc/hostname >tailed 2>errors &
tail=$!
virt-tail --jobs 2 --json -a one.img -a empty.img -a two.img /var/log/syslog >tailed.json 2>/dev/null &
tail_json=$!
cleanup_fn eval "kill $tail $tail_json 2>/dev/null || true"
wait_until lines tailed 38
wait_until lines tailed.json 21
expect_equal "$(grep -e --- tailed)" $'--- one.img: /var/log/syslog ---\n--- one.img: /etc/hostname ---\n--- two.img: /var/log/syslog ---\n--- two.img: /etc/hostname ---'
matches '^empty.img: .*no operating system' <errors || fail "the guest that fails is not told of: $(cat errors)"
guestfish -a two.img -m /dev/sda1 write-append /var/log/syslog $'added to two\nand a part'
wait_until grep -q 'a part' tailed
wait_until grep -q 'to two' tailed.json
expect_equal "$(tail -n 3 tailed)" $'\nadded to two\nand a part'
guestfish -a two.img -m /dev/sda1 write-append /var/log/syslog $' of a line\n'
wait_until grep -q 'of a line' tailed
wait_until grep -q 'of a line' tailed.json
expect_equal "$(tail -n 1 tailed)" "and a part of a line"
python3 - tailed.json <<'PYTHON'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [l["line"] for l in lines if l["image"] == "two.img"][-2:] == ["added to two", "and a part of a line"], lines
assert "no operating system" in [l for l in lines if l["image"] == "empty.img"][0]["error"], lines
assert len([l for l in lines if l["image"] == "one.img" and l["path"] == "/var/log/syslog"]) == 10, lines
PYTHON
kill -INT $tail_json
status=0; wait $tail_json || status=$?
expect_equal "$status" 1 "exit status after a guest has failed"
for i in one two; do guestfish -a $i.img -m /dev/sda1 rm /var/log/syslog : rm /etc/hostname; done
status=0; wait $tail || status=$?
expect_equal "$status" 1 "exit status after a guest has failed"

# --- virt-alignment-scan
expect_equal "$(virt-alignment-scan -a old.img)" "$(printf '/dev/sda1 %12d %12dK   ok' 65536 64)"
truncate -s 10M bad.img
sfdisk -q bad.img <<<$'label: dos\nstart=63, size=10\nstart=128, size=8\nstart=136,size=9'
status=0; virt-alignment-scan -a bad.img >out || status=$?
expect_equal "$status" 3
expect_equal "$(cat out)" "$(printf '/dev/sda1 %12d %12d    bad (alignment < 4K)\n/dev/sda2 %12d %12dK   ok\n/dev/sda3 %12d %12dK   bad (alignment < 64K)' 32256 512 65536 64 69632 4)"
status=0; virt-alignment-scan -q -a bad.img >out || status=$?
expect_equal "$status" 3
[[ ! -s out ]] || fail "-q prints: $(cat out)"
status=0; virt-alignment-scan --json --jobs 2 -a old.img -a bad.img >out || status=$?
expect_equal "$status" 3
expect_equal "$(grep -c '"ok":true' out)" 2

# --- many guests: one that fails is reported, the others go on, in order
status=0; virt-cat --jobs 3 -a old.img -a nosuch.img -a new.qcow2 /etc/hostname >out 2>err || status=$?
expect_equal "$status" 1
expect_equal "$(cat out)" $'small\nrenamed'
grep -q nosuch.img err || fail "no word of the bad image: $(cat err)"
status=0; virt-cat --json --jobs 2 -a bad.img -a old.img /etc/hostname /bin/ls >out 2>/dev/null || status=$?
expect_equal "$status" 1
python3 - out <<'PYTHON'
import base64, json, sys
bad, name, binary = [json.loads(l) for l in open(sys.argv[1])]
assert bad["image"] == "bad.img" and "operating system" in bad["error"], bad
assert name["content"] == "small\n" and name["size"] == 6
assert base64.b64decode(binary["base64"]) == open("/bin/true", "rb").read()
PYTHON
virt-df --json --jobs 2 -a old.img -a new.qcow2 >out
expect_equal "$(grep -c '"filesystem":"/dev/sda1","type":"ext4"' out)" 2
virt-filesystems --jobs 2 -a old.img -a new.qcow2 >out
expect_equal "$(cat out)" $'old.img:/dev/sda1\nnew.qcow2:/dev/sda1'
virt-ls --json -a old.img /boot | matches '"path":"/boot/vmlinuz-9.9-directory","type":"directory"' || fail "virt-ls --json"
expect_error 'from 1 to 1000' virt-df --jobs 0 -a old.img

# --- virt-df --watch: what is written shows in the next look; it ends when it is told to, or when nobody reads.
cp old.img watched.img
virt-df --watch=1 -a watched.img >watched &
watching=$!
cleanup_fn eval "kill $watching 2>/dev/null || true"
used () { (($(awk '/watched.img:/ {print $3}' watched | sort -un | wc -l) >= $1)); }
wait_until used 1
guestfish -a watched.img -m /dev/sda1 fill 1 5M /filled
wait_until used 2
kill "$watching"
grep -Eq '^20[0-9-]+ [0-9:]+$' watched || fail "no time: $(cat watched)"
expect_error 'number of seconds' virt-df --watch=0 -a old.img
{ timeout 120 virt-df --json --watch=1 -a old.img || true; } | head -n 3 | matches '"filesystem":"/dev/sda1"' || fail "virt-df --json --watch"

# --- virt-edit -e: what people use of Perl's expressions works without Perl
mkdir noperl
printf '#!/bin/sh\necho "no Perl here" >&2\nexit 1\n' >noperl/perl
chmod +x noperl/perl
edit () { PATH=$tmp/noperl:$PATH virt-edit -a watched.img -m /dev/sda1 /etc/hostname "$@"; }
edit -e 's/^(sm)all$/$1oke/; tr/o/O/ if /oke/' -b .old
expect_equal "$(virt-cat -a watched.img -m /dev/sda1 /etc/hostname /etc/hostname.old)" $'smOke\nsmall'
expect_error 'no Perl here' edit -e 's/O/lc($&)/e'
expect_error 'regular expression' edit -e 's/(/x/'
virt-edit -a watched.img -m /dev/sda1 /etc/hostname -e 's/O/lc($&)/e'
expect_equal "$(virt-cat -a watched.img -m /dev/sda1 /etc/hostname)" smoke
