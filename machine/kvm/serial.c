/* A serial port: see serial.h.  Registers: National Semiconductor PC16550D. */

#include <config.h>

#include <string.h>

#include "cleanup.h"
#include "kvm/serial.h"

enum {
  DATA, INTERRUPT_ENABLE, INTERRUPT_ID, LINE_CONTROL, MODEM_CONTROL,
  LINE_STATUS, MODEM_STATUS, SCRATCH
};

#define ENABLE_READY_TO_SEND 2
#define ID_NONE 1
#define ID_READY_TO_SEND 2
#define ID_FIFO 0xc0
#define CONTROL_DIVISOR 0x80
#define MODEM_LOOP 0x10
#define STATUS_SENT 0x60 /* nothing waits to be sent */
#define MODEM_CONNECTED 0xb0

#define PANIC "Kernel panic - not syncing: "

void
serial_init (struct serial *s,
             void (*text) (void *opaque, const char *text, size_t len),
             void (*interrupt) (void *opaque), void *opaque)
{
  memset (s, 0, sizeof *s);
  s->text = text;
  s->interrupt = interrupt;
  s->opaque = opaque;
  pthread_mutex_init (&s->lock, NULL);
}

static void
flush_line (struct serial *s)
{
  const char *panic;

  if (s->len == 0)
    return;
  s->line[s->len] = '\0';
  panic = strstr (s->line, PANIC);
  if (panic && !s->panic[0]) {
    panic += strlen (PANIC);
    memcpy (s->panic, panic, strcspn (panic, "\r\n"));
  }
  s->text (s->opaque, s->line, s->len);
  s->len = 0;
}

static void
put (struct serial *s, char c)
{
  if (c == '\r')
    return;
  s->line[s->len++] = c;
  if (c == '\n' || s->len == sizeof s->line - 1)
    flush_line (s);
}

/* Ready to send: we always are, so this follows every byte. */
static void
raise_ready (struct serial *s)
{
  s->pending = s->registers[INTERRUPT_ENABLE] & ENABLE_READY_TO_SEND;
  if (s->pending)
    s->interrupt (s->opaque);
}

void
serial_write (struct serial *s, unsigned reg, uint8_t value)
{
  CLEANUP_UNLOCK (&s->lock);
  bool divisor = s->registers[LINE_CONTROL] & CONTROL_DIVISOR;

  if (reg <= INTERRUPT_ENABLE && divisor) {
    s->divisor[reg] = value;
    return;
  }
  switch (reg) {
  case DATA:
    if (!(s->registers[MODEM_CONTROL] & MODEM_LOOP))
      put (s, value);
    raise_ready (s);
    break;
  case INTERRUPT_ENABLE:
    s->registers[INTERRUPT_ENABLE] = value & 0xf;
    raise_ready (s);
    break;
  case LINE_CONTROL:
  case MODEM_CONTROL:
  case SCRATCH:
    s->registers[reg] = value;
    break;
  }
}

static uint8_t
read_modem_status (const struct serial *s)
{
  uint8_t control = s->registers[MODEM_CONTROL];

  if (!(control & MODEM_LOOP))
    return MODEM_CONNECTED;
  /* Outputs come back as inputs: RTS as CTS, DTR as DSR, OUT1 as RI, OUT2 as
   * DCD. */
  return (control & 2) << 3 | (control & 1) << 5 | (control & 0xc) << 4;
}

uint8_t
serial_read (struct serial *s, unsigned reg)
{
  CLEANUP_UNLOCK (&s->lock);
  bool divisor = s->registers[LINE_CONTROL] & CONTROL_DIVISOR;

  if (reg <= INTERRUPT_ENABLE && divisor)
    return s->divisor[reg];
  switch (reg) {
  case INTERRUPT_ID:
    if (!s->pending)
      return ID_FIFO | ID_NONE;
    s->pending = false;
    return ID_FIFO | ID_READY_TO_SEND;
  case INTERRUPT_ENABLE:
  case LINE_CONTROL:
  case MODEM_CONTROL:
  case SCRATCH:
    return s->registers[reg];
  case LINE_STATUS:
    return STATUS_SENT;
  case MODEM_STATUS:
    return read_modem_status (s);
  default:
    return 0;
  }
}

const char *
serial_finish (struct serial *s)
{
  CLEANUP_UNLOCK (&s->lock);

  flush_line (s);
  return s->panic[0] ? s->panic : NULL;
}

void
serial_save (struct serial *s, struct serial_state *ret)
{
  CLEANUP_UNLOCK (&s->lock);

  *ret = (struct serial_state) { .pending = s->pending };
  memcpy (ret->registers, s->registers, sizeof ret->registers);
  memcpy (ret->divisor, s->divisor, sizeof ret->divisor);
}

void
serial_restore (struct serial *s, const struct serial_state *state)
{
  CLEANUP_UNLOCK (&s->lock);

  memcpy (s->registers, state->registers, sizeof s->registers);
  memcpy (s->divisor, state->divisor, sizeof s->divisor);
  s->pending = state->pending;
}
