"""A start after a crash reads the index and no content: neither bytes of blobs, nor one file each.

    start_reads.py BERTH DIR
"""
import os
import sys

import registry

LARGE = 48 * 1024 * 1024
SMALL = 400
MOST_READ = LARGE // 4 # libraries, the index and its log


def main():
    berth, data = sys.argv[1:3]
    server = registry.Server(berth, data)
    client = server.client()
    layer = os.urandom(1024 * 1024) * (LARGE // (1024 * 1024))
    blobs = [layer] + [b"%d" % number for number in range(SMALL)]
    for blob in blobs:
        assert client.push_post("team/app", blob).status == 201
    assert client.put_manifest("team/app", "v1", registry.image(b"0", blobs)).status == 201
    server.kill()

    server = registry.Server(berth, data, server.password)
    read, after = server.bytes_read(), server.ready_after
    assert read < MOST_READ, f"{read} bytes were read before the registry was ready"
    client = server.client()
    assert client.manifest("team/app", "v1").status == 200
    assert client.blob("team/app", registry.digest_of(layer)).body == layer
    server.kill()
    print(f"ready after {after:.2f} s and {read // 1024} KiB read, beside {len(blobs)} blobs of "
          f"{sum(map(len, blobs)) // 1024} KiB")


if __name__ == "__main__":
    main()
