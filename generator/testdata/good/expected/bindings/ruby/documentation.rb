# What YARD reads; programs do not load this file.
#
# Made by the generator from generator/api; changes here are lost.

module Guestfs
  class Guestfs
    # @!method get_buffer(path, opts = {})
    #   get bytes
    #
    #   Text.
    #   @param path [String]
    #   @option opts [Integer] :offset
    #   @return [String]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method get_hash()
    #   get a table
    #
    #   Text.
    #   @return [Hash{String => String}]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method get_mode()
    #   get a mode
    #
    #   Text.
    #   @return [Integer]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method get_point(nr)
    #   get a point
    #
    #   Text.
    #   @param nr [Integer]
    #   @return [Hash{String => Object}]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method get_points()
    #   get the points
    #
    #   Text.
    #   @return [Array<Hash{String => Object}>]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method get_thing()
    #   get a thing
    #
    #   Text.
    #   @return [String, nil]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method set_thing(thing)
    #   set a thing
    #
    #   Text.
    #   @param thing [String, nil]
    #   @return [nil]
    #   @raise [Error]
    #   @since 1.2.3

    # @!method take_all(str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, opts = {})
    #   take one of each
    #
    #   The first paragraph, with code and a call, g.get_points.
    #
    #   force
    #
    #       Do it <anyway>.
    #
    #    verbatim   text
    #   @param str [String]
    #   @param path [String]
    #   @param device [String]
    #   @param mountable [String]
    #   @param devpath [String]
    #   @param mountpath [String]
    #   @param filename [String]
    #   @param key [String]
    #   @param guid [String]
    #   @param optstr [String, nil]
    #   @param filein [String]
    #   @param words [Array<String>]
    #   @param devices [Array<String>]
    #   @param filenames [Array<String>]
    #   @param paths [Array<String>]
    #   @param num [Integer]
    #   @param large [Integer]
    #   @param truth [Boolean]
    #   @param content [String]
    #   @option opts [Boolean] :force
    #   @option opts [Integer] :level
    #   @option opts [Integer] :size
    #   @option opts [String] :label
    #   @option opts [Array<String>] :names
    #   @return [nil]
    #   @raise [Error]
    #   @deprecated Use other
    #   @since 1.2.3

    # @!method take_all_opts(str, path, device, mountable, devpath, mountpath, filename, key, guid, optstr, filein, words, devices, filenames, paths, num, large, truth, content, opts = {})
    #   take one of each
    #
    #   The first paragraph, with code and a call, g.get_points.
    #
    #   force
    #
    #       Do it <anyway>.
    #
    #    verbatim   text
    #   @param str [String]
    #   @param path [String]
    #   @param device [String]
    #   @param mountable [String]
    #   @param devpath [String]
    #   @param mountpath [String]
    #   @param filename [String]
    #   @param key [String]
    #   @param guid [String]
    #   @param optstr [String, nil]
    #   @param filein [String]
    #   @param words [Array<String>]
    #   @param devices [Array<String>]
    #   @param filenames [Array<String>]
    #   @param paths [Array<String>]
    #   @param num [Integer]
    #   @param large [Integer]
    #   @param truth [Boolean]
    #   @param content [String]
    #   @option opts [Boolean] :force
    #   @option opts [Integer] :level
    #   @option opts [Integer] :size
    #   @option opts [String] :label
    #   @option opts [Array<String>] :names
    #   @return [nil]
    #   @raise [Error]
    #   @deprecated Use other
    #   @since 1.2.3

  end
end
