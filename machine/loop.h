/* Event loops: a thread, an epoll set, and what waits in it.
 *
 * A source is a descriptor with a callback, embedded in the structure that
 * uses it.  loop_add and loop_remove may be called before the loop runs or
 * from its own thread; loop_stop from any thread.  Once loop_remove has
 * returned, the callback is not called again.
 */
#ifndef BATHYSCOPE_LOOP_H
#define BATHYSCOPE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct loop;

struct loop_source {
  int fd; /* owned by whoever embeds the source */
  void (*ready) (struct loop_source *source, uint32_t epoll_events);
  uint32_t events; /* what it waits for; 0 when it is not in a loop */
};

struct loop *loop_new (struct error *err);
void loop_free (struct loop *loop);

/* Wait for `events` (EPOLLIN, EPOLLOUT, ...) on source->fd; again with other
 * events to change them. */
int loop_add (struct loop *loop, struct loop_source *source, uint32_t events,
              struct error *err);
void loop_remove (struct loop *loop, struct loop_source *source);

/* Handle events on this thread until loop_stop. */
void loop_run (struct loop *loop);

/* One round: handle what is ready now, or within `timeout` milliseconds; -1 waits. */
void loop_turn (struct loop *loop, int timeout);

/* loop_run on a thread of its own, whose name must live on. */
int loop_start (struct loop *loop, const char *thread_name,
                struct error *err);

/* A thread that calls `turn` again and again until loop_stop: for those who wait
 * for more than the sources of the loop.  They wait for loop_descriptor being
 * readable too, and then call loop_turn. */
int loop_start_with (struct loop *loop, const char *thread_name,
                     void (*turn) (struct loop *loop, void *opaque),
                     void *opaque, struct error *err);
int loop_descriptor (const struct loop *loop);

/* End the loop, and wait for its thread unless called from it. */
void loop_stop (struct loop *loop);

#endif
