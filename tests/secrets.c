/* Are keys where they should not be?
 *
 *   secrets memory FILE             unit tests of common/secret.h
 *   secrets library FILE IMAGE LOG  make and open LUKS on IMAGE with the library, which writes all it has to say to LOG
 *   secrets scan FILE PID           look into another process
 *
 * FILE has the key, a line of at least 16 bytes that is nowhere else.  It is looked for in all private memory that would be in a core dump.
 * The exit status is 1 when it is found, and 77 when there is no looking.
 */

#define _GNU_SOURCE
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "guestfs.h"
#include "io.h"
#include "secret.h"
#include "strbuf.h"
#include "test.h"

#define CHUNK ((size_t) 1 << 20)

static char *key; /* in memory of secret.h, which is not looked at */
static size_t key_len;
static int log_fd = -1;

static void
read_key (const char *file)
{
  CLEANUP_CLOSE int fd = open (file, O_RDONLY | O_CLOEXEC);

  CHECK (fd >= 0);
  key = secret_read_fd (fd, 4096, &key_len);
  CHECK (key);
  key_len = strcspn (key, "\n");
  key[key_len] = '\0';
  CHECK (key_len >= 16);
}

/* One mapping of /proc/PID/smaps. */
struct mapping {
  uint64_t begin, end;
  char access[5], name[300];
  bool dumped;
};

/* The next mapping; its flags are the last line about it. */
static bool
next_mapping (FILE *smaps, struct mapping *ret)
{
  char line[600];
  bool any = false;

  while (fgets (line, sizeof line, smaps)) {
    struct mapping m = { .dumped = true };

    if (sscanf (line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %*s %299[^\n]",
                &m.begin, &m.end, m.access, m.name) >= 3) {
      *ret = m;
      any = true;
    } else if (strncmp (line, "VmFlags:", 8) == 0) {
      ret->dumped = !strstr (line, " dd");
      return any;
    }
  }
  return any;
}

/* How often the key is in a mapping. */
static unsigned
count_in (int mem, const struct mapping *m, char *buf)
{
  unsigned count = 0;

  for (uint64_t at = m->begin; at < m->end; at += CHUNK) {
    size_t want = m->end - at < CHUNK + key_len ? m->end - at
                  : CHUNK + key_len - 1;
    ssize_t n = pread (mem, buf, want, at);
    const char *p = buf;

    while (n > 0 && (p = memmem (p, buf + n - p, key, key_len)) != NULL) {
      fprintf (stderr, "secrets: found at %" PRIx64 " (%s)\n",
               at + (p - buf), m->name);
      count++;
      p++;
    }
  }
  return count;
}

static unsigned
scan (pid_t pid)
{
  char name[64];
  CLEANUP_CLOSE int mem = -1;
  FILE *smaps;
  unsigned count = 0, seen = 0;
  struct mapping m;
  char *buf = secret_alloc (CHUNK + key_len); /* so that it is left out itself */

  CHECK (buf);
  snprintf (name, sizeof name, "/proc/%d/mem", (int) pid);
  mem = open (name, O_RDONLY | O_CLOEXEC);
  snprintf (name, sizeof name, "/proc/%d/smaps", (int) pid);
  smaps = fopen (name, "re");
  if (mem == -1 || !smaps) {
    fprintf (stderr, "secrets: process %d: %s\n", (int) pid, strerror (errno));
    exit (77);
  }
  while (next_mapping (smaps, &m))
    if (m.access[0] == 'r' && m.access[3] == 'p' && m.dumped) {
      count += count_in (mem, &m, buf);
      seen++;
    }
  fclose (smaps);
  secret_free (buf);
  CHECK (seen > 3);
  return count;
}

/* --- common/secret.h ------------------------------------------------------------- */

static void
test_memory (const char *file)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_SECRET_INIT;
  CLEANUP_CLOSE int fd = open (file, O_RDONLY | O_CLOEXEC);
  char *copy, *plain, *large;
  size_t len;

  /* The search finds what is not protected, and only that. */
  plain = strdup (key);
  CHECK (plain && scan (getpid ()) >= 1);
  secret_wipe (plain);
  CHECK (scan (getpid ()) == 0);
  free (plain);

  copy = secret_dup (key);
  CHECK (copy && strcmp (copy, key) == 0 && ((uintptr_t) copy & 15) == 0);
  /* Growing leaves nothing behind. */
  for (unsigned i = 0; i < 3000; ++i)
    CHECK (strbuf_add (&b, key, key_len) == 0);
  CHECK (b.len == 3000 * key_len && memcmp (b.data, key, key_len) == 0);
  CHECK (scan (getpid ()) == 0);
  secret_free (copy);
  secret_free (NULL);
  large = strbuf_take (&b);
  CHECK (large && b.secret && !b.data);
  secret_free (large);

  copy = secret_read_fd (fd, 4096, &len);
  CHECK (copy && memcmp (copy, key, key_len) == 0);
  secret_free (copy);
  CHECK (lseek (fd, 0, SEEK_SET) == 0);
  CHECK (!secret_read_fd (fd, 3, &len) && errno == EFBIG);
  CHECK (!secret_alloc (SIZE_MAX - 4) && errno == ENOMEM);
  CHECK (scan (getpid ()) == 0);
}

