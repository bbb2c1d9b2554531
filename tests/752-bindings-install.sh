#!/bin/bash
# make install of each binding: the files are where the language looks, and programs run with these and nothing of the tree;
# the packages in the ways of the languages: MakeMaker, a gem, a jar with its pom.
source "$(dirname "$0")/functions.sh"

requires make
installed=$tmp/root
prefix=$(sed -n 's/^prefix = //p' "$top_builddir/Makefile")
lib=$top_builddir/lib/.libs
clean=(env -i "HOME=$tmp" "PATH=$PATH" "TMPDIR=${TMPDIR:-/tmp}" "LD_LIBRARY_PATH=$lib")
built () { [[ -e $top_builddir/bindings/$1 ]]; }
install_binding () { make_in "bindings/$1" install DESTDIR="$installed" >"$tmp/log" 2>&1 || fail "install $1: $(tail -n 20 "$tmp/log")"; }
# The folder below $installed that holds a file.
folder_of () { local found; found=$(find "$installed$prefix" -path "*/$1" -not -path '*/doc/*' | head -n 1); [[ -n $found ]] || fail "$1 has not been installed"; echo "${found%/"$1"}"; }
manual () { [[ -n $(find "$installed" -path "*/doc/*/$1") ]] || fail "$1 has not been installed"; }
tested=

if built python/.libs/libguestfsmod.so; then
  install_binding python
  "${clean[@]}" PYTHONPATH="$(folder_of guestfs/__init__.py):$(folder_of libguestfsmod.so)" /usr/bin/env python3 -c '
import guestfs, guestfs.customize
assert guestfs.__file__.startswith("'"$installed"'"), guestfs.__file__
assert guestfs.GuestFS().get_verbose() == 0' || fail "python"
  [[ -e $(folder_of guestfs/__init__.py)/guestfs/py.typed && -e $(folder_of guestfs/__init__.pyi)/guestfs/__init__.pyi ]] || fail "python: no types"
  tested+=" python"
fi

