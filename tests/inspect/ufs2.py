#!/usr/bin/env python3
"""A UFS2 filesystem of a tree, as <ufs/ffs/fs.h> and <ufs/ufs/dinode.h> describe it: ufs2.py OUT TREE MIB [LABEL]

One cylinder group, and files of at most 12 blocks: enough to be read.  (Debian's makefs puts the superblock of UFS2 where that
of UFS1 would be, and no system that reads only the usual place finds it there.)
"""
import os
import stat
import struct
import sys

BSIZE, FSIZE, FRAG, INODES = 16384, 2048, 8, 512
SBLOCK, SBSIZE, CBLOCK, IBLOCK = 65536, 8192, 48, 56
DBLOCK = IBLOCK + INODES * 256 // FSIZE
DIR_BLOCK = 512


class Filesystem:
    def __init__(self, size):
        self.data = bytearray(size)
        self.next_inode, self.next_block = 3, DBLOCK

    def store(self, content):
        blocks = []
        for at in range(0, len(content), BSIZE):
            blocks.append(self.next_block)
            piece = content[at:at + BSIZE]
            start = self.next_block * FSIZE
            assert start + BSIZE <= len(self.data), "no space"
            self.data[start:start + len(piece)] = piece
            self.next_block += FRAG
        assert len(blocks) <= 12, "a file is too large"
        return blocks

    def inode(self, number, st, content, links=1):
        inline = stat.S_ISLNK(st.st_mode) and len(content) < 120
        blocks = [] if inline else self.store(content)
        raw = bytearray(256)
        struct.pack_into("<HhIIIQQ", raw, 0, st.st_mode, links, 0, 0, BSIZE, len(content), len(blocks) * BSIZE // 512)
        struct.pack_into("<qqqq", raw, 32, *[int(st.st_mtime)] * 4)
        if inline:
            raw[112:112 + len(content)] = content
        else:
            struct.pack_into("<%dq" % len(blocks), raw, 112, *blocks)
        at = IBLOCK * FSIZE + number * 256
        self.data[at:at + 256] = raw

    def folder(self, path, number, parent):
        entries = [(number, 4, b"."), (parent, 4, b"..")]
        for entry in sorted(os.scandir(os.fsencode(path)), key=lambda e: e.name):
            st = entry.stat(follow_symlinks=False)
            child, self.next_inode = self.next_inode, self.next_inode + 1
            assert child < INODES, "too many files"
            if entry.is_dir(follow_symlinks=False):
                kind = 4
                self.folder(entry.path, child, number)
            elif entry.is_symlink():
                kind = 10
                self.inode(child, st, os.readlink(entry.path))
            else:
                kind = 8
                with open(entry.path, "rb") as f:
                    self.inode(child, st, f.read())
            entries.append((child, kind, entry.name))
        self.inode(number, os.stat(path), directory(entries), 2)

    def superblock(self, label):
        b = bytearray(1376)
        frags = len(self.data) // FSIZE
        i32 = lambda at, *values: struct.pack_into("<%di" % len(values), b, at, *values)
        i64 = lambda at, *values: struct.pack_into("<%dq" % len(values), b, at, *values)
        i32(8, 40, CBLOCK, IBLOCK, DBLOCK, 0, -1)
        i32(44, 1, BSIZE, FSIZE, FRAG, 8)
        i32(72, -BSIZE, -FSIZE, 14, 11, 1, 2048, 3, 2, FSIZE)
        i32(116, BSIZE // 8, BSIZE // 256)
        i32(144, 0x5f5e1234, 0x6a7b8c9d)
        i32(152, DBLOCK, FSIZE, FSIZE)
        i32(184, INODES, frags)
        b[209] = 1  # clean
        b[680:680 + len(label)] = label
        i64(1000, SBLOCK, 1, (frags - self.next_block) // FRAG, INODES - self.next_inode, 0)
        i64(1080, frags, frags - DBLOCK, self.next_block)
        i32(1196, 16384, 64)
        i32(1320, 120, 2)
        i64(1328, 12 * BSIZE, BSIZE - 1, FSIZE - 1)
        i32(1372, 0x19540119)
        return b


def directory(entries):
    blocks, block = [], b""
    for i, (number, kind, name) in enumerate(entries):
        size = 8 + (len(name) + 4) // 4 * 4
        following = entries[i + 1][2] if i + 1 < len(entries) else None
        last = following is None or len(block) + size + 8 + (len(following) + 4) // 4 * 4 > DIR_BLOCK
        room = DIR_BLOCK - len(block) if last else size
        block += (struct.pack("<IHBB", number, room, kind, len(name)) + name).ljust(room, b"\0")
        if last:
            blocks.append(block)
            block = b""
    return b"".join(blocks)


def main():
    out, tree, size = sys.argv[1:4]
    fs = Filesystem(int(size) << 20)
    fs.folder(tree, 2, 2)
    fs.data[SBLOCK:SBLOCK + 1376] = fs.superblock(sys.argv[4].encode() if len(sys.argv) > 4 else b"")
    with open(out, "wb") as f:
        f.write(fs.data)


main()
