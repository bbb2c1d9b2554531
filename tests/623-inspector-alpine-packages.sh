#!/bin/bash
# The packages of real Alpine guests, several at once, against their database as it is.
source "$(dirname "$0")/functions.sh"
requires_images
requires python3 xmllint
guests=("$images"/guests/alpine-*.qcow2)
requires_file "${guests[0]}" "$top_builddir/appliance/root.img"
cd "$tmp"
virt-inspector --jobs 2 --json "${guests[@]}" >all.json
expect_equal "$(wc -l <all.json)" "${#guests[@]}" guests
for guest in "${guests[@]}"; do
  virt-cat -a "$guest" /lib/apk/db/installed >installed
  python3 - "$guest" <<'PYTHON' || fail "$guest"
import json, sys
guest = sys.argv[1]
(system,) = [s for l in map(json.loads, open("all.json")) if l["image"] == guest for s in l["operatingsystems"]]
wanted = set()
for record in open("installed", encoding="utf-8").read().split("\n\n"):
    fields = dict(line.split(":", 1) for line in record.splitlines() if line[1:2] == ":")
    if fields:
        wanted.add((fields["P"], fields["V"], fields["A"], fields["T"]))
got = {(a["name"], a["version"] + "-r" + a["release"], a["arch"], a["description"]) for a in system["applications"]}
assert got == wanted and len(got) > 5, got ^ wanted
assert system["package_format"] == "apk"
PYTHON
done
