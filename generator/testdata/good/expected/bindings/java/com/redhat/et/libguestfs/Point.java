/* Made by the generator from generator/api; changes here are lost. */

package com.redhat.et.libguestfs;

/** The struct point: see guestfs(3). */
public class Point
{
  /** kind. */
  public char kind;
  /** x. */
  public int x;
  /** y. */
  public int y;
  /** z. */
  public long z;
  /** t. */
  public long t;
  /** size. */
  public long size;
  /** name. */
  public String name;
  /** where. */
  public String where;
  /** data. */
  public String data;
  /** id. */
  public String id;
  /** done. */
  public float done;

  /** An empty one. */
  public Point ()
  {
  }
}
