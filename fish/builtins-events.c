/* event, list-events, delete-event: local commands run on events. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arguments.h"
#include "builtins.h"
#include "cleanup.h"
#include "fish.h"
#include "strbuf.h"
#include "strlist.h"

extern char **environ;

struct handler {
  char *name, *command;
  uint64_t events;
  int id;
  struct handler *next;
};

static struct handler *handlers;

static const struct {
  const char *name;
  uint64_t bit;
} event_names[] = {
  { "close", GUESTFS_EVENT_CLOSE },
  { "subprocess_quit", GUESTFS_EVENT_SUBPROCESS_QUIT },
  { "launch_done", GUESTFS_EVENT_LAUNCH_DONE },
  { "progress", GUESTFS_EVENT_PROGRESS },
  { "appliance", GUESTFS_EVENT_APPLIANCE },
  { "library", GUESTFS_EVENT_LIBRARY },
  { "trace", GUESTFS_EVENT_TRACE },
  { "enter", GUESTFS_EVENT_ENTER },
  { "libvirt_auth", GUESTFS_EVENT_LIBVIRT_AUTH },
  { "warning", GUESTFS_EVENT_WARNING },
};

#define NR_EVENTS (sizeof event_names / sizeof *event_names)

/* "*" or names separated by commas; 0 when one is unknown. */
static uint64_t
parse_events (const char *text)
{
  uint64_t bits = 0;

  if (strcmp (text, "*") == 0)
    return GUESTFS_EVENT_ALL;
  while (*text) {
    size_t len = strcspn (text, ","), i;

    for (i = 0; i < NR_EVENTS; ++i)
      if (strlen (event_names[i].name) == len
          && strncmp (text, event_names[i].name, len) == 0)
        break;
    if (i == NR_EVENTS)
      return 0;
    bits |= event_names[i].bit;
    text += len + (text[len] == ',');
  }
  return bits;
}

static const char *
event_name (uint64_t bit)
{
  size_t i;

  for (i = 0; i < NR_EVENTS; ++i)
    if (event_names[i].bit == bit)
      return event_names[i].name;
  return "unknown";
}

/* SHELL -c COMMAND, with what the event tells as $1, $2, ... and its name in
 * $EVENT.  The handle may be in the middle of a call: nothing waits for us. */
static void
run_shell (const char *event, char *const *argv)
{
  pid_t pid;
  int status;

  fflush (stdout);
  setenv ("EVENT", event, 1);
  status = posix_spawn (&pid, argv[0], NULL, NULL, argv, environ);
  unsetenv ("EVENT");
  if (status != 0) {
    fprintf (stderr, "event: %s: %s\n", argv[0], strerror (status));
    return;
  }
  while (waitpid (pid, &status, 0) == -1 && errno == EINTR)
    ;
}

static void
run_handler (guestfs_h *g, void *opaque, uint64_t event, int id, int flags,
             const char *buf, size_t buf_len, const uint64_t *array,
             size_t array_len)
{
  static const char minus_c[] = "-c";
  const struct handler *h = opaque;
  CLEANUP_STRLIST struct strlist words = STRLIST_INIT;
  CLEANUP_FREE char *message = NULL;
  const char *shell = getenv ("SHELL");
  size_t i;
  int r;

  if (!shell || !*shell)
    shell = "/bin/sh";
  r = strlist_add (&words, shell) | strlist_add (&words, minus_c)
    | strlist_add (&words, h->command) | strlist_add (&words, shell);
  if (buf_len > 0) {
    message = strndup (buf, buf_len);
    r |= message ? strlist_add (&words, message) : -1;
  }
  for (i = 0; i < array_len; ++i)
    r |= strlist_addf (&words, "%" PRIu64, array[i]);
  if (r == 0)
    run_shell (event_name (event), words.items);
}

int
builtin_event (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  CLEANUP_STRBUF struct strbuf command = STRBUF_INIT;
  struct handler *h, **last;
  uint64_t events;
  size_t i;

  if (argc < 3)
    return fish_wrong_usage (name);
  events = parse_events (argv[1]);
  if (!events) {
    fprintf (stderr, "event: \"%s\" names no event\n", argv[1]);
    return -1;
  }
  for (i = 2; i < argc; ++i)
    if (strbuf_addf (&command, "%s%s", i > 2 ? " " : "", argv[i]) == -1)
      return -1;
  h = xmalloc (sizeof *h);
  h->name = xstrdup (argv[0]);
  h->command = strbuf_take (&command);
  h->events = events;
  h->id = guestfs_set_event_callback (fish->g, run_handler, events, 0, h);
  if (h->id == -1) {
    free (h->name);
    free (h->command);
    free (h);
    return -1;
  }
  h->next = NULL;
  for (last = &handlers; *last; last = &(*last)->next)
    ;
  *last = h;
  return 0;
}

int
builtin_delete_event (struct fish *fish, const char *name, size_t argc,
                      char *argv[])
{
  struct handler **p = &handlers, *h;
  int found = 0;

  if (argc != 1)
    return fish_wrong_usage (name);
  while ((h = *p) != NULL) {
    if (strcmp (h->name, argv[0]) != 0) {
      p = &h->next;
      continue;
    }
    guestfs_delete_event_callback (fish->g, h->id);
    *p = h->next;
    free (h->name);
    free (h->command);
    free (h);
    found = 1;
  }
  if (!found)
    fprintf (stderr, "delete-event: there is no handler \"%s\"\n", argv[0]);
  return found ? 0 : -1;
}

int
builtin_list_events (struct fish *fish, const char *name, size_t argc,
                     char *argv[])
{
  const struct handler *h;

  for (h = handlers; h; h = h->next) {
    CLEANUP_FREE char *events = guestfs_event_to_string (h->events);

    printf ("\"%s\" (%d): %s: %s\n", h->name, h->id, events ? events : "?",
            h->command);
  }
  return 0;
}
