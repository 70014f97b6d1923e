// A proxy that leads every name of AWS to this emulator, over TLS with the tests' own authority: so
// that the real host name is in the URL, in SNI, in Host and in the signature. What came is recorded,
// by origin: that credentials stay where they belong is judged by that and not by our own word.
"use strict";
const fs = require("node:fs");
const https = require("node:https");
const { CARRIERS, misplaced } = require("./credentials.cjs");

const AWS = /\.amazonaws\.com:443$/;

function record(world, fields, message) {
  const seen = { host: (fields.get("host") || [""])[0], method: message.method,
    path: message.url.split("?")[0], secrets: CARRIERS.filter((name) => fields.has(name)),
    misplaced: misplaced({ fields, url: message.url }, world) };
  world.seen.push(seen);
  world.isAsked(seen.host);
  return seen;
}

/** Takes CONNECT on `server`; requests within are `answer`ed. */
function openTunnel(server, { certificate, key }, world, answer) {
  const inner = https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, answer);
  server.on("connect", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (!AWS.test(request.url)) {
      world.seen.push({ host: request.url, method: "CONNECT", path: "", secrets: [], misplaced: ["no host of AWS"] });
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    // No answer at all: whoever waits learns what their patience is.
    if (world.dark.some((region) => request.url.includes(`.${region}.`))) return;
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length) socket.unshift(head);
    inner.emit("connection", socket);
  });
}

module.exports = { openTunnel, record };
