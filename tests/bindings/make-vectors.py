#!/usr/bin/env python3
"""Write the shared test of the bindings, the same calls in every language.

    make-vectors.py FOLDER

The programs vectors.c, .py, .pl, .rb, .ml and Vectors.java write what each call got
(the library does that) and what it returned into two files: those of all languages
must be those of C.
"""

import itertools
import os
import sys

INT_MAX, INT64_MAX = 2**31 - 1, 2**63 - 1
BIG, LONG, BYTES = object(), object(), object()  # made by a function in each language
TEXTS = ["", "abc", "caf\u00e9 \u20ac \U0001F600", "a b\tc'\"\\$@#{x}%s\n", LONG]
PLAIN = ("str", None, ["a"], True, 0, 0, "in", "out", b"x")

FIELDS = [("pv_name", "s"), ("pv_uuid", "s"), ("pv_fmt", "s"), ("pv_size", "n"), ("dev_size", "n"), ("pv_free", "n"),
          ("pv_used", "n"), ("pv_attr", "s"), ("pv_pe_count", "n"), ("pv_pe_alloc_count", "n"), ("pv_tags", "s"),
          ("pe_start", "n"), ("pv_mda_count", "n"), ("pv_mda_free", "n")]


def with_argument(i, value):
    return PLAIN[:i] + (value,) + PLAIN[i + 1:]


def argument_vectors():
    """The arguments and the optional arguments of calls of internal_test."""
    for i, values in [(0, TEXTS), (1, TEXTS), (2, [[], [""], ["", "a", ""], TEXTS[:4], BIG]), (3, [False]),
                      (4, [1, -1, INT_MAX, -INT_MAX - 1]), (5, [1, -1, 2**32, INT64_MAX, -INT64_MAX - 1]),
                      (6, TEXTS[1:]), (7, TEXTS[1:]), (8, [b"", b"\0", b"a\0b", BYTES])]:
        for value in values:
            yield with_argument(i, value), []
    optional = [("obool", [True, False]), ("oint", [INT_MAX, -1]), ("oint64", [-INT64_MAX - 1, 0]),
                ("ostring", ["", "caf\u00e9"]), ("ostringlist", [[], ["a", "b"]])]
    for chosen in itertools.product([0, 1, 2], repeat=len(optional)):
        if sum(c == 2 for c in chosen) <= 1:
            yield PLAIN, [(name, values[c - 1]) for c, (name, values) in zip(chosen, optional) if c]


RETURNS = [("rint", "i", ["0", "10", "-2", str(INT_MAX), str(-INT_MAX - 1)]),
           ("rint64", "n", ["0", "-2", str(2**40), str(INT64_MAX), str(-INT64_MAX - 1)]), ("rbool", "b", ["true", "false"]),
           ("rconststring", "s", ["x"]), ("rconstoptstring", "o", ["x"]), ("rstring", "s", TEXTS),
           ("rstringlist", "l", ["0", "1", "1000"]), ("rhashtable", "h", ["0", "1", "100"]), ("rbufferout", "u", TEXTS),
           ("rstruct", "r", ["x"]), ("rstructlist", "R", ["0", "1", "100"])]
OPTS_63 = [list(range(1, 64)), [], [1], [63], list(range(1, 64, 2)), [31, 32, 33]]


