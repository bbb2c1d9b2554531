#!/bin/bash
# Domains of libvirt, as its test driver has them: add-domain, and -d and -c of the shell and the tools.
source "$(dirname "$0")/functions.sh"

requires guestfish virt-filesystems
/sbin/ldconfig -p | matches 'libvirt\.so\.0' || skip "libvirt is not installed"

cd "$tmp"
guestfish >/dev/null <<END
  disk-create first.img raw 8M
  disk-create second.qcow2 qcow2 16M
  disk-create cd.iso raw 1M
END

# A domain NAME, with UUID ...NUMBER, in libvirt's STATE (1 running, 5 shut off), and its disks from standard input.
domain ()
{
  cat <<END
<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
  <name>$1</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e19$2</uuid><memory>8192</memory>
  <os><type>hvm</type></os>
  <devices>$(cat)</devices>
  <test:runstate>$3</test:runstate>
</domain>
END
}

disks ()
{
  cat <<END
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/><source file='$tmp/first.img'/><target dev='vda'/><blockio logical_block_size='4096'/>
</disk>
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/><source file='$tmp/second.qcow2'/><target dev='vdb'/>
</disk>
<disk type='file' device='cdrom'><source file='$tmp/cd.iso'/><target dev='hdc'/><readonly/></disk>
<disk type='file' device='cdrom'><target dev='hdd'/><readonly/></disk>
END
}

network_disk ()
{
  cat <<END
<disk type='network'>
  <source protocol='rbd' name='pool/image'>
    <host name='mon' port='6789'/><auth username='me'><secret type='ceph' usage='my secret'/></auth>
  </source>
  <target dev='vda'/>
</disk>
END
}

{
  echo "<node>"
  disks | domain off 00 5
  disks | domain on 01 1
  echo "<disk type='file'><source file='$tmp/absent'/><target dev='vda'/></disk>" | domain broken 02 5
  domain empty 03 5 </dev/null
  echo "<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>" | domain pool 04 5
  network_disk | domain network 05 5
  echo "</node>"
} >node.xml
uri=test://$tmp/node.xml

expect_equal "$(guestfish add-domain off libvirturi:"$uri")" 3 "number of disks"
drives=$(guestfish <<END
add-domain off libvirturi:$uri readonlydisk:read
debug-drives
END
)
grep -q "first.img.*format=raw.*blocksize=4096" <<<"$drives" || fail "first disk: $drives"
grep -q "second.qcow2.*format=qcow2" <<<"$drives" || fail "second disk: $drives"
grep -q "cd.iso.*readonly" <<<"$drives" || fail "CD-ROM: $drives"
if grep -q "img.*readonly" <<<"$drives"; then fail "the first disk should not be read-only: $drives"; fi

# What becomes of the read-only disk.
expect_equal "$(guestfish add-domain off libvirturi:"$uri" readonlydisk:ignore)" 2 "readonlydisk:ignore"
expect_equal "$(guestfish add-domain off libvirturi:"$uri" readonlydisk:error readonly:true)" 3 "readonlydisk:error, readonly"
expect_error "hdc is read-only" guestfish add-domain off libvirturi:"$uri" readonlydisk:error
expect_error "readonlydisk must be" guestfish add-domain off libvirturi:"$uri" readonlydisk:perhaps
expect_error "cachemode" guestfish add-domain off libvirturi:"$uri" cachemode:perhaps

# Names and UUIDs.
uuid=6695eb01-f6a4-8304-79aa-97f2502e1900
expect_error "no libvirt domain $uuid" guestfish add-domain $uuid libvirturi:"$uri"
expect_equal "$(guestfish add-domain $uuid libvirturi:"$uri" allowuuid:true)" 3 "a domain by its UUID"
expect_error "no libvirt domain nosuch" guestfish add-domain nosuch libvirturi:"$uri" allowuuid:true

