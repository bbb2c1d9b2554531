/* Taking a fuzz target's input apart: each function takes bytes off the front,
 * and gives zeroes when there are none left. */
#ifndef BATHYSCOPE_FUZZ_INPUT_H
#define BATHYSCOPE_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
  const uint8_t *data;
  size_t left;
};

static inline uint8_t
input_byte (struct input *in)
{
  if (in->left == 0)
    return 0;
  in->left--;
  return *in->data++;
}

static inline uint16_t
input_u16 (struct input *in)
{
  uint16_t low = input_byte (in);

  return low | (uint16_t) (input_byte (in) << 8);
}

/* Up to `len` bytes, where they are. */
static inline const uint8_t *
input_bytes (struct input *in, size_t len, size_t *ret_len)
{
  const uint8_t *p = in->data;

  *ret_len = len < in->left ? len : in->left;
  in->data += *ret_len;
  in->left -= *ret_len;
  return p;
}

#endif
