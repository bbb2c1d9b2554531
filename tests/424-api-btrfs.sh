#!/bin/bash
# What the btrfs calls tell is what the program btrfs tells of the same filesystem; errors on the disk are found and corrected by
# a scrub; an interrupted balance can be paused and resumed.
source "$(dirname "$0")/functions.sh"
requires mkfs.btrfs btrfs python3
requires_file "$top_builddir/appliance/root.img"

cd "$tmp"
truncate -s 1G one.img
mkfs.btrfs -q -f -m dup -d dup one.img 2>/dev/null

fish () { "$top_builddir/run" guestfish -a one.img "$@"; }

# --- lists and details
fish >fish.out 2>fish.err <<'END' || fail "$(cat fish.err)"
run
mount /dev/sda /
btrfs-quota-enable / true
btrfs-subvolume-create /sub
btrfs-subvolume-create /sub/inner
fill 97 3000000 /sub/file
btrfs-subvolume-snapshot /sub /snap ro:true
fill 98 500000 /sub/inner/file
btrfs-qgroup-create 1/7 /
btrfs-qgroup-assign 0/256 1/7 /
btrfs-filesystem-sync /
echo =list
btrfs-subvolume-list /
echo =list-program
debug sh "btrfs subvolume list /sysroot"
echo =qgroup
btrfs-qgroup-show /
echo =qgroup-program
debug sh "btrfs qgroup show --raw /sysroot"
echo =show
btrfs-subvolume-show /sub
echo =show-program
debug sh "btrfs subvolume show --raw /sysroot/sub"
echo =scrub
btrfs-scrub-full /
btrfs-scrub-status /
echo =scrub-program
debug sh "btrfs scrub start -B -R /sysroot"
echo =end
END
python3 - fish.out <<'END' || fail "the calls and the program differ"
import re, sys

parts = {}
for line in open(sys.argv[1]):
    if line.startswith("="):
        part = parts.setdefault(line[1:].strip(), [])
    else:
        part.append(line.rstrip("\n"))

def structs(name):
    text = "\n".join(parts[name])
    return [dict(re.findall(r"(\w+): (.*)", s)) for s in re.findall(r"\{(.*?)\}", text, re.S)]

def check(what, got, wanted):
    if not wanted or got != wanted:
        sys.exit("%s: %r, but the program says %r" % (what, got, wanted))

check("subvolumes",
      [(s["btrfssubvolume_id"], s["btrfssubvolume_top_level_id"], s["btrfssubvolume_path"]) for s in structs("list")],
      [re.match(r"ID (\d+) gen \d+ top level (\d+) path (.*)", l).groups() for l in parts["list-program"] if l])
check("quota groups",
      [(s["btrfsqgroup_id"], s["btrfsqgroup_rfer"], s["btrfsqgroup_excl"]) for s in structs("qgroup")],
      [tuple(l.split()[:3]) for l in parts["qgroup-program"] if re.match(r"\d+/", l)])

ours = dict(l.split(": ", 1) if ": " in l else (l.rstrip(":"), "") for l in parts["show"] if l)
theirs, snapshots = {}, None
for l in parts["show-program"][1:]:
    if snapshots is not None and l.startswith("\t\t\t\t"):
        snapshots.append(l.strip())
        continue
    snapshots = None
    m = re.match(r"\t(.*?):\s*(.*)", l)
    if m and m.group(1) == "Snapshot(s)":
        snapshots = theirs[m.group(1)] = []
    elif m:
        theirs[m.group(1)] = m.group(2)
theirs["Snapshot(s)"] = ",".join(theirs["Snapshot(s)"])
# Where nothing was sent the program prints the time of creation.
ours.pop("Send time")
for key in ours:
    check("show: " + key, ours[key], theirs.get(key))

ours = {k.replace("btrfsscrub_", ""): v for k, v in re.findall(r"(\w+): (\d+)", "\n".join(parts["scrub"]))}
theirs = dict(re.findall(r"(\w+): (\d+)", "\n".join(parts["scrub-program"])))
if len(ours) != 15:
    sys.exit("scrub: %d fields" % len(ours))
for key in ours:
    check("scrub: " + key, ours[key], theirs.get(key))
