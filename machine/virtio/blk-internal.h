/* What the files of virtio-blk share. */
#ifndef BATHYSCOPE_BLK_INTERNAL_H
#define BATHYSCOPE_BLK_INTERNAL_H

#include "devices.h"
#include "pool.h"

#define BLK_SECTOR 512

/* 5.2.6 */
#define BLK_T_IN 0
#define BLK_T_OUT 1
#define BLK_T_FLUSH 4
#define BLK_T_GET_ID 8
#define BLK_T_DISCARD 11
#define BLK_T_WRITE_ZEROES 13
#define BLK_S_OK 0
#define BLK_S_IOERR 1
#define BLK_S_UNSUPP 2
#define BLK_ID_SIZE 20

#define MAX_RANGE_SECTORS (UINT32_C (1) << 22) /* 2 GiB a segment */
#define MAX_RANGES 64

/* 5.2.4, little-endian. */
struct blk_config {
  uint64_t capacity;
  uint32_t size_max;
  uint32_t seg_max;
  uint16_t cylinders;
  uint8_t heads;
  uint8_t sectors;
  uint32_t blk_size;
  uint8_t physical_block_exp;
  uint8_t alignment_offset;
  uint16_t min_io_size;
  uint32_t opt_io_size;
  uint8_t writeback;
  uint8_t unused0;
  uint16_t num_queues;
  uint32_t max_discard_sectors;
  uint32_t max_discard_seg;
  uint32_t discard_sector_alignment;
  uint32_t max_write_zeroes_sectors;
  uint32_t max_write_zeroes_seg;
  uint8_t write_zeroes_may_unmap;
  uint8_t unused1[3];
} __attribute__ ((packed));

struct blk {
  struct virtio_device dev;
  struct block *block;
  struct blk_callbacks callbacks;
  struct blk_config config;
  uint64_t size; /* what the guest sees, in bytes */
  bool readonly, discard, discard_zeroes, unsafe;
  char id[BLK_ID_SIZE];
  struct chain chain;
  struct pool *pool;
  unsigned in_pool; /* requests */
  unsigned misses; /* reads since the last that was in memory */
  struct pool_lane writes; /* those in the pool */
  unsigned held_back; /* requests that the guest was not told of */
  uint64_t held_back_bytes;
};

/* One request: what is left of the chain between header and status. */
struct blk_request {
  struct blk *blk;
  uint32_t type;
  uint64_t sector;
  struct iovec *in, *out; /* what we write, what we read */
  int nr_in, nr_out;
  uint8_t *status;
  uint16_t head;
  /* What came of it. */
  uint8_t result;
  uint32_t written;
  const char *failed; /* NULL, or the operation that err is about */
  struct error err;
};

/* Take header and status off the chain; false when one is missing. */
bool blk_request_parse (struct blk *blk, struct chain *c,
                        struct blk_request *ret);

/* Do it, on any thread: result, written, failed and err are what came of it. */
void blk_request_do (struct blk_request *r);

/* A read, if it needs no waiting: see block_ops. */
enum block_now blk_request_read_now (struct blk_request *r, bool idle);

/* How many bytes of the disk it concerns, as far as it makes sense. */
uint64_t blk_request_length (const struct blk_request *r);

#endif
