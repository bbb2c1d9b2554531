#!/bin/bash
# Bad input, the same list in every language: each case must end in the language's ordinary exception, or do no harm, and the
# program must go on.  Where a compiler refuses a case the program that has it must not compile.
source "$(dirname "$0")/functions.sh"

cases="null string|number as string|string as number|null in list|string as list|NUL inside|large number|unknown option|\
option of another type|closed handle|closed handle, event|closed twice|no function|exception in callback|closed in callback|\
closed while threads use it|forked|forked in a call"
# check LANGUAGE CASES-THAT-DO-NOT-APPLY COMMAND...
check ()
{
  local language=$1 without=$2
  shift 2
  tr '|' '\n' <<<"$cases" | grep -vxF -f <(tr '|' '\n' <<<"$without") >"$tmp/wanted"
  timeout -k 5 400 "$top_builddir/run" "$@" >"$tmp/out" 2>"$tmp/err" || fail "$language: $? after '$(tail -n 1 "$tmp/out")': $(tail -n 5 "$tmp/err")"
  diff "$tmp/wanted" "$tmp/out" || fail "$language: $(tail -n 5 "$tmp/err")"
  checked+=" $language"
}
checked=
cd "$tmp"

if [[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]]; then
  cat >bad.py <<'END'
import os, sys, threading, time, guestfs

def case(name, kinds, function, *args, **opts):
    try:
        function(*args, **opts)
    except kinds:
        print(name, flush=True)
    else:
        raise AssertionError(name)

g = guestfs.GuestFS()
case("null string", TypeError, g.mount, None, "/")
case("number as string", TypeError, g.mount, 5, "/")
case("string as number", TypeError, g.set_memsize, "x")
case("null in list", TypeError, g.set_backend_settings, ["a", None])
case("string as list", TypeError, g.set_backend_settings, "abc")
case("NUL inside", ValueError, g.mount, "a\0b", "/")
case("large number", OverflowError, g.set_memsize, 1 << 40)
case("unknown option", TypeError, g.mkfs, "ext4", "/dev/sda", nosuch=1)
case("option of another type", TypeError, g.mkfs, "ext4", "/dev/sda", label=1)
c = guestfs.GuestFS()
c.close()
case("closed handle", ValueError, c.get_path)
case("closed handle, event", ValueError, c.set_event_callback, print, 1)
c.close()
print("closed twice")
case("no function", TypeError, g.set_event_callback, 5, 1)
sys.unraisablehook = lambda *a: None
def fail(*a):
    raise RuntimeError("oops")
g.set_event_callback(fail, guestfs.EVENT_TRACE)
g.set_trace(True)
assert g.get_verbose() == 0
print("exception in callback")
g.set_event_callback(lambda *a: g.close(), guestfs.EVENT_TRACE)
g.get_path()
case("closed in callback", ValueError, g.get_path)
g = guestfs.GuestFS()
def work():
    try:
        while True:
            g.set_append("x")
    except ValueError:
        pass
threads = [threading.Thread(target=work) for i in range(4)]
for t in threads:
    t.start()
time.sleep(0.05)
g.close()
for t in threads:
    t.join()
print("closed while threads use it", flush=True)
g = guestfs.GuestFS()
pid = os.fork()
if pid == 0:
    os._exit(g.set_append("x") is not None)
assert os.waitpid(pid, 0)[1] == 0
print("forked", flush=True)
inside, leave = threading.Event(), threading.Event()
def wait(*a):
    inside.set()
    leave.wait()
g.set_event_callback(wait, guestfs.EVENT_TRACE)
g.set_trace(True)
t = threading.Thread(target=g.get_path)
t.start()
inside.wait()
pid = os.fork()
if pid == 0:
    try:
        g.get_verbose()
    except ValueError as e:
        os._exit(0 if "fork" in str(e) else 2)
    os._exit(1)
assert os.waitpid(pid, 0)[1] == 0
leave.set()
t.join()
print("forked in a call")
END
  check python "" python3 bad.py
fi

