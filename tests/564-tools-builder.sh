#!/bin/bash
# virt-builder: sources and signatures, lists, the cache, images of every size and format, what is wrong.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/builder-functions.sh"
requires gpg xz sha512sum qemu-img python3 curl
cd "$tmp"
export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/config XDG_CACHE_HOME=$tmp/cache XDG_CONFIG_DIRS=$tmp/nowhere GNUPGHOME=$tmp/gpg
mkdir -p home config/virt-builder/repos.d cache source

# A small system as the template.
small_debian root old
noise 2M >root/root/data
virt-make-fs -t ext4 --partition --size 64M root tiny.img
xz -0 -k tiny.img
mv tiny.img.xz source/tiny.xz
cat >index <<EOF
[tiny]
name=Tiny system
arch=$(uname -m)
file=tiny.xz
checksum[sha512]=$(sha512sum source/tiny.xz | cut -d ' ' -f 1)
format=raw
size=$(stat -c %s tiny.img)
compressed_size=$(stat -c %s source/tiny.xz)
expand=/dev/sda1
aliases=small, little
notes=First line
 
 Last line
notes[de]=Anders

[secret]
file=tiny.xz
size=67108864
arch=$(uname -m)
hidden=true
EOF
virt-index-validate index
expect_error 'does not know' virt-index-validate --compat-1.24.0 index
sed 's/^size=.*/size=x/' index >bad
expect_error 'size= is missing' virt-index-validate bad

# Signatures: by configuration, by fingerprint; none, a wrong one, one of somebody else.
mkdir -m 700 gpg other
key () { gpg --homedir "$1" --batch --quiet --passphrase '' --quick-generate-key "$2" rsa2048 default never 2>/dev/null; }
key gpg signer@example.org || skip "gpg makes no key here"
key other other@example.org
cleanup_fn gpgconf --homedir "$tmp/gpg" --kill all
cleanup_fn gpgconf --homedir "$tmp/other" --kill all
gpg --batch --quiet --clearsign -o source/index.asc index
gpg --batch --quiet --homedir other --clearsign -o source/other.asc index
gpg --batch --quiet --armor --export >key.asc
sed 's/Tiny/Evil/' source/index.asc >source/changed.asc
cp index source/unsigned
fingerprint=$(gpg --list-keys --with-colons | awk -F: '$1 == "fpr" && !n++ {print $10}')
printf '[local]\nuri=file://%s/source/index.asc\ngpgkey=file://%s/key.asc\n' "$tmp" "$tmp" >config/virt-builder/repos.d/local.conf
expect_equal "$(virt-builder --list)" "$(printf '%-24s %-10s Tiny system' tiny "$(uname -m)")"
virt-builder --list --source "source/index.asc" --fingerprint "$fingerprint" >/dev/null
expect_error 'no key is known' virt-builder --list --source source/index.asc
expect_error 'could not be verified|not valid' virt-builder --list --source source/changed.asc --fingerprint "$fingerprint"
expect_error 'could not be verified' virt-builder --list --source source/unsigned --fingerprint "$fingerprint"
expect_error 'another key' virt-builder --list --source source/index.asc --fingerprint "${fingerprint//[0-9]/A}"
gpg --batch --quiet --homedir other --export | gpg --batch --quiet --import
expect_error 'another key' virt-builder --list --source source/other.asc --fingerprint "$fingerprint"
virt-builder --list --source source/unsigned --no-check-signature | matches Tiny || fail "--no-check-signature"

# Lists and notes.
virt-builder --list --long tiny | matches -x 'Aliases: *small, little' || fail "--long"
virt-builder --list --list-format json | python3 -c '
import json, sys
d = json.load(sys.stdin)
t = {x["os-version"]: x for x in d["templates"]}
assert d["version"] == 1 and t["tiny"]["notes"] == {"C": "First line\n\nLast line", "de": "Anders"}, d
assert t["tiny"]["aliases"] == ["small", "little"] and t["secret"]["hidden"] and not t["tiny"]["hidden"], d'
expect_equal "$(virt-builder --notes little)" $'First line\n\nLast line'

# Images.
virt-builder tiny --hostname new --write /root/hello:hi >log
expect_equal "$(virt-cat -a tiny.img /etc/hostname)" new
expect_equal "$(virt-cat -a tiny.img /root/data | cksum)" "$(cksum <root/root/data)"
virt-cat -a tiny.img /etc/shadow | matches '^root:\$' || fail "root has no password: $(virt-cat -a tiny.img /etc/shadow)"
grep -qi 'password' log || fail "the random password is not told: $(cat log)"
virt-builder --print-cache --json | matches '"os-version":"tiny".*"cached":true,"file":"/.*"' || fail "$(virt-builder --print-cache --json)"
expect_equal "$(virt-builder --list --json)" "$(virt-builder --list --list-format json)"
virt-builder --print-cache | matches 'tiny .*cached' || fail "$(virt-builder --print-cache)"
virt-builder small --size 200M --format qcow2 -o big.qcow2 --root-password password:secret --no-network >log
grep -q Downloading log && fail "the cache is not used"
qemu-img info big.qcow2 | matches 'file format: qcow2' || fail "--format"
expect_equal "$(guestfish --ro -a big.qcow2 run : blockdev-getsize64 /dev/sda)" $((200 << 20))
(($(virt-df --json -a big.qcow2 | sed 's/.*"size":\([0-9]*\).*/\1/') > 150 << 20)) || fail "the filesystem has not grown: $(virt-df -a big.qcow2)"
virt-builder -q tiny --format qcow2 --no-cache --root-password disabled >log
qemu-img check -q tiny.qcow2

# By HTTP, from a server that shows the directory.
without_proxy
python3 - "$tmp/source" <<'PYTHON' >port &
import functools, http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
cleanup_fn kill $!
wait_until test -s port
virt-builder -q tiny --source "http://127.0.0.1:$(cat port)/index.asc" --fingerprint "$fingerprint" --no-cache -o http.img >/dev/null
virt-cat -a http.img /etc/os-release | diff root/etc/os-release -
expect_error 'could not be downloaded' virt-builder --list --source "http://127.0.0.1:$(cat port)/nosuch" --no-check-signature

# What is wrong leaves no file.
virt-builder --delete-cache
echo more >>source/tiny.xz
expect_error 'larger than the index says' virt-builder tiny -o x.img
xz -0 <<<other >source/tiny.xz
expect_error 'checksum' virt-builder tiny -o x.img
expect_error 'no template of this name' virt-builder nosuch -o x.img
expect_error 'no template of this name' virt-builder tiny --arch vax -o x.img
expect_error 'needs 64M' virt-builder tiny --size 10M -o x.img
expect_error '--size takes' virt-builder tiny --size much -o x.img
expect_error 'give the name' virt-builder
rm config/virt-builder/repos.d/local.conf
expect_error 'no sources' virt-builder --list
expect_equal "$(ls x.img* 2>/dev/null)" "" "what failed left"
