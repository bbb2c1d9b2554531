#!/bin/bash
# YARA rules: source and compiled, good and bad; scans, and cancelling one.
source "$(dirname "$0")/functions.sh"
cd "$tmp"

cat >rules <<'END'
import "pe"
import "hash"
rule text { strings: $a = "precious" condition: $a }
rule twice { strings: $a = "precious" condition: #a == 2 }
rule re { strings: $a = /p[a-z]+s\s/ condition: $a }
rule empty { condition: filesize == 0 }
rule md5 { condition: hash.md5(0, filesize) == "0be1e4c55ea0d1b8be8bcd8f6ffd9bba" }
rule binary { condition: pe.is_pe }
END
sed -i "s/0be1e4c55ea0d1b8be8bcd8f6ffd9bba/$(printf 'the precious file\n' | md5sum | cut -c1-32)/" rules
echo 'rule broken { condition: }' >broken
echo 'include "/etc/passwd"' >include
printf 'YARA damaged' >damaged
noise 100000 >random
# Slow on purpose: matches at each byte, so 60 MB would take more than an hour.
echo 'rule slow { strings: $a = /a.{1,60}b.{1,60}c/ condition: $a }' >slow

guestfish <<'END' >out 2>err || fail "the script fails: $(cat out err)"
sparse disk.img 500M
run
available "libyara"
part-disk /dev/sda gpt
mkfs ext4 /dev/sda1
mount /dev/sda1 /
write /one "the precious file\n"
write /two "precious, precious"
touch /zero
mkfifo 0600 /fifo
ln-s one /link
upload random /random
-yara-scan /one
-yara-load broken
-yara-load damaged
-yara-load include
-yara-load nosuch
yara-load rules
yara-scan /one
yara-scan /two
yara-scan /zero
yara-scan /link
yara-scan /random
-yara-load broken
-yara-scan /fifo
-yara-scan /dev/sda
yara-destroy
-yara-scan /one
END
expect_equal "$(awk '/yara_name/ { n = $2 } /yara_rule/ { print n, $2 }' out | tr '\n' ' ')" \
  "/one text /one re /one md5 /two text /two twice /zero empty /link text /link re /link md5 " "detections"
for message in 'no rules: call yara_load' 'rules: line 1: syntax error' 'compiled by another version' 'rules: line 1: includes are disabled' \
    '/fifo: not a regular file' '/dev/sda: No such file'; do
  grep -q -- "$message" err || fail "no message '$message': $(cat err)"
done
expect_equal "$(grep -c '^libguestfs: error' err)" 9 "number of errors"

# Compiled rules, where there is a compiler of the same version.
if type -p yarac >/dev/null; then
  yarac rules compiled
  guestfish -a disk.img -m /dev/sda1 yara-load compiled : yara-scan /two >out
  expect_equal "$(awk '/yara_rule/ { print $2 }' out | tr '\n' ' ')" "text twice "
fi

# A long scan ends soon when it is cancelled.
requires python3
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"
cat >cancel.py <<'END'
import guestfs, threading, time
g = guestfs.GuestFS(python_return_dict=True)
g.add_drive("disk.img")
g.launch()
g.mount("/dev/sda1", "/")
g.fill_pattern("a.b", 60 << 20, "/long")
g.yara_load("slow")
# What is cancelled before the call begins is not this call.
ended = threading.Event()
def cancel():
    while not ended.wait(1.5):
        g.user_cancel()
t = threading.Thread(target=cancel, daemon=True)
t.start()
start = time.monotonic()
try:
    g.yara_scan("/long")
    print("finished")
except RuntimeError as e:
    print("cancelled", g.last_errno(), time.monotonic() - start < 90)
ended.set()
t.join()
print(g.cat("/one"))
g.close()
END
"$top_builddir/run" python3 cancel.py >out 2>err || fail "cancel.py: $(cat err)"
expect_equal "$(head -1 out)" "cancelled 4 True"
