/* Changing qcow2 images: what only the writing side needs.  See
 * qcow2-image.h for the locks and the order of writes. */
#ifndef BATHYSCOPE_QCOW2_WRITE_H
#define BATHYSCOPE_QCOW2_WRITE_H

#include "qcow2-image.h"

/* --- qcow2-refcount.c, locked ---------------------------------------------- */
int qcow2_refcount_get (struct qcow2 *q, uint64_t cluster, uint64_t *ret,
                        struct error *err);
/* The refcount block must exist. */
int qcow2_refcount_set (struct qcow2 *q, uint64_t cluster, uint64_t value,
                        struct error *err);
bool qcow2_has_refblock (const struct qcow2 *q, uint64_t cluster);
/* Up to `want` free host clusters in a row, now with refcount 1. */
int qcow2_alloc (struct qcow2 *q, uint64_t want, uint64_t *ret_offset,
                 uint64_t *ret_count, struct error *err);
/* Undo it, as long as nothing has ever referred to them. */
void qcow2_unalloc (struct qcow2 *q, uint64_t offset, uint64_t count);
/* One cluster for a table. */
int qcow2_alloc_table (struct qcow2 *q, enum metadata_kind kind,
                       uint64_t *ret_offset, struct error *err);
void qcow2_release_table (struct qcow2 *q, uint64_t offset);

/* --- qcow2-reftable.c, locked ---------------------------------------------- */
/* Make the refcount block that covers `cluster`, which must be free.  It may
 * use `cluster` itself. */
int qcow2_add_refblock (struct qcow2 *q, uint64_t cluster, struct error *err);

/* --- qcow2-repair.c, locked -------------------------------------------------- */
/* Bring the refcounts of an image with the dirty bit up to date. */
int qcow2_repair (struct qcow2 *q, struct error *err);

/* --- qcow2-free.c ---------------------------------------------------------- */
/* A reference to this part of the file has gone from the tables in memory.
 * Locked. */
void qcow2_free_later (struct qcow2 *q, uint64_t offset, uint64_t len);
void qcow2_free_mapping (struct qcow2 *q, uint64_t entry);
bool qcow2_many_freed (const struct qcow2 *q);
/* Lower the refcounts of clusters whose references are gone from the disk.
 * Takes the locks. */
int qcow2_free_now (struct qcow2 *q, const struct freed_vector *runs,
                    struct error *err);

/* --- qcow2-flush.c --------------------------------------------------------- */
void flat_table_set (struct flat_table *t, size_t index, uint64_t entry);
/* Refcounts to the disk, for good. Locked. */
int qcow2_write_refcounts (struct qcow2 *q, struct error *err);
int qcow2_flush (struct block *b, struct error *err);

/* --- qcow2-protect.c, locked ----------------------------------------------- */
/* Check the tables of an image that is to be changed, and note where all
 * metadata lies. */
int qcow2_protect_metadata (struct qcow2 *q, struct error *err);
/* Fails when data would hit metadata. */
int qcow2_check_data (struct qcow2 *q, uint64_t offset, uint64_t len,
                      struct error *err);

/* --- qcow2-write.c, qcow2-zero.c, unlocked --------------------------------- */
int qcow2_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
                   uint64_t offset, struct error *err);
int qcow2_discard (struct block *b, uint64_t offset, uint64_t len,
                   struct error *err);
int qcow2_write_zeroes (struct block *b, uint64_t offset, uint64_t len,
                        int flags, struct error *err);

#endif