if [[ -e $top_builddir/bindings/perl/perl5 ]]; then
  cat >bad.pl <<'END'
use strict; use warnings; use Sys::Guestfs;
$| = 1;
$SIG{__WARN__} = sub {};
sub refused { my ($name, $pattern, $code) = @_; die "$name: $@" if eval { $code->(); 1 } || $@ !~ $pattern; print "$name\n" }
my $g = Sys::Guestfs->new ();
refused ("null string", qr/undef/, sub { $g->mount (undef, "/") });
$g->set_append (5); die if $g->get_append () ne "5"; print "number as string\n";    # a number is a string in Perl
refused ("string as number", qr/number/, sub { $g->set_memsize ("x") });
refused ("null in list", qr/undef/, sub { $g->set_backend_settings (["a", undef]) });
refused ("string as list", qr/array/, sub { $g->set_backend_settings ("abc") });
refused ("NUL inside", qr/NUL/, sub { $g->mount ("a\0b", "/") });
refused ("large number", qr/32 bits/, sub { $g->set_memsize (1 << 40) });
refused ("unknown option", qr/unknown/, sub { $g->mkfs ("ext4", "/dev/sda", nosuch => 1) });
refused ("option of another type", qr/reference/, sub { $g->mkfs ("ext4", "/dev/sda", label => []) });
my $c = Sys::Guestfs->new (); $c->close ();
refused ("closed handle", qr/closed/, sub { $c->get_path () });
refused ("closed handle, event", qr/closed/, sub { $c->set_event_callback (sub {}, 1) });
$c->close (); print "closed twice\n";
refused ("no function", qr/subroutine/, sub { $g->set_event_callback (5, 1) });
$g->set_event_callback (sub { die "oops" }, $Sys::Guestfs::EVENT_TRACE);
$g->set_trace (1); die if $g->get_verbose (); print "exception in callback\n";
$g->set_event_callback (sub { $g->close () }, $Sys::Guestfs::EVENT_TRACE);
$g->get_path ();
refused ("closed in callback", qr/closed/, sub { $g->get_path () });
$g = Sys::Guestfs->new ();
my $pid = fork;
if (!$pid) { $g->set_append ("x"); exit 0 }
waitpid $pid, 0; die if $?; print "forked\n";
END
  check perl "closed while threads use it|forked in a call" perl bad.pl
fi

if [[ -e $top_builddir/bindings/ruby/.libs/_guestfs.so ]]; then
  cat >bad.rb <<'END'
require 'guestfs'
$stdout.sync = true
def refused(name, kind)
  yield
rescue kind
  puts name
else
  raise name
end
g = Guestfs::Guestfs.new
refused("null string", TypeError) { g.mount(nil, "/") }
refused("number as string", TypeError) { g.mount(5, "/") }
refused("string as number", TypeError) { g.set_memsize("x") }
refused("null in list", TypeError) { g.set_backend_settings(["a", nil]) }
refused("string as list", TypeError) { g.set_backend_settings("abc") }
refused("NUL inside", ArgumentError) { g.mount("a\0b", "/") }
refused("large number", RangeError) { g.set_memsize(1 << 40) }
refused("unknown option", ArgumentError) { g.mkfs("ext4", "/dev/sda", :nosuch => 1) }
refused("option of another type", TypeError) { g.mkfs("ext4", "/dev/sda", :label => 1) }
c = Guestfs::Guestfs.new
c.close
refused("closed handle", ArgumentError) { c.get_path }
refused("closed handle, event", ArgumentError) { c.set_event_callback(1) {} }
c.close
puts "closed twice"
refused("no function", TypeError) { g.set_event_callback(5, 1) }
g.set_event_callback(Guestfs::EVENT_TRACE) { raise "oops" }
g.set_trace(1)
raise unless g.get_verbose == 0
puts "exception in callback"
g.set_event_callback(Guestfs::EVENT_TRACE) { g.close }
g.get_path
refused("closed in callback", ArgumentError) { g.get_path }
g = Guestfs::Guestfs.new
threads = 4.times.map { Thread.new { begin; loop { g.set_append("x") }; rescue ArgumentError; end } }
sleep 0.05
g.close
threads.each(&:join)
puts "closed while threads use it"
g = Guestfs::Guestfs.new
Process.wait(fork { g.set_append("x"); exit!(0) })
raise unless $?.success?
puts "forked"
inside, leave = Queue.new, Queue.new
g.set_event_callback(Guestfs::EVENT_TRACE) { inside << 1; leave.pop }
g.set_trace(1)
thread = Thread.new { g.get_path }
inside.pop
pid = fork do
  begin
    g.get_verbose
  rescue ArgumentError => e
    exit!(e.message.include?("fork") ? 0 : 2)
  end
  exit!(1)
