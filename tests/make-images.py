#!/usr/bin/env python3
"""Make images of formats that no tool here writes: make-images.py RAW DIRECTORY

disk.dmg: an UDIF image with chunks that hold zlib, plain and no data;
disk.bochs: a growing image of Bochs; diff.vhd: a VHD that holds the changes to another.
The formats are those of the documentation of Apple's UDIF as known from its blkx tables, of
Bochs' manual (appendix on "growing" images), and of the "Virtual Hard Disk Image Format
Specification", version 1.0.
"""
import base64, struct, sys, zlib

raw = open(sys.argv[1], "rb").read()
SECTOR = 512


def dmg(name):
    """The data fork with chunks, a property list with their table, and a trailer of 512 bytes."""
    chunk = 128 * SECTOR
    data, table = b"", b""
    pieces = [raw[i:i + chunk] for i in range(0, len(raw), chunk)]
    for i, piece in enumerate(pieces):
        kind = (0x80000005, 1)[i % 2] if piece.strip(b"\0") else (0, 2)[i % 2]
        packed = {0x80000005: zlib.compress, 1: bytes}.get(kind, lambda p: b"")(piece)
        table += struct.pack(">IIQQQQ", kind, 0, i * 128, len(piece) // SECTOR, len(data), len(packed))
        data += packed
    table += struct.pack(">IIQQQQ", 0xffffffff, 0, len(raw) // SECTOR, 0, len(data), 0)
    head = struct.pack(">4sIQQQI", b"mish", 1, 0, len(raw) // SECTOR, 0, 130) + bytes(4) + bytes(24) + bytes(136)
    blkx = head + struct.pack(">I", len(table) // 40) + table
    plist = ("""<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array><dict>
<key>Attributes</key><string>0x0050</string><key>CFName</key><string>whole disk</string><key>Data</key><data>
%s
</data><key>ID</key><string>0</string><key>Name</key><string>whole disk</string></dict></array></dict></dict></plist>
""" % base64.b64encode(blkx).decode()).encode()
    koly = struct.pack(">4sIII", b"koly", 4, 512, 1)
    koly += struct.pack(">QQQQQ", 0, 0, len(data), 0, 0)         # running offset, data fork, resource fork
    koly += struct.pack(">II", 1, 1) + bytes(16)                 # segment, of how many, its identifier
    koly += bytes(8 + 128)                                       # checksum of the data fork
    koly += struct.pack(">QQ", len(data), len(plist)) + bytes(120)
    koly += bytes(8 + 128) + struct.pack(">IQ", 1, len(raw) // SECTOR)
    open(name, "wb").write(data + plist + koly.ljust(512, b"\0"))


def bochs(name):
    """A header, a catalogue of extents, and extents: a bitmap of sectors and the sectors."""
    extent, bitmap = 1 << 20, (1 << 20) // SECTOR // 8
    entries = (len(raw) + extent - 1) // extent
    head = b"Bochs Virtual HD Image".ljust(32, b"\0") + b"Redolog".ljust(16, b"\0") + b"Growing".ljust(16, b"\0")
    head += struct.pack("<IIIIIIQ", 0x20000, 512, entries, bitmap, extent, 0, len(raw))
    catalogue, body = [], b""
    for i in range(entries):
        piece = raw[i * extent:(i + 1) * extent].ljust(extent, b"\0")
        if not piece.strip(b"\0"):
            catalogue.append(0xffffffff)
            continue
        catalogue.append(len(body) // (extent + (bitmap + 511) // 512 * 512))
        bits = bytearray((bitmap + 511) // 512 * 512)
        for s in range(extent // SECTOR):
            if piece[s * SECTOR:(s + 1) * SECTOR].strip(b"\0"):
                bits[s // 8] |= 1 << s % 8
        body += bytes(bits) + piece
    open(name, "wb").write(head.ljust(512, b"\0") + struct.pack("<%dI" % entries, *catalogue) + body)


def checksum(block, at):
    return block[:at] + struct.pack(">I", ~sum(block) & 0xffffffff) + block[at + 4:]


def differencing_vhd(name):
    """A footer at both ends, a header that names the parent, and a table without blocks."""
    block = 2 << 20
    entries = (len(raw) + block - 1) // block
    footer = struct.pack(">8sIIQI4sI4sQQHBBI", b"conectix", 2, 0x10000, 512, 0, b"test", 0x10000, b"Wi2k", len(raw), len(raw), 100, 16, 63, 4)
    footer = checksum(footer.ljust(512, b"\0"), 64)
    header = struct.pack(">8sQQIII", b"cxsparse", 0xffffffffffffffff, 1536, 0x10000, entries, block) + bytes(4) + bytes(16) + bytes(8)
    header += "parent.vhd".encode("utf-16-be")
    header = checksum(header.ljust(1024, b"\0"), 36)
    table = (b"\xff" * 4 * entries).ljust((4 * entries + 511) // 512 * 512, b"\0")
    open(name, "wb").write(footer + header + table + footer)


dmg(sys.argv[2] + "/disk.dmg")
bochs(sys.argv[2] + "/disk.bochs")
differencing_vhd(sys.argv[2] + "/diff.vhd")
