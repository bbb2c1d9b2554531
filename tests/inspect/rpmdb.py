#!/usr/bin/env python3
"""Databases of rpm, made of one that rpm itself has made with SQLite: rpmdb.py KIND SOURCE TARGET [NUMBER]

  wal         with a log that is not written back, a committed change, and one that is not
  big N       N packages
  bdb SIZE    Berkeley DB with pages of this size, by db5.3_load
  ndb         from what rpm's source documents: rpm in Debian does not know it
"""
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import zlib


def rows(path):
    return sqlite3.connect(path).execute("select hnum, blob from Packages").fetchall()


def wal(source, target):
    shutil.copy(source, target)
    c = sqlite3.connect(target)
    c.execute("pragma journal_mode=wal")
    c.execute("pragma wal_autocheckpoint=0")
    c.execute("delete from Packages where hnum = (select min(hnum) from Packages)")
    c.commit()
    c.execute("pragma cache_size=1")
    c.execute("pragma cache_spill=1")
    c.execute("delete from Packages")
    os.sync()
    for end in ("", "-wal"):
        shutil.copy(target + end, target + ".copy" + end)
    c.rollback()
    c.close()
    for end in ("", "-wal"):
        os.rename(target + ".copy" + end, target + end)


def bdb(source, target, page_size):
    text = "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=%d\nHEADER=END\n" % page_size
    records = [(0, struct.pack("<I", 6))] + rows(source)
    for number, value in records:
        text += " %s\n %s\n" % (struct.pack("<I", number).hex(), value.hex())
    subprocess.run(["db5.3_load", target], input=(text + "DATA=END\n").encode(), check=True)


def ndb(source, target):
    packages = rows(source)
    pages = (32 + 16 * len(packages) + 4095) // 4096
    slots, blobs, at = b"", [], pages * 4096 // 16
    for number, value in packages:
        body = struct.pack("<4sIII", b"BlbS", number, 1, len(value)) + value
        body += b"\0" * (-(len(body) + 12) % 16)
        body += struct.pack("<II4s", zlib.adler32(value), len(value), b"BlbE")
        slots += struct.pack("<4sIII", b"Slot", number, at, len(body) // 16)
        blobs.append(body)
        at += len(body) // 16
    head = struct.pack("<4sIIII", b"RpmP", 0, 1, pages, max(n for n, _ in packages) + 1) + b"\0" * 12
    free = struct.pack("<4sIII", b"Slot", 0, 0, 0)
    table = head + slots
    with open(target, "wb") as f:
        f.write(table + free * ((pages * 4096 - len(table)) // 16))
        f.writelines(blobs)


def big(source, target, n):
    shutil.copy(source, target)
    c = sqlite3.connect(target)
    blobs = sorted((b for _, b in rows(source)), key=len)
    for i in range(n - len(blobs)):
        b = blobs[i % 3]
        c.execute("insert into Packages (blob) values (?)", (b.replace(b"package", b"p%06d" % i),))
    c.commit()


kind, source, target = sys.argv[1:4]
globals()[kind](source, target, *map(int, sys.argv[4:]))
