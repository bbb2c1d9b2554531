#!/bin/bash
# Databases of packages as no package manager writes them: nothing may hang, use up the memory, or leave the guest's tree.
source "$(dirname "$0")/functions.sh"
requires python3 mkfifo
show=$top_builddir/inspector/show-applications
[[ -x $show ]] || make_in inspector -s show-applications
cd "$tmp"

# 0: a list, 1: an error; everything else (a signal, a time-out) is a fault.  In 600 MB of memory.
run () # DIR FORMAT
{
  local status=0
  (ulimit -v 600000; exec timeout 120 "$show" "$1" "$2") >got 2>errors || status=$?
  [[ $status -le 1 ]] || fail "$1, $2: exit status $status: $(tail -3 errors)"
  return $status
}
fails () # PATTERN DIR FORMAT
{
  if run "$2" "$3"; then fail "$2, $3: a list: $(head -3 got)"; fi
  grep -Eq "$1" errors || fail "$2, $3: $(cat errors)"
}
warns () # PATTERN NUMBER DIR FORMAT
{
  run "$3" "$4" || fail "$3, $4: $(cat errors)"
  grep -Eq "$1" errors || fail "$3, $4: no warning: $(cat errors)"
  expect_equal "$(wc -l <got)" "$2" "packages of $3"
}
fresh () { rm -rf root; mkdir -p "root/$1"; }

