// A wire between the browser and the server that can be cut for the stream of events alone, and
// that counts how many of them are open: what the server sees, whatever the pages believe.
import net from "node:net";

const isEvents = (chunk) => chunk.subarray(0, 16).toString("latin1").startsWith("GET /v1/events");

export async function eventsProxy(target) {
  const { hostname, port } = new URL(target);
  const streams = new Set();
  let refusing = false;
  let total = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port), hostname);
    const end = () => {
      streams.delete(client);
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (chunk) => {
      if (isEvents(chunk)) {
        if (refusing) return end();
        total += 1;
        streams.add(client);
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => client.write(chunk));
    for (const each of [client, upstream]) each.on("close", end).on("error", end);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    openStreams: () => streams.size,
    allStreams: () => total,
    cut() {
      refusing = true;
      for (const client of streams) client.destroy();
    },
    mend() {
      refusing = false;
    },
  };
}
