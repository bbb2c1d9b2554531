/* Test of uri.c: what each kind of URI becomes, and what is refused. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "secret.h"
#include "uri.h"

static const struct test {
  const char *text;
  const char *is; /* "protocol path server user password", NULL: refused */
} tests[] = {
  { "file:///a/b%20c.img", "- /a/b c.img - - -" },
  { "file://localhost/a", "- /a - - -" },
  { "file://elsewhere/a", NULL },
  { "http://h/d.img", "http /d.img tcp:h - -" },
  { "HTTPS://h:8080/d/e.img", "https /d/e.img tcp:h:8080 - -" },
  { "ftp://me@h/x", "ftp /x tcp:h me -" },
  { "ssh://user:pass%40word@h/disk.img", "ssh /disk.img tcp:h user pass@word" },
  { "ssh://user:a:b@c@h:1/d:e@f", "ssh /d:e@f tcp:h:1 user a:b@c" },
  { "ssh://user:@h/d", "ssh /d tcp:h user " },
  { "ssh://user:secret%@h/d", NULL },
  { "ssh://user:secret%00@h/d", NULL },
  { "ssh://user:secret@/d", NULL },
  { "nbd://u:secret@h?socket=/s", NULL },
  { "http://h/d?x:y@z", NULL },
  { "ssh://[::1]:22/d", "ssh /d tcp:[::1]:22 - -" },
  { "ssh:///d", NULL },
  { "ssh://h", NULL },
  { "gluster://h:1/vol/image", "gluster vol/image tcp:h:1 - -" },
  { "iscsi://h/target/3", "iscsi target/3 tcp:h - -" },
  { "nbd://h", "nbd  tcp:h - -" },
  { "nbd://h:10809/export", "nbd export tcp:h:10809 - -" },
  { "nbd://?socket=/s%2Ft", "nbd  unix:/s/t - -" },
  { "nbd:///export?socket=/s", "nbd export unix:/s - -" },
  { "nbd://h?socket=/s", NULL },
  { "http://h/d?socket=/s", NULL },
  { "rbd:///pool/disk", "rbd pool/disk - - -" },
  { "rbd://h:1/pool/disk", "rbd pool/disk tcp:h:1 - -" },
  { "sheepdog:///volume", "sheepdog volume - - -" },
  { "http://h/%4", NULL },
  { "http://h/%", NULL },
  { "http://h/%00", NULL },
  { "http://h/%zz", NULL },
  { "gopher://h/x", NULL },
  { "c:/x", NULL },
  { "", NULL },
};

static const char *
or_dash (const char *text)
{
  return text ? text : "-";
}

static int
check (const struct test *t)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct drive_uri u = DRIVE_URI_INIT;
  CLEANUP_FREE char *is = NULL, *text = strdup (t->text);
  size_t len = strlen (t->text);
  int bad;

  if (uri_parse (text, &u, &err) == -1)
    bad = t->is != NULL || !err.message || strstr (err.message, "secret");
  else if (asprintf (&is, "%s %s %s %s %s", or_dash (u.protocol), u.path,
                     or_dash (u.server), or_dash (u.user),
                     or_dash (u.password)) == -1)
    abort ();
  else
    bad = !t->is || strcmp (is, t->is) != 0;
  /* Nowhere behind the end either. */
  bad |= memmem (text, len, "secret", 6) || memmem (text, len, "pass", 4);
  if (bad)
    fprintf (stderr, "%s is %s\n", t->text, is ? is : or_dash (err.message));
  uri_release (&u);
  return bad;
}

/* URIs of any kind, whose passwords stay as they were written. */
static int
check_taken (const char *uri, const char *rest, const char *password)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *text = strdup (uri);
  char *taken = NULL;
  int bad = uri_take_password (text, &taken, &err) == -1
            || strcmp (text, rest) != 0
            || strcmp (or_dash (taken), password) != 0;

  if (bad)
    fprintf (stderr, "%s is %s and %s\n", uri, text, or_dash (taken));
  secret_free (taken);
  return bad;
}

int
main (void)
{
  int bad = 0;
  size_t i;

  for (i = 0; i < sizeof tests / sizeof *tests; ++i)
    bad |= check (&tests[i]);
  bad |= check_taken ("gopher://me:p%40:w@h:1/x:y@z?a",
                      "gopher://me@h:1/x:y@z?a", "p%40:w");
  bad |= check_taken ("http://h:1/x", "http://h:1/x", "-");
  bad |= check_taken ("me:password@h", "me:password@h", "-");
  bad |= uri_is ("nosuch://x") || uri_is ("nbd:x") || !uri_is ("nbd://x");
  return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
