#!/bin/bash
# Real damaged images: each is opened, mounted, walked, checked, as it is (see corrupt-images.c).
source "$(dirname "$0")/functions.sh"

requires_file "$top_builddir/tests/corrupt-images" "$top_builddir/appliance/root.img"
requires_images

cd "$tmp"
n=0
unpack () {
  n=$((n + 1))
  local name
  name=$(echo "${1#"$images"/}" | tr / -)
  case $1 in
    *.xz) xz -dc "$1" >"${name%.xz}" ;;
    *.gz) gzip -dc "$1" >"${name%.gz}" ;;
    *) return ;;
  esac
}
while IFS= read -r image; do
  unpack "$image"
done < <(find "$images/e2fsprogs" "$images/btrfs-progs" -type f | sort)
find . -size 0 -delete
[[ $n -ge 100 ]] || fail "only $n images"

out=$("$top_builddir/run" "$top_builddir/tests/corrupt-images" --as-is --keep "${BATHYSCOPE_CORRUPT_KEEP:-$tmp}" -- *) ||
  fail "$out"
echo "$out" | awk '{ mounted += $4; refused += $6; stopped += $8 }
  END { printf "%d images: %d mounted, %d refused, %d stopped\n", NR, mounted, refused, stopped; exit mounted < 50 }' ||
  fail "few could be mounted"
