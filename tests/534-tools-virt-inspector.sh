#!/bin/bash
# virt-inspector on the Debian guest, against what the guest's own database says, and on several guests at once.
source "$(dirname "$0")/functions.sh"
requires_guest
requires python3 sfdisk debugfs xmllint
cd "$tmp"

# --- XML
virt-inspector -a "$guest_qcow2" >guest.xml
xml () { xmllint --xpath "$1" guest.xml; }
expect_equal "$(xml 'string(//operatingsystem/name)')" linux
expect_equal "$(xml 'string(//operatingsystem/distro)')" debian
expect_equal "$(xml 'string(//operatingsystem/arch)')" x86_64
expect_equal "$(xml 'string(//operatingsystem/major_version)')" 12
expect_equal "$(xml 'string(//operatingsystem/package_format)')" deb
expect_equal "$(xml 'string(//operatingsystem/hostname)')" bathyscope-guest
expect_equal "$(xml 'string(//mountpoint[.="/"]/@dev)')" /dev/sda2
expect_equal "$(xml 'string(//filesystem[@dev="/dev/sda2"]/type)')" ext4
expect_equal "$(xml 'count(//operatingsystem/@image)')" 0

# All packages and their versions, as dpkg-query reads the guest's database.
start=$(sfdisk -J "$guest_img" | python3 -c 'import json,sys; print(json.load(sys.stdin)["partitiontable"]["partitions"][1]["start"] * 512)')
mkdir -p admin/{info,updates} && debugfs -R "dump /var/lib/dpkg/status admin/status" "$guest_img?offset=$start" 2>/dev/null
[[ -s admin/status ]] || fail "the guest's database could not be had for comparison"
if type -p dpkg-query >/dev/null; then
  dpkg-query --admindir="$tmp/admin" -W -f '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n' | sed -n 's/^installed\t//p' | LC_ALL=C sort >wanted
  cat >packages.py <<'PYTHON'
import sys, xml.etree.ElementTree as ET
for a in ET.parse(sys.argv[1]).iter("application"):
    get = lambda name: a.findtext(name, "")
    print(get("name"), (get("epoch") + ":" if get("epoch") else "") + get("version") + ("-" + get("release") if get("release") else ""), get("arch"), sep="\t")
PYTHON
  python3 packages.py guest.xml | LC_ALL=C sort >got
  diff got wanted >difference || fail "packages: $(head difference)"
  [[ $(wc -l <got) -ge 100 ]] || fail "only $(wc -l <got) packages"
fi

# --- XPath, on a guest and on a document
expect_equal "$(virt-inspector -a "$guest_qcow2" --no-applications --xpath 'string(//hostname)')" bathyscope-guest
expect_equal "$(virt-inspector --xpath 'count(//application)' <guest.xml)" "$(xml 'count(//application)')"
expect_equal "$(virt-inspector --xpath '//distro' <guest.xml)" '<distro>debian</distro>'
expect_equal "$(virt-inspector --xpath '//mountpoint/@dev' <guest.xml)" $' dev="/dev/sda2"\n dev="/dev/sda1"'
expect_equal "$(virt-inspector --xpath 'count(//mountpoint) > 1' <guest.xml)" true
expect_equal "$(virt-inspector --xpath '//nosuch' <guest.xml)" ''
expect_error 'cannot evaluate the XPath' virt-inspector -a "$guest_qcow2" --no-applications --xpath '//['

# --- for people
virt-inspector --text "$guest_qcow2" >text
grep -q '^Debian GNU/Linux 12' text || fail "text: $(head -3 text)"
grep -Eq '^  /dev/sda2 +/ +ext4 +root ' text || fail "text: $(head -20 text)"
grep -Eq '^  bash +5\.2\.15-[^ ]+ +amd64 +GNU' text || fail "no bash in the text"

