/* Methods of the Ruby binding.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include "binding.h"

static VALUE
method_get_buffer (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[0], argc, argv, self);
}

static VALUE
method_get_hash (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[1], argc, argv, self);
}

static VALUE
method_get_mode (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[2], argc, argv, self);
}

static VALUE
method_get_point (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[3], argc, argv, self);
}

static VALUE
method_get_points (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[4], argc, argv, self);
}

static VALUE
method_get_thing (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[5], argc, argv, self);
}

static VALUE
method_set_thing (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[6], argc, argv, self);
}

static VALUE
method_take_all (int argc, VALUE *argv, VALUE self)
{
  return ruby_call (&binding_calls[7], argc, argv, self);
}

ruby_method *const ruby_methods[] = {
  method_get_buffer,
  method_get_hash,
  method_get_mode,
  method_get_point,
  method_get_points,
  method_get_thing,
  method_set_thing,
  method_take_all,
};
