#!/usr/bin/env python3
"""Disks as BSDs and Minix partition them, from the layouts that <sys/disklabel.h> and the MBR document.

  bsddisk.py OUT SYSTEM LETTER=FILE...

SYSTEM: freebsd (from the start of the slice), freebsd-old (from the start of the disk), netbsd, openbsd, minix; with
"-dedicated", there is no MBR, and with "-gpt" the slice is a partition of GPT, which sfdisk makes.  FILE is the contents of that partition, or a size in MiB for swap.  Partitions stand in
the order of the arguments, the first one at the start of the slice ("+a" leaves 16 sectors before it).  For minix the
letters are numbers.  OpenBSD's label has the identity 0123456789abcdef and an "i" outside the slice.
"""
import os
import struct
import subprocess
import sys

SLICE = 2048
TYPES = {"freebsd": 0xa5, "netbsd": 0xa9, "openbsd": 0xa6, "minix": 0x81}
UNUSED, SWAP, FFS, MSDOS = 0, 1, 7, 8


def mbr(entries):
    sector = bytearray(512)
    for i, (kind, start, size) in enumerate(entries):
        struct.pack_into("<B3xB3xII", sector, 446 + 16 * i, 0x80 if i == 0 else 0, kind, start, size)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def label(parts, total, uid):
    count = max(parts) + 1
    head = bytearray(148)
    struct.pack_into("<IHH16s16sIIIIII8s", head, 0, 0x82564557, 4, 0, b"ESDI", b"test", 512, 63, 16, total // 1008, 1008,
                     total, uid)
    struct.pack_into("<I", head, 132, 0x82564557)
    struct.pack_into("<HHII", head, 136, 0, count, 8192, 8192)
    table = b"".join(struct.pack("<IIIBBH", size, start, 0, kind, 8, 16) if size else bytes(16)
                     for size, start, kind in (parts.get(i, (0, 0, 0)) for i in range(count)))
    data = bytearray(bytes(head) + table)
    data += bytes(-len(data) % 2)
    check = 0
    for (word,) in struct.iter_unpack("<H", data):
        check ^= word
    struct.pack_into("<H", data, 136, check)
    assert len(data) <= 512
    return bytes(data)


def main():
    out, system = sys.argv[1:3]
    dedicated = system.endswith("-dedicated")
    name = system.split("-")[0]
    begin = 0 if dedicated else SLICE
    at, places = begin, []
    for arg in sys.argv[3:]:
        letter, what = arg.split("=")
        if letter.startswith("+"):
            letter, at = letter[1:], at + 16
        size = int(what) * 2048 if what.isdigit() else (os.path.getsize(what) + 511) // 512
        if name == "minix" and at == begin:
            at += 1  # the table is in the first sector
        places.append((letter, at, size, None if what.isdigit() else what))
        at += size
    size = at - begin
    total = at + 2048
    with open(out, "wb") as disk:
        disk.truncate(total * 512)
        for _, start, _, content in places:
            if content:
                disk.seek(start * 512)
                with open(content, "rb") as source:
                    disk.write(source.read())
        if system.endswith("-gpt"):
            disk.truncate((total + 2048) * 512)
            subprocess.run(["sfdisk", "-q", "-W", "never", out], check=True, text=True, input="label: gpt\nstart=%d, size=%d, type=%s\n"
                           "start=%d, size=1024, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n"
                           % (SLICE, size, "824CC7A0-36A8-11E3-890A-952519AD3F61", at))
        elif not dedicated:
            disk.seek(0)
            disk.write(mbr([(TYPES[name], SLICE, size), (0x0c, at, 1024)]))
        if name == "minix":
            disk.seek(begin * 512)
            table = [(0, 0, 0)] * 4
            for letter, start, length, _ in places:
                table[int(letter)] = (0x81, start, length)
            disk.write(mbr(table))
            return
        relative = begin if system == "freebsd" else 0
        parts = {ord(l) - ord("a"): (length, start - relative, FFS if content else SWAP)
                 for l, start, length, content in places}
        parts[2] = (total, 0, UNUSED) if name == "openbsd" else (size, begin - relative, UNUSED)
        if name == "openbsd":
            parts[8] = (1024, at, MSDOS)
        if name == "netbsd":
            parts[3] = (total, 0, UNUSED)
        disk.seek((begin + 1) * 512)
        disk.write(label(parts, total, bytes.fromhex("0123456789abcdef") if name == "openbsd" else bytes(8)))


main()