# --- several guests: order, an image that is none, one without a system, exit statuses
echo 'no image' >bad.img
truncate -s 10M empty.img
qemu-img create -q -f qcow2 -b "$guest_qcow2" -F qcow2 two.qcow2
status=0
virt-inspector --jobs 2 --json --no-applications "$guest_qcow2" "$tmp/nosuch.img" empty.img two.qcow2 >all.json 2>errors || status=$?
expect_equal $status 1 "exit status"
python3 - "$guest_qcow2" "$tmp" <<'PYTHON' || fail "all.json: $(cut -c1-300 all.json) $(cat errors)"
import json, sys
lines = [json.loads(l) for l in open("all.json")]
guest, tmp = sys.argv[1:]
assert [l["image"] for l in lines] == [guest, tmp + "/nosuch.img", "empty.img", "two.qcow2"]
assert "nosuch.img" in lines[1]["error"], lines[1]
assert "no operating system" in lines[2]["error"], lines[2]
for l in lines[0], lines[3]:
    assert [s["hostname"] for s in l["operatingsystems"]] == ["bathyscope-guest"]
    assert "applications" not in l["operatingsystems"][0]
PYTHON
grep -q 'nosuch.img' errors || fail "nothing was said of nosuch.img: $(cat errors)"

virt-inspector --jobs 2 --json "$guest_qcow2" two.qcow2 >both.json
if python3 -c 'import jsonschema' 2>/dev/null; then
  python3 - "$top_srcdir/docs/virt-inspector.schema.json" <<'PYTHON'
import json, sys, jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for name in "all.json", "both.json":
    for line in open(name):
        validator.validate(json.loads(line))
for wrong in {}, {"image": "x"}, {"image": "x", "operatingsystems": [{"root": 1}]}:
    assert not validator.is_valid(wrong), wrong
PYTHON
fi
virt-inspector --jobs 2 "$guest_qcow2" two.qcow2 >both.xml
expect_equal "$(xmllint --xpath 'count(//operatingsystem)' both.xml)" 2
expect_equal "$(xmllint --xpath 'string(//operatingsystem[2]/@image)' both.xml)" two.qcow2
expect_equal "$(xmllint --xpath 'count(//application)' both.xml)" "$((2 * $(xml 'count(//application)')))"

# --- HTML: well-formed enough, complete, with the usage of filesystems, and the search works in a browser
virt-inspector --html "$guest_qcow2" nosuch.img >page.html 2>/dev/null && fail "nosuch.img was found"
xmllint --html --noout page.html 2>errors || fail "page.html: $(head -5 errors)"
html () { xmllint --html --xpath "$1" page.html 2>/dev/null; }
expect_equal "$(html 'count(//table[@id="apps-0-0"]/tbody/tr)')" "$(xml 'count(//application)')" "rows of the page"
expect_equal "$(html 'count(//p[@class="error"])')" 1 "errors in the page"
html 'string(//span[@class="bar"]/@aria-label)' | matches -E '^[0-9]+% used$' || fail "no usage in the page"
# --- facts of ours, in all forms but XML, which is libguestfs's
virt-inspector --json --no-icon --no-applications "$guest_qcow2" >facts.json
python3 - facts.json "$(virt-cat -a "$guest_qcow2" /etc/machine-id)" "$(virt-ls -a "$guest_qcow2" /lib/modules)" <<'PYTHON'
import json, sys
s = json.load(open(sys.argv[1]))["operatingsystems"][0]
assert s["machine_id"] == sys.argv[2] and s["firmware"] == "uefi" and s["timezone"], s
assert [k["version"] for k in s["kernels"]] == sys.argv[3].split(), s["kernels"]
assert s["kernels"][0]["path"] == "/boot/vmlinuz-" + s["kernels"][0]["version"] and "initrd" in s["kernels"][0]
assert {"name": "root", "uid": 0, "gid": 0, "comment": "root", "home": "/root", "shell": "/bin/bash"} in s["users"]
assert "ssh.service" in s["services"], s["services"]
PYTHON
virt-inspector --text --no-applications "$guest_qcow2" >facts.txt
grep -Eq '^  root +0 +0 +root +/root +/bin/bash$' facts.txt || fail "users in text: $(cat facts.txt)"
grep -Eq '^  Firmware +uefi$' facts.txt || fail "firmware in text: $(cat facts.txt)"
expect_equal "$(html 'count(//table[@class="services"]/tbody/tr)')" "$(python3 -c 'import json; print(len(json.load(open("facts.json"))["operatingsystems"][0]["services"]))')" "services in the page"
html 'string(//table[@class="kernels"]/tbody/tr/td[2])' | matches '^/boot/vmlinuz-' || fail "kernels in the page"
! xml 'count(//services|//kernels|//users)' | matches -v '^0$' || fail "facts of ours in the XML"

