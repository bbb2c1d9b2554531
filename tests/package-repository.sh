# Sourced: a repository of Debian packages on this host, for guests with a network, in the current directory.
#
#   package_make VERSION   make tiny_VERSION.deb, with /usr/share/tiny/file, which says "tiny VERSION"
#   package_publish FILE   put it into the repository
#   package_serve          serve the repository over HTTP until the end of the test; sets $package_source, a line for sources.list

package_make ()
{
  mkdir -p deb/DEBIAN deb/usr/share/tiny
  printf 'Package: tiny\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: tiny\n' "$1" >deb/DEBIAN/control
  echo "tiny $1" >deb/usr/share/tiny/file
  dpkg-deb --root-owner-group -b deb "tiny_$1.deb" >/dev/null
}

package_publish ()
{
  mkdir -p repo
  cp "$1" repo
  (cd repo && dpkg-scanpackages . >Packages 2>/dev/null)
}

package_serve ()
{
  python3 -u -c 'import functools, http.server
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory="repo"))
print(server.server_port, flush=True)
server.serve_forever()' >port 2>requests &
  cleanup_fn kill $!
  wait_until test -s port
  package_source="deb [trusted=yes] http://169.254.2.2:$(cat port)/ ./"
}
