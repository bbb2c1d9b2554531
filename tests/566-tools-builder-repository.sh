#!/bin/bash
# virt-builder-repository: make a source, build from it with its signature checked, bring it up to date, failures that change nothing.
source "$(dirname "$0")/functions.sh"
source "$(dirname "$0")/builder-functions.sh"
requires gpg xz sha512sum qemu-img
cd "$tmp"
export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/config XDG_CACHE_HOME=$tmp/cache XDG_CONFIG_DIRS=$tmp/nowhere GNUPGHOME=$tmp/gpg
mkdir -p home cache repo
mkdir -m 700 gpg
gpg --batch --quiet --passphrase '' --quick-generate-key signer@example.org rsa2048 default never 2>/dev/null || skip "gpg makes no key here"
cleanup_fn gpgconf --homedir "$tmp/gpg" --kill all
fingerprint=$(gpg --list-keys --with-colons | awk -F: '$1 == "fpr" && !n++ {print $10}')

small_debian root one
cp /bin/true root/bin/sh
make () { virt-make-fs -t ext4 --partition --size 48M --format "$1" root "$2"; } # FORMAT FILE
field () { sed -n "/^\[$1\]/,/^\[/s/^$2=//p" "${3:-repo/index}"; } # TEMPLATE FIELD
state () { ls -A repo; cat repo/index* 2>/dev/null || true; }

# --- without a name for the image nothing is made
make qcow2 repo/small.qcow2
before=$(state)
expect_error 'file=small.qcow2.xz.*interactive' virt-builder-repository repo
expect_equal "$(state)" "$before" "the repository after a failure"

# --- a name in the index, and what people wrote there; the rest is found
printf '[tiny]\nfile=small.qcow2.xz\nnotes=First line\n \n Last line\naliases=little\n' >repo/index
virt-builder-repository repo >log
expect_equal "$(ls -A repo)" $'index\nsmall.qcow2.xz' "files of the repository"
virt-index-validate repo/index
grep -q 'Compressing small.qcow2' log || fail "it does not say what it does: $(cat log)"
expect_equal "$(field tiny arch) $(field tiny osinfo) $(field tiny format) $(field tiny size) $(field tiny expand) $(field tiny revision)" \
  "$(uname -m) debian12 qcow2 $((48 << 20)) /dev/sda1 1"
expect_equal "$(field tiny name)" "Debian GNU/Linux 12"
expect_equal "$(field tiny 'checksum\[sha512\]')" "$(sha512sum <repo/small.qcow2.xz | cut -d ' ' -f 1)"
expect_equal "$(field tiny compressed_size)" "$(stat -c %s repo/small.qcow2.xz)"

# --- signed, and built from with the signature and the checksum verified
virt-builder-repository -q --gpg-key signer@example.org --gpg "gpg --batch --quiet" repo >log
[[ ! -s log ]] || fail "--quiet prints: $(cat log)"
gpg --quiet --batch --verify repo/index.asc 2>/dev/null || fail "the signature"
virt-builder -q --source repo/index.asc --fingerprint "$fingerprint" little --no-network --root-password disabled -o built.img
expect_equal "$(virt-cat -a built.img /etc/hostname)" one
expect_equal "$(virt-builder --source repo/index.asc --fingerprint "$fingerprint" --notes tiny)" $'First line\n\nLast line'
sed -i 's/^size=.*/size=99999999/' repo/index.asc
expect_error 'not valid|verified' virt-builder --source repo/index.asc --fingerprint "$fingerprint" --list

# --- new contents: the next revision, which a cache takes for another template; a second image by questions; --no-compression
echo two >root/etc/hostname
make qcow2 repo/small.qcow2
rm repo/index
virt-builder-repository -q -K signer@example.org --gpg "gpg --batch --quiet" repo
expect_equal "$(field tiny revision repo/index.asc) $(field tiny size repo/index.asc)" "2 $((48 << 20))"
expect_equal "$(field tiny aliases repo/index.asc)" little
virt-builder -q --source repo/index.asc --fingerprint "$fingerprint" tiny --no-network --root-password disabled -o built.img
expect_equal "$(virt-cat -a built.img /etc/hostname)" two
make raw repo/plain
printf 'plain-1\nA full name\n\n-\n\n\n' | virt-builder-repository -i --no-compression -K signer@example.org --gpg "gpg --batch --quiet" repo >log
expect_equal "$(field plain-1 file repo/index.asc) $(field plain-1 name repo/index.asc) $(field plain-1 arch repo/index.asc)" "plain A full name $(uname -m)"
expect_equal "$(field plain-1 osinfo repo/index.asc)" ""
expect_equal "$(field plain-1 expand repo/index.asc)" /dev/sda1
expect_equal "$(field tiny revision repo/index.asc)" 2 "what has not changed"
virt-builder -q --source repo/index.asc --fingerprint "$fingerprint" plain-1 --no-network --root-password disabled -o plain.img
expect_equal "$(virt-cat -a plain.img /etc/hostname)" two

# --- what has gone; failures: a key that is not there, an answer that is not, an image that is none
rm repo/small.qcow2.xz
virt-builder-repository -K signer@example.org --gpg "gpg --batch --quiet" --no-compression repo >log
expect_equal "$(field tiny file repo/index.asc)" ""
grep -q 'tiny: small.qcow2.xz has gone' log || fail "nothing was said: $(cat log)"
before=$(state)
expect_error 'could not be signed' virt-builder-repository --no-compression -K nobody@example.org --gpg "gpg --batch --quiet" repo
expect_equal "$(state)" "$before" "the repository after a failure to sign"
cp repo/plain repo/other.img
before=$(state)
expect_error 'no answer' virt-builder-repository -i -K signer@example.org repo
expect_equal "$(state)" "$before" "the repository without an answer"
rm repo/other.img
echo none >repo/other.qcow2
expect_error 'other.qcow2' virt-builder-repository -K signer@example.org repo
expect_error 'No such file' virt-builder-repository nosuch
expect_error 'give the directory' virt-builder-repository
expect_equal "$(virt-builder-repository --machine-readable)" virt-builder-repository

# --- ended while gpg runs: no directory, no process is left, and nothing has changed
rm repo/other.qcow2
before=$(state)
signs () { pgrep -f "^sleep 1234\.$$\$" >/dev/null; }
signs_no_more () { ! signs; }
virt-builder-repository -q --no-compression -K x --gpg "sleep 1234.$$ #" repo &
pid=$!
wait_until signs
kill -TERM $pid
status=0; wait $pid || status=$?
expect_equal "$status" 143 "the exit status when it is ended"
expect_equal "$(state)" "$before" "the repository when it is ended"
wait_until signs_no_more