class Language:
    none, true, false = "None", "True", "False"
    big, long, bytes_ = "big()", "long()", "bytes_()"

    def literal(self, v):
        if v is BIG:
            return self.big
        if v is LONG:
            return self.long
        if v is BYTES:
            return self.bytes_
        if v is None:
            return self.none
        if v is True or v is False:
            return self.true if v else self.false
        if isinstance(v, int):
            return self.number(v)
        if isinstance(v, list):
            return self.list([self.literal(x) for x in v])
        return self.buffer(v) if isinstance(v, bytes) else self.string(v)

    def number(self, v):
        return str(v)

    def list(self, items):
        return "[" + ", ".join(items) + "]"

    def buffer(self, v):
        return repr(v)

    def escaped(self, v, form):
        return '"' + "".join(chr(b) if chr(b).isalnum() and b < 128 else form % b for b in v) + '"'

    def lines(self):
        yield self.call("internal_test_set_output", [self.argument_file])
        for arguments, optional in argument_vectors():
            values = [self.int64(v) if i == 5 else self.optstring(v) if i == 1 else self.literal(v)
                      for i, v in enumerate(arguments)]
            yield self.call("internal_test", values, [(n, self.optional(n, v)) for n, v in optional])
        for numbers in OPTS_63:
            yield self.call("internal_test_63_optargs", [], [("opt%d" % n, self.number(n)) for n in numbers])
        yield self.call("internal_test_only_optargs", [], [("test", self.number(7))])
        yield self.call("internal_test_only_optargs", [], [])
        yield self.call("internal_test_close_output", [])
        for name, kind, values in RETURNS:
            for value in values:
                yield self.show(name, kind, self.literal(value))
            yield self.fails("internal_test_%serr" % name)

    def optional(self, name, v):
        return self.int64(v) if name == "oint64" else self.literal(v)

    def int64(self, v):
        return self.literal(v)

    def optstring(self, v):
        return self.literal(v)


class Python(Language):
    argument_file = "sys.argv[1]"
    head = '''import sys
import guestfs
g = guestfs.GuestFS(python_return_dict=True)
out = open(sys.argv[2], "wb")
def big(): return ["item%d" % i for i in range(2000)]
def long(): return "x" * 10000
def bytes_(): return bytes(range(256))
def encode(v): return v if isinstance(v, bytes) else v.encode("utf-8", "surrogateescape")
def put(v): out.write((str(v) if isinstance(v, int) else "(null)" if v is None else encode(v).hex()).encode() + b"\\n")
def struct(v, names):
    assert sorted(names) == sorted(v)
    for n in names: put(v[n])
def error(f):
    try: f()
    except guestfs.Error as e: put(str(e))
    else: put("no error")
'''
    foot = "out.close()\n"

    def string(self, v):
        return repr(v)

    def call(self, name, values, optional=()):
        return "g.%s(%s)" % (name, ", ".join(list(values) + ["%s=%s" % o for o in optional]))

    def show(self, name, kind, value):
        r = "g.internal_test_%s(%s)" % (name, value)
        names = [n for n, _ in FIELDS]
        return {"l": "for v in %s: put(v)\nput('end')", "h": "for k, v in sorted(%s.items()): put(k); put(v)\nput('end')",
                "r": "struct(%%s, %r)" % names, "R": "for v in %%s: struct(v, %r)\nput('end')" % names}.get(kind, "put(%s)") % r

    def fails(self, name):
        return "error(g.%s)" % name


class Perl(Language):
    none, true, false = "undef", "1", "0"
    big, long, bytes_ = "[map { \"item$_\" } 0 .. 1999]", '("x" x 10000)', "join ('', map { chr } 0 .. 255)"
    argument_file = "$ARGV[0]"
    head = '''use strict; use warnings; use Sys::Guestfs;
my $g = Sys::Guestfs->new ();
open my $out, ">", $ARGV[1] or die;
sub put { my ($v, $number) = @_; print $out (!defined $v ? "(null)" : $number ? $v : unpack ("H*", $v)), "\\n" }
sub record { my $v = shift; my %kinds = @_; die unless keys %$v == @_ / 2; while (my ($n, $k) = splice @_, 0, 2) { put ($v->{$n}, $k eq "n") } }
sub error { my $name = shift; put (eval { $g->$name (); 1 } ? "no error" : $@ =~ s/ at \\S+ line \\d+\\.\\n$//r) }
'''
    foot = "close $out or die;\n"

    def string(self, v):
        return self.escaped(v.encode(), "\\x%02x")

    def buffer(self, v):
        return self.escaped(v, "\\x%02x")

    def number(self, v):
        return '"%d"' % v if v == -INT64_MAX - 1 else str(v)

    def call(self, name, values, optional=()):
        return "$g->%s (%s);" % (name, ", ".join(list(values) + ["%s => %s" % o for o in optional]))

    def show(self, name, kind, value):
        r = "$g->internal_test_%s (%s)" % (name, value)
        names = ", ".join('"%s", "%s"' % f for f in FIELDS)
        return {"l": "put ($_) foreach %s; put ('end');",
                "h": "{ my %%h = %s; foreach (sort keys %%h) { put ($_); put ($h{$_}) } put ('end') }",
                "r": "record ({ %%s }, %s);" % names, "R": "record ($_, %s) foreach %%s; put ('end');" % names,
                "i": "put (%s, 1);", "n": "put (%s, 1);", "b": "put (%s, 1);"}.get(kind, "put (%s);") % r

    def fails(self, name):
        return 'error ("%s");' % name


