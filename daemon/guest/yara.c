/* Finding patterns in files of the guest with YARA rules: yara_*.
 *
 * libyara maps the file and catches the signal of a page that cannot be read.
 * It looks at nothing but its own clock while it scans, so a timer looks for a
 * cancellation, and shortens the time that the scan may take.
 */

#include <config.h>

#include <errno.h>

#include "actions.h"

#ifdef HAVE_YARA

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
#include <yara.h>

#include "guestfile.h"
#include "structout.h"
#include "transfer.h"

/* Seconds. */
#define FOREVER 1000000
#define TIMER_MS 100

static YR_RULES *rules;

/* The scan that the timer may end. */
static YR_SCANNER *running;

static const struct {
  int code, errnum;
  const char *text;
} messages[] = {
  { ERROR_INSUFFICIENT_MEMORY, ENOMEM, "out of memory" },
  { ERROR_COULD_NOT_OPEN_FILE, EIO, "cannot read the file" },
  { ERROR_COULD_NOT_MAP_FILE, EIO, "cannot read the file" },
  { ERROR_COULD_NOT_READ_FILE, EIO, "cannot read the file" },
  { ERROR_INVALID_FILE, EINVAL, "the compiled rules are damaged" },
  { ERROR_CORRUPT_FILE, EINVAL, "the compiled rules are damaged" },
  { ERROR_UNSUPPORTED_FILE_VERSION, EINVAL,
    "the rules were compiled by another version of YARA" },
  { ERROR_TOO_MANY_MATCHES, E2BIG, "too many matches" },
};

static int
failed (const char *what, int code, struct error *err)
{
  size_t i;

  for (i = 0; i < sizeof messages / sizeof messages[0]; i++)
    if (messages[i].code == code)
      return error_set (err, messages[i].errnum, "%s: %s", what,
                        messages[i].text);
  return error_set (err, EINVAL, "%s: YARA error %d", what, code);
}

static int
need (struct error *err)
{
  if (!rules)
    return error_set (err, EINVAL, "there are no rules: call yara_load first");
  return 0;
}

/* --- rules -------------------------------------------------------------------- */

/* The first error counts. */
static void
compiler_message (int level, const char *file, int line, const YR_RULE *rule,
                  const char *message, void *opaque)
{
  if (level == YARA_ERROR_LEVEL_ERROR)
    error_set (opaque, EINVAL, "rules: line %d: %s", line, message);
}

static void
cleanup_compiler (YR_COMPILER **compiler)
{
  if (*compiler)
    yr_compiler_destroy (*compiler);
}

static int
compile (FILE *fp, YR_RULES **ret, struct error *err)
{
  CLEANUP (cleanup_compiler) YR_COMPILER *compiler = NULL;
  int code = yr_compiler_create (&compiler);

  if (code != ERROR_SUCCESS)
    return failed ("rules", code, err);
  yr_compiler_set_callback (compiler, compiler_message, err);
  /* What is included would be files of the appliance. */
  yr_compiler_set_include_callback (compiler, NULL, NULL, NULL);
  if (yr_compiler_add_file (compiler, fp, NULL, NULL) != 0)
    return error_set (err, EINVAL, "rules: they do not compile");
  code = yr_compiler_get_rules (compiler, ret);
  return code == ERROR_SUCCESS ? 0 : failed ("rules", code, err);
}

static size_t
read_stream (void *ptr, size_t size, size_t count, void *fp)
{
  return fread (ptr, size, count, fp);
}

static int
load_compiled (FILE *fp, YR_RULES **ret, struct error *err)
{
  YR_STREAM stream = { .user_data = fp, .read = read_stream };
  int code = yr_rules_load_stream (&stream, ret);

  return code == ERROR_SUCCESS ? 0 : failed ("rules", code, err);
}

/* Compiled rules start with "YARA", which no rule does: a word at the start of
 * a source is in small letters. */
static int
load (FILE *fp, YR_RULES **ret, struct error *err)
{
  char magic[4] = "";
  bool compiled = fread (magic, 1, sizeof magic, fp) == sizeof magic
    && magic[0] == 'Y' && magic[1] == 'A' && magic[2] == 'R'
    && magic[3] == 'A';

  rewind (fp);
  return compiled ? load_compiled (fp, ret, err) : compile (fp, ret, err);
}

static void
cleanup_stream (FILE **fp)
{
  if (*fp)
    fclose (*fp);
}

static int
start_library (struct error *err)
{
  static bool done;
  int code;

  if (done)
    return 0;
  code = yr_initialize ();
  if (code != ERROR_SUCCESS)
    return failed ("libyara", code, err);
  done = true;
  return 0;
}

