/* Operations as they are kept: private to this folder.  operations.c reads
 * them, run.c carries them out; each is a function in a file op-*.c. */
#ifndef BATHYSCOPE_CUSTOMIZE_TYPES_H
#define BATHYSCOPE_CUSTOMIZE_TYPES_H

#include "guest.h"
#include "operations.h"
#include "strlist.h"
#include "values.h"
#include "vector.h"

/* How the text of an argument is taken apart, into words. */
enum argument {
  ARGUMENT_NONE,
  ARGUMENT_STRING,
  ARGUMENT_LOCAL,         /* a local file, which must be there */
  ARGUMENT_TWO,           /* A:B, at the first colon */
  ARGUMENT_LOCAL_TWO,     /* the same, where A is a local file */
  ARGUMENT_THREE,         /* A:B:C, at the first two */
  ARGUMENT_LIST,          /* A,B,... */
  ARGUMENT_LINKS,         /* A:B:..., at all colons, two at least */
  ARGUMENT_PASSWORD,      /* SELECTOR, of root */
  ARGUMENT_USER_PASSWORD, /* USER:SELECTOR */
  ARGUMENT_USER_KEY,      /* USER[:SELECTOR]: the user and the key */
  ARGUMENT_COMMANDS,      /* a file with operations */
  ARGUMENT_POOL,          /* SELECTOR of a subscription: "" or the pool */
  ARGUMENT_FLAG,
  ARGUMENT_CRYPTO,
  ARGUMENT_CREDENTIALS,   /* USER:file|password:..., ORG and key alike */
  ARGUMENT_EXCLUDE,
};

struct operation {
  const struct operation_type *type;
  char **words;             /* NULL-terminated; owned */
  struct password password; /* where the argument has one */
};

typedef int operation_fn (struct guest *guest, const struct operation *op,
                          struct error *err);

struct operation_type {
  const char *name;  /* the option, without dashes */
  enum argument argument;
  const char *placeholder;
  operation_fn *run; /* NULL: no operation, but a flag */
  const char *help;
};

DEFINE_VECTOR (operation_vector, struct operation)

struct customize {
  struct operation_vector operations;
  bool no_logfile, selinux_relabel, no_selinux_relabel;
  struct strlist excludes;
  enum password_crypto crypto;
  char *sm_user, *sm_password; /* of the subscription manager; the password is a secret */
};

extern const struct operation_type operation_types[];

/* A password that is set when all else is done; the last for a user counts. */
struct password_change {
  const char *user;
  const struct password *password;
};

operation_fn op_append_line, op_chmod, op_chown, op_copy, op_copy_in,
  op_delete, op_edit, op_firstboot, op_firstboot_command, op_firstboot_install,
  op_hostname, op_inject_blnsvr, op_inject_qemu_ga, op_inject_virtio_win,
  op_install, op_link, op_mkdir, op_move, op_password, op_run, op_run_command,
  op_scrub, op_sm_attach, op_sm_register, op_sm_remove, op_sm_unregister,
  op_ssh_inject, op_tar_in, op_timezone, op_touch, op_truncate,
  op_truncate_recursive, op_uninstall, op_update, op_upload, op_write;

/* What is done before and after the operations. */
int set_random_seed (struct guest *guest, struct error *err);
int set_machine_id (struct guest *guest, struct error *err);
int set_passwords (struct guest *guest, struct error *err);
int relabel_selinux (struct guest *guest, struct error *err);

/* Have a script run at the first boot; `name` may be anything, and tells what it
 * is. */
int add_firstboot_script (struct guest *guest, const char *name,
                          const char *text, struct error *err);

#endif
