#!/bin/bash
# The systemd journal: entries, fields, moving, and journals that are damaged or lead out of the guest.
source "$(dirname "$0")/functions.sh"
export PATH=$PATH:/lib/systemd:/usr/lib/systemd
requires systemd-journal-remote python3
"$top_builddir/run" python3 -c 'import libguestfsmod' 2>/dev/null || skip "the Python binding is not built"
cd "$tmp"

id=0123456789abcdef0123456789abcdef
python3 - >export <<'END'
import struct, sys
out = sys.stdout.buffer
for i in range(50):
    out.write(b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=0123456789abcdef0123456789abcdef\nMESSAGE=message %d\nPRIORITY=%d\n" % (1700000000000000 + i * 1000000, i * 1000000, i, i % 8))
    if i == 7:
        data = b"binary\0\n=\xff"
        out.write(b"BLOB\n" + struct.pack("<Q", len(data)) + data + b"\nTWICE=a\nTWICE=b\n")
    if i == 8:
        out.write(b"LONG=" + b"long " * 40000 + b"\n")
    out.write(b"\n")
END
mkdir -p "log/$id" damaged
systemd-journal-remote --split-mode=none --compress=yes -o "log/$id/system.journal" export >remote.log 2>&1 \
  || fail "making a journal: $(cat remote.log)"
# Bytes changed all over a copy.
python3 - "log/$id/system.journal" <<'END'
import random, sys
data = open(sys.argv[1], "rb").read()
for n in range(8):
    random.seed(n)
    bad = bytearray(data)
    for i in range(20 if n < 4 else 2000):
        bad[random.randrange(300 if i % 4 == 0 else len(bad) // 8)] = random.randrange(256)
    open("damaged/bad%d.journal" % n, "wb").write(bad)
open("damaged/short.journal", "wb").write(data[:5000])
open("damaged/text.journal", "w").write("no journal\n")
END

cat >test.py <<'END'
import guestfs
g = guestfs.GuestFS(python_return_dict=True)
g.disk_create("disk.img", "raw", 500 << 20)
g.add_drive("disk.img")
g.launch()
g.available(["journal"])
g.mkfs("ext4", "/dev/sda")
g.mount("/dev/sda", "/")
g.mkdir_p("/var/log")
g.copy_in("log", "/var/log")
g.mv("/var/log/log", "/var/log/journal")
g.copy_in("damaged", "/")

def fields():
    return [(f["attrname"], f["attrval"]) for f in g.journal_get()]

def fails(errno, call, *args):
    try:
        call(*args)
    except RuntimeError as e:
        assert g.last_errno() == errno, (str(e), g.last_errno())
    else:
        raise AssertionError("no error")

for call in g.journal_close, g.journal_next, g.journal_get, g.journal_get_realtime_usec:
    fails(22, call)
g.journal_open("/var/log/journal")
n = 0
while g.journal_next():
    f = fields()
    d = dict(f)
    assert d["MESSAGE"] == b"message %d" % n, d
    assert g.journal_get_realtime_usec() == 1700000000000000 + n * 1000000
    if n == 7:
        assert d["BLOB"] == b"binary\0\n=\xff", d
        assert sorted(v for k, v in f if k == "TWICE") == [b"a", b"b"], f
    if n == 8:
        assert 65536 <= len(d["LONG"]) <= 200000, len(d["LONG"])
    n += 1
assert n == 50, n

# There and back.
assert g.journal_skip(-5) == 5
assert dict(fields())["MESSAGE"] == b"message 44", fields()
assert g.journal_skip(-1000) == 44
assert dict(fields())["MESSAGE"] == b"message 0"
assert g.journal_skip(2) == 2
assert g.journal_skip(0) == 0
assert g.journal_skip(2 ** 62) == 47
assert g.journal_skip(-2 ** 63) == 49
g.journal_set_data_threshold(0)
assert g.journal_skip(8) == 8
assert len(dict(fields())["LONG"]) == 200000
fails(22, g.journal_set_data_threshold, -1)

# An open journal keeps its filesystem busy, but not from umount_all.
fails(16, g.umount, "/")
g.umount_all()
fails(22, g.journal_next)
g.mount("/dev/sda", "/")

# Links that lead out of the guest lead nowhere.
g.mkdir("/links")
g.ln_s("/init", "/links/a.journal")
g.ln_s("../../../../etc", "/links/0123456789abcdef0123456789abcdef")
g.ln_s("/var/log/journal", "/good")
g.ln_s("/proc/1/root/../tmp", "/out")
g.journal_open("/links")
assert not g.journal_next()
fails(2, g.journal_open, "/out")
g.journal_open("/good")
assert g.journal_next()

# Damaged journals: whatever comes, the daemon lives.
g.journal_open("/damaged")
for i in range(1000):
    try:
        if not g.journal_next():
            break
        g.journal_get()
        g.journal_get_realtime_usec()
    except RuntimeError:
        pass
g.ping_daemon()
g.journal_close()
g.shutdown()
g.close()
END
"$top_builddir/run" python3 test.py
