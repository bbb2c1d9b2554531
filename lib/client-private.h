/* What the files of the RPC client share: the stream (client-send.c and
 * client-stream.c), file transfers (client-transfer.c) and calls (client.c).
 */
#ifndef BATHYSCOPE_CLIENT_PRIVATE_H
#define BATHYSCOPE_CLIENT_PRIVATE_H

#include "client.h"
#include "frame.h"
#include "machine.h"

#define TRANSFER_SIZE (1024 * 1024) /* bytes in a CHUNK that we send */

struct client {
  uint32_t serial; /* of the last call */
  bool busy;
  int timeout; /* of a call while launching (ms); 0 before and after */

  /* Bytes received and not looked at yet. */
  unsigned char *buf;
  size_t start, end;

  /* The frame that is being received. */
  struct frame_header frame;
  bool in_frame;
  uint32_t left;      /* bytes of its body still to come */
  bool in_parts;      /* it is handed on as it arrives, as a CHUNK is */
  bool reply_in_parts; /* a REPLY will be */
  struct strbuf body; /* of any other frame */

  int64_t last_progress; /* time of the last event */
  int64_t deadline;      /* for a sign of life in this call; 0: none */
};

/* Something that was received. */
struct received {
  uint32_t kind;
  const void *data; /* in parts: some of its bytes, in the client's buffer */
  size_t len;       /* other frames are complete, and in client->body */
  size_t left;      /* bytes of the frame that are still to come */
};

enum stream_result {
  STREAM_LOST = -1,  /* the other end has gone, or made no sense: err is set */
  STREAM_NOTHING = 0, /* timeout, or the user cancels */
  STREAM_OK = 1,
};

/* The machine has ended, or said that its guest has: nothing comes any more, and
 * nothing is taken. */
bool stream_is_gone (const guestfs_h *g);

/* The appliance has the time of the setting call_timeout, from now on. */
void stream_set_deadline (guestfs_h *g);
bool stream_is_late (const struct client *c);

/* machine_poll, until the deadline at most. */
short stream_wait (guestfs_h *g, short events, int timeout);

/* Say so in err: STREAM_LOST. */
enum stream_result stream_late (guestfs_h *g, struct error *err);
enum stream_result stream_lost (struct error *err);

/* Send one frame.  While it waits it handles control messages only. */
enum stream_result stream_send (guestfs_h *g, uint32_t kind, uint32_t proc,
                                const void *body, size_t len,
                                struct error *err);

/* A CHUNK in parts: its header, and then `len` bytes by any of these.  With
 * stream_send_file they go from the page cache into the socket without a copy;
 * *len becomes what the file did not give, because of its end, an error or its
 * kind: reading it tells. */
enum stream_result stream_begin_chunk (guestfs_h *g, uint32_t proc,
                                       size_t len, struct error *err);
enum stream_result stream_send_part (guestfs_h *g, const void *data,
                                     size_t len, struct error *err);
enum stream_result stream_send_file (guestfs_h *g, int fd, size_t *len,
                                     struct error *err);

/* Receive the next frame, or the next part of one that comes in parts: a CHUNK,
 * or a REPLY when client->reply_in_parts is set.  PROGRESS frames are
 * handled here. */
enum stream_result stream_receive (guestfs_h *g, int timeout,
                                   struct received *ret, struct error *err);

/* The file of a `fileout` argument, opened when the first byte or the end of
 * it arrives, so that a call that fails leaves no file. */
struct sink {
  const char *filename;
  int fd;
  struct incoming *memory; /* in place of a file; or NULL */
  struct error err; /* why it cannot be written; the rest is discarded */
};

#define SINK_INIT(name, memory) { (name), -1, (memory), ERROR_INIT }

void sink_release (struct sink *s);
int sink_open (struct sink *s);
int sink_write (struct sink *s, const void *data, size_t len);
int sink_close (struct sink *s);

/* Send the file `fd` as CHUNKs and END.  Stops early, with STREAM_NOTHING,
 * when the daemon has answered already (*answer is filled), when the file
 * cannot be read (*local_error is set) or when the user cancels; then CANCEL
 * was sent instead of END. */
enum stream_result transfer_send (guestfs_h *g, uint32_t proc, int fd,
                                  const char *filename,
                                  struct received *answer,
                                  struct error *local_error,
                                  struct error *err);

#endif
