#!/bin/bash
# Large files in every language: read_file writes them straight into memory of the language.  What comes, how much memory that takes, calls
# that fail in the middle, that are cancelled, callbacks that fail, languages that have no memory left.
source "$(dirname "$0")/functions.sh"

requires mkfs.btrfs mke2fs openssl prlimit
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"
# 96 MiB that repeat nothing, and a file of which the checksum of one block, in the middle, is wrong.
mkdir -p tree/mnt endless
openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c 100663296 >tree/big || true
head -c 70000 tree/big >tree/small
mark='the bytes that are damaged below'
{ head -c 50000000 tree/big; printf '%s' "$mark"; tail -c 50000000 tree/big; } >tree/bad
truncate -s 400M image
mkfs.btrfs -q --rootdir tree image >log 2>&1 || fail "$(cat log)"
at=$(LC_ALL=C grep -abo "$mark" image | head -n 1 | cut -d: -f1)
printf x | dd of=image bs=1 seek="$at" conv=notrunc status=none
rm tree/bad
# A file that takes longer to read than to cancel.  The other may be read before there is a first message of progress, so that
# it is read again until there was one.
truncate -s 1G endless/endless
truncate -s 64M image2
mke2fs -q -t ext4 -d endless image2 || fail "mke2fs"

# What a process has, of its status, in MiB.
cat >memory <<'END'
#!/bin/bash
awk -v key="$2:" '$1 == key {print int ($2 / 1024)}' "/proc/$1/status"
END
# Let it have 80 MiB more than it has; or as much as it wants.
cat >limit <<'END'
#!/bin/bash
[[ $2 == more ]] && exec prlimit --pid "$1" --as=$(( ($("${0%/*}/memory" "$1" VmSize) + 80) << 20 )):
exec prlimit --pid "$1" --as=unlimited:
END
chmod +x memory limit

all='once|the same|no such file|middle|no leak|cancelled|callback failed|no memory|again'
checked=
check () # LANGUAGE CASES-THAT-DO-NOT-APPLY COMMAND...
{
  local language=$1 without=$2
  shift 2
  tr '|' '\n' <<<"$all" | grep -vxF -f <(tr '|' '\n' <<<"$without") >wanted
  timeout -k 5 400 "$top_builddir/run" "$@" >out 2>err || fail "$language: $? after '$(tail -n 1 out)': $(tail -n 5 err)"
  diff wanted out || fail "$language: $(tail -n 5 err)"
  checked+=" $language"
}

if [[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]]; then
  cat >large.py <<'END'
import errno, guestfs, os, subprocess, sys

def memory(what):
    return int(subprocess.check_output(["./memory", str(os.getpid()), what]))
def say(text, right=True):
    assert right, text
    print(text, flush=True)
def fails(text, path, number):
    try:
        g.read_file(path)
    except guestfs.Error as e:
        return say(text, e.errno == number and e.call == "read_file") if text else None
    assert False, path

g = guestfs.GuestFS()
g.add_drive_ro("image")
g.add_drive_ro("image2")
g.launch()
g.mount_ro("/dev/sda", "/")
g.mount_ro("/dev/sdb", "/mnt")
before = memory("VmRSS")
data = g.read_file("/big")
say("once", memory("VmHWM") - before < 96 + 60)
with open("tree/big", "rb") as f:
    say("the same", data == f.read())
del data
fails("no such file", "/nosuch", errno.ENOENT)
fails("middle", "/bad", errno.EIO)
before = memory("VmRSS")
for i in range(6):
    fails(None, "/bad", errno.EIO)
say("no leak", memory("VmRSS") - before < 90)
events = []
def cancel(*a):
    g.user_cancel()
handle = g.set_event_callback(cancel, guestfs.EVENT_PROGRESS)
fails("cancelled", "/mnt/endless", errno.EINTR)
g.delete_event_callback(handle)
sys.unraisablehook = lambda a: events.append(a.exc_type)
def fail(*a):
    raise KeyError("oops")
handle = g.set_event_callback(fail, guestfs.EVENT_PROGRESS)
right = any(len(g.read_file("/big")) == 100663296 and KeyError in events for i in range(100))
say("callback failed", right)
g.delete_event_callback(handle)
subprocess.check_call(["./limit", str(os.getpid()), "more"])
try:
    g.read_file("/big")
except MemoryError:
    refused = True
subprocess.check_call(["./limit", str(os.getpid()), "all"])
say("no memory", refused)
say("again", len(g.read_file("/big")) == 100663296)
END
  check python '' python3 large.py
fi
if [[ -e $top_builddir/bindings/perl/perl5 ]]; then
  cat >large.pl <<'END'
