"""A forward proxy for tests: every CONNECT, whatever its target, is joined to one address.

connect_proxy.py --port-file FILE --log FILE --to HOST:PORT. A line of the log is a target.
"""
import argparse
import socket
import socketserver
import threading

from serving import serve


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def make_handler(options):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            method, target, _ = self.rfile.readline().decode().split()
            while self.rfile.readline().strip():
                pass
            with open(options.log, "a") as log:
                log.write(target + "\n")
            if method != "CONNECT":
                self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                return
            host, port = options.to.rsplit(":", 1)
            upstream = socket.create_connection((host, int(port)))
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            threading.Thread(target=pump, args=(upstream, self.connection), daemon=True).start()
            pump(self.connection, upstream)

    return Handler


def main():
    parser = argparse.ArgumentParser()
    for name in ("port-file", "log", "to"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), make_handler(options))
    serve(server, options.port_file)


main()
