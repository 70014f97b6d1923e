// AWS for tests: STS, ECR and ECR Public over HTTP on loopback, one port.
//
//   node server.cjs WORLD.json [CERTIFICATE KEY]      prints "ready http://127.0.0.1:PORT"
//
// With a certificate the same port is a proxy that leads all names of AWS here (tunnel.cjs), ECR's
// registries among them (front.cjs), whose content is real docker-registry instances' (stores.cjs).
// NODE_PATH names the node_modules with @smithy/signature-v4. The service is known by the target
// field, as AWS's own front does; the region by a real host name where there is one, else by the
// signature's scope. GET /_emulator answers counts and what came; POST /_emulator changes the clock,
// throttling, principals, roles, stores, replication, and which regions are off, dark
// (nobody takes a connection) or silent (nobody answers on it).
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const { Fault, xmlFault, jsonFault } = require("./fault.cjs");
const { misplaced } = require("./credentials.cjs");
const { answerEcr } = require("./ecr.cjs");
const { answerFront } = require("./front.cjs");
const { answerSts } = require("./sts.cjs");
const { loadStores } = require("./stores.cjs");
const { openTunnel, record } = require("./tunnel.cjs");
const { verify } = require("./verify.cjs");
const { World } = require("./world.cjs");

const TARGETS = { AmazonEC2ContainerRegistry_V20150921: "ecr", SpencerFrontendService: "ecr-public" };
const REGION_IN_HOST = /^(?:api\.ecr|api\.ecr-public|sts|ecr)(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d)\./;

/** Names in lower case, values in order, from the raw list: Node's own object loses repeats. */
function fieldsOf(raw) {
  const fields = new Map();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    fields.set(name, [...(fields.get(name) || []), raw[i + 1]]);
  }
  return fields;
}

function queryOf(text) {
  const query = {};
  for (const [key, value] of new URLSearchParams(text))
    query[key] = key in query ? [].concat(query[key], value) : value;
  return query;
}

async function requestOf(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  const [path, query = ""] = message.url.split("?", 2);
  const fields = fieldsOf(message.rawHeaders);
  const region = REGION_IN_HOST.exec((fields.get("host") || [""])[0]);
  return { method: message.method, path, query: queryOf(query), fields,
    region: region && region[1], body: Buffer.concat(chunks).toString() };
}

async function answer(request, world, requestId) {
  const [prefix, operation] = ((request.fields.get("x-amz-target") || [""])[0]).split(".");
  const service = TARGETS[prefix] || "sts";
  const caller = () => verify(request, service, world);
  const asked = operation || new URLSearchParams(request.body).get("Action");
  try {
    if (request.method !== "POST" || request.path !== "/") throw new Fault(404, "UnknownOperationException", "");
    if (world.throttles(asked)) throw new Fault(400, "ThrottlingException", "Rate exceeded");
    if (service === "sts") return await answerSts(request, caller, world, requestId);
    return await answerEcr(request, operation, service, caller, world);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return service === "sts" ? xmlFault(error, requestId) : jsonFault(error);
  }
}

async function control(request, world) {
  if (request.method === "POST") {
    const change = JSON.parse(request.body);
    world.change(change);
    if (change.stores) await loadStores(world, change.stores, change.account);
    world.changeContent(change);
  }
  return { status: 200, type: "application/json",
    body: JSON.stringify({ counts: world.counts, seen: world.seen }) };
}

const isOf = (regions, fields) =>
  regions.some((region) => (fields.get("host") || [""])[0].includes(`.${region}.`));

async function serve(message, response, world) {
  const requestId = crypto.randomUUID();
  const fields = fieldsOf(message.rawHeaders);
  const seen = message.url !== "/_emulator" && record(world, fields, message);
  if (isOf(world.dark, fields)) return message.destroy(); // a connection that was open before
  if (isOf(world.silent, fields)) return;
  if (await answerFront(message, fields, response, world)) return;
  const request = await requestOf(message);
  if (seen) seen.misplaced = misplaced({ fields, url: message.url, body: request.body }, world);
  const made = request.path === "/_emulator" ? await control(request, world) : await answer(request, world, requestId);
  response.writeHead(made.status, { "Content-Type": made.type, "x-amzn-RequestId": requestId,
    Date: new Date(world.now() * 1000).toUTCString() });
  response.end(made.body);
}

const world = new World(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
const handle = (message, response) => {
  serve(message, response, world).catch((error) => {
    console.error(error);
    response.writeHead(500);
    response.end();
  });
};
const server = http.createServer(handle);
const [certificate, key] = process.argv.slice(3);
if (certificate) openTunnel(server, { certificate, key }, world, handle);
server.listen(0, "127.0.0.1", () => console.log(`ready http://127.0.0.1:${server.address().port}`));