# --- what is no file
echo "Package: outside" >outside
for file in dpkg/status:deb rpm/rpmdb.sqlite:rpm rpm/Packages:rpm rpm/Packages.db:rpm; do
  format=${file#*:} file=var/lib/${file%:*}
  fresh "$(dirname "$file")"
  mkfifo root/"$file"; fails 'Invalid' root "$format"; rm root/"$file"
  mkdir root/"$file"; fails 'Invalid' root "$format"; rmdir root/"$file"
  ln -s "$(basename "$file")" root/"$file"; fails 'symbolic links' root "$format"; rm root/"$file"
  ln -s "$tmp/outside" root/"$file"; fails 'missing' root "$format"; rm root/"$file"
  ln -s ../../../../../../../../../../"$tmp/outside" root/"$file"; fails 'missing' root "$format"; rm root/"$file"
  : >root/"$file"
  [[ $format == deb ]] || fails 'ends' root "$format"
done
fresh lib/apk/db; ln -s /dev/zero root/lib/apk/db/installed; fails missing root apk
fresh var/lib/pacman; ln -s local root/var/lib/pacman/local; fails 'symbolic links' root pacman

# --- text: endless lines, fields and files
fresh var/lib/dpkg
python3 - >root/var/lib/dpkg/status <<'PYTHON'
import sys
out = sys.stdout.buffer
out.write(b"Package: big\nStatus: install ok installed\nVersion: 1\nDescription: " + b"x" * (40 << 20) + b"\n")
for i in range(200000):
    out.write(b" line of a description that does not end\n")
out.write(b"\n")
out.write(b"Package: \xff\xfe\x80bytes\nStatus: install ok installed\nVersion: \x01\x02\nDescription: \xc3\n\n")
out.write(b"Status: install ok installed\nVersion: 1\n\n:\n:::\n \n\nPackage: last\nStatus: install ok installed")
PYTHON
run root deb || fail "$(cat errors)"
expect_equal "$(wc -l <got)" 3 "packages of a strange status file"
[[ $(wc -c <got) -lt 200000 ]] || fail "fields are not cut: $(wc -c <got) bytes"
truncate -s 100G root/var/lib/dpkg/status
fails 'too large' root deb
head -c 3000000 /dev/zero >root/var/lib/dpkg/status
warns 'names no package' 0 root deb
python3 -c 'print("Package: p\nStatus: install ok installed\n\n" * 300000)' >root/var/lib/dpkg/status
fails 'more than 200000' root deb
python3 -c 'print(("Package: p\nStatus: install ok installed\nDescription: d\n" + " xxxxxxxx\n" * 7000 + "\n") * 1500)' >root/var/lib/dpkg/status
fails 'too long' root deb

# --- folders
fresh var/lib/pacman/local
for i in one two; do mkdir "root/var/lib/pacman/local/$i"; done
printf '%%NAME%%\n%%VERSION%%\n%%NAME%%\nx\n%%VERSION%%\n:::--1\n' >root/var/lib/pacman/local/one/desc
mkfifo root/var/lib/pacman/local/two/desc
warns two/desc 1 root pacman
fresh var/db/pkg/app-misc/x-1
ln -s .. root/var/db/pkg/app-misc/loop-1; ln -s /proc/self/root root/var/db/pkg/out-1; mkfifo root/var/db/pkg/app-misc/x-1/DESCRIPTION
mkdir root/var/db/pkg/app-misc/-MERGING-y-2
warns MERGING 2 root ebuild
fresh var/db/pkg/x-1; warns 'no package' 0 root pkgsrc
fresh var/db/xbps
{ printf '<plist>\n'; for ((i = 0; i < 100000; i++)); do echo '<dict>'; done; echo '<key>pkgver</key><string>&amp;'; } >root/var/db/xbps/pkgdb-0.38.plist
warns 'names no package' 0 root xbps

# --- SQLite: pages that refer to themselves and to each other, rows that are larger than the file
cat >sqlite.py <<'PYTHON'
import sqlite3, struct, sys
path, how = sys.argv[1:]
c = sqlite3.connect(path)
c.execute("pragma page_size=512")
c.execute("create table Packages (hnum integer primary key, blob blob not null)")
for i in range(300):
    c.execute("insert into Packages (blob) values (?)", (bytes(100 + 20 * i),))
c.commit()
(root,) = c.execute("select rootpage from sqlite_master").fetchone()
c.close()
d = bytearray(open(path, "rb").read())
at = (root - 1) * 512
assert d[at] == 5
cells = struct.unpack_from(">H", d, at + 3)[0]
for i in range(cells):
    cell = at + struct.unpack_from(">H", d, at + 12 + 2 * i)[0]
    if how == "self":
        struct.pack_into(">I", d, cell, root)
    elif how == "same":
        struct.pack_into(">I", d, cell, struct.unpack_from(">I", d, at + 8)[0])
    elif how == "outside":
        struct.pack_into(">I", d, cell, 0xfffffff0 + i % 8)
if how == "rows":
    for page in range(1, len(d) // 512):
        if d[page * 512] == 13:
            for i in range(struct.unpack_from(">H", d, page * 512 + 3)[0]):
                cell = page * 512 + struct.unpack_from(">H", d, page * 512 + 8 + 2 * i)[0]
                d[cell:cell + 4] = b"\xff\xff\xff\x7f"
if how == "cells":
    for page in range(1, len(d) // 512):
        d[page * 512 + 3:page * 512 + 5] = b"\xff\xff"
open(path, "wb").write(d)
PYTHON
for how in self same outside rows cells; do
  fresh var/lib/rpm
  python3 sqlite.py root/var/lib/rpm/rpmdb.sqlite $how
  if run root rpm; then [[ -s errors ]] || fail "SQLite, $how: no error, no warning"; fi
done

# --- Berkeley DB and ndb: made here, so that every length and number in them can be a lie
cat >lies.py <<'PYTHON'
import os, random, struct, sys
kind, name, count = sys.argv[1:]
r = random.Random(1)
lie = lambda good: good if r.random() < .7 else r.choice([0, 1, 2, 7, 0xff, 0xffff, 0x7fffffff, 0xffffffff, r.randrange(1 << 32)])
u32 = lambda n: struct.pack("<I", n & 0xffffffff)
u16 = lambda n: struct.pack("<H", n & 0xffff)
def header():
    store = b"name%d\0" % r.randrange(100) + b"1\0" + b"2\0"
    index = b"".join(struct.pack(">IIII", lie(t) & 0xffffffff, lie(6) & 0xffffffff, lie(o) & 0xffffffff, lie(1) & 0xffffffff) for t, o in ((1000, 0), (1001, 6), (1002, 8)))
    return struct.pack(">II", lie(3) & 0xffffffff, lie(len(store)) & 0xffffffff) + index + store
def bdb():
    size, pages = 512, 20
    meta = bytearray(size)
    meta[12:16], meta[16:20], meta[20:24], meta[25:26], meta[32:36] = u32(0x61561), u32(9), u32(size), b"\x08", u32(lie(pages - 1))
    data = bytes(meta)
    for number in range(1, pages):
        page = bytearray(size)
        if number % 2:
            count, end, offsets = 6, size, []
            for i in range(count):
                item = b"\1" + u32(lie(i + 1)) if i % 2 == 0 else r.choice([b"\1" + header(), b"\3\0\0\0" + u32(lie(number + 1)) + u32(lie(900))])
                end = max(60, end - len(item))
                page[end:end + len(item)] = item
                offsets.append(lie(end))
            page = page[:size]
            page[20:22], page[25] = u16(lie(count)), 13
            for i, o in enumerate(offsets):
                page[26 + 2 * i:28 + 2 * i] = u16(o)
        else:
            page[16:20], page[22:24], page[25] = u32(lie(number + 2)), u16(lie(450)), 7
        data += bytes(page[:size])
    return data
def ndb():
    slots, blobs = b"", b""
    for i in range(1, 40):
        h = header()
        blob = b"BlbS" + u32(lie(i)) + u32(1) + u32(lie(len(h))) + h
        blob += b"\0" * (-len(blob) % 16 + 16)
        slots += b"Slot" + u32(lie(i)) + u32(lie(256 + len(blobs) // 16)) + u32(lie(len(blob) // 16))
        blobs += blob
    data = b"RpmP" + u32(0) + u32(1) + u32(lie(1)) + u32(41) + bytes(12) + slots
    return data + bytes(4096 - len(data)) + blobs
for seed in range(int(count)):
    folder = "%s-%d/var/lib/rpm" % (kind, seed)
    os.makedirs(folder)
    with open(folder + "/" + name, "wb") as f:
        f.write(globals()[kind]())
PYTHON
for kind in bdb:Packages ndb:Packages.db; do
  lists=0
  python3 lies.py "${kind%:*}" "${kind#*:}" 120
  for seed in {0..119}; do
    if run "${kind%:*}-$seed" rpm; then
      [[ -s errors || -s got ]] || fail "${kind%:*}, seed $seed: nothing, and no word of it"
      [[ -s got ]] && lists=$((lists + 1))
    fi
  done
  [[ $lists -gt 10 ]] || fail "of 120 ${kind%:*} files only $lists were read at all"
done