if int(ours["data_bytes_scrubbed"]) < 3500000:
    sys.exit("scrub: too few bytes: " + ours["data_bytes_scrubbed"])
END

# --- errors on the disk
truncate -s 300M bad.img
mkfs.btrfs -q -f -m dup -d single bad.img 2>/dev/null
"$top_builddir/run" guestfish -a bad.img run : mount /dev/sda / : write /f "$(printf 'needle%.0s' {1..2000})"
python3 - bad.img <<'END'
import sys
with open(sys.argv[1], "r+b") as f:
    at = f.read().index(b"needleneedle")
    f.seek(at)
    f.write(b"NEEDLE")
END
expect_error 'cannot be corrected' "$top_builddir/run" guestfish -a bad.img run : mount /dev/sda / : btrfs-scrub-full /
status=$("$top_builddir/run" guestfish -a bad.img run : mount /dev/sda / : -btrfs-scrub-full / : btrfs-scrub-status / 2>/dev/null)
grep -q 'btrfsscrub_uncorrectable_errors: 1$' <<<"$status" || fail "the error was not counted: $status"
grep -q 'btrfsscrub_csum_errors: [1-9]' <<<"$status" || fail "the checksum error was not counted: $status"

# --- a balance, paused and resumed: one that the program started beside
start="btrfs balance start --full-balance --background /sysroot; for i in 1 2 3 4 5 6 7 8 9; do"
start+=" if btrfs balance status /sysroot; then busybox sleep 0.05; else break; fi; done"
status=$(fish run : mount /dev/sda / : fill 100 150000000 /big : btrfs-filesystem-sync / : debug sh "$start" \
    : btrfs-balance-pause / : btrfs-balance-status / : debug sh "btrfs balance status /sysroot; :" \
    : btrfs-balance-resume / : btrfs-balance-status / 2>err.out || true)
if grep -q 'no balance is running' err.out; then
    echo "the balance was over before it could be paused"
else
    grep -q 'btrfsbalance_status: paused' <<<"$status" || fail "not paused: $status $(cat err.out)"
    grep -q 'btrfsbalance_status: none' <<<"$status" || fail "not resumed: $status $(cat err.out)"
    counts=$(sed -nE 's/^([0-9]+) out of about ([0-9]+) chunks balanced \(([0-9]+) considered\), *([0-9]+)% left.*/\2 \1 \3 \4/p' <<<"$status" | tail -1)
    ours=$(awk '/btrfsbalance_(total|balanced|considered|left):/ { printf "%s%s", (n++ ? " " : ""), $2 } n == 4 { exit }' <<<"$status")
    expect_equal "$ours" "$counts" "the progress of the balance"
fi

# --- a scrub in the background ends when the filesystem is unmounted, and its results stay
fish run : mount /dev/sda / : btrfs-scrub-start / : umount / : mount /dev/sda / : btrfs-scrub-status / : btrfs-fsck /dev/sda >/dev/null 2>err.out &&
    fail "a mounted filesystem was checked"
grep -q 'mounted' err.out || fail "$(cat err.out)"
# ... also one that ends by itself at that moment.
truncate -s 300M empty.img
{
  printf '%s\n' run 'mkfs btrfs /dev/sda'
  for i in {1..200}; do printf '%s\n' 'mount /dev/sda /' 'btrfs-scrub-start /' 'umount /'; done
} | "$top_builddir/run" guestfish -a empty.img || fail "unmounting while a scrub ends"

# --- several devices: any of them can be mounted at once; one that is missing is told
truncate -s 300M a.img b.img
"$top_builddir/run" guestfish -a a.img -a b.img run : mkfs-btrfs "/dev/sda /dev/sdb" datatype:raid1 metadata:raid1
"$top_builddir/run" guestfish -a a.img -a b.img run : mount /dev/sdb / : fill 99 102400 /f : btrfs-filesystem-sync / : btrfs-scrub-full / : btrfs-scrub-status / >status
grep -q 'btrfsscrub_data_bytes_scrubbed: 204800$' status || fail "not both copies were read: $(cat status)"
expect_error 'only 1 of the 2 devices' "$top_builddir/run" guestfish -a b.img run : btrfs-filesystem-show /dev/sda
