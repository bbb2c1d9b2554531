#!/bin/bash
# The text of the appliance's console, through a socket of one's own.
source "$(dirname "$0")/functions.sh"

CC=${CC:-cc}
requires "${CC%% *}"
requires_file "$top_builddir/appliance/root.img"
cat >"$tmp/console.c" <<'END'
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define GUESTFS_PRIVATE 1
#include <guestfs.h>

static char text[65536];

/* Does the text have `wanted` in it, within a minute? */
static int
wait_for (int fd, const char *wanted)
{
  struct pollfd p = { .fd = fd, .events = POLLIN };
  size_t len = strlen (text);

  while (!strstr (text, wanted)) {
    ssize_t n = poll (&p, 1, 60000) == 1 ? read (fd, text + len, sizeof text - 1 - len) : -1;

    if (n <= 0)
      return 0;
    len += n;
    text[len] = '\0';
  }
  return 1;
}

#define CHECK(e) do { if (!(e)) { fprintf (stderr, "%s: %s\nconsole: %s\n", #e, guestfs_last_error (g), text); exit (1); } } while (0)

static void
ignore (guestfs_h *g, void *opaque, uint64_t event, int handle, int flags, const char *buf, size_t len, const uint64_t *array, size_t array_len)
{
}

/* A shell on the console; the end comes from it (0), from shutdown while it prints what nobody reads (1), and from close (2). */
static void
rescue (int how)
{
  guestfs_h *g = guestfs_create ();
  int fd, old;

  guestfs_set_error_handler (g, NULL, NULL);
  CHECK (guestfs_set_append (g, "quiet guestfs_rescue=1 TERM=vt52") == 0);
  CHECK (guestfs_add_drive_scratch (g, 1 << 20, -1) == 0 && guestfs_launch (g) == 0);
  old = guestfs_internal_get_console_socket (g);
  fd = guestfs_internal_get_console_socket (g); /* it takes the shell */
  CHECK (old >= 0 && fd >= 0);
  memset (text, 0, sizeof text);
  CHECK (wait_for (fd, "><rescue> "));
  CHECK (write (fd, "echo $TERM$((6 * 7))\r", 21) == 21);
  CHECK (wait_for (fd, "\nvt5242"));
  CHECK (guestfs_ping_daemon (g) == 0); /* calls go on */
  if (how == 0)
    CHECK (write (fd, "exit\r", 5) == 5);
  else
    CHECK (write (fd, "yes\r", 4) == 4);
  if (how == 1) {
    usleep (300000);
    CHECK (guestfs_ping_daemon (g) == 0);
    CHECK (guestfs_shutdown (g) == 0);
  }
  if (how < 2)
    while (read (fd, text, sizeof text) > 0)
      ;
  guestfs_close (g);
  close (fd);
  close (old);
}

int
main (void)
{
  guestfs_h *g = guestfs_create ();
  int fd;

  guestfs_set_error_handler (g, NULL, NULL);
  guestfs_set_event_callback (g, ignore, GUESTFS_EVENT_ALL, 0, NULL);
  CHECK (guestfs_internal_get_console_socket (g) == -1); /* too early */
  CHECK (guestfs_set_append (g, "BATHYSCOPE_VERBOSE=1") == 0);
  CHECK (guestfs_add_drive_scratch (g, 1 << 20, -1) == 0 && guestfs_launch (g) == 0);
  fd = guestfs_internal_get_console_socket (g);
  CHECK (fd >= 0);
  /* With this setting the daemon names every call. */
  CHECK (guestfs_ping_daemon (g) == 0);
  CHECK (wait_for (fd, "ping_daemon"));
  CHECK (guestfs_shutdown (g) == 0);
  guestfs_close (g);
  while (read (fd, text, sizeof text) > 0)
    ;
  close (fd);
  for (int how = 0; how < 3; ++how)
    rescue (how);
  return 0;
}
END
"$CC" -std=gnu11 -Wall -Werror -I"$top_builddir/lib" -o "$tmp/console" "$tmp/console.c" -L"$top_builddir/lib/.libs" -lguestfs
timeout 300 "$tmp/console"
