#!/bin/bash
# The databases of package managers, made by these package managers, read without a machine.
source "$(dirname "$0")/functions.sh"
requires python3
show=$top_builddir/inspector/show-applications
[[ -x $show ]] || make_in inspector -s show-applications
cd "$tmp"
done_something=no
convert () { python3 "$top_srcdir/tests/inspect/rpmdb.py" "$@"; }

# name, epoch, version, release, architecture
short () { "$show" "$1" "$2" | awk -F'\t' -v OFS='\t' '{print $1, $3, $4, $5, $6}' | LC_ALL=C sort; }
same () # WHAT GOT WANTED
{
  diff "$2" "$3" >difference || fail "$1: $(head -20 difference)"
  [[ -s $2 ]] || fail "$1: nothing was listed"
  done_something=yes
}

# --- dpkg: packages installed by it, one removed again
if type -p dpkg-deb dpkg >/dev/null; then
  mkdir -p deb/var/lib/dpkg/{info,updates}
  touch deb/var/lib/dpkg/{status,available}
  for p in one:1.0 two:2:2.1-3 three:3-a-4+b1 gone:1; do
    mkdir -p "p-$p/DEBIAN"
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: N <n@example.org>\nSource: src (1)\nDescription: package\n Long\n .\n text\n' \
      "${p%%:*}" "${p#*:}" >"p-$p/DEBIAN/control"
    dpkg-deb --root-owner-group -b "p-$p" "${p%%:*}.deb" >/dev/null
  done
  dpkg --root="$tmp/deb" --force-not-root --force-bad-path --log=/dev/null -i ./*.deb >log 2>&1 || fail "dpkg: $(cat log)"
  dpkg --root="$tmp/deb" --force-not-root --force-bad-path --log=/dev/null -r gone >log 2>&1 || fail "dpkg: $(cat log)"
  printf '%s\t%s\t%s\t%s\tall\n' one 0 1.0 '' three 0 3-a 4+b1 two 2 2.1 3 >wanted
  short deb deb >got
  same dpkg got wanted
  expect_equal "$("$show" deb deb | awk -F'\t' '$1 == "one" {print $10, $11, $12}')" 'src package Long\n.\ntext' "texts of a package"

  # Without dpkg: a file for each package.
  mkdir -p distroless/var/lib/dpkg/status.d
  for p in one two; do
    dpkg-deb -f $p.deb >distroless/var/lib/dpkg/status.d/$p
    echo 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/x' >distroless/var/lib/dpkg/status.d/$p.md5sums
  done
  short distroless deb >got
  grep -v three wanted >wanted2
  same status.d got wanted2
fi

# --- rpm: the same packages in its three databases
if type -p rpmbuild rpm sqlite3 >/dev/null; then
  mkdir -p rpm/{SPECS,RPMS} sqlite/var/lib/rpm
  for i in 1 2 3 4 5 6; do
    { printf 'Name: package%d\nVersion: 1.%d\nRelease: 2\nEpoch: %d\nSummary: number %d\nLicense: MIT\nURL: https://example.org/%d\nVendor: Example\nBuildArch: noarch\n' $i $i $((i % 3)) $i $i
      printf '%%description\n'
      for ((j = 0; j < i * i * 40; j++)); do echo "Line $j of the description of $i."; done
      printf '%%files\n'
    } >rpm/SPECS/$i.spec
  done
  rpmbuild --define "_topdir $tmp/rpm" -bb rpm/SPECS/*.spec >log 2>&1 || fail "rpmbuild: $(tail -5 log)"
  db=(--define '_db_backend sqlite' --dbpath "$tmp/sqlite/var/lib/rpm")
  rpm "${db[@]}" --nodeps --noscripts --justdb -i rpm/RPMS/noarch/*.rpm >log 2>&1 || fail "rpm: $(cat log)"
  rpm "${db[@]}" -qa --qf '%{NAME}\t%|EPOCH?{%{EPOCH}}:{0}|\t%{VERSION}\t%{RELEASE}\t%{ARCH}\n' | LC_ALL=C sort >wanted
  short sqlite rpm >got
  same "rpm, sqlite" got wanted
  rpm "${db[@]}" -qa --qf '%{NAME}\t%{VENDOR}\t%{URL}\t%{SOURCERPM}\t%{SUMMARY}\n' | LC_ALL=C sort >wanted2
  "$show" sqlite rpm | awk -F'\t' -v OFS='\t' '{print $1, $8, $9, $10, $11}' >got
  same "texts of rpm packages" got wanted2
  expect_equal "$("$show" sqlite rpm | awk -F'\t' '$1 == "package6" {print $12}' | sed 's/\\n/\n/g' | md5sum)" \
    "$(rpm "${db[@]}" -q package6 --qf '%{DESCRIPTION}\n' | md5sum)" "a long description"

  # What is only in the write-ahead log of a guest that was not shut down counts, and what was not committed does not.
  mkdir -p wal/var/lib/rpm big/var/lib/rpm bdb/var/lib/rpm bdb64k/var/lib/rpm ndb/var/lib/rpm sysimage/usr/lib/sysimage/rpm
  database=$tmp/sqlite/var/lib/rpm/rpmdb.sqlite
  convert wal "$database" "$tmp/wal/var/lib/rpm/rpmdb.sqlite"
  [[ -s wal/var/lib/rpm/rpmdb.sqlite-wal ]] || fail "there is no log"
  short wal rpm >got
  cp -r wal wal-copy
  sqlite3 wal-copy/var/lib/rpm/rpmdb.sqlite 'select count(*) from Packages' >count
  expect_equal "$(wc -l <got)" "$(cat count)" "packages with a write-ahead log"
  expect_equal "$(cat count)" 5 "packages by SQLite"
  # A log of an older run is none.
  cp "$database" wal/var/lib/rpm/rpmdb.sqlite
  printf 'XXXX' | dd of=wal/var/lib/rpm/rpmdb.sqlite-wal bs=1 seek=16 conv=notrunc status=none
  short wal rpm >got
  same "rpm, sqlite with an invalid log" got wanted

  convert ndb "$database" ndb/var/lib/rpm/Packages.db
  short ndb rpm >got
  same "rpm, ndb" got wanted
  if type -p db5.3_load >/dev/null; then
    convert bdb "$database" bdb/var/lib/rpm/Packages 4096
    convert bdb "$database" bdb64k/var/lib/rpm/Packages 65536
    for d in bdb bdb64k; do
      short $d rpm >got
      same "rpm, $d" got wanted
    done
    # librpm finds the same in what was made here.
    if rpm --showrc | matches 'bdb_ro\|_db_backend'; then
      rpm --dbpath "$tmp/bdb/var/lib/rpm" --define '_db_backend bdb_ro' -qa --qf '%{NAME}\n' 2>/dev/null | LC_ALL=C sort >by-rpm
      expect_equal "$(cut -f1 got)" "$(cat by-rpm)" "packages by librpm"
    fi
    # The newer file counts where both are there.
    cp bdb/var/lib/rpm/Packages sqlite/var/lib/rpm/Packages
    truncate -s 4096 sqlite/var/lib/rpm/Packages
    short sqlite rpm >got
    same "rpm with an old file beside" got wanted
  fi
  cp sqlite/var/lib/rpm/rpmdb.sqlite sysimage/usr/lib/sysimage/rpm/
  short sysimage rpm >got
  same "rpm below /usr/lib/sysimage" got wanted

  # 3,000 packages.
  convert big "$database" "$tmp/big/var/lib/rpm/rpmdb.sqlite" 3000
  expect_equal "$("$show" big rpm | wc -l)" 3000 "packages of a large database"

  # Every kind of damage costs what is damaged, and is told; none kills.
  for d in sqlite/rpmdb.sqlite ndb/Packages.db bdb/Packages; do
    file=${d#*/} d=${d%/*}
    [[ -e $d/var/lib/rpm/$file ]] || continue
    rm -rf bad && mkdir -p bad/var/lib/rpm
    for keep in 0 10 90 100 512 4096 8192 20000; do
      head -c "$keep" "$d/var/lib/rpm/$file" >bad/var/lib/rpm/"$file"
      timeout 120 "$show" bad rpm >got 2>errors || [[ $? == 1 ]] || fail "$file cut after $keep bytes: $(tail -3 errors)"
      [[ -s errors ]] || fail "$file cut after $keep bytes: no error, no warning"
    done
    # A larger file than is read is refused, and a sparse one costs no time.
    cp "$d/var/lib/rpm/$file" bad/var/lib/rpm/
    truncate -s 100G bad/var/lib/rpm/"$file"
    timeout 120 "$show" bad rpm >got 2>errors && fail "$file of 100 GB was read"
    grep -q 'too large' errors || fail "$file of 100 GB: $(cat errors)"
  done
fi

# --- pacman
if type -p pacman bsdtar >/dev/null; then
  mkdir -p pacman/var/lib/pacman/sync pacman/etc
  printf '[options]\nArchitecture = any\nSigLevel = Never\n' >pacman.conf
  for p in alpha:1:2.3-4 beta:0.1-1 gamma-delta:20200101.r3-2; do
    mkdir -p "pkg-$p"
    printf 'pkgname = %s\npkgbase = base\npkgver = %s\npkgdesc = says %s\nurl = https://example.org\nbuilddate = 1\npackager = P <p@example.org>\nsize = 0\narch = any\n' \
      "${p%%:*}" "${p#*:}" "${p%%:*}" >"pkg-$p/.PKGINFO"
    bsdtar -C "pkg-$p" -czf "${p%%:*}.pkg.tar.gz" .PKGINFO
  done
  if pacman --root "$tmp/pacman" --dbpath "$tmp/pacman/var/lib/pacman" --config pacman.conf --logfile /dev/null --noscriptlet --noconfirm -U ./*.pkg.tar.gz >log 2>&1; then
    printf '%s\t%s\t%s\t%s\tany\n' alpha 1 2.3 4 beta 0 0.1 1 gamma-delta 0 20200101.r3 2 >wanted
    short pacman pacman >got
    same pacman got wanted
    expect_equal "$("$show" pacman pacman | awk -F'\t' '$1 == "beta" {print $8, $9, $10, $11}')" \
      'P <p@example.org> https://example.org base says beta' "texts of a pacman package"
    rm pacman/var/lib/pacman/local/beta-*/desc
    expect_equal "$("$show" pacman pacman 2>errors | wc -l)" 2 "packages of a damaged pacman database"
    grep -q 'beta.*desc' errors || fail "nothing was told of the damage: $(cat errors)"
  else
    echo "pacman cannot install here: $(tail -1 log)"
  fi
fi

# --- FreeBSD: the columns that pkg's table has, and one it does not know yet
if type -p sqlite3 >/dev/null; then
  mkdir -p freebsd/var/db/pkg
  sqlite3 freebsd/var/db/pkg/local.sqlite <<'SQL'
CREATE TABLE packages (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, comment TEXT NOT NULL,
  desc TEXT NOT NULL, mtree_id INTEGER, message TEXT, arch TEXT NOT NULL, maintainer TEXT NOT NULL, www TEXT, prefix TEXT NOT NULL,
  flatsize INTEGER NOT NULL, UNIQUE (name));
ALTER TABLE packages ADD COLUMN later TEXT;
INSERT INTO packages VALUES (1, 'sysutils/tool', 'tool', '1.2_3,4', 'a tool', 'It is
long.', NULL, NULL, 'FreeBSD:14:amd64', 'm@example.org', 'https://example.org', '/usr/local', 10, NULL);
INSERT INTO packages VALUES (2, 'lang/c', 'c', '2', 'c', 'c', 1, 'x', 'FreeBSD:14:amd64', 'm', NULL, '/usr/local', -1, 'y');
SQL
  "$show" freebsd pkgsrc >got
  printf 'c\t\t0\t2\t\tFreeBSD:14:amd64\t/usr/local\tm\t\tlang/c\tc\tc\t\ntool\t\t4\t1.2\t3\tFreeBSD:14:amd64\t/usr/local\tm@example.org\thttps://example.org\tsysutils/tool\ta tool\tIt is\\nlong.\t\n' >wanted
  same FreeBSD got wanted
fi

# --- what has no program here: trees as apk, portage, pkg_add and xbps write them
mkdir -p apk/lib/apk/db
printf 'C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nT:the musl c library (libc) implementation\nU:https://musl.libc.org/\no:musl\nm:T <t@example.org>\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:tool\nV:20240101-r12\nA:x86_64\n' >apk/lib/apk/db/installed
short apk apk >got
printf 'musl\t0\t1.2.5\t0\tx86_64\ntool\t0\t20240101\t12\tx86_64\n' >wanted
same apk got wanted
expect_equal "$("$show" apk apk | awk -F'\t' '$1 == "musl" {print $8, $9, $10, $11}')" \
  'T <t@example.org> https://musl.libc.org/ musl the musl c library (libc) implementation' "texts of an apk package"

for p in dev-lang/perl-5.38.2-r3 sys-libs/db-5.3.28_p1 virtual/libc-1 x11-libs/gtk+-3.24.41-r1; do
  mkdir -p "portage/var/db/pkg/$p"
  echo "about $p" >"portage/var/db/pkg/$p/DESCRIPTION"
done
short portage ebuild >got
printf '%s\t0\t%s\t%s\t\n' dev-lang/perl 5.38.2 r3 sys-libs/db 5.3.28_p1 '' virtual/libc 1 '' x11-libs/gtk+ 3.24.41 r1 >wanted
same portage got wanted

for p in bash-5.2.21nb1 py311-foo-bar-1.0; do
  mkdir -p "netbsd/usr/pkg/pkgdb/$p" "openbsd/var/db/pkg/$p"
  for d in netbsd/usr/pkg/pkgdb openbsd/var/db/pkg; do echo "one line" >"$d/$p/+COMMENT"; done
  printf 'More\nlines\n' >"openbsd/var/db/pkg/$p/+DESC"
done
printf '%s\t0\t%s\t\t\n' bash 5.2.21nb1 py311-foo-bar 1.0 >wanted
short netbsd pkgsrc >got
same NetBSD got wanted
short openbsd unknown >got
same OpenBSD got wanted
expect_equal "$("$show" openbsd unknown | awk -F'\t' '$1 == "bash" {print $11, $12}')" 'one line More\nlines' "texts of OpenBSD"

mkdir -p void/var/db/xbps
cat >void/var/db/xbps/pkgdb-0.38.plist <<'PLIST'
<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
	<key>_XBPS_ALTERNATIVES_</key>
	<dict>
		<key>vi</key>
		<array>
			<string>nvi</string>
		</array>
	</dict>
	<key>acl</key>
	<dict>
		<key>architecture</key>
		<string>x86_64</string>
		<key>homepage</key>
		<string>https://example.org/?a&amp;b</string>
		<key>pkgver</key>
		<string>acl-2.3.1_1</string>
		<key>run_depends</key>
		<array>
			<string>glibc&gt;=2.8_1</string>
		</array>
		<key>short_desc</key>
		<string>Access Control List &lt;utilities&gt;</string>
	</dict>
</dict>
</plist>
PLIST
expect_equal "$("$show" void xbps)" $'acl\t\t0\t2.3.1\t1\tx86_64\t\t\thttps://example.org/?a&b\t\tAccess Control List <utilities>\t\t' xbps

# --- a system that has a package manager has its database
mkdir empty
for format in apk deb ebuild pacman pkgsrc rpm xbps; do
  "$show" empty $format >got 2>errors && fail "no database of $format, but a list"
  grep -q missing errors || fail "$format: $(cat errors)"
done
"$show" empty unknown >got
[[ ! -s got ]] || fail "a list from nothing"
[[ $done_something == yes ]] || skip "none of the package managers is installed"
