/* An open qcow2 image: what the qcow2-*.c files share.
 *
 * Locks, in the order in which they are taken:
 *   users  a read lock during every request, held also while data moves; the
 *          write lock only where clusters become free to be used again, so
 *          that nobody still reads or writes them.
 *   lock   the tables: L1, refcount table, both caches, the sets.  Not held
 *          while data moves.
 *   inflight (under lock)  guest clusters that are being allocated: they get
 *          their new contents first and are linked into the L2 table last.
 * Functions whose comment says "locked" want `lock` held.
 *
 * Order on disk: refcounts that rise reach the disk before what refers to the
 * cluster; references go before the refcounts that fall.  So a crash leaves
 * leaked clusters at worst.
 */
#ifndef BATHYSCOPE_QCOW2_IMAGE_H
#define BATHYSCOPE_QCOW2_IMAGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "block.h"
#include "inflight.h"
#include "qcow2-cache.h"
#include "qcow2-clusters.h"
#include "qcow2-header.h"
#include "vector.h"

#define QCOW2_OFFSET_MASK UINT64_C (0x00fffffffffffe00)
#define QCOW2_COPIED (UINT64_C (1) << 63)
#define QCOW2_COMPRESSED (UINT64_C (1) << 62)
#define QCOW2_ZERO UINT64_C (1)

/* Clusters whose references have gone, but whose refcounts still stand. */
struct freed_run {
  uint64_t first, count; /* host clusters */
};
DEFINE_VECTOR (freed_vector, struct freed_run)

/* A table that is held in memory as a whole, in host byte order. */
struct flat_table {
  uint64_t *entries;
  size_t nr;
  uint64_t offset;
  size_t dirty_first, dirty_end; /* entries not yet on disk */
};

#define UNPACKED_SLOTS 64
#define UNPACKERS_KEPT 4

/* Compressed clusters that were unpacked lately, or are being unpacked. */
struct unpacked {
  pthread_mutex_t lock;
  pthread_cond_t ready;
  struct unpacked_slot {
    uint64_t entry; /* the L2 entry, 0 when free */
    void *data;     /* owned; NULL while it is filled, or before the first time */
    bool busy;      /* a thread is filling it */
  } slots[UNPACKED_SLOTS];
  unsigned nr; /* of slots in use: large clusters get fewer */
  unsigned next;
  struct unpacker *idle[UNPACKERS_KEPT]; /* owned */
  unsigned nr_idle;
};

struct qcow2_ancestor; /* qcow2.h */

struct qcow2 {
  struct block b; /* b.next is the file */
  struct qcow2_header header;
  unsigned cluster_bits;
  uint64_t cluster_size;
  unsigned l2_bits; /* of entries in an L2 table */
  unsigned refblock_bits; /* of entries in a refcount block */
  struct block *backing; /* owned, or NULL */

  pthread_rwlock_t users;
  pthread_mutex_t lock;
  struct inflight inflight;
  struct flat_table l1, reftable;
  struct table_cache l2_cache, refblock_cache;
  struct cluster_set metadata; /* clusters that data must never hit */
  struct freed_vector freed;
  uint64_t free_hint; /* no host cluster below is free */
  bool prepared;      /* the header is ready for changes */
  bool corrupt;       /* found to be damaged: no more writes */
  struct unpacked unpacked;
};

enum cluster_kind { CLUSTER_ABSENT, CLUSTER_ZERO, CLUSTER_NORMAL,
  CLUSTER_COMPRESSED };

/* What an L2 entry says. */
struct mapping {
  enum cluster_kind kind;
  bool copied;    /* ours alone: may be changed in place */
  uint64_t entry; /* as in the table */
  uint64_t host;  /* of the cluster; 0 for none.  Not for compressed ones. */
};

/* --- qcow2-open.c: damage, first write ------------------------------------ */
/* Report damage (EIO); a writable image takes no more writes then. Locked. */
int qcow2_damaged (struct qcow2 *q, struct error *err, const char *fmt, ...)
  __attribute__ ((format (printf, 3, 4)));
/* Before anything is changed. Locked. */
int qcow2_prepare (struct qcow2 *q, struct error *err);
uint64_t qcow2_file_length (struct qcow2 *q);

/* --- qcow2-l2.c, locked ---------------------------------------------------- */
int qcow2_decode (struct qcow2 *q, uint64_t entry, struct mapping *ret,
                  struct error *err);
/* The L2 table for a guest offset; NULL in *ret when there is none. */
int qcow2_l2_find (struct qcow2 *q, uint64_t offset, struct table **ret,
                   struct error *err);
/* The same, made or copied where it is absent or shared. */
int qcow2_l2_own (struct qcow2 *q, uint64_t offset, struct table **ret,
                  struct error *err);
/* Is the table, if there is one, in memory? */
bool qcow2_l2_is_here (struct qcow2 *q, uint64_t offset);
size_t qcow2_l2_index (const struct qcow2 *q, uint64_t offset);
uint64_t qcow2_l2_get (const struct table *t, size_t index);
void qcow2_l2_set (struct table *t, size_t index, uint64_t entry);
/* The mapping at `offset` and how many bytes, up to `len`, share it: the same
 * kind, and for normal clusters one contiguous piece of the file. */
int qcow2_map (struct qcow2 *q, uint64_t offset, uint64_t len,
               struct mapping *ret, uint64_t *ret_len, struct error *err);

/* --- qcow2-read.c, unlocked ------------------------------------------------ */
int qcow2_preadv (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, struct error *err);
enum block_now qcow2_preadv_now (struct block *b, const struct iovec *iov,
                                 int iovcnt, uint64_t offset, bool idle);
int qcow2_extent (struct block *b, uint64_t offset, uint64_t len,
                  uint64_t *ret_len, bool *ret_zero, struct error *err);
/* Read guest bytes of one mapping. */
int qcow2_read_mapping (struct qcow2 *q, const struct mapping *m,
                        const struct iovec *iov, int iovcnt, uint64_t offset,
                        struct error *err);
/* Does it read as zeroes without looking at any data? */
bool qcow2_is_zero (const struct qcow2 *q, const struct mapping *m,
                    uint64_t offset);

/* --- qcow2-compressed.c, unlocked ------------------------------------------ */
/* Where in the file a compressed cluster lies. */
void qcow2_compressed_range (const struct qcow2 *q, uint64_t entry,
                             uint64_t *ret_offset, uint64_t *ret_len);
/* Copy from an unpacked cluster, beginning `skip` bytes into it. */
int qcow2_read_compressed (struct qcow2 *q, uint64_t entry, uint64_t skip,
                           const struct iovec *iov, int iovcnt,
                           struct error *err);
/* The same without waiting: see block_ops. */
enum block_now qcow2_read_compressed_now (struct qcow2 *q, uint64_t entry,
                                          uint64_t skip,
                                          const struct iovec *iov, int iovcnt,
                                          bool idle);
void qcow2_forget_unpacked (struct qcow2 *q);

/* --- qcow2-backing.c --------------------------------------------------------- */
/* Opens what the header names, if anything. */
int qcow2_open_backing (struct qcow2 *q, const struct block_opener *opener,
                        const struct qcow2_ancestor *above,
                        struct error *err);

#endif
