#!/usr/bin/env python3
"""Make the disks of a group of Windows dynamic disks: make-ldm.py DIRECTORY

disk1.img and disk2.img, of 40 MiB, with an MBR, and the Logical Disk Manager's
database in their last MiB.  On them are Volume1 (simple, hint E:), Volume2 (spanned),
Volume3 (striped) and Volume4 (mirrored).  The volumes are empty.

No tool on Linux makes such disks.  The format is that of the documentation of the
Linux-NTFS project ("LDM Documentation"); all numbers are big-endian.
"""
import struct, sys

SECTOR = 512
DISK = 40 * 2048              # sectors
DATABASE = DISK - 2048        # where the last MiB starts
VMDB = 17                     # sector in the database
VBLK = 128                    # bytes of a record
GROUP_NAME = b"TEST-Dg0"
GROUP_GUID = b"11111111-2222-3333-4444-555555555555"
DISK_GUIDS = [b"aaaaaaaa-0000-0000-0000-00000000000%d" % (i + 1) for i in range(2)]


def number(n):
    """A number of any size: its length, then its bytes."""
    data = n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")
    return bytes([len(data)]) + data


def text(s):
    return bytes([len(s)]) + s


def privhead(disk):
    b = bytearray(SECTOR)
    b[0:8] = b"PRIVHEAD"
    struct.pack_into(">IHH", b, 8, 1, 2, 11)
    struct.pack_into(">QQQ", b, 0x18, 1, 2047, 2046)
    b[0x30:0x30 + 36] = DISK_GUIDS[disk]
    b[0x70:0x70 + 36] = b"99999999-0000-0000-0000-000000000000"
    b[0xb0:0xb0 + 36] = GROUP_GUID
    b[0xf0:0xf0 + len(GROUP_NAME)] = GROUP_NAME
    struct.pack_into(">H", b, 0x110, SECTOR)
    struct.pack_into(">QQQQ", b, 0x11b, 63, DATABASE - 63, DATABASE, 2048)
    struct.pack_into(">QQ", b, 0x13b, 2, 2046)     # tables of contents
    return bytes(b)


def tocblock():
    b = bytearray(SECTOR)
    b[0:8] = b"TOCBLOCK"
    struct.pack_into(">I", b, 8, 1)
    struct.pack_into(">I", b, 0x10, 1)
    for offset, name, start, size in (0x24, b"config", VMDB, 1400), (0x46, b"log", 1417, 200):
        b[offset:offset + len(name)] = name
        struct.pack_into(">HQQ", b, offset + 8, 0, start, size)
    return bytes(b)


