#!/bin/bash
# The include table of docs/ARCHITECTURE.md, section 2: no folder includes headers of a folder that it may not see.
source "$(dirname "$0")/functions.sh"

# folder: the folders whose headers it may include, besides its own
allowed=(
  "common:"
  "generator:common"
  "rpc:common"
  "machine:common"
  "lib:common rpc"
  "inspector:common lib"
  "daemon:common rpc inspector"
  "fish:lib common tools"
  "tools:lib common"
  "customize:lib common tools"
  "bindings:lib common"
)
cd "$top_srcdir"
declare -A home
for header in $(find . -name '*.h' -not -path '*/testdata/*' -printf '%P\n'); do
  home[$(basename "$header")]+=" ${header%%/*}"
done
bad=0
for line in "${allowed[@]}"; do
  folder=${line%%:*} may=" $folder ${line#*:} "
  while IFS=: read -r file number text; do
    name=$(sed -n 's/.*#[ ]*include[ ]*"\([^"]*\)".*/\1/p' <<<"$text")
    base=$(basename "$name")
    [[ -n ${home[$base]:-} ]] || continue
    ok=
    for h in ${home[$base]}; do
      if [[ $may == *" $h "* ]]; then ok=1; fi
    done
    if [[ -z $ok ]]; then
      echo "$file:$number: $folder may not include $name of${home[$base]}"
      bad=1
    fi
  done < <(grep -rnE --include='*.[ch]' --exclude-dir=testdata '^[ ]*#[ ]*include[ ]*"' "$folder" || true)
done
expect_equal "$bad" 0 "includes that break the layering"
