/* What is known about KVM on this host since it booted.
 *
 * The backend "auto" tries KVM out, which takes 50 ms where it turns out to be
 * emulated, and warns.  The verdict is kept in the user's cache directory, so
 * that the next launches neither try nor warn again.  It holds for a day, for
 * one boot, and as long as /dev/kvm stays as it is; without a cache directory
 * nothing is kept.  Failing to keep it is no error. */
#ifndef BATHYSCOPE_KVM_VERDICT_H
#define BATHYSCOPE_KVM_VERDICT_H

#include <stdbool.h>

#include "handle.h"

/* Was kvm found unusable here?  Then *ret_reason says why; the caller frees it. */
bool kvm_verdict_is_bad (const guestfs_h *g, char **ret_reason);

/* Keep the reason. */
void kvm_verdict_keep (const guestfs_h *g, const char *reason);

#endif
