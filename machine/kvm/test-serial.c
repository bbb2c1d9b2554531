/* Tests of serial.c: lines, the reason of a panic, and what a driver looks at
 * before it believes that there is a port. */

#include <config.h>

#include <assert.h>
#include <string.h>

#include "kvm/serial.h"

static char text[8192];
static size_t text_len;
static unsigned interrupts;

static void
add_text (void *opaque, const char *t, size_t len)
{
  assert (text_len + len < sizeof text);
  memcpy (text + text_len, t, len);
  text_len += len;
  text[text_len] = '\0';
}

static void
count (void *opaque)
{
  interrupts++;
}

static void
put (struct serial *s, const char *t)
{
  while (*t)
    serial_write (s, 0, *t++);
}

static void
start (struct serial *s)
{
  text_len = interrupts = 0;
  text[0] = '\0';
  serial_init (s, add_text, count, NULL);
}

static void
test_text (void)
{
  struct serial s;

  start (&s);
  put (&s, "one\r\ntwo");
  assert (strcmp (text, "one\n") == 0);
  assert (serial_finish (&s) == NULL);
  assert (strcmp (text, "one\ntwo") == 0);
}

static void
test_panic (void)
{
  struct serial s;

  start (&s);
  put (&s, "[    0.1] Kernel panic - not syncing: no init\r\n"
           "Kernel panic - not syncing: another\n");
  assert (strcmp (serial_finish (&s), "no init") == 0);
}

static void
test_long_line (void)
{
  struct serial s;
  int i;

  start (&s);
  for (i = 0; i < 2 * SERIAL_LINE; ++i)
    serial_write (&s, 0, 'x');
  (void) serial_finish (&s);
  assert (text_len == 2 * SERIAL_LINE);
}

static void
test_driver (void)
{
  struct serial s;

  start (&s);
  serial_write (&s, 1, 0xff);
  assert (serial_read (&s, 1) == 0xf);
  assert (interrupts == 1);
  assert (serial_read (&s, 2) == 0xc2 && serial_read (&s, 2) == 0xc1);
  serial_write (&s, 1, 0);
  serial_write (&s, 4, 0x1a); /* loop, RTS, OUT2 */
  assert ((serial_read (&s, 6) & 0xf0) == 0x90);
  put (&s, "not sent\n");
  assert (text_len == 0);
  serial_write (&s, 4, 0);
  serial_write (&s, 3, 0x80); /* divisor */
  serial_write (&s, 0, 1);
  assert (serial_read (&s, 0) == 1 && text_len == 0);
  serial_write (&s, 3, 3);
  assert (serial_read (&s, 5) == 0x60);
  assert (serial_read (&s, 0) == 0);
  assert (interrupts == 1);
}

int
main (void)
{
  test_text ();
  test_panic ();
  test_long_line ();
  test_driver ();
  return 0;
}