# A running domain, and what cannot be added.
expect_error "running" guestfish add-domain on libvirturi:"$uri"
expect_equal "$(guestfish add-domain on libvirturi:"$uri" readonly:true)" 3 "a running domain"
expect_error "live" guestfish add-domain off libvirturi:"$uri" live:true
expect_error "vda: .*absent: No such file" guestfish add-domain broken libvirturi:"$uri"
expect_error "no disks" guestfish add-domain empty libvirturi:"$uri"
expect_error "storage pool p" guestfish add-domain pool libvirturi:"$uri"
expect_error "secret of the disk" guestfish add-domain network libvirturi:"$uri"
expect_error "no connection to libvirt" guestfish add-domain off libvirturi:test:///nosuch/file.xml

# All or nothing: the first disk of `half` is good.
printf '<node>%s</node>' "$( { disks; echo "<disk type='file'><source file='$tmp/absent'/><target dev='vdz'/></disk>"; } | domain half 06 5)" >half.xml
expect_error "vdz: .*absent: No such file" guestfish add-domain half libvirturi:"test://$tmp/half.xml"
expect_equal "$(guestfish <<END
-add-domain half libvirturi:test://$tmp/half.xml
debug-drives
END
)" "" "drives after a failure" 2>/dev/null

# -d and -c, before and behind -a.
truncate -s 3M other.img
out=$(guestfish -a other.img -d off -c "$uri" <<END
run
list-devices
blockdev-getsize64 /dev/sda
blockdev-getsize64 /dev/sdc
part-disk /dev/sdb mbr
END
)
expect_equal "$out" $'/dev/sda\n/dev/sdb\n/dev/sdc\n/dev/sdd\n3145728\n16777216' "guestfish -a -d"
expect_equal "$(virt-filesystems -c "$uri" -d off --partitions)" /dev/sda1 "virt-filesystems -d"
expect_error "running" guestfish --rw -c "$uri" -d on run
guestfish --ro -c "$uri" -d on run

# A libvirt that asks who we are.
type -p python3 >/dev/null && python3 -c 'import libguestfsmod' 2>/dev/null || { echo "without Python: no questions are tested"; exit 0; }
printf "<node><auth><user password='secret'>me</user></auth>%s</node>" \
  "$(echo "<disk type='file'><source file='$tmp/first.img'/><target dev='vda'/></disk>" | domain off 07 5)" >auth.xml
cat >auth.py <<'PYTHON'
import guestfs, sys
def answers (g, given):
    def callback (event, handle, buf, array):
        kinds = g.get_libvirt_requested_credentials ()
        asked.append ((buf, kinds, [g.get_libvirt_requested_credential_prompt (i) for i in range (len (kinds))]))
        g.get_libvirt_requested_credential_challenge (0), g.get_libvirt_requested_credential_defresult (0)
        try:
            g.get_libvirt_requested_credential_prompt (len (kinds))
            sys.exit ("a question that is not there")
        except RuntimeError as e:
            assert "index" in str (e), e
        for i, kind in enumerate (kinds):
            if kind in given:
                g.set_libvirt_requested_credential (i, b"wrong")
                g.set_libvirt_requested_credential (i, given[kind])
    g.set_event_callback (callback, guestfs.EVENT_LIBVIRT_AUTH)

uri = sys.argv[1]
for given, right in ({"authname": b"me", "passphrase": b"secret"}, True), ({"authname": b"me", "passphrase": b"x"}, False), ({}, False):
    g = guestfs.GuestFS (python_return_dict=True)
    asked = []
    g.set_libvirt_supported_credentials (["authname", "passphrase"])
    answers (g, given)
    try:
        r = g.add_domain ("off", libvirturi=uri)
    except RuntimeError as e:
        r = str (e)
    print (r, asked)
    assert asked and asked[0][0] == uri and asked[0][1], asked
    assert (r == 1) == right, r
PYTHON
python3 auth.py "test://$tmp/auth.xml" 2>/dev/null || fail "questions of libvirt"