class Ruby(Language):
    none, true, false = "nil", "true", "false"
    big, long, bytes_ = "(0...2000).map { |i| \"item#{i}\" }", '("x" * 10000)', "(0..255).to_a.pack('C*')"
    argument_file = "ARGV[0]"
    head = '''require 'guestfs'
$g = g = Guestfs::Guestfs.new
$out = File.open(ARGV[1], "wb")
def put(v); $out.puts(v.is_a?(Integer) ? v : v.nil? ? "(null)" : v.unpack1("H*")); end
def struct(v, names); raise unless v.keys.sort == names.sort; names.each { |n| put(v[n]) }; end
def error(name); $g.send(name); put("no error"); rescue Guestfs::Error => e; put(e.message); end
'''
    foot = "$out.close\n"
    string, buffer = Perl.string, Perl.buffer

    def call(self, name, values, optional=()):
        return "g.%s(%s)" % (name, ", ".join(list(values) + [":%s => %s" % o for o in optional]))

    def show(self, name, kind, value):
        r = "g.internal_test_%s(%s)" % (name, value)
        names = [n for n, _ in FIELDS]
        return {"l": "%s.each { |v| put(v) }; put('end')", "h": "%s.sort.each { |k, v| put(k); put(v) }; put('end')",
                "r": "struct(%%s, %r)" % names, "R": "%%s.each { |v| struct(v, %r) }; put('end')" % names}.get(kind, "put(%s)") % r

    def fails(self, name):
        return 'error("%s")' % name


class OCaml(Language):
    none, true, false = "None", "true", "false"
    big, long, bytes_ = '(Array.init 2000 (Printf.sprintf "item%d"))', "(String.make 10000 'x')", "(String.init 256 Char.chr)"
    argument_file = "Sys.argv.(1)"
    head = '''let g = new Guestfs.guestfs ()
let out = open_out_bin Sys.argv.(2)
let line s = output_string out (s ^ "\\n")
let hex s = String.concat "" (List.map (fun c -> Printf.sprintf "%%02x" (Char.code c)) (List.of_seq (String.to_seq s)))
let put s = line (hex s)
let num n = line (Int64.to_string n)
let error f = match f () with () -> put "no error" | exception Guestfs.Error m -> put m
let record (v : Guestfs.lvm_pv) = let open Guestfs in %s
let () =
''' % "; ".join(("put v.%s" if k == "s" else "num v.%s") % n for n, k in FIELDS)
    foot = "  close_out out\n"

    def string(self, v):
        return self.escaped(v.encode(), "\\%03d")

    def buffer(self, v):
        return self.escaped(v, "\\%03d")

    def list(self, items):
        return "[|" + "; ".join(items) + "|]"

    def number(self, v):
        return "(%d)" % v

    def int64(self, v):
        return "(%dL)" % v

    def optstring(self, v):
        return "None" if v is None else "(Some %s)" % self.literal(v)

    def call(self, name, values, optional=()):
        return "  g#%s %s;" % (name, " ".join(["~%s:%s" % o for o in optional] + (list(values) or ["()"])))

    def show(self, name, kind, value):
        r = "(g#internal_test_%s %s)" % (name, value)
        return "  " + {"i": "num (Int64.of_int %s);", "n": "num %s;", "b": "line (if %s then \"1\" else \"0\");",
                       "o": "(match %s with None -> line \"(null)\" | Some s -> put s);", "l": "Array.iter put %s; put \"end\";",
                       "h": "List.iter (fun (k, v) -> put k; put v) (List.sort compare %s); put \"end\";", "r": "record %s;",
                       "R": "Array.iter record %s; put \"end\";"}.get(kind, "put %s;") % r

    def fails(self, name):
        return "  error (fun () -> ignore (g#%s ()));" % name


