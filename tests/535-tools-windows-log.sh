#!/bin/bash
# Event logs of Windows: eventlog_dump and virt-log, with a log made here, damaged ones, and real ones where there are some.
source "$(dirname "$0")/functions.sh"
source "$top_srcdir/tests/inspect/windows.sh"
requires python3
cd "$tmp"
make_evtx () { python3 "$top_srcdir/tests/make-evtx.py" "$@"; }

make_windows w "Windows 10 Pro" 10.0 19045 Client AMD64
logs=w/Windows/System32/winevt/Logs
mkdir -p $logs
make_evtx $logs/System.evtx
make_evtx $logs/Application.evtx damaged
: >$logs/Empty.evtx
head -c 5000 $logs/System.evtx >$logs/Short.evtx
noise 300000 >$logs/Noise.evtx
virt-make-fs -t ext4 --partition -s 50M w windows.img

virt-log -a windows.img >log
same='list=one, two, guid={03020100-0504-0706-0809-0A0B0C0D0E0F}, flag=true, number=-5'
expect_equal "$(cat log)" "2023-11-14T22:13:21Z box Test & Co[41]: information 1001: text=first, $same
2023-11-14T22:13:22Z box Test & Co[42]: error 1002: text=quote \" and  [31mred line 😀, $same
2023-11-14T22:13:23Z box Test & Co[43]: warning 1003: text=third, $same
2012-12-14T23:06:40Z - -: information ?: Cleared=by me"
virt-log --json -a windows.img >json
python3 - json <<'PYTHON'
import json, sys
l = [json.loads(x) for x in open(sys.argv[1])]
assert [o["record"] for o in l] == [1, 2, 3, 4], l
assert all(o["image"] == "windows.img" for o in l)
assert l[0]["time"] == "2023-11-14T22:13:21.123456Z" and l[0]["user"] == "S-1-5-32-544" and l[0]["event_id"] == 1001, l[0]
assert l[1]["data"]["text"] == 'quote " and \x1b[31mred\r\nline \U0001f600', l[1]
assert l[3]["data"] == {"Cleared": "by me"}
PYTHON

# What is damaged ends where it is, and the rest is there.
virt-log --channel Application -a windows.img >log
expect_equal "$(head -n 3 log | cut -c 22-40 | tr '\n' ' ')" "box Test & Co[41]:  box Test & Co[42]:  box Test & Co[43]:  "
expect_equal "$(grep -c 'this record is damaged' log)" 4
expect_equal "$(virt-log --channel Short -a windows.img)" ""
for channel in Empty Noise; do expect_error 'not an event log' virt-log --channel $channel -a windows.img; done
expect_error 'no event log .*/Nosuch.evtx' virt-log --channel Nosuch -a windows.img
expect_error 'name of a log' virt-log --channel ../x -a windows.img
status=0; virt-log --json --jobs 2 -a windows.img -a nosuch.img >json 2>/dev/null || status=$?
expect_equal "$status $(grep -c '"record"' json) $(grep -c '"error":' json)" "1 4 1"

# Real logs: as many records as there are, by their numbers and times.
requires_images
requires_file "$images"/plaso/evtx/System.evtx.xz
xz -dc "$images"/plaso/evtx/System.evtx.xz >$logs/System.evtx
xz -dc "$images"/plaso/evtx/System2.evtx.xz >$logs/Security.evtx
virt-make-fs -t ext4 --partition -s 50M w windows.img
for log in System Security; do
  virt-log --json --channel $log -a windows.img >json
  python3 - $logs/$log.evtx json <<'PYTHON'
import datetime, json, struct, sys
data = open(sys.argv[1], "rb").read()
wanted = {}
for at in range(4096, len(data) - 65535, 65536):
    chunk = data[at:at + 65536]
    if chunk[:8] != b"ElfChnk\0":
        continue
    pos, end = 512, struct.unpack_from("<I", chunk, 48)[0]
    while pos < end:
        magic, size, number, time = struct.unpack_from("<IIQQ", chunk, pos)
        assert magic == 0x2a2a
        wanted[number] = time
        pos += size
got = [json.loads(x) for x in open(sys.argv[2])]
assert [o["record"] for o in got] == sorted(wanted), (len(got), len(wanted))
assert not any(o.get("damaged") for o in got)
for o in got:
    t = datetime.datetime.fromisoformat(o["time"].replace("Z", "+00:00")) - datetime.datetime(1601, 1, 1, tzinfo=datetime.timezone.utc)
    assert abs(t.total_seconds() - wanted[o["record"]] / 1e7) < 30 * 86400, o
    assert o["provider"] and o["computer"] and o["event_id"] >= 0, o
PYTHON
done