use strict; use warnings; use Errno qw(ENOENT EIO EINTR ENOMEM); use Sys::Guestfs;
$| = 1;
sub memory { my $n = `./memory $$ $_[0]`; $n }
sub say_if { die $_[0] unless $_[1]; print "$_[0]\n" }
my $g = Sys::Guestfs->new ();
sub fails { my ($text, $path, $number) = @_; my $done = eval { $g->read_file ($path); 1 }; my $e = $! + 0;
            die $path if $done || $e != $number; say_if ($text, 1) if $text }
$g->add_drive_ro ("image");
$g->add_drive_ro ("image2");
$g->launch ();
$g->mount_ro ("/dev/sda", "/");
$g->mount_ro ("/dev/sdb", "/mnt");
my $before = memory ("VmRSS");
my $data = $g->read_file ("/big");
say_if ("once", memory ("VmHWM") - $before < 96 + 60);
{ local $/; open my $f, "<", "tree/big"; say_if ("the same", $data eq <$f>) }
undef $data;
fails ("no such file", "/nosuch", ENOENT);
fails ("middle", "/bad", EIO);
$before = memory ("VmRSS");
fails (undef, "/bad", EIO) for 1 .. 6;
say_if ("no leak", memory ("VmRSS") - $before < 90);
my $handle = $g->set_event_callback (sub { $g->user_cancel () }, $Sys::Guestfs::EVENT_PROGRESS);
fails ("cancelled", "/mnt/endless", EINTR);
$g->delete_event_callback ($handle);
my $warned = 0;
$SIG{__WARN__} = sub { $warned++ };
$handle = $g->set_event_callback (sub { die "oops" }, $Sys::Guestfs::EVENT_PROGRESS);
my $right = 0;
for (1 .. 100) { last if $right = length $g->read_file ("/big") == 100663296 && $warned }
say_if ("callback failed", $right);
$g->delete_event_callback ($handle);
system ("./limit $$ more") == 0 or die;
my $done = eval { $g->read_file ("/big"); 1 };
my $e = $! + 0;
system ("./limit $$ all") == 0 or die;
say_if ("no memory", !$done && $e == ENOMEM);
say_if ("again", length $g->read_file ("/big") == 100663296);
END
  check perl '' perl large.pl
fi
if [[ -e $top_builddir/bindings/ruby/.libs/_guestfs.so ]]; then
  cat >large.rb <<'END'
require 'guestfs'
$stdout.sync = true
def memory(what) = `./memory #{$$} #{what}`.to_i
def say(text, right = true) = right ? puts(text) : raise(text)
G = Guestfs::Guestfs.new
def fails(text, path, number)
  begin
    G.read_file(path)
  rescue Guestfs::Error => e
    return text && say(text, e.errno == number)
  end
  raise path
end
G.add_drive_ro("image")
G.add_drive_ro("image2")
G.launch
G.mount_ro("/dev/sda", "/")
G.mount_ro("/dev/sdb", "/mnt")
before = memory("VmRSS")
data = G.read_file("/big")
say("once", memory("VmHWM") - before < 96 + 60)
say("the same", data.encoding == Encoding::BINARY && data == File.binread("tree/big"))
data << "x" # it is an ordinary string
data = nil
fails("no such file", "/nosuch", Errno::ENOENT::Errno)
fails("middle", "/bad", Errno::EIO::Errno)
GC.start
before = memory("VmRSS")
6.times { fails(nil, "/bad", Errno::EIO::Errno) }
say("no leak", memory("VmRSS") - before < 150)
handle = G.set_event_callback(Guestfs::EVENT_PROGRESS) { G.user_cancel }
fails("cancelled", "/mnt/endless", Errno::EINTR::Errno)
G.delete_event_callback(handle)
called = 0
handle = G.set_event_callback(Guestfs::EVENT_PROGRESS) { called += 1; raise "oops" }
say("callback failed", (1..100).any? { G.read_file("/big").bytesize == 100663296 && called > 0 })
G.delete_event_callback(handle)
GC.start
system("./limit #{$$} more") or raise
refused = begin
  G.read_file("/big")
rescue NoMemoryError
  true
end
system("./limit #{$$} all") or raise
say("no memory", refused == true)
say("again", G.read_file("/big").bytesize == 100663296)
END
  check ruby '' ruby -W0 large.rb
fi
if [[ -e $top_builddir/bindings/ocaml/mlguestfs.cmxa ]]; then
  cat >large.ml <<'END'
let command format = Printf.sprintf format (Unix.getpid ())
let memory what =
  let from = Unix.open_process_in (command "./memory %d " ^ what) in
  let n = int_of_string (input_line from) in
  ignore (Unix.close_process_in from);
  n
