/* virt-rescue: a shell in the appliance, with a guest's disks.
 *
 * The shell runs on a terminal in the appliance; bytes go to and fro by calls
 * of the API, a call for each piece.  While nothing happens a call waits a
 * little in the appliance for output, so keys are seen with a delay of a few
 * hundredths of a second at most.
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "options.h"
#include "strlist.h"

#define SCRATCH_SIZE (INT64_C (10) << 30)
#define WAIT 20 /* milliseconds for output, while there is no input */
#define QUIET 10 /* so many waits without output: the shell may want input */

static const char usage[] =
  "Start a shell in the appliance, with the disks of a virtual machine.\n"
  "Shut the machine down first, or use --ro.\n"
  "\n"
  "  virt-rescue [options] -a disk.img [-a disk.img ...] [-i | -m DEVICE]\n"
  "  virt-rescue [options] -d domain [-i]\n"
  "\n"
  "      --append OPTIONS   more options for the appliance's kernel\n"
  "  -e ^X|none             the escape key (default ^])\n"
  "      --memsize MB       memory of the appliance\n"
  "      --scratch[=N]      add N empty disks of 10 GB (default 1)\n"
  "      --smp N            processors of the appliance\n"
  "      --suggest          print commands to mount the guest, and stop\n";

enum {
  OPTION_APPEND = OPTION_OWN, OPTION_MEMSIZE, OPTION_SCRATCH, OPTION_SELINUX,
  OPTION_SMP, OPTION_SUGGEST,
};

struct rescue {
  struct options o;
  int escape; /* the key, or -1 */
  int scratch;
  bool suggest;
  bool escaped; /* the escape key was pressed */
  bool quit;
};

static struct termios old_terminal;
static bool raw;
static volatile sig_atomic_t resized = 1;

/* --- the terminal ----------------------------------------------------------------- */

static void
restore_terminal (void)
{
  if (raw)
    tcsetattr (STDIN_FILENO, TCSANOW, &old_terminal);
  raw = false;
}

static void
on_end (int sig)
{
  restore_terminal ();
  signal (sig, SIG_DFL);
  raise (sig);
}

static void
on_resize (int sig)
{
  resized = 1;
}

static void
make_raw (void)
{
  struct termios t;

  signal (SIGWINCH, on_resize);
  if (tcgetattr (STDIN_FILENO, &old_terminal) == -1)
    return;
  t = old_terminal;
  cfmakeraw (&t);
  raw = tcsetattr (STDIN_FILENO, TCSANOW, &t) == 0;
  atexit (restore_terminal);
  signal (SIGTERM, on_end);
  signal (SIGHUP, on_end);
}

static void
get_size (int *ret_rows, int *ret_columns)
{
  struct winsize size;

  *ret_rows = *ret_columns = 0;
  if (!resized)
    return;
  resized = 0;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    *ret_rows = size.ws_row;
    *ret_columns = size.ws_col;
  }
}

/* --- what the escape key does ------------------------------------------------------ */

static const char escape_help[] =
  "\r\nAfter the escape key:\r\n"
  "  h  this help\r\n"
  "  i  inspect the disks, and say what systems there are\r\n"
  "  q  quit\r\n"
  "  s  write everything back to the disks\r\n"
  "  u  unmount the guest's filesystems\r\n"
  "  x  quit\r\n"
  "  the escape key again: send it to the shell\r\n";

static void
say_systems (const struct rescue *r)
{
  CLEANUP_STRINGS char **roots = guestfs_inspect_os (r->o.g);
  size_t i;

  for (i = 0; roots && roots[i]; ++i) {
    CLEANUP_FREE char *name = guestfs_inspect_get_product_name (r->o.g,
                                                                roots[i]);
    printf ("\r\n%s: %s", roots[i], name ? name : "unknown");
  }
  printf ("%s\r\n", roots && roots[0] ? "" : "\r\nno operating system was found");
  fflush (stdout);
}

