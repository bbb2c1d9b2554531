#!/bin/bash
# The Ruby binding without a launch: handles, wrong arguments, errors, events, threads, fork.
source "$(dirname "$0")/functions.sh"

requires ruby
requires_file "$top_builddir/bindings/ruby/.libs/_guestfs.so"

cat >"$tmp/test.rb" <<'RUBY'
require 'guestfs'

def equal(got, wanted)
  raise "got #{got.inspect}, wanted #{wanted.inspect}" unless got == wanted
end

def fails(kind, text)
  yield
rescue kind => e
  raise "#{e.message.inspect} does not match #{text.inspect}" unless text === e.message
  e
else
  raise "no exception: #{text.inspect}"
end

g = Guestfs::Guestfs.new
equal g.version["major"], 1
g.set_append(nil)
equal g.get_append, nil
g.set_append("caf\u00e9".encode("ISO-8859-1"))
equal g.get_append, "caf\xe9".b
equal g.get_append.encoding, Encoding::ASCII_8BIT
g.set_backend_settings([])
equal g.get_backend_settings, []
g.set_backend_settings(["a=1", "b=2"])
equal g.get_backend_settings, ["a=1", "b=2"]
equal g.set_verbose(false), nil
equal g.get_verbose, 0

fails(ArgumentError, /given 0, expected 2/) { g.mount }
fails(ArgumentError, /unknown optional argument/) { g.add_drive("/x", :nosuch => 1) }
fails(TypeError, /Hash/) { g.add_drive("/x", 1) }
fails(TypeError, /nil/) { g.mount(nil, "/") }
fails(TypeError, //) { g.mount([], "/") }
fails(ArgumentError, /null byte/) { g.mount("a\0b", "/") }
fails(TypeError, //) { g.set_memsize("x") }
fails(TypeError, //) { g.set_memsize(nil) }
fails(RangeError, //) { g.set_memsize(1 << 40) }
fails(RangeError, //) { g.set_memsize(1 << 80) }
fails(TypeError, //) { g.set_backend_settings("x") }
fails(TypeError, //) { g.set_backend_settings([nil]) }
fails(TypeError, //) { g.set_event_callback(1, 1) }
fails(Guestfs::Error, /bitmask/) { g.set_event_callback(proc {}, 0) }
fails(NoMethodError, //) { g.nosuch }
fails(ArgumentError, /initialized/) { Guestfs::Guestfs.allocate.get_verbose }
fails(ArgumentError, /already/) { g.send(:initialize) }
fails(TypeError, //) { Guestfs::Guestfs.instance_method(:get_verbose).bind(Object.new) }
e = fails(Guestfs::Error, /\Aadd_drive: .*No such file/) { g.add_drive("/nonexistent/x", :format => "raw") }
equal e.errno, Errno::ENOENT::Errno
equal e.call, "add_drive"
equal g.last_errno, 2
equal g.add_drive_opts("/dev/null", {:readonly => true, :label => nil}), nil

# Events; callbacks that raise, throw, break, delete themselves, close the handle.
seen = []
g.set_event_callback(proc { |event, handle, buf, array| seen << [event, handle, buf, array] },
                     Guestfs::EVENT_TRACE | Guestfs::EVENT_CLOSE)
raising = g.set_event_callback(proc { raise "oops" }, Guestfs::EVENT_TRACE)
throwing = g.set_event_callback(Guestfs::EVENT_TRACE) { throw :nowhere }
$stderr.reopen(File.join(ARGV[0], "warnings"), "w")
g.set_trace(1)
equal g.get_verbose, 0
g.delete_event_callback(raising)
g.delete_event_callback(throwing)
equal seen[0], [64, 0, "get_verbose", []]
own = nil
own = g.set_event_callback(Guestfs::EVENT_TRACE) { g.delete_event_callback(own) if own; own = nil }
g.get_path
equal own, nil
argument = "x" * 1000
changing = g.set_event_callback(Guestfs::EVENT_TRACE) { argument.replace("y" * 5); GC.start }
g.set_append(argument)
g.delete_event_callback(changing)
equal g.get_append, "x" * 1000
g.set_event_callback(Guestfs::EVENT_TRACE) { g.close }
path = g.get_path
equal seen.last[0], Guestfs::EVENT_CLOSE
fails(ArgumentError, /\Aget_path: used handle after closing it/) { g.get_path }
g.close
equal Guestfs.event_to_string(3), "close,subprocess_quit"

# Functions of callbacks live as long as the handle; handles that are dropped.
g = Guestfs.create(:environment => false)
counter = 0
100.times { g.set_event_callback(Guestfs::EVENT_TRACE) { counter += 1 } }
GC.start
g.set_trace(true)
g.get_verbose
equal counter, 200
1000.times { Guestfs::Guestfs.new(:close_on_exit => false).set_event_callback(Guestfs::EVENT_ALL) { raise "collected" } }
GC.start

class Derived < Guestfs::Guestfs; end
equal Derived.new.get_verbose, 0
kept = nil
equal Guestfs::Guestfs.open { |h| kept = h; h.get_verbose }, 0
fails(ArgumentError, /closing/) { kept.get_verbose }

# Threads that share a handle, while one closes it; a forked process.
g = Guestfs::Guestfs.new
pid = fork { exit!(g.get_verbose == 0 ? 0 : 1) }
Process.wait(pid)
raise "child" unless $?.success?
g.set_trace(1)
g.set_event_callback(Guestfs::EVENT_TRACE) { Thread.pass }
threads = 4.times.map do
  Thread.new do
    begin
      2000.times { g.set_append("x"); g.get_append }
    rescue ArgumentError
    end
  end
end
sleep 0.05
g.close
threads.each(&:join)
puts "ok"
RUBY
timeout -k 5 400 "$top_builddir/run" ruby -W0 "$tmp/test.rb" "$tmp" >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")" "$(cat "$tmp/warnings")"
expect_equal "$(tail -1 "$tmp/out")" ok

cd "$tmp"
make_in bindings/ruby gem >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
