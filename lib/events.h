/* Calling event callbacks.
 *
 * Each function calls every callback registered for the event, in the order of
 * registration; a callback may call the API on the handle and may add and
 * delete callbacks.  LIBRARY, TRACE, APPLIANCE and WARNING messages are
 * printed on stderr when nobody has registered for them.
 */
#ifndef BATHYSCOPE_EVENTS_H
#define BATHYSCOPE_EVENTS_H

#include "handle.h"

void events_call (guestfs_h *g, uint64_t event);
void events_call_message (guestfs_h *g, uint64_t event,
                          const char *buf, size_t len);
void events_call_array (guestfs_h *g, uint64_t event,
                        const uint64_t *array, size_t len);

/* Has somebody registered for the event? */
bool events_wanted (const guestfs_h *g, uint64_t event);

/* One line of a trace ("mkfs \"ext4\" \"/dev/sda1\""); without newline. */
void events_trace (guestfs_h *g, const char *line);

/* A message for people who debug, when the handle is verbose. */
void events_debug (guestfs_h *g, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

/* A message for everybody. */
void events_warning (guestfs_h *g, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

void events_release (guestfs_h *g);

#endif
