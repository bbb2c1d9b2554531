"""Create a disk with one ext4 filesystem and a few files."""
import sys

import guestfs

disk = sys.argv[1]
with guestfs.GuestFS(python_return_dict=True) as g:
    g.disk_create(disk, "qcow2", 512 * 1024 * 1024)
    g.add_drive(disk, format="qcow2")
    g.launch()
    g.part_disk("/dev/sda", "gpt")
    g.mkfs("ext4", "/dev/sda1", label="data")
    g.mount("/dev/sda1", "/")
    g.mkdir("/documents")
    g.write("/documents/hello", "Hello, world\n")
    g.shutdown()
