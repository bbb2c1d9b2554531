/* Programs of the host take the place of those of the appliance. */

#include <config.h>

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "check.h"
#include "command.h"

static void
test_run (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *out = NULL;

  CHECK (run (&out, &err, "echo", "a", "b c", NULL) == 0);
  CHECK (out && strcmp (out, "a b c") == 0);
  CHECK (run (NULL, &err, "true", NULL) == 0);
  CHECK (!error_is_set (&err));
  CHECK (have_program ("sh"));
  CHECK (!have_program ("no-such-program"));
}

static void
test_failures (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct command c = {
    .argv = (const char *[]) { "sh", "-c", "exit 3", NULL },
    .flags = COMMAND_ANY_STATUS,
  };

  CHECK (run (NULL, &err, "no-such-program", NULL) == -1);
  CHECK (err.errnum == ENOENT);
  error_clear (&err);
  CHECK (run (NULL, &err, "sh", "-c", "echo why >&2; exit 1", NULL) == -1);
  CHECK (err.message && strcmp (err.message, "sh: why") == 0);
  error_clear (&err);
  CHECK (run (NULL, &err, "sh", "-c", "kill -8 $$", NULL) == -1);
  CHECK (err.message && strstr (err.message, "signal 8"));
  error_clear (&err);
  /* As the kernel does when there is no memory. */
  CHECK (run (NULL, &err, "sh", "-c", "kill -9 $$", NULL) == -1);
  CHECK (err.errnum == ENOMEM && strstr (err.message, "too little memory"));
  error_clear (&err);
  CHECK (command_run (&c, &err) == 3);
  free (c.out);
  free (c.err_out);
}

static void
test_input (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct command c = {
    .argv = (const char *[]) { "cat", NULL },
    .flags = COMMAND_KEEP_NEWLINE,
    .input = "a\0b\n",
    .input_len = 4,
  };

  CHECK (command_run (&c, &err) == 0);
  CHECK (c.out_len == 4 && memcmp (c.out, "a\0b\n", 5) == 0);
  free (c.out);
  free (c.err_out);
}

/* More than fits into a pipe, on both at once. */
static void
test_large (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *out = NULL;

  CHECK (run (&out, &err, "sh", "-c",
              "head -c 1000000 /dev/zero | tr '\\0' x;"
              "head -c 1000000 /dev/zero >&2", NULL) == 0);
  CHECK (out && strlen (out) == 1000000);
}

/* What stays behind and holds the pipes does not hold us. */
static void
test_left_behind (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *out = NULL;

  alarm (200);
  CHECK (run (&out, &err, "sh", "-c", "sleep 300 & echo $!", NULL) == 0);
  alarm (0);
  if (out && atoi (out) > 1)
    CHECK (kill (atoi (out), SIGKILL) == 0);
}

static int
count (void *opaque, const void *data, size_t len, struct error *err)
{
  *(size_t *) opaque += len;
  return *(size_t *) opaque > 300000 ? error_set (err, ENOSPC, "full") : 0;
}

static void
test_sink (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  size_t total = 0;
  struct command c = {
    .argv = (const char *[]) { "head", "-c", "200000", "/dev/zero", NULL },
    .sink = count,
    .opaque = &total,
  };

  CHECK (command_run (&c, &err) == 0 && total == 200000);
  free (c.out);
  free (c.err_out);
  CHECK (command_run (&c, &err) == -1 && err.errnum == ENOSPC);
}

/* What never stops is stopped. */
static void
test_endless (void)
{
  static const char *const commands[] = { "yes", "yes >&2" };

  for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i) {
    CLEANUP_ERROR struct error err = ERROR_INIT;

    CHECK (run (NULL, &err, "sh", "-c", commands[i], NULL) == -1);
    CHECK (err.errnum == EFBIG
           && strcmp (err.message,
                      "sh: more than 134217728 bytes of output") == 0);
  }
}

int
main (void)
{
  test_run ();
  test_failures ();
  test_input ();
  test_large ();
  test_left_behind ();
  test_sink ();
  test_endless ();
  return 0;
}
