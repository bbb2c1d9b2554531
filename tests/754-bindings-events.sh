#!/bin/bash
# Events with their data in every language: the text of a trace, the numbers of progress, the end of a launch, closing.
source "$(dirname "$0")/functions.sh"

requires_file "$top_builddir/appliance/root.img"
cd "$tmp"
checked=
# Each program prints the numbers of progress, four an event, in lines, and then what else it saw.  A launch that is slow has progress as well, which
# is not looked at; and a copy that is fast may have none, so that it is done again until there was some.
check () # LANGUAGE COMMAND...
{
  local language=$1
  shift
  timeout -k 5 400 "$top_builddir/run" "$@" >out 2>err || fail "$language: $(tail -n 5 err)"
  awk '/^[0-9 ]+$/ && NF == 4 {n++; if ($3 > $4 || ($2 == call && $3 < last) || $4 != 67108864) bad = 1; call = $2; last = $3} END {exit !(n > 0 && !bad)}' out ||
    fail "$language: progress: $(head -n 20 out)"
  expect_equal "$(grep -v '^[0-9]' out)" $'trace copy_device_to_device "/dev/sda" "/dev/sdb"\nlaunch_done 0\nclose 0' "$language"
  checked+=" $language"
}

if [[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]]; then
  cat >events.py <<'END'
import guestfs
g = guestfs.GuestFS()
other, seen = [], []
def progress(event, handle, buf, array):
    assert event == guestfs.EVENT_PROGRESS and buf == ""
    print(*array)
    seen.append(array)
g.set_event_callback(lambda e, h, b, a: b == 'copy_device_to_device "/dev/sda" "/dev/sdb"' and other.insert(0, "trace " + b), guestfs.EVENT_TRACE)
g.set_event_callback(lambda e, h, b, a: other.append("launch_done %d" % len(a)), guestfs.EVENT_LAUNCH_DONE)
g.set_event_callback(lambda e, h, b, a: other.append("close %d" % len(a)), guestfs.EVENT_CLOSE)
g.add_drive_scratch(64 << 20)
g.add_drive_scratch(64 << 20)
g.launch()
g.set_event_callback(progress, guestfs.EVENT_PROGRESS)
for i in range(100):
    seen or g.copy_device_to_device("/dev/sda", "/dev/sdb")
g.set_trace(True)
g.copy_device_to_device("/dev/sda", "/dev/sdb")
g.set_trace(False)
g.close()
print("\n".join(other))
END
  check python python3 events.py
fi
if [[ -e $top_builddir/bindings/perl/perl5 ]]; then
  cat >events.pl <<'END'
use strict; use warnings; use Sys::Guestfs;
my ($g, $seen, @other) = (Sys::Guestfs->new (), 0);
$g->set_event_callback (sub { unshift @other, "trace $_[2]" if $_[2] eq 'copy_device_to_device "/dev/sda" "/dev/sdb"' }, $Sys::Guestfs::EVENT_TRACE);
$g->set_event_callback (sub { push @other, "launch_done " . @{$_[3]} }, $Sys::Guestfs::EVENT_LAUNCH_DONE);
$g->set_event_callback (sub { push @other, "close " . @{$_[3]} }, $Sys::Guestfs::EVENT_CLOSE);
$g->add_drive_scratch (64 << 20);
$g->add_drive_scratch (64 << 20);
$g->launch ();
$g->set_event_callback (sub { die if $_[2] ne ""; print "@{$_[3]}\n"; $seen++ }, $Sys::Guestfs::EVENT_PROGRESS);
for (1 .. 100) { $g->copy_device_to_device ("/dev/sda", "/dev/sdb") unless $seen }
$g->set_trace (1);
$g->copy_device_to_device ("/dev/sda", "/dev/sdb");
$g->set_trace (0);
$g->close ();
print "$_\n" for @other;
END
  check perl perl events.pl
fi
if [[ -e $top_builddir/bindings/ruby/.libs/_guestfs.so ]]; then
  cat >events.rb <<'END'
