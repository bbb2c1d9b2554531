#!/bin/bash
# copy-in and copy-out: contents, links, permissions, times, owners, what cannot be copied, and names that lead out of the directory.
source "$(dirname "$0")/functions.sh"

fish=("$top_builddir/run" guestfish)
requires_file "$top_builddir/fish/guestfish" "$top_builddir/appliance/root.img"

mkdir -p "$tmp/in/sub/deep" "$tmp/out"
for i in {1..300}; do echo "contents $i" >"$tmp/in/sub/f$i"; done
ln -s f1 "$tmp/in/sub/link"
ln -s /nowhere/at/all "$tmp/in/dangling"
ln "$tmp/in/sub/f1" "$tmp/in/hard"
chmod 640 "$tmp/in/sub/f2"
chmod 700 "$tmp/in/sub/deep"
noise 3000001 >"$tmp/in/big"
truncate -s 5M "$tmp/in/sparse"
printf x | dd of="$tmp/in/sparse" bs=1 seek=3000000 conv=notrunc status=none
echo 'a name with a space, and ü' >"$tmp/in/a name ü"
name=$(printf 'n%.0s' {1..200})
echo long >"$tmp/in/$name"
# Times that nothing has by being made now; fractions of a second may be lost.
find "$tmp/in" -depth -exec touch -h -d '2011-12-13 14:15:16.987654321 UTC' {} +
touch -d '2001-02-03 04:05:06' "$tmp/in/sub/f3"

"${fish[@]}" <<EOF
sparse $tmp/disk.img 100M
run
mkfs ext4 /dev/sda
mount /dev/sda /
mkdir /dir
copy-in $tmp/in /dir
copy-in $tmp/in/big $tmp/in/sub/f7 /
copy-out /dir/in $tmp/out
copy-out /f7 /dir/in/big $tmp/out
EOF

diff -r --no-dereference "$tmp/in" "$tmp/out/in"
cmp "$tmp/in/big" "$tmp/out/big"
cmp "$tmp/in/sub/f7" "$tmp/out/f7"
list () { (cd "$1" && find . -printf '%p %y %m %s %l %T@\n' | sed 's/\.[0-9]*$//' | grep -v '^\. ' | sort); }
diff <(list "$tmp/in") <(list "$tmp/out/in")
[[ $tmp/out/in/hard -ef $tmp/out/in/sub/f1 ]] || fail "the hard link is a copy"

# Bad names.
try () { "${fish[@]}" --ro --format=raw -a "$tmp/disk.img" -m /dev/sda "$@"; }
expect_error 'No such file' try copy-in "$tmp/none" /
expect_error 'no such directory' try copy-in "$tmp/in" /none
expect_error 'neither a file nor a directory' try copy-out /none "$tmp/out"
expect_error 'No such file' try copy-out /dir "$tmp/none"
expect_error 'not a directory' try copy-out /dir "$tmp/in/big"

# A disk that is full.
expect_error 'No space left' "${fish[@]}" sparse "$tmp/small.img" 5M : run : mkfs ext2 /dev/sda : mount /dev/sda / \
  : copy-in "$top_builddir/appliance/root.img" /

# A guest whose link leads out of the directory: the file behind it stays.
mkdir "$tmp/victim" "$tmp/out2"
echo safe >"$tmp/victim/file"
mkdir -p "$tmp/evil/x"
ln -s "$tmp/victim" "$tmp/evil/x/link"
"${fish[@]}" <<EOF
add $tmp/disk.img format:raw
run
mount /dev/sda /
copy-in $tmp/evil /
EOF
mkdir -p "$tmp/out2/evil/x"
ln -s "$tmp/victim" "$tmp/out2/evil/x/link"
try copy-out /evil "$tmp/out2"
expect_equal "$(cat "$tmp/victim/file")" safe
