/* Damage to the image of a filesystem, reproducible by its seed. */
#ifndef BATHYSCOPE_MUTATE_H
#define BATHYSCOPE_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* The sectors of an image that hold something: damage elsewhere is none. */
struct mutable_image {
  const uint8_t *data;
  size_t size;
  uint32_t *sectors; /* numbers of those that are not zero */
  size_t nr_sectors;
};

/* Look at an image; 0, or -1 without memory. */
int mutable_image_init (struct mutable_image *m, const uint8_t *data,
                        size_t size);
void mutable_image_release (struct mutable_image *m);

#define MUTATE_SECTOR 512
#define MUTATE_PLACES 16

/* What is different in a damaged copy. */
struct damage {
  size_t size; /* of the copy; smaller than the image when its end is lost */
  size_t nr_places;
  struct damaged_sector {
    size_t offset; /* in bytes; no place is there twice */
    uint8_t bytes[MUTATE_SECTOR];
  } places[MUTATE_PLACES];
};

/* Damage 1 to MUTATE_PLACES places, chosen and changed by the seed. */
void mutate (const struct mutable_image *m, uint64_t seed, struct damage *ret);

#endif
