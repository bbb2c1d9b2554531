#!/bin/bash
# The Java binding without a launch: handles, wrong arguments, errors, text, events, threads.
source "$(dirname "$0")/functions.sh"

requires java javac
requires_file "$top_builddir/bindings/java/libguestfs.jar"

cat >"$tmp/Test.java" <<'JAVA'
import com.redhat.et.libguestfs.*;
import java.util.*;

public class Test
{
  interface Code { void run () throws Exception; }

  static void check (boolean truth, Object what)
  {
    if (!truth)
      throw new AssertionError (what);
  }

  static Exception fails (Class<?> kind, String text, Code code)
  {
    try {
      code.run ();
    }
    catch (Exception e) {
      check (kind.isInstance (e) && String.valueOf (e.getMessage ()).contains (text), e);
      return e;
    }
    throw new AssertionError ("no exception: " + text);
  }

  static Map<String, Object> opts (Object... pairs)
  {
    Map<String, Object> ret = new HashMap<String, Object> ();
    for (int i = 0; i < pairs.length; i += 2)
      ret.put ((String) pairs[i], pairs[i + 1]);
    return ret;
  }

  static int closed = 0;

  public static void main (String[] argv) throws Exception
  {
    final GuestFS g = new GuestFS ();
    check (g.version ().major == 1, "version");
    g.set_append (null);
    check (g.get_append () == null, "null");
    String[] texts = { "", "caf\u00e9", "\u20ac", "\ud83d\ude00", "a\udcffb\udc80", "\ue000\uffff", "x".repeat (5000) };
    for (String text : texts) {
      g.set_append (text);
      check (text.equals (g.get_append ()), text);
    }
    g.set_backend_settings (new String[0]);
    check (g.get_backend_settings ().length == 0, "empty");
    g.set_backend_settings (new String[] { "a=1", "b=2" });
    check (Arrays.equals (g.get_backend_settings (), new String[] { "a=1", "b=2" }), "list");
    g.set_verbose (false);
    check (!g.get_verbose (), "bool");
    check (Arrays.equals (g.internal_test_rbufferout_bytes ("a\u20ac"), "a\u20ac".getBytes ("UTF-8")), "bytes");
    fails (LibGuestFSException.class, "error", () -> g.internal_test_rbufferouterr_bytes ());

    fails (NullPointerException.class, "mountable must not be null", () -> g.mount (null, "/"));
    fails (IllegalArgumentException.class, "NUL", () -> g.mount ("a\0b", "/"));
    fails (NullPointerException.class, "null", () -> g.set_backend_settings (null));
    fails (NullPointerException.class, "null", () -> g.set_backend_settings (new String[] { "a", null }));
    fails (NullPointerException.class, "null", () -> g.write ("/x", null));
    fails (NullPointerException.class, "null", () -> g.set_event_callback (null, 1));
    fails (LibGuestFSException.class, "bitmask", () -> g.set_event_callback ((e, h, b, a) -> {}, 0));
    fails (IllegalArgumentException.class, "unknown optional", () -> g.add_drive ("/x", opts ("nosuch", 1)));
    fails (ClassCastException.class, "must be a String", () -> g.add_drive ("/x", opts ("format", 1)));
    fails (ClassCastException.class, "must be a Boolean", () -> g.add_drive ("/x", opts ("readonly", "x")));
    fails (ClassCastException.class, "must be a String[]", () -> g.add_drive ("/x", opts ("server", new Object[] { 1 })));
    fails (ClassCastException.class, "Integer", () -> g.mkfs ("ext4", "/dev/sda1", opts ("blocksize", "x")));
    fails (IllegalArgumentException.class, "32 bits", () -> g.mkfs ("ext4", "/dev/sda1", opts ("blocksize", 1L << 40)));
    fails (LibGuestFSException.class, "launch", () -> g.mkfs ("ext4", "/dev/sda1", opts ("blocksize", 4096L, "label", "x")));
    LibGuestFSException e = (LibGuestFSException) fails (LibGuestFSException.class, "add_drive: ",
      () -> g.add_drive ("/nonexistent/x", opts ("format", "raw")));
    check (e.getErrno () == 2 && e.getCall ().equals ("add_drive") && g.last_errno () == 2, "errno");
    g.add_drive_opts ("/dev/null", opts ("readonly", Boolean.TRUE, "label", null));

    // Events; callbacks that throw, that delete themselves, that close the handle.
    final List<String> seen = new ArrayList<String> ();
    g.set_event_callback ((event, eh, text, array) -> seen.add (event + " " + text + " " + array.length),
                          GuestFS.EVENT_TRACE | GuestFS.EVENT_CLOSE);
    int throwing = g.set_event_callback ((event, eh, text, array) -> { throw new IllegalStateException ("oops"); }, GuestFS.EVENT_TRACE);
    g.set_trace (true);
    check (!g.get_verbose (), "verbose");
    g.delete_event_callback (throwing);
    check (seen.get (0).equals ("64 get_verbose 0"), seen);
    final int[] own = { -1 };
    own[0] = g.set_event_callback ((event, eh, text, array) -> {
      try {
        if (own[0] >= 0)
          g.delete_event_callback (own[0]);
        own[0] = -1;
      }
      catch (LibGuestFSException x) {
        throw new RuntimeException (x);
      }
    }, GuestFS.EVENT_TRACE);
    String path = g.get_path ();
    check (own[0] == -1, "deleted itself");
    g.set_event_callback ((event, eh, text, array) -> {
      try {
        g.close ();
      }
      catch (LibGuestFSException x) {
        throw new RuntimeException (x);
      }
    }, GuestFS.EVENT_TRACE);
    check (g.get_path ().equals (path), "path");
    check (seen.get (seen.size () - 1).equals ("1  0"), seen);
    fails (LibGuestFSException.class, "get_path: used handle after closing it", () -> g.get_path ());
    fails (LibGuestFSException.class, "closing", () -> g.set_event_callback ((x, h, b, a) -> {}, 1));
    g.close ();
    check (GuestFS.eventToString (3).equals ("close,subprocess_quit"), "names");

    // Handles that are dropped are closed.
    for (int i = 0; i < 50; i++)
      new GuestFS (opts ("environment", false)).set_event_callback ((x, h, b, a) -> closed++, GuestFS.EVENT_CLOSE);
    for (int i = 0; i < 3000 && closed < 49; i++) {
      System.gc ();
      Thread.sleep (20);
    }
    check (closed >= 49, closed);

    // Threads that share a handle, while one closes it.
    final GuestFS s = new GuestFS ();
    s.set_trace (true);
    s.set_event_callback ((event, eh, text, array) -> Thread.yield (), GuestFS.EVENT_TRACE);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread (() -> {
        try {
          for (int j = 0; j < 5000; j++) {
            s.set_append ("x");
            s.get_append ();
          }
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
    System.out.println ("ok");
  }
}
JAVA
cd "$tmp"
"$top_builddir/run" javac -Xlint:all,-try,-serial -Werror Test.java >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
timeout -k 5 400 "$top_builddir/run" java -Xcheck:jni Test >"$tmp/out" 2>"$tmp/err" || fail "$(cat "$tmp/out" "$tmp/err")"
expect_equal "$(tail -1 "$tmp/out")" ok
grep -q oops "$tmp/err" || fail "no message of the exception in a callback"
if grep -E 'WARNING|FATAL' "$tmp/out"; then
  fail "JNI complains"
fi