class Database:
    def __init__(self):
        self.records, self.counts = [], {1: 0, 2: 0, 3: 0, 4: 0}
        self.last_id = 0

    def new_id(self):
        self.last_id += 1
        return self.last_id

    def record(self, kind, flags, body):
        n = len(self.records)
        head = struct.pack(">4sIIHH", b"VBLK", 4 + n, n + 1, 0, 1)
        head += struct.pack(">HBBI", 0, flags, kind, len(body))
        assert len(head + body) <= VBLK, len(head + body)
        self.records.append((head + body).ljust(VBLK, b"\0"))

    def group(self):
        self.record(0x35, 0, number(self.new_id()) + text(GROUP_NAME) + text(GROUP_GUID) + bytes(12))

    def disk(self, name, guid):
        id = self.new_id()
        self.record(0x34, 0, number(id) + text(name) + text(guid) + text(b"") + bytes(12))
        self.counts[4] += 1
        return id

    def volume(self, name, size, components, kind=b"gen", hint=None):
        id = self.new_id()
        body = number(id) + text(name) + text(kind) + text(b"")
        body += b"ACTIVE".ljust(14, b"\0")
        body += bytes([4 if kind == b"raid5" else 3, 0, self.counts[1] + 1]) + bytes(3) + b"\1"
        body += number(components) + struct.pack(">QQ", 1, 0)
        body += number(size) + bytes(4) + b"\7" + bytes(15) + bytes([id])
        if hint:
            body += text(hint)
        self.record(0x51, 2 if hint else 0, body)
        self.counts[1] += 1
        return id

    def component(self, name, volume, parts, kind=2, columns=0, chunk=128):
        id = self.new_id()
        body = number(id) + text(name) + text(b"ACTIVE") + bytes([kind]) + bytes(4)
        body += number(parts) + struct.pack(">QQ", 1, 0) + number(volume) + b"\0"
        if kind != 2:
            body += number(chunk) + number(columns)
        self.record(0x32, 0x10 if kind != 2 else 0, body)
        self.counts[2] += 1
        return id

    def partition(self, name, component, disk, start, size, offset=0, index=None):
        body = number(self.new_id()) + text(name) + bytes(4) + struct.pack(">QQQ", 1, start, offset)
        body += number(size) + number(component) + number(disk)
        if index is not None:
            body += number(index)
        self.record(0x33, 8 if index is not None else 0, body)
        self.counts[3] += 1

    def pack(self):
        """The header of the database, then the records; the last sector is filled with unused ones."""
        while len(self.records) % 4:
            self.records.append(struct.pack(">4sIIHH", b"VBLK", 4 + len(self.records), 0, 0, 0).ljust(VBLK, b"\0"))
        b = bytearray(SECTOR)
        struct.pack_into(">4sIIIHHH", b, 0, b"VMDB", 4 + len(self.records), VBLK, SECTOR, 1, 4, 10)
        b[0x16:0x16 + len(GROUP_NAME)] = GROUP_NAME
        b[0x35:0x35 + 36] = GROUP_GUID
        struct.pack_into(">QQ", b, 0x75, 1, 1)
        struct.pack_into(">IIII", b, 0x85, *(self.counts[i] for i in (1, 2, 3, 4)))
        return bytes(b) + b"".join(self.records)


def fill(db):
    """The start of a partition counts from the start of the data, sector 63."""
    MB = 2048
    db.group()
    disks = [db.disk(b"Disk%d" % (i + 1), DISK_GUIDS[i]) for i in range(2)]
    v = db.volume(b"Volume1", 6 * MB, 1, hint=b"E:")
    c = db.component(b"Volume1-01", v, 1)
    db.partition(b"Disk1-01", c, disks[0], 1985, 6 * MB)
    v = db.volume(b"Volume2", 10 * MB, 1)
    c = db.component(b"Volume2-01", v, 2)
    db.partition(b"Disk1-02", c, disks[0], 1985 + 6 * MB, 4 * MB, 0, 0)
    db.partition(b"Disk2-01", c, disks[1], 1985, 6 * MB, 4 * MB, 1)
    v = db.volume(b"Volume3", 8 * MB, 1)
    c = db.component(b"Volume3-01", v, 2, kind=1, columns=2)
    db.partition(b"Disk1-03", c, disks[0], 1985 + 10 * MB, 4 * MB, 0, 0)
    db.partition(b"Disk2-02", c, disks[1], 1985 + 6 * MB, 4 * MB, 0, 1)
    v = db.volume(b"Volume4", 5 * MB, 2)
    for i in range(2):
        c = db.component(b"Volume4-0%d" % (i + 1), v, 1)
        db.partition(b"Disk%d-04" % (i + 1), c, disks[i], 1985 + 14 * MB, 5 * MB)


def main():
    db = Database()
    fill(db)
    database = db.pack()
    for i in range(2):
        mbr = bytearray(SECTOR)
        struct.pack_into("<BBBBBBBBII", mbr, 0x1be, 0, 1, 1, 0, 0x42, 254, 255, 255, 63, DATABASE - 63)
        mbr[510:512] = b"\x55\xaa"
        with open("%s/disk%d.img" % (sys.argv[1], i + 1), "wb") as f:
            f.truncate(DISK * SECTOR)
            for sector, data in [(0, bytes(mbr)), (6, privhead(i)), (DATABASE + 1856, privhead(i)), (DATABASE + 2047, privhead(i)),
                                 (DATABASE + VMDB, database)] + [(DATABASE + n, tocblock()) for n in (1, 2, 2045, 2046)]:
                f.seek(sector * SECTOR)
                f.write(data)


main()
