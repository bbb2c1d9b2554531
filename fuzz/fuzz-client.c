/* Fuzz target: the library's end of RPC and of the machine's control channel.
 *
 * The first byte chooses the state of the handle, the second a call.  Then
 * come control messages, each a length (one byte) and its bytes, ended by one
 * of length 0; the rest is what the daemon sends.  Both connections then end.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "fuzz.h"
#include "impl.h"
#include "input.h"
#include "machine.h"
#include "strlist.h"
#include "structs.h"

enum { LAUNCHING = 1, WITH_TEMPLATE = 2, CANCELLED = 4 };

/* Warnings would go to stderr. */
static void
ignore (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
        int flags, const char *buf, size_t buf_len, const uint64_t *array,
        size_t array_len)
{
}

static void
call_strings (guestfs_h *g, struct error *err)
{
  strings_free (impl_list_devices (g, err));
}

static void
call_hash (guestfs_h *g, struct error *err)
{
  strings_free (impl_tune2fs_l (g, "/dev/sda", err));
}

static void
call_string (guestfs_h *g, struct error *err)
{
  free (impl_file (g, "/file", err));
}

static void
call_struct (guestfs_h *g, struct error *err)
{
  struct_free_statns (impl_statns (g, "/file", err));
}

static void
call_structs (guestfs_h *g, struct error *err)
{
  struct_free_lvm_lv_list (impl_lvs_full (g, err));
}

static void
call_buffer (guestfs_h *g, struct error *err)
{
  size_t size;

  free (impl_pread (g, "/file", 10, 0, &size, err));
}

static void
call_read_file (guestfs_h *g, struct error *err)
{
  size_t size;

  free (impl_read_file (g, "/file", &size, err));
}

static void
call_download (guestfs_h *g, struct error *err)
{
  (void) impl_download (g, "/file", "/dev/null", err);
}

static void
call_upload (guestfs_h *g, struct error *err)
{
  (void) impl_upload (g, "/proc/self/status", "/file", err);
}

static void
call_ping (guestfs_h *g, struct error *err)
{
  (void) impl_ping_daemon (g, err);
}

static void
wait_ready (guestfs_h *g, struct error *err)
{
  (void) client_wait_ready (g, 1000, err);
}

static void (*const calls[]) (guestfs_h *g, struct error *err) = {
  call_strings, call_hash, call_string, call_struct, call_structs, call_buffer,
  call_read_file, call_download, call_upload, call_ping, wait_ready,
};
#define NR_CALLS_HERE (sizeof calls / sizeof calls[0])

/* What guestfs_launch makes, with both ends of its connections. */
static guestfs_h *
make (uint8_t state, int ret_peers[2])
{
  guestfs_h *g = guestfs_create ();
  struct machine *m = calloc (1, sizeof *m);
  int control[2], rpc[2];

  if (!g || !m || socketpair (AF_UNIX, SOCK_SEQPACKET, 0, control) == -1
      || socketpair (AF_UNIX, SOCK_STREAM, 0, rpc) == -1)
    abort ();
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_set_event_callback (g, ignore, GUESTFS_EVENT_ALL, 0, NULL) == -1)
    abort ();
  m->pid = m->pidfd = -1;
  m->owner = getpid ();
  m->control = control[0];
  m->rpc = rpc[0];
  m->has_template = state & WITH_TEMPLATE;
  g->machine = m;
  g->state = state & LAUNCHING ? STATE_LAUNCHING : STATE_READY;
  if (client_start (g, NULL) == -1)
    abort ();
  ret_peers[0] = control[1];
  ret_peers[1] = rpc[1];
  return g;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct input in = { data, size };
  uint8_t state = input_byte (&in), call = input_byte (&in);
  const uint8_t *bytes;
  int peers[2], i;
  guestfs_h *g;
  size_t len;

  if (size > 65536) /* what the socket takes at once */
    return 0;
  (void) setenv ("XDG_CACHE_HOME", "/nonexistent", 1);
  g = make (state, peers);
  for (i = 0; i < 8; ++i) {
    bytes = input_bytes (&in, input_byte (&in), &len);
    if (len == 0)
      break;
    (void) !send (peers[0], bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  (void) !send (peers[1], in.data, in.left, MSG_NOSIGNAL | MSG_DONTWAIT);
  close (peers[0]);
  shutdown (peers[1], SHUT_WR);
  if (state & CANCELLED)
    guestfs_user_cancel (g);
  calls[call % NR_CALLS_HERE] (g, &err);
  close (peers[1]);
  guestfs_close (g);
  return 0;
}
