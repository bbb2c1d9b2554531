/* Fuzz target: head and state of a template, under checksums that are made
 * right, so that what comes after them is reached. */

#include <config.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kvm/template.h"

#define FILE_SIZE (UINT64_C (64) << 20)

static void
make_right (uint8_t *data, size_t size)
{
  struct template_head h;

  if (size < sizeof h)
    return;
  memcpy (&h, data, sizeof h);
  if (h.state_size <= size - sizeof h)
    h.state_sum = state_checksum (0, data + sizeof h, h.state_size);
  h.head_sum = 0;
  h.head_sum = state_checksum (0, &h, sizeof h);
  memcpy (data, &h, sizeof h);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_TEMPLATE struct template t = { .data = NULL };
  uint8_t *copy = malloc (size + 1);
  uint32_t i;

  if (!copy)
    return 0;
  memcpy (copy, data, size);
  make_right (copy, size);
  if (template_parse (copy, size, FILE_SIZE, &t, NULL) == -1)
    return 0;
  /* What is accepted keeps its promises. */
  if (t.head.memory_offset + t.head.memory_size > FILE_SIZE
      || strlen (t.head.key) >= sizeof t.head.key)
    abort ();
  for (i = 0; i < t.head.nr_extents; ++i)
    if (t.extents[i].start + t.extents[i].size > t.head.memory_size)
      abort ();
  for (i = 0; i < t.head.nr_vcpus; ++i)
    if (t.vcpus[i].nr_msrs > STATE_MAX_MSRS)
      abort ();
  for (i = 0; i < t.head.nr_devices; ++i)
    if ((const uint8_t *) &t.devices[i + 1] > copy + size)
      abort ();
  return 0;
}
