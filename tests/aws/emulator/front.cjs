// ECR's registries as clients meet them: a front before real docker-registry instances, one per
// region, with what ECR does otherwise. This is reading; push.cjs is writing.
//
//   no credentials            401, Basic challenge with ECR's realm and service
//   unknown password          401
//   token has ended           403 DENIED, no challenge
//   token of another region   400 at any address
//   IAM does not allow        403 DENIED with IAM's sentence
//   n over 1000               405 UNSUPPORTED
//   repository not created    404 NAME_UNKNOWN
//   GET of a blob             307 to a signed URL of a bucket, which refuses any Authorization
"use strict";
const crypto = require("node:crypto");
const { Fault } = require("./fault.cjs");
const { authorize } = require("./policy.cjs");
const { answerPush } = require("./push.cjs");

const REGISTRY = /^(\d{12})\.dkr\.ecr\.([a-z]+(?:-[a-z]+)+-\d)\.amazonaws\.com$/;
const BUCKET = /^prod-([a-z]+(?:-[a-z]+)+-\d)-starport-layer-bucket\.s3\.[a-z0-9-]+\.amazonaws\.com$/;
const PASSED_ON = ["content-type", "content-length", "docker-content-digest", "etag"];

class Refusal extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    Object.assign(this, { status, code, headers });
  }
}

function actionOf(method, kind, reference) {
  if (kind === "manifests" || kind === "referrers") return "BatchGetImage";
  if (kind === "blobs") return method === "HEAD" ? "BatchCheckLayerAvailability" : "GetDownloadUrlForLayer";
  return reference === "list" ? "ListImages" : "DescribeRepositories";
}

/** The principal whose token this is. */
function enter(fields, host, region, world) {
  const given = /^Basic (.+)$/i.exec((fields.get("authorization") || [""])[0]);
  const challenge = { "Www-Authenticate": `Basic realm="https://${host}/",service="ecr.amazonaws.com"` };
  if (!given) throw new Refusal(401, "UNAUTHORIZED", "Not Authorized", challenge);
  const text = Buffer.from(given[1], "base64").toString();
  const colon = text.indexOf(":");
  const token = world.passwords.get(text.slice(colon + 1));
  if (text.slice(0, colon) !== "AWS" || !token) throw new Refusal(401, "UNAUTHORIZED", "Not Authorized", challenge);
  if (token.region !== region)
    throw new Refusal(400, "DENIED", "Your Authorization Token is invalid for this region.");
  if (token.expires <= world.now())
    throw new Refusal(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
  return token.principal;
}

function permit(principal, action, account, region, name) {
  const arn = name ? `arn:aws:ecr:${region}:${account}:repository/${name}` : "*";
  try {
    authorize(principal, `ecr:${action}`, arn);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    throw new Refusal(403, "DENIED", fault.message);
  }
}

/** Signed by a key that nobody but this process knows. */
const bucketKey = crypto.randomBytes(32);
const bucketSign = (path) => crypto.createHmac("sha256", bucketKey).update(path).digest("hex");

async function passOn(response, url, method, fields, head = {}) {
  const headers = {};
  for (const name of ["accept", "range"]) if (fields.has(name)) headers[name] = fields.get(name).join(", ");
  const answer = await fetch(url, { method, headers, redirect: "manual" });
  const kept = { ...head };
  for (const name of [...PASSED_ON, "content-range", "accept-ranges"])
    if (answer.headers.get(name)) kept[name] = answer.headers.get(name);
  const link = /<([^>]+)>/.exec(answer.headers.get("link") || "");
  if (link) kept.Link = `<${link[1].replace(/^https?:\/\/[^/]+/, "")}>; rel="next"`;
  response.writeHead(answer.status, kept);
  response.end(method === "HEAD" ? undefined : Buffer.from(await answer.arrayBuffer()));
}

/** What push.cjs is told of; nothing for what only reads. */
function pushPlace(method, path, principal, account, region, world) {
  const parts = /^\/v2\/(.+)\/(?:blobs\/(uploads)\/[^/]*|(manifests)\/([^/]+))$/.exec(path);
  if (!parts || (parts[3] && method !== "PUT")) return null;
  const [, name, uploads, , reference] = parts;
  return { name, reference, kind: uploads || "manifests", store: world.stores[region], now: world.now(),
    permit: (action) => permit(principal, action, account, region, name),
    repository: () => repositoryOf(world, account, region, name),
    refusal: (status, code, message) => new Refusal(status, code, message) };
}

function repositoryOf(world, account, region, name) {
  const found = (world.repositories.get(`${region} ${account}`) || new Map()).get(name);
  if (!found)
    throw new Refusal(404, "NAME_UNKNOWN", `The repository with name '${name}' does not exist in the registry with id '${account}'`);
  return found;
}

async function answerRegistry({ method, target, fields, host, match, message }, response, world) {
  const [, account, region] = match;
  const principal = enter(fields, host, region, world);
  const [path, query = ""] = target.split("?", 2);
  world.count("registry", `${method} ${path.split("/").at(-2) || ""}`);
  if (path === "/v2/") return response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  const place = pushPlace(method, path, principal, account, region, world);
  if (place) return answerPush({ method, target, fields, message }, place, response);
  const parts = /^\/v2\/(?:(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)|_catalog)$/.exec(path);
  if (!parts || !["GET", "HEAD"].includes(method)) throw new Refusal(405, "UNSUPPORTED", "not in this emulator");
  const [, name, kind, reference] = parts;
  permit(principal, actionOf(method, kind, reference), account, region, name);
  const asked = new URLSearchParams(query).get("n");
  if (asked && Number(asked) > 1000)
    throw new Refusal(405, "UNSUPPORTED", "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'");
  if (name) repositoryOf(world, account, region, name);
  const store = world.stores[region];
  if (!store) throw new Refusal(500, "UNKNOWN", "no store for this region");
  if (kind === "blobs" && method === "GET") {
    const where = `/${account}/${name}/${reference}`;
    return response.writeHead(307, { Location:
      `https://prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com${where}?X-Amz-Signature=${bucketSign(where)}` }).end();
  }
  return passOn(response, store + target, method, fields);
}

async function answerBucket({ method, target, fields, match }, response, world) {
  const [path, query = ""] = target.split("?", 2);
  const [, , name, digest] = /^\/(\d{12})\/(.+)\/(sha256:[0-9a-f]{64})$/.exec(path) || [];
  if (fields.has("authorization") || fields.has("x-amz-security-token"))
    return response.writeHead(400, { "Content-Type": "application/xml" })
      .end("<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>");
  if (new URLSearchParams(query).get("X-Amz-Signature") !== bucketSign(path))
    return response.writeHead(403, { "Content-Type": "application/xml" }).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
  return passOn(response, `${world.stores[match[1]]}/v2/${name}/blobs/${digest}`, method, fields);
}

/** True if the host is a registry's or a bucket's: then it is answered. */
async function answerFront(message, fields, response, world) {
  const host = (fields.get("host") || [""])[0].replace(/:443$/, "");
  const request = { method: message.method, target: message.url, fields, host, message };
  try {
    if (BUCKET.test(host)) {
      await answerBucket({ ...request, match: BUCKET.exec(host) }, response, world);
      return true;
    }
    if (!REGISTRY.test(host)) return false;
    await answerRegistry({ ...request, match: REGISTRY.exec(host) }, response, world);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    response.writeHead(error.status, { "Content-Type": "application/json", ...error.headers });
    response.end(message.method === "HEAD" ? undefined
      : JSON.stringify({ errors: [{ code: error.code, message: error.message }] }));
  }
  return true;
}

module.exports = { answerFront };
