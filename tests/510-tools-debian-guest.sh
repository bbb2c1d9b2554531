#!/bin/bash
# The one-line tools on the Debian guest, against facts that other tools tell about the image.
source "$(dirname "$0")/functions.sh"
requires_guest
requires qemu-img sfdisk blkid
cd "$tmp"

# Facts: partitions by sfdisk, filesystems by blkid, files by debugfs.
sfdisk -J "$guest_img" >table.json
part () { python3 -c 'import json,sys; p=json.load(open("table.json"))["partitiontable"]["partitions"][int(sys.argv[1])]; print(p["start"]*512, p["size"]*512)' "$1"; }
read -r esp_start esp_size < <(part 0)
read -r root_start root_size < <(part 1)
root_uuid=$(blkid -p -O "$root_start" -s UUID -o value "$guest_img")
esp_uuid=$(blkid -p -O "$esp_start" -s UUID -o value "$guest_img")

for image in "$guest_img" "$guest_qcow2"; do
  expect_equal "$(virt-filesystems -a "$image")" $'/dev/sda1\n/dev/sda2' "filesystems of $image"
  virt-filesystems -a "$image" --all --long --uuid --csv >all.csv
  grep -q "^/dev/sda1,filesystem,vfat,EFI,,[0-9]*,,$esp_uuid\$" all.csv || fail "all.csv: $(cat all.csv)"
  grep -q "^/dev/sda2,filesystem,ext4,root,,[0-9]*,,$root_uuid\$" all.csv || fail "all.csv: $(cat all.csv)"
  grep -q "^/dev/sda2,partition,,,,$root_size,/dev/sda,\$" all.csv || fail "all.csv: $(cat all.csv)"
  grep -q "^/dev/sda,device,,,,$(qemu-img info --output json "$image" | python3 -c 'import json,sys; print(json.load(sys.stdin)["virtual-size"])'),,\$" all.csv || fail "all.csv: $(cat all.csv)"

  virt-cat -a "$image" /etc/os-release >os-release
  grep -q '^ID=debian$' os-release || fail "os-release: $(cat os-release)"
  expect_equal "$(virt-cat -a "$image" /etc/hostname)" bathyscope-guest
  virt-ls -a "$image" / >ls
  for name in bin boot dev etc home lib proc root sbin sys tmp usr var; do
    grep -qx "$name" ls || fail "virt-ls / lacks $name"
  done
  virt-ls -lR -a "$image" --checksum=sha256 --csv /etc/apt >lsr
  grep -q '^d,0755,[0-9]*,,/etc/apt$' lsr || fail "virt-ls -lR: $(head -3 lsr)"
done

# A file by our road is the file by another.
dd if="$guest_img" of=root.img bs=1M iflag=skip_bytes,count_bytes skip="$root_start" count="$root_size" conv=sparse status=none
for file in /usr/bin/bash /usr/bin/perl /var/lib/dpkg/status; do
  expect_equal "$(virt-cat -a "$guest_qcow2" "$file" | sha256sum)" \
    "$(debugfs -R "cat $file" root.img 2>/dev/null | sha256sum)" "contents of $file"
done

# df counts blocks as the superblock does.
blocks=$(dumpe2fs -h root.img 2>/dev/null | awk -F: '/^Free blocks/ {gsub(/ /, "", $2); print $2 * 4}')
virt-df --csv -a "$guest_qcow2" >df.csv
awk -F, -v free="$blocks" '$2 == "/dev/sda2" {f = $3 - $4; exit !(f > free - 1000 && f < free + 1000)}' df.csv || fail "virt-df: $(cat df.csv), free by dumpe2fs: $blocks"

# Editing changes the file and nothing else of it.
qemu-img create -q -f qcow2 -b "$guest_qcow2" -F qcow2 edited.qcow2
virt-edit -a edited.qcow2 /etc/hostname -b .orig -e 's/guest/edited/'
expect_equal "$(virt-cat -a edited.qcow2 /etc/hostname)" bathyscope-edited
expect_equal "$(virt-cat -a edited.qcow2 /etc/hostname.orig)" bathyscope-guest
attributes () { virt-ls -lR -a "$1" --uids /etc | awk '$6 == "/etc/hostname" {print $1, $2, $4, $5}'; }
expect_equal "$(attributes edited.qcow2)" "$(attributes "$guest_qcow2")" "type, permissions and owner"
qemu-img check -q edited.qcow2 || fail "qemu-img check finds faults in the edited image"
expect_equal "$(virt-cat -a "$guest_qcow2" /etc/hostname)" bathyscope-guest "the backing image"

# Several files go one after the other, also into a file.
virt-cat -a "$guest_qcow2" /etc/hostname /etc/os-release >two
expect_equal "$(head -n 1 two)" bathyscope-guest
expect_equal "$(tail -n +2 two | sha256sum)" "$(sha256sum <os-release)" "the second file"