end
Process.wait(pid)
raise $?.inspect unless $?.success?
4.times { leave << 1 }
thread.join
puts "forked in a call"
END
  check ruby "" ruby -W0 bad.rb
fi

if [[ -e $top_builddir/bindings/ocaml/mlguestfs.cmxa ]]; then
  for wrong in 'g#mount None "/"' 'g#mount 5 "/"' 'g#set_memsize "x"' 'g#set_backend_settings [| "a"; None |]' 'g#set_backend_settings "abc"' \
      'g#mkfs ~nosuch:1 "ext4" "/dev/sda"' 'g#mkfs ~label:1 "ext4" "/dev/sda"' 'g#set_event_callback 5 [Guestfs.EVENT_TRACE]'; do
    echo "let _ = let g = new Guestfs.guestfs () in $wrong" >wrong.ml
    if "$top_builddir/run" ocamlfind ocamlopt -package guestfs -c wrong.ml 2>/dev/null; then fail "OCaml takes $wrong"; fi
  done
  cat >bad.ml <<'END'
let refused name f = match f () with
  | exception (Guestfs.Error _ | Invalid_argument _ | Guestfs.Handle_closed _) -> print_endline name
  | _ -> failwith name
let () =
  let g = new Guestfs.guestfs () in
  refused "NUL inside" (fun () -> g#mount "a\000b" "/");
  refused "large number" (fun () -> g#set_memsize (1 lsl 40));
  let c = new Guestfs.guestfs () in
  c#close ();
  refused "closed handle" (fun () -> ignore (c#get_path ()));
  refused "closed handle, event" (fun () -> ignore (c#set_event_callback (fun _ _ _ _ -> ()) [Guestfs.EVENT_TRACE]));
  c#close ();
  print_endline "closed twice";
  ignore (g#set_event_callback (fun _ _ _ _ -> failwith "oops") [Guestfs.EVENT_TRACE]);
  g#set_trace true;
  assert (not (g#get_verbose ()));
  print_endline "exception in callback";
  ignore (g#set_event_callback (fun _ _ _ _ -> g#close ()) [Guestfs.EVENT_TRACE]);
  ignore (g#get_path ());
  refused "closed in callback" (fun () -> ignore (g#get_path ()));
  let g = new Guestfs.guestfs () in
  let work () = try while true do g#set_append (Some "x"); Thread.yield () done with Guestfs.Handle_closed _ -> () in
  let threads = List.init 4 (fun _ -> Thread.create work ()) in
  Thread.delay 0.05;
  g#close ();
  List.iter Thread.join threads;
  print_endline "closed while threads use it";
  let g = new Guestfs.guestfs () in
  let child f = flush_all (); match Unix.fork () with
    | 0 -> Unix._exit (try f () with _ -> 3)
    | pid -> assert (snd (Unix.waitpid [] pid) = Unix.WEXITED 0) in
  child (fun () -> g#set_append (Some "x"); 0);
  print_endline "forked";
  let inside = ref false and leave = ref false in
  ignore (g#set_event_callback (fun _ _ _ _ -> inside := true; while not !leave do Thread.delay 0.01 done) [Guestfs.EVENT_ENTER]);
  let thread = Thread.create (fun () -> ignore (g#get_path ())) () in
  while not !inside do Thread.delay 0.01 done;
  child (fun () -> match g#get_verbose () with exception Guestfs.Error _ -> 0 | _ -> 1);
  leave := true;
  Thread.join thread;
  print_endline "forked in a call"
END
  "$top_builddir/run" ocamlfind ocamlopt -thread -package guestfs,threads.posix -linkpkg bad.ml -o bad-ocaml 2>log || fail "$(cat log)"
  check ocaml "null string|number as string|string as number|null in list|string as list|unknown option|option of another type|no function" \
    ./bad-ocaml
fi

if [[ -e $top_builddir/bindings/java/libguestfs.jar ]]; then
  for wrong in 'g.mount (5, "/")' 'g.set_memsize ("x")' 'g.set_backend_settings ("abc")' 'g.set_event_callback (5, 1)'; do
    printf 'public class Wrong { void f (com.redhat.et.libguestfs.GuestFS g) throws Exception { %s; } }\n' "$wrong" >Wrong.java
    if "$top_builddir/run" javac Wrong.java 2>/dev/null; then fail "Java takes $wrong"; fi
  done
  cat >Bad.java <<'END'
import com.redhat.et.libguestfs.*;
import java.util.Map;

public class Bad
{
  interface Code { void run () throws Exception; }

  static void refused (String name, Class<?> kind, Code code) throws Exception
  {
    try {
      code.run ();
    }
    catch (Exception e) {
      if (!kind.isInstance (e))
        throw e;
      System.out.println (name);
      return;
    }
    throw new AssertionError (name);
  }

  public static void main (String[] argv) throws Exception
  {
    GuestFS g = new GuestFS ();
    refused ("null string", NullPointerException.class, () -> g.mount (null, "/"));
    refused ("null in list", NullPointerException.class, () -> g.set_backend_settings (new String[] { "a", null }));
    refused ("NUL inside", IllegalArgumentException.class, () -> g.mount ("a\0b", "/"));
    refused ("large number", IllegalArgumentException.class, () -> g.mkfs ("ext4", "/dev/sda", Map.<String, Object>of ("blocksize", 1L << 40)));
    refused ("unknown option", IllegalArgumentException.class, () -> g.mkfs ("ext4", "/dev/sda", Map.<String, Object>of ("nosuch", 1)));
    refused ("option of another type", ClassCastException.class, () -> g.mkfs ("ext4", "/dev/sda", Map.<String, Object>of ("label", 1)));
    try (GuestFS c = new GuestFS ()) {
      c.close ();
      refused ("closed handle", LibGuestFSException.class, () -> c.get_path ());
      refused ("closed handle, event", LibGuestFSException.class, () -> c.set_event_callback ((e, h, b, a) -> {}, 1));
      c.close ();
    }
    System.out.println ("closed twice");
    refused ("no function", NullPointerException.class, () -> g.set_event_callback (null, 1));
    g.set_event_callback ((e, h, b, a) -> { throw new IllegalStateException ("oops"); }, GuestFS.EVENT_TRACE);
    g.set_trace (true);
    if (g.get_verbose ())
      throw new AssertionError ();
    System.out.println ("exception in callback");
    g.set_event_callback ((e, h, b, a) -> { try { g.close (); } catch (LibGuestFSException x) { throw new RuntimeException (x); } },
                          GuestFS.EVENT_TRACE);
    g.get_path ();
    refused ("closed in callback", LibGuestFSException.class, () -> g.get_path ());
    GuestFS s = new GuestFS ();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread (() -> {
        try {
          for (;;)
            s.set_append ("x");
        }
        catch (LibGuestFSException x) {
        }
      });
      threads[i].start ();
    }
    Thread.sleep (50);
    s.close ();
    for (Thread thread : threads)
      thread.join ();
    System.out.println ("closed while threads use it");
  }
}
END
  "$top_builddir/run" javac -Xlint:-try Bad.java 2>log || fail "$(cat log)"
  # Java has no fork.
  check java "number as string|string as number|string as list|forked|forked in a call" java -Xcheck:jni Bad
fi
[[ -n $checked ]] || skip "no binding is built"
echo "the same in:$checked"
