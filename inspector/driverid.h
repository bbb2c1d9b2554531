/* Hardware that a driver is for, as Linux and Windows write it. */
#ifndef BATHYSCOPE_DRIVERID_H
#define BATHYSCOPE_DRIVERID_H

#include <stdbool.h>

/* Hexadecimal digits in upper case; empty where the driver takes any. */
struct driver_id {
  char bus[16];        /* "pci", "usb", "hid", "virtio", ...: lower case */
  char class[8];       /* PCI: class, subclass, interface, as far as known */
  char vendor[8];
  char device[8];      /* of USB and HID: the product */
  char subsystem[12];  /* PCI: subdevice, subvendor */
  char revision[8];
  char identifier[8];  /* USB, HID: number of the interface */
  char collection[8];  /* HID */
};

/* An alias of a module of Linux, "pci:v00001AF4d00001001sv*sd*bc*sc*i*".  False
 * where its bus is none of pci, usb, hid and virtio. */
bool driver_id_modalias (const char *alias, struct driver_id *ret);

/* A device of a bus of Windows, "VEN_1AF4&DEV_1001&REV_00".  False where the
 * name of the bus is too long to be one. */
bool driver_id_windows (const char *bus, const char *id,
                        struct driver_id *ret);

#endif