/* --- the library ------------------------------------------------------------------- */

static void
keep_event (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
            int flags, const char *buf, size_t buf_len, const uint64_t *array,
            size_t array_len)
{
  CHECK (write_full (log_fd, buf, buf_len) == 0
         && write_full (log_fd, "\n", 1) == 0);
}

static void
keep_error (guestfs_h *g, void *opaque, const char *message)
{
  keep_event (g, opaque, 0, 0, 0, message, strlen (message), NULL, 0);
}

static guestfs_h *
talkative (void)
{
  guestfs_h *g = guestfs_create ();

  CHECK (g);
  guestfs_set_error_handler (g, keep_error, NULL);
  CHECK (guestfs_set_event_callback (g, keep_event, GUESTFS_EVENT_ALL, 0, NULL)
         != -1);
  CHECK (guestfs_set_verbose (g, 1) == 0 && guestfs_set_trace (g, 1) == 0);
  return g;
}

static void
expect_hidden (const char *when)
{
  if (scan (getpid ()) > 0) {
    fprintf (stderr, "secrets: %s\n", when);
    exit (1);
  }
}

/* The machine passes messages on; it is the first child that is called so. */
static void
scan_machine (guestfs_h *g)
{
  int pid = guestfs_get_pid (g);

  CHECK (pid > 0);
  if (scan (pid) > 0) {
    fprintf (stderr, "secrets: in the machine\n");
    exit (1);
  }
}

static void
test_library (const char *image)
{
  char *servers[] = { (char *) "localhost:6789", NULL };
  guestfs_h *g = talkative ();

  CHECK (guestfs_add_drive_opts (g, "pool/disk",
                                 GUESTFS_ADD_DRIVE_OPTS_PROTOCOL, "rbd",
                                 GUESTFS_ADD_DRIVE_OPTS_SERVER, servers,
                                 GUESTFS_ADD_DRIVE_OPTS_USERNAME, "me",
                                 GUESTFS_ADD_DRIVE_OPTS_SECRET, key, -1) == 0);
  expect_hidden ("the secret of a drive");
  guestfs_close (g);

  g = talkative ();
  CHECK (guestfs_add_drive_opts (g, image, GUESTFS_ADD_DRIVE_OPTS_FORMAT,
                                 "raw", -1) == 0);
  CHECK (guestfs_set_append (g, "BATHYSCOPE_VERBOSE=1") == 0); /* of the daemon */
  CHECK (guestfs_launch (g) == 0);
  CHECK (guestfs_luks_format (g, "/dev/sda", key, 0) == 0);
  expect_hidden ("after luks_format");
  CHECK (guestfs_cryptsetup_open (g, "/dev/sda", key, "x", -1) == 0);
  CHECK (guestfs_cryptsetup_open (g, "/dev/nosuch", key, "y", -1) == -1);
  CHECK (guestfs_luks_add_key (g, "/dev/mapper/x", key, key, 1) == -1);
  expect_hidden ("after cryptsetup_open");
  scan_machine (g);
  CHECK (guestfs_cryptsetup_close (g, "/dev/mapper/x") == 0);
  CHECK (guestfs_shutdown (g) == 0);
  guestfs_close (g);
  expect_hidden ("after close");
}

int
main (int argc, char *argv[])
{
  if (argc < 3)
    return 2;
  read_key (argv[2]);
  if (strcmp (argv[1], "memory") == 0)
    test_memory (argv[2]);
  else if (strcmp (argv[1], "scan") == 0 && argc == 4) {
    if (scan (atoi (argv[3])) > 0)
      return 1;
  } else if (strcmp (argv[1], "library") == 0 && argc == 5) {
    log_fd = open (argv[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK (log_fd >= 0);
    test_library (argv[3]);
  } else
    return 2;
  secret_free (key);
  return 0;
}