static void
forget_rules (void)
{
  if (rules)
    yr_rules_destroy (rules);
  rules = NULL;
}

int
do_yara_load (struct error *err)
{
  CLEANUP_CLOSE int fd = memfd_create ("rules", MFD_CLOEXEC);
  CLEANUP (cleanup_stream) FILE *fp = NULL;
  YR_RULES *loaded = NULL;

  if (fd == -1)
    return error_errno (err, "rules");
  if (receive_file_to_fd (fd, err) == -1 || start_library (err) == -1)
    return -1;
  if (lseek (fd, 0, SEEK_SET) == -1 || !(fp = fdopen (fd, "r")))
    return error_errno (err, "rules");
  fd = -1;
  if (load (fp, &loaded, err) == -1)
    return -1;
  forget_rules ();
  rules = loaded;
  return 0;
}

int
do_yara_destroy (struct error *err)
{
  if (need (err) == -1)
    return -1;
  forget_rules ();
  return 0;
}

/* --- scanning ----------------------------------------------------------------- */

struct scan {
  struct structout out;
  const char *path;
  struct error *err;
  bool failed;
};

static int
found (YR_SCAN_CONTEXT *context, int message, void *data, void *opaque)
{
  struct scan *s = opaque;
  struct guestfs_yara_detection d = { .yara_name = (char *) s->path };

  if (message != CALLBACK_MSG_RULE_MATCHING)
    return CALLBACK_CONTINUE;
  d.yara_rule = (char *) ((const YR_RULE *) data)->identifier;
  if (structout_add (&s->out, &d, s->err) == 0)
    return CALLBACK_CONTINUE;
  s->failed = true;
  return CALLBACK_ABORT;
}

/* While a scan runs the library has nothing to say but CANCEL. */
static void
look_for_cancel (int sig)
{
  struct pollfd p = { .fd = cancel_fd (), .events = POLLIN };
  int saved = errno;

  if (running && (p.fd == -1 || poll (&p, 1, 0) > 0))
    yr_scanner_set_timeout (running, 1);
  errno = saved;
}

static void
set_timer (int ms)
{
  struct itimerval t = {
    .it_interval = { .tv_usec = ms * 1000 },
    .it_value = { .tv_usec = ms * 1000 },
  };

  (void) setitimer (ITIMER_REAL, &t, NULL);
}

static int
run_scanner (YR_SCANNER *scanner, int fd)
{
  struct sigaction look = {
    .sa_handler = look_for_cancel, .sa_flags = SA_RESTART,
  };
  struct sigaction before;
  int code;

  yr_scanner_set_timeout (scanner, FOREVER);
  running = scanner;
  sigaction (SIGALRM, &look, &before);
  set_timer (TIMER_MS);
  code = yr_scanner_scan_fd (scanner, fd);
  set_timer (0);
  running = NULL;
  sigaction (SIGALRM, &before, NULL);
  return code;
}

static int
scan_fd (struct scan *s, int fd)
{
  YR_SCANNER *scanner;
  int code = yr_scanner_create (rules, &scanner);

  if (code != ERROR_SUCCESS)
    return failed (s->path, code, s->err);
  yr_scanner_set_callback (scanner, found, s);
  yr_scanner_set_flags (scanner, SCAN_FLAGS_REPORT_RULES_MATCHING);
  code = run_scanner (scanner, fd);
  yr_scanner_destroy (scanner);
  if (is_cancelled ())
    return error_set (s->err, ECANCELED, "%s: cancelled", s->path);
  if (s->failed)
    return -1;
  return code == ERROR_SUCCESS ? 0 : failed (s->path, code, s->err);
}

int
do_internal_yara_scan (const char *path, struct error *err)
{
  struct scan s = {
    .out = STRUCTOUT_INIT (layout_yara_detection), .path = path, .err = err,
  };
  CLEANUP_CLOSE int fd = -1;
  struct stat st;
  int r;

  if (need (err) == -1 || (fd = file_open_read (path, err)) == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISREG (st.st_mode))
    return error_set (err, S_ISDIR (st.st_mode) ? EISDIR : EINVAL,
                      "%s: not a regular file", path);
  r = scan_fd (&s, fd);
  if (r == 0)
    r = structout_end (&s.out, err);
  structout_release (&s.out);
  return r;
}

#else

#include "absent.h"

ABSENT (int, -1, do_yara_load, (struct error *err))
ABSENT (int, -1, do_yara_destroy, (struct error *err))
ABSENT (int, -1, do_internal_yara_scan, (const char *path, struct error *err))

#endif