require 'guestfs'
g, other, seen = Guestfs::Guestfs.new, [], 0
g.set_event_callback(Guestfs::EVENT_TRACE) { |e, h, buf, array| other.unshift("trace #{buf}") if buf == 'copy_device_to_device "/dev/sda" "/dev/sdb"' }
g.set_event_callback(Guestfs::EVENT_LAUNCH_DONE) { |e, h, buf, array| other << "launch_done #{array.size}" }
g.set_event_callback(Guestfs::EVENT_CLOSE) { |e, h, buf, array| other << "close #{array.size}" }
g.add_drive_scratch(64 << 20)
g.add_drive_scratch(64 << 20)
g.launch
g.set_event_callback(Guestfs::EVENT_PROGRESS) { |e, h, buf, array| raise unless buf == ""; puts array.join(" "); seen += 1 }
100.times { g.copy_device_to_device("/dev/sda", "/dev/sdb") if seen == 0 }
g.set_trace(true)
g.copy_device_to_device("/dev/sda", "/dev/sdb")
g.set_trace(false)
g.close
puts other
END
  check ruby ruby -W0 events.rb
fi
if [[ -e $top_builddir/bindings/ocaml/mlguestfs.cmxa ]]; then
  cat >events.ml <<'END'
let () =
  let g = new Guestfs.guestfs () and trace = ref "" and other = ref [] and seen = ref 0 in
  let on event f = ignore (g#set_event_callback (fun _ _ text array -> f text array) [event]) in
  on Guestfs.EVENT_TRACE (fun text _ -> if text = "copy_device_to_device \"/dev/sda\" \"/dev/sdb\"" then trace := "trace " ^ text);
  let count name _ array = other := Printf.sprintf "%s %d" name (Array.length array) :: !other in
  on Guestfs.EVENT_LAUNCH_DONE (count "launch_done");
  on Guestfs.EVENT_CLOSE (count "close");
  g#add_drive_scratch 67108864L;
  g#add_drive_scratch 67108864L;
  g#launch ();
  on Guestfs.EVENT_PROGRESS (fun text array ->
    assert (text = "");
    incr seen;
    print_endline (String.concat " " (List.map Int64.to_string (Array.to_list array))));
  for _ = 1 to 100 do if !seen = 0 then g#copy_device_to_device "/dev/sda" "/dev/sdb" done;
  g#set_trace true;
  g#copy_device_to_device "/dev/sda" "/dev/sdb";
  g#set_trace false;
  g#close ();
  List.iter print_endline (!trace :: List.rev !other)
END
  "$top_builddir/run" ocamlfind ocamlopt -package guestfs -linkpkg events.ml -o events-ocaml >log 2>&1 || fail "$(cat log)"
  check ocaml ./events-ocaml
fi
if [[ -e $top_builddir/bindings/java/libguestfs.jar ]]; then
  cat >Events.java <<'END'
import com.redhat.et.libguestfs.GuestFS;
import java.util.*;
import java.util.stream.*;

public class Events
{
  static int seen;

  public static void main (String[] argv) throws Exception
  {
    LinkedList<String> other = new LinkedList<> ();
    try (GuestFS g = new GuestFS ()) {
      g.set_event_callback ((e, h, text, array) -> { if (text.equals ("copy_device_to_device \"/dev/sda\" \"/dev/sdb\"")) other.addFirst ("trace " + text); }, GuestFS.EVENT_TRACE);
      g.set_event_callback ((e, h, text, array) -> other.add ("launch_done " + array.length), GuestFS.EVENT_LAUNCH_DONE);
      g.set_event_callback ((e, h, text, array) -> other.add ("close " + array.length), GuestFS.EVENT_CLOSE);
      g.add_drive_scratch (64 << 20, null);
      g.add_drive_scratch (64 << 20, null);
      g.launch ();
      g.set_event_callback ((e, h, text, array) -> {
          seen++;
          System.out.println (text + LongStream.of (array).mapToObj (Long::toString).collect (Collectors.joining (" ")));
        }, GuestFS.EVENT_PROGRESS);
      for (int i = 0; i < 100 && seen == 0; i++)
        g.copy_device_to_device ("/dev/sda", "/dev/sdb");
      g.set_trace (true);
      g.copy_device_to_device ("/dev/sda", "/dev/sdb");
      g.set_trace (false);
    }
    other.forEach (System.out::println);
  }
}
END
  "$top_builddir/run" javac -Xlint:-try Events.java >log 2>&1 || fail "$(cat log)"
  check java java Events
fi
[[ -n $checked ]] || skip "no binding is built"
echo "the same in:$checked"