if built perl/perl5; then
  install_binding perl
  "${clean[@]}" perl -I"$(folder_of Sys/Guestfs.pm)" -MSys::Guestfs -e '
    die $INC{"Sys/Guestfs.pm"} if index ($INC{"Sys/Guestfs.pm"}, $ARGV[0]) != 0;
    die if Sys::Guestfs->new ()->get_verbose () != 0' "$installed" || fail "perl"
  if built perl/manual.3pm; then folder_of man3/Sys::Guestfs.3pm >/dev/null; fi
  # As a module of CPAN, in a copy of what it needs of the tree.
  if [[ $top_srcdir -ef $top_builddir ]]; then
    mkdir -p "$tmp/copy/lib/.libs" "$tmp/copy/bindings"
    cp -R "$top_builddir/bindings/perl" "$top_builddir/bindings/common" "$tmp/copy/bindings"
    cp -R "$top_builddir/common" "$top_builddir/config.h" "$tmp/copy"
    cp "$top_builddir/lib/guestfs.h" "$top_srcdir/lib/receiver.h" "$tmp/copy/lib"
    cp -P "$lib"/libguestfs.so* "$tmp/copy/lib/.libs"
    (cd "$tmp/copy/bindings/perl" && rm -rf blib perl5 .libs ./*.o ./*.lo && perl Makefile.PL INSTALL_BASE="$tmp/cpan" &&
       make -f Makefile.mm && make -f Makefile.mm test && make -f Makefile.mm install) >"$tmp/log" 2>&1 || fail "MakeMaker: $(tail -n 20 "$tmp/log")"
    grep -q "All tests successful" "$tmp/log" || fail "MakeMaker: no tests: $(tail -n 20 "$tmp/log")"
    "${clean[@]}" PERL5LIB="$tmp/cpan/lib/perl5" perl -MSys::Guestfs -e '
      die $INC{"Sys/Guestfs.pm"} if index ($INC{"Sys/Guestfs.pm"}, $ARGV[0]) != 0;
      die if Sys::Guestfs->new ()->get_verbose () != 0' "$tmp/cpan" || fail "perl, as a module of CPAN"
    rm -rf "$tmp/copy"
  fi
  tested+=" perl"
fi

if built ruby/.libs/_guestfs.so; then
  install_binding ruby
  "${clean[@]}" ruby -I"$(folder_of guestfs.rb)" -I"$(folder_of _guestfs.so)" -e '
    require "guestfs"
    raise $".grep(/guestfs/).inspect unless $".grep(/guestfs/).all? { |f| f.start_with?(ARGV[0]) }
    raise unless Guestfs::Guestfs.new.get_verbose == 0' "$installed" || fail "ruby"
  make_in bindings/ruby gem >"$tmp/log" 2>&1 || fail "gem: $(tail -n 20 "$tmp/log")"
  "${clean[@]}" GEM_HOME="$tmp/gems" gem install --local --no-document "$top_builddir"/bindings/ruby/guestfs-*.gem >"$tmp/log" 2>&1 ||
    fail "gem install: $(tail -n 20 "$tmp/log")"
  "${clean[@]}" GEM_HOME="$tmp/gems" GEM_PATH="$tmp/gems" ruby -e '
    gem "guestfs"
    require "guestfs"
    raise $".grep(/guestfs/).inspect unless $".grep(/guestfs/).all? { |f| f.start_with?(ARGV[0]) }
    raise unless Guestfs::Guestfs.new.get_verbose == 0' "$tmp/gems" || fail "the gem"
  if built ruby/manual; then manual ruby/Guestfs/Guestfs.html; fi
  tested+=" ruby"
fi

if built ocaml/mlguestfs.cmxa; then
  install_binding ocaml
  echo 'let () = assert (not (Guestfs.get_verbose (Guestfs.create ())))' >"$tmp/program.ml"
  site=$(folder_of guestfs/META)
  for compiler in ocamlopt ocamlc; do
    (cd "$tmp" && "${clean[@]}" CAML_LD_LIBRARY_PATH="$site/stublibs" OCAMLPATH="$site" \
       ocamlfind "$compiler" -package guestfs -ccopt "-L$lib" -linkpkg program.ml -o "$compiler-program") >"$tmp/log" 2>&1 || fail "$compiler: $(tail -n 20 "$tmp/log")"
    "${clean[@]}" CAML_LD_LIBRARY_PATH="$site/stublibs" "$tmp/$compiler-program" || fail "ocaml, $compiler"
  done
  expect_equal "$("${clean[@]}" OCAMLPATH="$site" ocamlfind query guestfs)" "$site/guestfs"
  if built ocaml/manual; then manual ocaml/Guestfs.html; fi
  tested+=" ocaml"
fi

if built java/libguestfs.jar; then
  install_binding java
  jar=$(folder_of libguestfs.jar)/libguestfs.jar
  [[ -L $jar && -e $jar ]] || fail "java: $jar"
  cat >"$tmp/Program.java" <<'JAVA'
import com.redhat.et.libguestfs.GuestFS;

public class Program
{
  public static void main (String[] argv) throws Exception
  {
    try (GuestFS g = new GuestFS ()) {
      if (g.get_verbose ())
        throw new AssertionError ();
    }
  }
}
JAVA
  "${clean[@]}" javac -cp "$jar" -d "$tmp" "$tmp/Program.java" || fail "javac"
  "${clean[@]}" java -Djava.library.path="$(folder_of libguestfs_jni.so)" -cp "$jar:$tmp" Program || fail "java"
  if built java/javadoc; then manual java/com/redhat/et/libguestfs/GuestFS.html; fi
  # The model, without the plugins that Maven would download.
  if type -p xmllint >/dev/null; then
    pom=$top_builddir/bindings/java/pom.xml
    version=$(sed -n 's/^API_VERSION = //p' "$top_builddir/Makefile")
    for pair in groupId=com.redhat.et artifactId=libguestfs "version=$version" packaging=jar modelVersion=4.0.0; do
      expect_equal "$(xmllint --xpath "string(/*[local-name()='project']/*[local-name()='${pair%%=*}'])" "$pom")" "${pair#*=}" "pom.xml"
    done
  fi
  if type -p mvn >/dev/null; then
    "${clean[@]}" mvn --offline --quiet -Dmaven.repo.local="$tmp/m2" -f "$top_builddir/bindings/java/pom.xml" validate >"$tmp/log" 2>&1 ||
      fail "mvn validate: $(tail -n 20 "$tmp/log")"
  fi
  tested+=" java"
fi
[[ -n $tested ]] || skip "no binding is built"
echo "installed and used:$tested"
