"""A TCP proxy for tests that breaks connections in the middle of a download.

cutting_proxy.py --port-file FILE --log FILE --to HOST:PORT --cuts N --after BYTES. The first N
connections over which the server has sent BYTES are ended; a line of the log is one of these.
"""
import argparse
import socket
import socketserver
import threading

from serving import serve


class Cuts:
    def __init__(self, options):
        self.left = options.cuts
        self.options = options
        self.lock = threading.Lock()

    def take(self):
        with self.lock:
            if self.left == 0:
                return False
            self.left -= 1
            with open(self.options.log, "a") as log:
                log.write("cut\n")
            return True


def pump(source, sink, sent=lambda count: None):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
            sent(len(data))
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def make_handler(options, cuts):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            host, port = options.to.rsplit(":", 1)
            upstream = socket.create_connection((host, int(port)))
            passed = 0

            def sent(count):
                nonlocal passed
                passed += count
                if passed >= options.after and cuts.take():
                    raise OSError("cut")

            threading.Thread(target=pump, args=(self.request, upstream), daemon=True).start()
            pump(upstream, self.request, sent)

    return Handler


def main():
    parser = argparse.ArgumentParser()
    for name in ("port-file", "log", "to"):
        parser.add_argument("--" + name, required=True)
    for name in ("cuts", "after"):
        parser.add_argument("--" + name, type=int, required=True)
    options = parser.parse_args()
    socketserver.ThreadingTCPServer.request_queue_size = 64
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), make_handler(options, Cuts(options)))
    serve(server, options.port_file)


main()