browser=$(type -P chromium || true)
if [[ -n $browser ]]; then
  # What a user types, typed by a script at the end of the page.
  sed 's|</body>|<script>var q = document.querySelector("input"); q.value = "BASH shell"; q.dispatchEvent(new Event("input"));</script></body>|' page.html >search.html
  # The page's policy lets scripts of the page itself run.
  if timeout 120 "$browser" --user-data-dir="$tmp/browser" --headless --no-sandbox --disable-gpu --dump-dom "file://$PWD/search.html" >dom.html 2>/dev/null && [[ -s dom.html ]]; then
    grep -Eq '<span>[1-9][0-9]* of [0-9]+</span>' dom.html || fail "the search did nothing"
    expect_equal "$(xmllint --html --xpath 'count(//table[@id="apps-0-0"]/tbody/tr[not(@hidden)])' dom.html 2>/dev/null)" \
      "$(python3 -c '
import sys, xml.etree.ElementTree as ET
apps = ["".join((a.findtext("name"), a.findtext("version"), a.findtext("release", ""), a.findtext("arch"), a.findtext("summary", ""))).lower() for a in ET.parse("guest.xml").iter("application")]
print(sum("bash" in a and "shell" in a for a in apps))')" "packages found by the search"
  fi
  # Several guests have a list at the top, whose links lead to them.
  status=0; virt-inspector --html --no-applications "$guest_qcow2" empty.img two.qcow2 >several.html 2>/dev/null || status=$?
  expect_equal $status 1
  if timeout 120 "$browser" --user-data-dir="$tmp/browser" --headless --no-sandbox --disable-gpu --dump-dom "file://$PWD/several.html" >dom.html 2>/dev/null && [[ -s dom.html ]]; then
    expect_equal "$(xmllint --html --xpath 'count(//nav/a[@href = concat("#", //section/@id)]) + count(//section[concat("#", @id) = //nav/a/@href])' dom.html 2>/dev/null)" 4
    expect_equal "$(xmllint --html --xpath 'string(//nav/a[2])' dom.html 2>/dev/null)" empty.img
  fi
fi

# --- a system without its database is told, and is not an empty list
guestfish -a two.qcow2 -i rm /var/lib/dpkg/status
status=0
virt-inspector --json two.qcow2 >partly.json 2>errors || status=$?
expect_equal $status 2 "exit status without a database"
python3 -c 'import json; s = json.load(open("partly.json"))["operatingsystems"][0]; assert "missing" in s["applications_error"] and "applications" not in s'
grep -q missing errors || fail "nothing was said: $(cat errors)"

# --- what is damaged in part is listed in part, with a warning
guestfish -a two.qcow2 -i mkdir /var/lib/dpkg/status.d : mkfifo 0644 /var/lib/dpkg/status.d/broken : \
  write /var/lib/dpkg/status.d/whole $'Package: whole\nVersion: 1-2\nArchitecture: all\n'
virt-inspector --json two.qcow2 >partly.json
python3 -c '
import json
s = json.load(open("partly.json"))["operatingsystems"][0]
assert [a["name"] for a in s["applications"]] == ["whole"], s
assert any("status.d/broken" in w for w in s["warnings"]), s["warnings"]'
virt-inspector --xml two.qcow2 2>&1 >/dev/null | matches 'warning: .*status.d/broken' || fail "no warning on stderr"

# --- wrong uses
expect_error 'give a disk image' virt-inspector
expect_error 'jobs takes a number' virt-inspector --jobs 0 "$guest_qcow2"
expect_error 'only one of' virt-inspector --json --html "$guest_qcow2"
expect_error 'no operating system' virt-inspector empty.img
expect_error 'nosuch.img' virt-inspector "$tmp/nosuch.img"
expect_error 'with --key' virt-inspector --keys-from-stdin empty.img bad.img