static void
escape_command (struct rescue *r, char c)
{
  switch (c) {
  case 'h': case '?': fputs (escape_help, stdout); break;
  case 'i': say_systems (r); break;
  case 'q': case 'x': r->quit = true; break;
  case 's': (void) guestfs_sync (r->o.g); break;
  case 'u': (void) guestfs_umount_all (r->o.g); break;
  default: printf ("\r\nno such command; h for help\r\n");
  }
  fflush (stdout);
}

/* Deal with escapes: what is left for the shell. */
static size_t
filter (struct rescue *r, char *buf, size_t len)
{
  size_t i, n = 0;

  for (i = 0; i < len; ++i)
    if (r->escaped) {
      r->escaped = false;
      if ((unsigned char) buf[i] == r->escape)
        buf[n++] = buf[i];
      else
        escape_command (r, buf[i]);
    }
    else if ((unsigned char) buf[i] == r->escape)
      r->escaped = true;
    else
      buf[n++] = buf[i];
  return n;
}

/* --- the shell ------------------------------------------------------------------------ */

/* What there is, without waiting: the call waits.  -1 when there is nothing. */
static ssize_t
read_input (char *buf, size_t size)
{
  struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

  return poll (&p, 1, 0) <= 0 ? -1 : read (STDIN_FILENO, buf, size);
}

/* Where input has ended the shell is told so by Ctrl-D, which only counts on an
 * empty line, and while nothing else runs: so it is told whenever it is quiet. */
static size_t
end_of_input (char *buf, char last, unsigned quiet)
{
  size_t len = 0;

  if (last != '\n')
    buf[len++] = '\n';
  else if (quiet >= QUIET)
    buf[len++] = '\004';
  return len;
}

static void
run_shell (struct rescue *r)
{
  const char *term = getenv ("TERM");
  bool at_end = false;
  char last = '\n';
  unsigned quiet = 0;

  if (guestfs_internal_rescue_open (r->o.g, term ? term : "dumb") == -1)
    die_handle (&r->o);
  while (!r->quit) {
    char input[4096];
    ssize_t n = at_end ? -1 : read_input (input, sizeof input);
    size_t len = n > 0 ? (size_t) n : 0, out_len;
    CLEANUP_FREE char *output = NULL;
    int rows, columns;

    if (n > 0 && raw)
      len = filter (r, input, len);
    if (n == 0)
      at_end = true;
    if (at_end) {
      len = end_of_input (input, last, quiet);
      quiet = quiet >= QUIET ? 0 : quiet;
    }
    if (len > 0)
      last = at_end ? '\n' : input[len - 1];
    get_size (&rows, &columns);
    guestfs_push_error_handler (r->o.g, NULL, NULL);
    output = guestfs_internal_rescue_io (r->o.g, input, len, rows, columns,
                                         WAIT, &out_len);
    guestfs_pop_error_handler (r->o.g);
    if (!output && guestfs_last_errno (r->o.g) == EPIPE)
      break;
    if (!output) {
      restore_terminal ();
      die (&r->o, "%s", guestfs_last_error (r->o.g));
    }
    quiet = out_len > 0 ? 0 : quiet + 1;
    if (write_full (STDOUT_FILENO, output, out_len) == -1)
      break;
  }
}

/* --- beginning and end ----------------------------------------------------------------- */

/* For --suggest: how to mount each system by hand. */
static void
suggest (const struct rescue *r)
{
  CLEANUP_STRINGS char **roots = NULL;
  size_t i, j;

  unlock_devices (&r->o, r->o.g);
  roots = guestfs_inspect_os (r->o.g);
  if (!roots)
    die_handle (&r->o);
  if (!roots[0])
    die (&r->o, "no operating system was found on this disk");
  for (i = 0; roots[i]; ++i) {
    CLEANUP_FREE char *name = guestfs_inspect_get_product_name (r->o.g,
                                                                roots[i]);
    CLEANUP_STRINGS char **mounts
      = guestfs_inspect_get_mountpoints (r->o.g, roots[i]);

    printf ("# %s: %s\n", roots[i], name ? name : "unknown");
    for (j = 0; mounts && mounts[j]; j += 2)
      printf ("mount %s /sysroot%s\n", mounts[j + 1],
              strcmp (mounts[j], "/") == 0 ? "" : mounts[j]);
  }
}