let say ?(right = true) text = if right then print_endline text else failwith text
let () =
  let g = new Guestfs.guestfs () in
  let fails text path number =
    match g#read_file path with
    | _ -> failwith path
    | exception Guestfs.Error _ -> if text <> "" then say text ~right:(number < 0 || g#last_errno () = number) in
  g#add_drive_ro "image";
  g#add_drive_ro "image2";
  g#launch ();
  g#mount_ro "/dev/sda" "/";
  g#mount_ro "/dev/sdb" "/mnt";
  let before = memory "VmRSS" in
  let data = g#read_file "/big" in
  say "once" ~right:(memory "VmHWM" - before < 96 + 60);
  (* Another thread has the lock most of the time, and compacts the heap. *)
  let ending = ref false in
  let thread = Thread.create (fun () ->
    let n = ref 0 in
    while not !ending do
      incr n;
      if !n land 0xffffff = 0 then Gc.compact () else ignore (Sys.opaque_identity (ref !n))
    done) () in
  let again = g#read_file "/big" in
  ending := true;
  Thread.join thread;
  let file = open_in_bin "tree/big" in
  let wanted = really_input_string file (in_channel_length file) in
  say "the same" ~right:(data = wanted && again = wanted);
  fails "no such file" "/nosuch" (Guestfs.Errno.errno_ENOENT);
  fails "middle" "/bad" (-1);
  Gc.compact ();
  let before = memory "VmRSS" in
  for _ = 1 to 6 do fails "" "/bad" 0 done;
  say "no leak" ~right:(memory "VmRSS" - before < 250);
  let handle = g#set_event_callback (fun _ _ _ _ -> g#user_cancel ()) [Guestfs.EVENT_PROGRESS] in
  fails "cancelled" "/mnt/endless" (Guestfs.Errno.errno_EINTR);
  g#delete_event_callback handle;
  let called = ref 0 in
  let handle = g#set_event_callback (fun _ _ _ _ -> incr called; failwith "oops") [Guestfs.EVENT_PROGRESS] in
  let right _ = String.length (g#read_file "/big") = 100663296 && !called > 0 in
  say "callback failed" ~right:(List.exists right (List.init 100 Fun.id));
  g#delete_event_callback handle;
  Gc.compact ();
  ignore (Sys.command (command "./limit %d more"));
  let refused = match g#read_file "/big" with _ -> false | exception Out_of_memory -> true in
  ignore (Sys.command (command "./limit %d all"));
  say "no memory" ~right:refused;
  say "again" ~right:(String.length (g#read_file "/big") = 100663296)
END
  "$top_builddir/run" ocamlfind ocamlopt -thread -package guestfs,threads.posix -linkpkg large.ml -o large-ocaml >log 2>&1 || fail "$(cat log)"
  check ocaml '' ./large-ocaml
fi
if [[ -e $top_builddir/bindings/java/libguestfs.jar ]]; then
  cat >Large.java <<'END'
import com.redhat.et.libguestfs.*;
import java.nio.file.*;
import java.util.*;

public class Large
{
  static GuestFS g;
  static int called;

  static void say (String text, boolean right)
  {
    if (!right)
      throw new AssertionError (text);
    System.out.println (text);
  }
  static void fails (String text, String path, String message) throws Exception
  {
    try {
      g.read_file_bytes (path);
    } catch (LibGuestFSException e) {
      say (text, e.getMessage ().contains (message));
      return;
    }
    throw new AssertionError (path);
  }
  public static void main (String[] argv) throws Exception
  {
    g = new GuestFS ();
    g.add_drive_ro ("image");
    g.add_drive_ro ("image2");
    g.launch ();
    g.mount_ro ("/dev/sda", "/");
    g.mount_ro ("/dev/sdb", "/mnt");
    if (argv.length > 0) {
      // With a heap that is too small for it.
      try {
        g.read_file_bytes ("/big");
      } catch (LibGuestFSOutOfMemory e) {
        say ("no memory", true);
      }
      say ("again", g.read_file_bytes ("/small").length == 70000);
      return;
    }
    say ("the same", Arrays.equals (g.read_file_bytes ("/big"), Files.readAllBytes (Paths.get ("tree/big"))));
    fails ("no such file", "/nosuch", "No such file");
    fails ("middle", "/bad", "Input/output error");
    int handle = g.set_event_callback ((e, h, text, array) -> { try { g.user_cancel (); } catch (LibGuestFSException x) { throw new AssertionError (x); } },
                                       GuestFS.EVENT_PROGRESS);
    fails ("cancelled", "/mnt/endless", "cancelled by user");
    g.delete_event_callback (handle);
    g.set_event_callback ((e, h, text, array) -> { called++; throw new IllegalStateException ("oops"); }, GuestFS.EVENT_PROGRESS);
    boolean right = false;
    for (int i = 0; i < 100 && !right; ++i)
      right = g.read_file_bytes ("/big").length == 100663296 && called > 0;
    say ("callback failed", right);
  }
}
END
  "$top_builddir/run" javac -Xlint:-try Large.java >log 2>&1 || fail "$(cat log)"
  check java 'once|no leak|no memory|again' java -Xmx2500m Large
  check java+ 'once|the same|no such file|middle|no leak|cancelled|callback failed' java -Xmx40m Large small
fi
[[ -n $checked ]] || skip "no binding is built"
echo "the same in:$checked"