class Java(Language):
    none, true, false = "null", "true", "false"
    argument_file = "argv[0]"
    head = '''import com.redhat.et.libguestfs.*;
import java.io.*;
import java.util.*;
public class Vectors {
  interface Code { void run () throws Exception; }
  static GuestFS g;
  static PrintStream out;
  static String[] big () { String[] r = new String[2000]; for (int i = 0; i < 2000; i++) r[i] = "item" + i; return r; }
  static String long_ () { return "x".repeat (10000); }
  static byte[] bytes_ () { byte[] r = new byte[256]; for (int i = 0; i < 256; i++) r[i] = (byte) i; return r; }
  static void put (long n) { out.print (n + "\\n"); }
  static void put (boolean b) { out.print (b ? "1\\n" : "0\\n"); }
  static void put (String s) throws Exception {
    StringBuilder b = new StringBuilder ();
    if (s == null) b.append ("(null)");
    else for (byte c : s.getBytes ("UTF-8")) b.append (String.format ("%%02x", c & 0xff));
    out.print (b + "\\n");
  }
  static Map<String, Object> opts (Object... p) { Map<String, Object> r = new HashMap<String, Object> (); for (int i = 0; i < p.length; i += 2) r.put ((String) p[i], p[i + 1]); return r; }
  static void record (PV v) throws Exception { %s }
  static void error (Code c) throws Exception { try { c.run (); put ("no error"); } catch (LibGuestFSException e) { put (e.getMessage ()); } }
''' % " ".join("put (v.%s);" % n for n, _ in FIELDS)
    long = "long_()"

    def string(self, v):
        units = [int.from_bytes(v.encode("utf-16-be")[i:i + 2], "big") for i in range(0, len(v.encode("utf-16-be")), 2)]
        return '"' + "".join(chr(u) if u < 128 and chr(u).isalnum() else "\\%03o" % u if u < 128 else "\\u%04x" % u
                             for u in units) + '"'

    def list(self, items):
        return "new String[] { " + ", ".join(items) + " }"

    def buffer(self, v):
        return "new byte[] { " + ", ".join("(byte) %d" % b for b in v) + " }"

    def int64(self, v):
        return "%dL" % v

    def call(self, name, values, optional=()):
        values = list(values)
        if optional:
            values.append("opts (%s)" % ", ".join('"%s", %s' % o for o in optional))
        return "g.%s (%s);" % (name, ", ".join(values))

    def show(self, name, kind, value):
        r = "g.internal_test_%s (%s)" % (name, value)
        return {"l": "for (String v : %s) put (v); put (\"end\");",
                "h": "for (Map.Entry<String, String> e : new TreeMap<String, String> (%s).entrySet ()) { put (e.getKey ()); put (e.getValue ()); } put (\"end\");",
                "r": "record (%s);", "R": "for (PV v : %s) record (v); put (\"end\");"}.get(kind, "put (%s);") % r

    def fails(self, name):
        return "error (() -> g.%s ());" % name

    def program(self):
        # A method of Java must not be long.
        lines = list(self.lines())
        parts = [lines[i:i + 50] for i in range(0, len(lines), 50)]
        body = self.head
        for i, part in enumerate(parts):
            body += "  static void part%d (String[] argv) throws Exception {\n    %s\n  }\n" % (i, "\n    ".join(part))
        return body + ("  public static void main (String[] argv) throws Exception {\n    g = new GuestFS ();\n"
                       "    out = new PrintStream (argv[1], \"UTF-8\");\n%s    out.close ();\n  }\n}\n"
                       % "".join("    part%d (argv);\n" % i for i in range(len(parts))))


