#!/bin/bash
# The appliance is small, and its root image is the same for the same input.
source "$(dirname "$0")/functions.sh"

dir=$top_builddir/appliance
requires_file "$dir/root.img"
if grep -q '^#define SANITIZED' "$top_builddir/config.h"; then skip "the root image is that of another build, without sanitizers"; fi

size=0
for f in kernel-uml kernel-kvm root.img; do
  [[ -e $dir/$f ]] || continue
  size=$((size + $(du -kL "$dir/$f" | cut -f1)))
done
[[ $size -le 65536 ]] || fail "$size KiB on disk"

# Once more, without what the first build has left.
"$top_srcdir/appliance/build-root" --manifest="$top_srcdir/appliance/root.manifest" \
  --files="$top_srcdir/appliance/root" --daemon="$top_builddir/daemon/guestfsd" \
  --libs="$top_builddir/daemon/guestfsd.libs" --work-dir="$tmp/work" \
  --output="$tmp/root.img" >/dev/null || fail "build-root fails"
cmp "$dir/root.img" "$tmp/root.img" || fail "the root image differs from one build to the next"

# What is missing is named, with its package.
echo 'program no-such-program some-package' >"$tmp/manifest"
if "$top_srcdir/appliance/build-root" --manifest="$tmp/manifest" \
     --files="$top_srcdir/appliance/root" --daemon="$top_builddir/daemon/guestfsd" \
     --libs="$top_builddir/daemon/guestfsd.libs" --work-dir="$tmp/work2" \
     --output="$tmp/bad.img" 2>"$tmp/err"; then
  fail "a missing program is no error"
fi
grep -q 'no-such-program: package some-package' "$tmp/err" || fail "$(cat "$tmp/err")"
[[ ! -e $tmp/bad.img ]] || fail "an image in spite of the error"