static void
parse_escape (struct rescue *r, const char *arg)
{
  if (strcmp (arg, "none") == 0)
    r->escape = -1;
  else if (arg[0] == '^' && arg[1] && !arg[2])
    r->escape = arg[1] & 0x1f;
  else
    die (&r->o, "-e takes a key such as ^], or none, not \"%s\"", arg);
}

static void
own_option (struct rescue *r, int c)
{
  struct options *o = &r->o;
  int failed = 0;

  switch (c) {
  case 'e': parse_escape (r, optarg); break;
  case OPTION_APPEND: failed = guestfs_set_append (o->g, optarg); break;
  case OPTION_MEMSIZE:
    failed = guestfs_set_memsize (o->g, options_number (o, "--memsize", optarg));
    break;
  case OPTION_SCRATCH:
    r->scratch = optarg ? options_number (o, "--scratch", optarg) : 1;
    break;
  case OPTION_SELINUX: break; /* accepted; it has had no effect for long */
  case OPTION_SMP:
    failed = guestfs_set_smp (o->g, options_number (o, "--smp", optarg));
    break;
  case OPTION_SUGGEST: r->suggest = true; break;
  }
  if (failed == -1)
    die_handle (o);
}

static void
open_disks (struct rescue *r)
{
  int i;

  options_add_drives (&r->o, r->o.g);
  for (i = 0; i < r->scratch; ++i)
    if (guestfs_add_drive_scratch (r->o.g, SCRATCH_SIZE, -1) == -1)
      die_handle (&r->o);
  if (guestfs_launch (r->o.g) == -1)
    die_handle (&r->o);
  if (!r->suggest)
    options_mount (&r->o, r->o.g);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "append", required_argument, NULL, OPTION_APPEND },
    { "memsize", required_argument, NULL, OPTION_MEMSIZE },
    { "scratch", optional_argument, NULL, OPTION_SCRATCH },
    { "selinux", no_argument, NULL, OPTION_SELINUX },
    { "smp", required_argument, NULL, OPTION_SMP },
    { "suggest", no_argument, NULL, OPTION_SUGGEST },
    { NULL, 0, NULL, 0 },
  };
  struct rescue r = {
    .o = {
      .program = "virt-rescue", .usage = usage, .help_shared = true,
      .takes = TAKES_MOUNT | TAKES_INSPECTOR | TAKES_RO_RW | TAKES_CONFIG | TAKES_NETWORK
               | TAKES_KEYS,
      .own_short = "e:", .own_long = own_long,
    },
    .escape = ']' & 0x1f,
  };
  int c;

  options_start (&r.o);
  while ((c = options_next (&r.o, argc, argv)) != -1)
    own_option (&r, c);
  for (; optind < argc; ++optind)
    options_add_either (&r.o, argv[optind]);
  options_check (&r.o);
  if (r.o.nr_drives == 0 && r.scratch == 0)
    die (&r.o, "give a disk image with -a, or a domain with -d");
  if (r.suggest)
    r.o.readonly = true;
  open_disks (&r);
  if (r.suggest)
    suggest (&r);
  else {
    if (isatty (STDIN_FILENO)) {
      puts ("A shell in the appliance.  The guest's filesystems, where they are mounted, are\n"
            "below /sysroot.  The escape key is ^] (^] h for help); \"exit\" ends it.");
      fflush (stdout);
      make_raw ();
    }
    run_shell (&r);
    restore_terminal ();
  }
  if (guestfs_shutdown (r.o.g) == -1)
    die_handle (&r.o);
  options_finish (&r.o);
  return EXIT_SUCCESS;
}