class C(Language):
    none, true, false = "NULL", "1", "0"
    argument_file = "argv[1]"
    head = '''#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <guestfs.h>
static guestfs_h *g;
static FILE *out;
static char *const *big (void) { static char *r[2001]; for (int i = 0; i < 2000; i++) if (!r[i] && asprintf (&r[i], "item%%d", i) < 0) abort (); return r; }
static const char *long_ (void) { static char r[10001]; memset (r, 'x', 10000); return r; }
static const char *bytes_ (void) { static char r[256]; for (int i = 0; i < 256; i++) r[i] = i; return r; }
static void number (int64_t n) { fprintf (out, "%%" PRIi64 "\\n", n); }
static void bytes (const char *s, size_t n) { for (size_t i = 0; i < n; i++) fprintf (out, "%%02x", (unsigned char) s[i]); fputc ('\\n', out); }
static void put (const char *s) { if (s) bytes (s, strlen (s)); else fputs ("(null)\\n", out); }
static int compare (const void *a, const void *b) { return strcmp (*(char **) a, *(char **) b); }
static void list (char **l, int pairs) { size_t n = 0; while (l[n]) n++; if (pairs) qsort (l, n / 2, 2 * sizeof *l, compare); for (size_t i = 0; i < n; i++) put (l[i]); put ("end"); }
static void record (const struct guestfs_lvm_pv *v) { %s }
static void records (const struct guestfs_lvm_pv_list *l) { for (uint32_t i = 0; i < l->len; i++) record (&l->val[i]); put ("end"); }
static void error (int failed) { put (failed ? guestfs_last_error (g) : "no error"); }
int main (int argc, char **argv) {
  size_t size = 0;
  const char *u;
  g = guestfs_create ();
  guestfs_set_error_handler (g, NULL, NULL);
  out = fopen (argv[2], "w");
''' % " ".join("bytes (v->pv_uuid, 32);" if n == "pv_uuid" else ("put (v->%s);" if k == "s" else "number (v->%s);") % n
               for n, k in FIELDS)
    foot = "  return fclose (out);\n}\n"
    long = "long_ ()"

    def string(self, v):
        return self.escaped(v.encode(), "\\%03o")

    def buffer(self, v):
        return self.escaped(v, "\\%03o") + ", %d" % len(v)

    bytes_ = "bytes_ (), 256"

    def list(self, items):
        return "(char *const []) { %sNULL }" % "".join("(char *) %s, " % i for i in items)

    def int64(self, v):
        return "INT64_MIN" if v == -INT64_MAX - 1 else "INT64_C (%d)" % v

    def number(self, v):
        return "(-2147483647 - 1)" if v == -INT_MAX - 1 else str(v)

    def call(self, name, values, optional=()):
        if name in ("internal_test_set_output", "internal_test_close_output"):
            return "  if (guestfs_%s (%s) == -1) abort ();" % (name, ", ".join(["g"] + list(values)))
        opts = "".join("GUESTFS_%s_%s, %s, " % (name.upper(), n.upper(), v) for n, v in optional)
        return "  if (guestfs_%s (%s, %s-1) == -1) abort ();" % (name, ", ".join(["g"] + list(values)), opts)

    def show(self, name, kind, value):
        r = "guestfs_internal_test_%s (g, %s)" % (name, value)
        if kind == "u":
            return "  u = guestfs_internal_test_%s (g, %s, &size); bytes (u, size);" % (name, value)
        return "  " + {"i": "number (%s);", "n": "number (%s);", "b": "number (%s);", "l": "list (%s, 0);", "h": "list (%s, 1);",
                       "r": "record (%s);", "R": "records (%s);"}.get(kind, "put (%s);") % r

    def fails(self, name):
        kind = name[len("internal_test_"):-len("err")]
        if kind == "rconstoptstring":
            return "  put (\"no error\");"
        bad = "-1" if kind in ("rint", "rint64", "rbool") else "NULL"
        extra = ", &size" if kind == "rbufferout" else ""
        return "  error (guestfs_%s (g%s) == %s);" % (name, extra, bad)


def main():
    for name, language in [("vectors.c", C()), ("vectors.py", Python()), ("vectors.pl", Perl()), ("vectors.rb", Ruby()),
                           ("vectors.ml", OCaml()), ("Vectors.java", Java())]:
        with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as f:
            if isinstance(language, Java):
                f.write(language.program())
            else:
                f.write(language.head + "\n".join(language.lines()) + "\n" + language.foot)


main()
