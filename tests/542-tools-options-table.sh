#!/bin/bash
# Every option that the programs of libguestfs have is known to ours, with and without an argument as there (options.table).
source "$(dirname "$0")/functions.sh"
here=$(cd "$(dirname "$0")" && pwd)
missing=()
set -f # "-?" is an option
while read -r program options; do
  [[ $program != \#* ]] || continue
  path=$(type -p "$program" || true)
  # The distribution's own may be there.
  [[ $path == "$top_builddir"/* ]] || { echo "$program is not here"; continue; }
  # Without the script of libtool, which takes longer than the program.
  direct=$(dirname "$path")/.libs/$program
  [[ ! -x $direct ]] || program=$direct
  known=" $({ $program --long-options; $program --short-options; } | tr '\n' ' ')"
  for option in $options; do
    # Says the same as --help.
    [[ $option != '-?' ]] || { "$program" '-?' >/dev/null || missing+=("$program -?"); continue; }
    name=${option%[=?]}
    [[ $known == *" $name "* ]] || { missing+=("${program##*/} $name"); continue; }
    case $option in
      *=) out=$($program "$name" 2>&1 </dev/null) && missing+=("$program $name needs no argument")
          [[ $out == *"requires an argument"* ]] || missing+=("$program $name: $out") ;;
      *\?|-[^-]*) ;;
      *)  out=$($program "$name=x" 2>&1 </dev/null) && missing+=("$program $name takes an argument")
          [[ $out == *"doesn't allow an argument"* ]] || missing+=("$program $name=: $out") ;;
    esac
  done
done <"$here/options.table"
if ((${#missing[@]} > 0)); then
  printf '%s\n' "${missing[@]}" >&2
  fail "${#missing[@]} options are missing or differ"
fi
