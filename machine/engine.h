/* Engines: what runs the guest, and what they share with main.c.
 *
 * The order of a launch: messages arrive (config and drives are complete);
 * probe; prepare; the sandbox closes; images are opened and devices made; run.
 * prepare does all that needs rights the sandbox takes away (open /dev/kvm,
 * spawn the user-mode kernel); run lets the guest drive the devices, whose loops
 * start after it has returned; halt and release end it all.  Fields
 * of struct machine are written by main.c before the step that the comments
 * name, and only read afterwards.
 */
#ifndef BATHYSCOPE_ENGINE_H
#define BATHYSCOPE_ENGINE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "loop.h"
#include "virtio/virtio.h"

struct machine_config {
  char *engine;         /* "auto", "kvm" or "uml" */
  unsigned memory;      /* MiB */
  unsigned smp;
  int cpu;              /* of the host, for the guest to keep to, or -1 */
  char *append;         /* extra kernel command line, or NULL */
  bool verbose;
  bool network;             /* was asked for */
  bool sandbox_optional;    /* go on where the system takes no filter */
  struct in_addr resolver;  /* the host's, for its guest; 0.0.0.0: none */
  int kvm_kernel_fd;    /* -1 when this installation has none */
  int uml_kernel_fd;
  int root_fd;          /* root image, read-only */
  bool is_template;     /* boot for a template: with places for disks */
  int template_fd;      /* start from this if possible; or -1 */
  char *template_key;   /* which it must have */
};

/* Devices, in the order that the guest finds them: the console, the entropy
 * source, then the drives, then the network if there is one. */
#define MACHINE_CONSOLE 0
#define MACHINE_RNG 1
#define MACHINE_FIRST_DRIVE 2
#define MACHINE_MAX_DEVICES 1024

/* Words for every guest's kernel.  SELinux is for those who ask; loop devices
 * are made when they are asked for (/dev/loop-control), not eight at boot; and
 * JFS takes what it takes on a small machine, instead of 3 MB for locks. */
#define GUEST_WORDS                                                     \
  "audit=0 selinux=0 max_loop=0 jfs.nTxBlock=512 jfs.nTxLock=4096"

struct engine_ops;

struct machine {
  struct machine_config config;
  const struct engine_ops *engine;
  void *engine_data; /* the engine's own, made by prepare */
  bool resumed;      /* prepare: the guest goes on from a template */
  bool resume_failed; /* run: it cannot, after all */
  char *template_refused; /* prepare: why it does not; or NULL */

  struct loop *main_loop;           /* made before prepare, not run yet */

  size_t nr_devices;                /* final before prepare */
  uint32_t *device_ids;             /* virtio device ids; likewise */
  struct virtio_device **devices;   /* filled before run */
};

struct engine_ops {
  const char *name;

  /* Can this engine run here?  0, or -1 with the reason. */
  int (*probe) (struct machine *m, struct error *err);

  /* Before the sandbox: no guest code has run when this returns, or all of it
   * runs in a process with a sandbox of its own.  Releases what it made when
   * it fails. */
  int (*prepare) (struct machine *m, struct error *err);

  /* Within the sandbox, which must allow these system calls besides the
   * machine's own (names, NULL at the end; may be NULL). */
  const char *const *syscalls;
  int (*run) (struct machine *m, struct error *err);

  /* The process that runs the guest. */
  pid_t (*pid) (struct machine *m);

  /* For templates, with sandbox and loops: stop the guest; and, with the loops
   * at an end as well, write its state to a file.  May be NULL. */
  int (*pause) (struct machine *m, struct error *err);
  int (*save) (struct machine *m, int fd, const char *key, struct error *err);

  /* End the guest, however it fares; returns when none of its code runs any
   * more.  Called once after a prepare that succeeded, while the loops still
   * run. */
  void (*halt) (struct machine *m);

  /* After halt and the end of all loops: let go of the devices and of what
   * prepare made. */
  void (*release) (struct machine *m);
};

extern const struct engine_ops engine_uml;
extern const struct engine_ops engine_kvm;

/* For engines, from any thread: the guest has stopped by itself.  `usable` is
 * false when another engine may do better.  main.c reports it and ends. */
void machine_exited (struct machine *m, bool usable, const char *fmt, ...)
  __attribute__ ((format (printf, 3, 4)));

/* For engines, from any thread: text that the guest's kernel has printed. */
void machine_console (struct machine *m, const char *text, size_t len);

#endif
