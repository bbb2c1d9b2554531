/* Test of uri.c: what each kind of URI becomes, and what is refused. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
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
  CLEANUP_FREE char *is = NULL;
  int bad;

  if (uri_parse (t->text, &u, &err) == -1)
    bad = t->is != NULL || !err.message;
  else if (asprintf (&is, "%s %s %s %s %s", or_dash (u.protocol), u.path,
                     or_dash (u.server), or_dash (u.user),
                     or_dash (u.password)) == -1)
    abort ();
  else
    bad = !t->is || strcmp (is, t->is) != 0;
  if (bad)
    fprintf (stderr, "%s is %s\n", t->text, is ? is : or_dash (err.message));
  uri_release (&u);
  return bad;
}

int
main (void)
{
  int bad = 0;
  size_t i;

  for (i = 0; i < sizeof tests / sizeof *tests; ++i)
    bad |= check (&tests[i]);
  bad |= uri_is ("nosuch://x") || uri_is ("nbd:x") || !uri_is ("nbd://x");
  return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
