#!/bin/bash
# Patterns that meet text of a guest, made so that a matcher that tries everything never ends.  In the caller's process it is virt-edit's expressions,
# which give up soon; everything else matches in the appliance, which the caller can stop.
source "$(dirname "$0")/functions.sh"
cd "$tmp"
guestfish -N x.img=fs:ext2:8M:mbr <<'END' || fail "making the disk"
mount /dev/sda1 /
write /text "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\nlast\n"
END
for expression in 's/^(a|aa)+$/x/' 's/^(a+)+$/x/' 's/^(a*)*\1$/x/' 's/(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)z/x/'; do
  status=0
  timeout 200 "$top_builddir/run" virt-edit -m /dev/sda1 --format=raw -a x.img -e "$expression" /text 2>err || status=$?
  cat err >>errors
  [[ $status -ne 124 ]] || fail "virt-edit does not end: $expression"
  [[ $status -eq 0 ]] || grep -q 'takes too long' err || fail "$expression: $(cat err)"
  text=$(guestfish --ro --format=raw -a x.img -m /dev/sda1 cat /text)
  [[ $text == a*!* ]] || fail "$expression has changed what it does not match: $text"
done
grep -q 'takes too long' errors || fail "none of these takes long: the test proves nothing"

# In the appliance: at worst the caller's limit ends it.
status=0
BATHYSCOPE_CALL_TIMEOUT=10 timeout 200 "$top_builddir/run" guestfish --ro --format=raw -a x.img -m /dev/sda1 \
  -grep '\(a*\)*\1\1\1b' /text : -egrep '(a|aa)*(a|aa)*(a|aa)*b' /text >out 2>&1 || status=$?
[[ $status -ne 124 && $status -lt 128 ]] || fail "grep: exit status $status: $(cat out)"

# No matcher and no decoder of pictures is in the library, and none of the latter in the inspector.
for program in lib/.libs/libguestfs.so.0 inspector/.libs/virt-inspector; do
  if [[ -e $top_builddir/$program ]]; then
    ldd "$top_builddir/$program" | matches -E 'libpcre|libonig|libre2|libpng|libgd|libjpeg|pixbuf|libicns' && fail "$program: $(ldd "$top_builddir/$program")"
  fi
done
true
