#!/bin/bash
# The same calls in every language: what the library got, and what the calls returned, must be as in C.
source "$(dirname "$0")/functions.sh"

requires python3
: "${CC:=cc}"
python3 "$top_srcdir/tests/bindings/make-vectors.py" "$tmp"
cd "$tmp"
$CC -std=gnu11 -D_GNU_SOURCE -I"$top_builddir/lib" vectors.c -o vectors-c -L"$top_builddir/lib/.libs" -lguestfs 2>log || fail "$(cat log)"

# compare LANGUAGE COMMAND...: run the program and compare
languages=
compare ()
{
  local language=$1
  shift
  timeout -k 5 400 "$top_builddir/run" "$@" "$language.arguments" "$language.results" >log 2>&1 || fail "$language: $(tail -n 20 log)"
  cmp C.arguments "$language.arguments" || fail "$language: arguments: $(diff C.arguments "$language.arguments" | head -n 10)"
  cmp C.results "$language.results" || fail "$language: results: $(diff C.results "$language.results" | head -n 10)"
  languages+=" $language"
}

timeout -k 5 400 "$top_builddir/run" ./vectors-c C.arguments C.results || fail "C"
(($(wc -l <C.arguments) > 1000 && $(wc -l <C.results) > 2000)) || fail "the program in C does not do much"
if [[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]]; then
  compare python python3 vectors.py
fi
if [[ -e $top_builddir/bindings/perl/perl5 ]]; then
  compare perl perl vectors.pl
fi
if [[ -e $top_builddir/bindings/ruby/.libs/_guestfs.so ]]; then
  compare ruby ruby -W0 vectors.rb
fi
if [[ -e $top_builddir/bindings/ocaml/mlguestfs.cmxa ]]; then
  "$top_builddir/run" ocamlfind ocamlopt -package guestfs -linkpkg vectors.ml -o vectors-ocaml >log 2>&1 || fail "$(tail -n 20 log)"
  compare ocaml ./vectors-ocaml
fi
if [[ -e $top_builddir/bindings/java/libguestfs.jar ]]; then
  "$top_builddir/run" javac Vectors.java >log 2>&1 || fail "$(tail -n 20 log)"
  compare java java Vectors
fi
[[ -n $languages ]] || skip "no binding is built"
echo "the same as in C:$languages"
