"""How a server of the tests begins."""
import os


def serve(server, port_file):
    """Writes the port to port_file, whole or not at all, and serves until it is killed."""
    server.daemon_threads = True
    with open(port_file + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()
