# Access and modify disk images of virtual machines.
#
#   require 'guestfs'
#
#   Guestfs::Guestfs.open do |g|
#     g.add_drive("disk.img", :format => "raw", :readonly => true)
#     g.launch
#     g.list_partitions.each { |partition| puts partition }
#   end
#
# Every call of guestfs(3) is a method of a handle. Required arguments come first,
# then a hash, or keywords, of optional ones. Strings are bytes: those that come back
# have the encoding ASCII-8BIT. Truth values are taken as Ruby has them, and come
# back as 0 and 1. Structs are hashes with strings as keys.

require '_guestfs'

module Guestfs
  # A call that failed.
  class Error < StandardError
    # @return [Integer] the error number, as in Errno, or 0
    attr_reader :errno
    # @return [String] the name of the call
    attr_reader :call
  end

  # A handle.
  #
  # @!method initialize(environment: true, close_on_exit: true)
  #   With environment false no settings are taken from the environment; with
  #   close_on_exit false the handle is not closed when the program ends.
  # @!method close
  #   Close the handle, and with it the machine. Any other method then raises
  #   ArgumentError. Handles that are dropped are closed some time later.
  # @!method last_errno
  #   @return [Integer] the number of the last error, or 0
  # @!method set_event_callback(function, events)
  #   Have function.call(event, event_handle, buf, array) called for the events, a
  #   bit mask of EVENT_ constants. A block can be given in place of the function.
  #   @return [Integer] for delete_event_callback
  # @!method delete_event_callback(event_handle)
  class Guestfs
    # Make a handle, give it to the block, and close it after that.
    # @return what the block returns
    def self.open(**opts)
      g = new(**opts)
      return g unless block_given?

      begin
        yield g
      ensure
        g.close
      end
    end
  end
end
