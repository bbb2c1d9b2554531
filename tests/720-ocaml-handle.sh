#!/bin/bash
# The OCaml binding without a launch, in native and in byte code: handles, wrong arguments, errors, events, threads, fork.
source "$(dirname "$0")/functions.sh"

requires ocamlfind ocamlopt
requires_file "$top_builddir/bindings/ocaml/mlguestfs.cmxa"

cat >"$tmp/test.ml" <<'OCAML'
let fails what f =
  match f () with
  | exception Guestfs.Error m -> m
  | exception Invalid_argument m -> m
  | exception Guestfs.Handle_closed m -> "closed: " ^ m
  | _ -> failwith ("no exception: " ^ what)

let starts prefix s =
  if String.length s < String.length prefix || String.sub s 0 (String.length prefix) <> prefix then
    failwith (Printf.sprintf "%S does not start with %S" s prefix)

let () =
  let g = new Guestfs.guestfs () in
  assert ((g#version ()).Guestfs.major = 1L);
  assert (g#get_append () = None);
  g#set_append (Some "caf\xe9");
  assert (g#get_append () = Some "caf\xe9");
  g#set_append None;
  assert (g#get_append () = None);
  g#set_backend_settings [||];
  assert (g#get_backend_settings () = [||]);
  g#set_backend_settings [| "a=1"; "b=2" |];
  assert (g#get_backend_settings () = [| "a=1"; "b=2" |]);
  g#set_verbose false;
  assert (not (g#get_verbose ()));
  assert (Guestfs.get_memsize g#ocaml_handle = g#get_memsize ());

  (* Errors. *)
  starts "mount: " (fails "mount" (fun () -> g#mount "/dev/sda1" "/"));
  assert (g#last_errno () = Guestfs.Errno.errno_EINVAL);
  starts "add_drive: " (fails "add" (fun () -> g#add_drive ~format:"raw" "/nonexistent/x"));
  assert (g#last_errno () = Guestfs.Errno.errno_ENOENT);
  starts "Guestfs.mount: " (fails "nul" (fun () -> g#mount "a\000b" "/"));
  starts "Guestfs.set_backend_settings: " (fails "nul" (fun () -> g#set_backend_settings [| "x"; "a\000b" |]));
  starts "Guestfs.set_memsize: " (fails "large" (fun () -> g#set_memsize (1 lsl 40)));
  starts "Guestfs.mkfs: " (fails "large" (fun () -> g#mkfs ~blocksize:(-1 lsl 40) "ext4" "/dev/sda1"));

  (* Events; a callback that raises, one that deletes itself, one that allocates much, one that closes. *)
  let seen = ref [] in
  ignore (g#set_event_callback (fun e _ text array -> seen := (e, text, array) :: !seen)
            [Guestfs.EVENT_TRACE; Guestfs.EVENT_CLOSE]);
  let raising = g#set_event_callback (fun _ _ _ _ -> failwith "oops") [Guestfs.EVENT_TRACE] in
  g#set_trace true;
  assert (not (g#get_verbose ()));
  g#delete_event_callback raising;
  assert (List.mem (Guestfs.EVENT_TRACE, "get_verbose", [||]) !seen);
  let own = ref None in
  own := Some (g#set_event_callback (fun _ _ _ _ ->
    match !own with None -> () | Some eh -> own := None; g#delete_event_callback eh) [Guestfs.EVENT_TRACE]);
  ignore (g#set_event_callback (fun _ _ _ _ -> Gc.compact (); ignore (Array.make 100000 "x"))
            [Guestfs.EVENT_TRACE]);
  let path = g#get_path () in
  assert (!own = None);
  g#set_append (Some (String.make 100000 'x'));
  assert (g#get_append () = Some (String.make 100000 'x'));
  ignore (g#set_event_callback (fun _ _ _ _ -> g#close ()) [Guestfs.EVENT_TRACE]);
  assert (g#get_path () = path);
  (match !seen with (Guestfs.EVENT_CLOSE, _, _) :: _ -> () | _ -> failwith "no CLOSE event");
  assert (fails "closed" (fun () -> g#get_path ()) = "closed: get_path");
  assert (fails "closed" (fun () -> g#mount "a" "b") = "closed: mount");
  g#close ();
  assert (Guestfs.event_to_string [Guestfs.EVENT_CLOSE; Guestfs.EVENT_SUBPROCESS_QUIT] = "close,subprocess_quit");
  assert (List.length Guestfs.event_all = 10);

  (* Handles that are dropped are closed. *)
  let closed = ref 0 in
  for _ = 1 to 50 do
    let g = Guestfs.create ~environment:false () in
    ignore (Guestfs.set_event_callback g (fun _ _ _ _ -> incr closed) [Guestfs.EVENT_CLOSE])
  done;
  Gc.full_major (); Gc.full_major ();
  assert (!closed >= 49);

  (* Threads that share a handle, while one closes it; a forked process. *)
  let g = new Guestfs.guestfs () in
  flush_all ();
  (match Unix.fork () with
   | 0 -> Unix._exit (if g#get_verbose () then 1 else 0)
   | pid -> assert (snd (Unix.waitpid [] pid) = Unix.WEXITED 0));
  g#set_trace true;
  ignore (g#set_event_callback (fun _ _ _ _ -> Thread.yield ()) [Guestfs.EVENT_TRACE]);
  let work () =
    try for _ = 1 to 2000 do g#set_append (Some "x"); ignore (g#get_append ()) done
    with Guestfs.Handle_closed _ -> () in
  let threads = List.init 4 (fun _ -> Thread.create work ()) in
  Thread.delay 0.05;
  g#close ();
  List.iter Thread.join threads;
  print_endline "ok"
OCAML
cd "$tmp"
"$top_builddir/run" ocamlfind ocamlopt -thread -package guestfs,threads.posix -linkpkg test.ml -o native 2>"$tmp/log" \
  || fail "ocamlopt: $(cat "$tmp/log")"
"$top_builddir/run" ocamlfind ocamlc -thread -package guestfs,threads.posix -linkpkg test.ml -o bytecode 2>"$tmp/log" \
  || fail "ocamlc: $(cat "$tmp/log")"
for program in native bytecode; do
  timeout -k 5 400 "$top_builddir/run" "./$program" >"$tmp/out" 2>"$tmp/err" || fail "$program: $(cat "$tmp/err")"
  expect_equal "$(cat "$tmp/out")" ok "$program"
  grep -q 'event callback: .*oops' "$tmp/err" || fail "$program: no message of the exception in a callback"
done

# A call that is missing, or has another type, does not compile.
cat >types.ml <<'OCAML'
let _ : Guestfs.t -> ?blocksize:int -> ?features:string -> ?inode:int -> ?sectorsize:int -> ?label:string -> string -> string -> unit = Guestfs.mkfs
let _ : Guestfs.t -> string -> Guestfs.statns = Guestfs.statns
let _ : Guestfs.t -> string -> Guestfs.dirent array = Guestfs.readdir
let _ : Guestfs.t -> (string * string) list = Guestfs.list_filesystems
let _ : Guestfs.t -> int -> int64 -> unit = fun g i l -> Guestfs.set_memsize g i; ignore l
OCAML
"$top_builddir/run" ocamlfind ocamlopt -package guestfs -c types.ml || fail "types.ml"
