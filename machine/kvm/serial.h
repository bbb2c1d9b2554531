/* The first serial port, as far as a kernel needs it to print: a 16550A that
 * is always ready to send and never receives.
 *
 * Text is passed on line by line.  The line that tells why a kernel panicked
 * is remembered, for the message that a user sees.
 */
#ifndef BATHYSCOPE_KVM_SERIAL_H
#define BATHYSCOPE_KVM_SERIAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_PORT 0x3f8
#define SERIAL_NR_PORTS 8
#define SERIAL_GSI 4
#define SERIAL_LINE 512

struct serial {
  void (*text) (void *opaque, const char *text, size_t len);
  void (*interrupt) (void *opaque);
  void *opaque;

  pthread_mutex_t lock;
  uint8_t registers[SERIAL_NR_PORTS];
  uint8_t divisor[2];
  bool pending; /* an interrupt: ready to send */
  char line[SERIAL_LINE];
  size_t len;
  char panic[SERIAL_LINE]; /* "" as long as the kernel is well */
};

void serial_init (struct serial *s,
                  void (*text) (void *opaque, const char *text, size_t len),
                  void (*interrupt) (void *opaque), void *opaque);

/* From any thread. */
void serial_write (struct serial *s, unsigned reg, uint8_t value);
uint8_t serial_read (struct serial *s, unsigned reg);

/* For templates: of a fixed size, without pointers. */
struct serial_state {
  uint8_t registers[SERIAL_NR_PORTS];
  uint8_t divisor[2];
  uint8_t pending;
  uint8_t padding[5];
};

void serial_save (struct serial *s, struct serial_state *ret);
void serial_restore (struct serial *s, const struct serial_state *state);

/* Pass on what is left of a line.  Returns why the kernel panicked, or NULL;
 * the text belongs to `s`. */
const char *serial_finish (struct serial *s);

#endif
