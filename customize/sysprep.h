/* The operations of virt-sysprep: what makes a guest forget who it was, so that
 * it can be copied.  The table is in sysprep-table.c. */
#ifndef BATHYSCOPE_CUSTOMIZE_SYSPREP_H
#define BATHYSCOPE_CUSTOMIZE_SYSPREP_H

#include <stdbool.h>

#include "guest.h"
#include "strlist.h"

/* What the options say. */
struct sysprep_settings {
  const struct customize *customize;
  struct strlist scripts;      /* absolute paths of local programs */
  const char *script_folder;   /* NULL: a temporary one */
  struct strlist remove_users; /* empty: all */
  struct strlist keep_users;
};

typedef int sysprep_fn (struct guest *guest, const struct sysprep_settings *s,
                        struct error *err);

enum sysprep_flags {
  SYSPREP_DEFAULT = 1, /* done unless the user says otherwise */
  SYSPREP_FILES = 2,   /* what is a folder stays */
  SYSPREP_DEVICES = 4, /* at the end, once for all disks, nothing mounted */
  SYSPREP_LAST = 8,    /* behind the others */
  SYSPREP_ANY = 16,    /* for every kind of guest, not for Unix alone */
};

struct sysprep_operation {
  const char *name;
  int flags;
  const char *summary;
  /* Patterns of the shell; "~/" stands for the home of every user. */
  const char *const *remove;
  const char *const *keep;
  sysprep_fn *run; /* after that; or NULL */
};

/* Ends with an empty entry; sorted by name. */
extern const struct sysprep_operation sysprep_operations[];

sysprep_fn sysprep_backup_files, sysprep_cron_spool, sysprep_customize,
  sysprep_flag_reconfiguration, sysprep_fs_uuids, sysprep_ipa_client,
  sysprep_lvm_uuids, sysprep_machine_id, sysprep_net_hostname,
  sysprep_net_hwaddr, sysprep_net_nmconn, sysprep_pacct_log, sysprep_package_manager_cache,
  sysprep_rpm_db, sysprep_script, sysprep_user_account, sysprep_yum_uuid;

/* Delete what matches a pattern and none of those to keep (or NULL). */
int sysprep_delete (struct guest *guest, const char *pattern,
                    const char *const *keep, bool files_only,
                    struct error *err);

/* The table's part of an operation, then its function. */
int sysprep_perform (struct guest *guest, const struct sysprep_operation *op,
                     const struct sysprep_settings *s, struct error *err);

#endif
