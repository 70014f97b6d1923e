// What ECR's registries do when something is pushed, before a real docker-registry.
//
//   POST of an upload         202; mount and from are not heeded: an ordinary session
//   PUT with the whole blob   201
//   PATCH without a range     201 where the specification says 202; one of them, then PUT
//   PATCH with a range        under 5 MiB 400; else 201, and the range does not move
//   GET, DELETE of an upload  404, 405
//   PUT of a manifest         400 TAG_INVALID for a tag that is there and immutable, also for the same
//                             digest; 405 UNSUPPORTED for media types with parameters
"use strict";
const { describeManifest } = require("./stores.cjs");

const SMALLEST_PART = 5 * 1024 * 1024;
const ACTIONS = { POST: ["InitiateLayerUpload"], PATCH: ["UploadLayerPart"],
  PUT: ["UploadLayerPart", "CompleteLayerUpload"], GET: [], DELETE: [] };

const read = async (message) => {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Whether ECR lets the tag be set anew; see tagMutability in its API. */
function isImmutable(repository, tag) {
  const mutability = repository.mutability || "MUTABLE";
  const excluded = (repository.exclusions || []).some((filter) =>
    new RegExp(`^${filter.split("*").map((part) => part.replace(/[^\w]/g, "\\$&")).join(".*")}$`).test(tag));
  return mutability.startsWith("IMMUTABLE") ? !excluded : mutability === "MUTABLE_WITH_EXCLUSION" && excluded;
}

/** Headers of the store's answer that ECR gives too; a place in it is one in front of it. */
function headersOf(answer) {
  const headers = {};
  for (const name of ["docker-content-digest", "docker-upload-uuid", "range", "oci-subject"])
    if (answer.headers.get(name)) headers[name] = answer.headers.get(name);
  const place = answer.headers.get("location");
  if (place) headers.Location = place.replace(/^https?:\/\/[^/]+/, "");
  return headers;
}

/** Sends it on to the store; `status` stands for the store's success. */
async function hand(response, url, request, body, status) {
  const answer = await fetch(url, { method: request.method, body: body.length ? body : undefined,
    headers: { "content-type": (request.fields.get("content-type") || ["application/octet-stream"])[0] } });
  response.writeHead(answer.ok ? status : answer.status, headersOf(answer));
  response.end(Buffer.from(await answer.arrayBuffer()));
  return answer.ok;
}

async function answerUpload(request, place, response) {
  place.repository();
  const body = await read(request.message);
  if (request.method === "GET") throw place.refusal(404, "BLOB_UPLOAD_UNKNOWN", "there is no upload to look at");
  if (request.method === "DELETE") throw place.refusal(405, "UNSUPPORTED", "uploads cannot be cancelled");
  if (request.method === "PATCH" && request.fields.has("content-range")) {
    if (body.length < SMALLEST_PART)
      throw place.refusal(400, "BLOB_UPLOAD_INVALID", `Layer parts must be at least ${SMALLEST_PART} bytes in size`);
    return response.writeHead(201, { Location: request.target, Range: "0-0" }).end();
  }
  const target = request.method === "POST" ? request.target.split("?")[0] : request.target;
  return hand(response, place.store + target, request, body, request.method === "POST" ? 202 : 201);
}

async function answerManifest(request, place, response) {
  const body = await read(request.message);
  const type = (request.fields.get("content-type") || [""])[0];
  if (type.includes(";")) throw place.refusal(405, "UNSUPPORTED", "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
  const { reference } = place;
  const repository = place.repository();
  const isTag = !reference.includes(":");
  if (isTag && isImmutable(repository, reference) && repository.images.some((image) => image.tags.includes(reference)))
    throw place.refusal(400, "TAG_INVALID", `The image tag '${reference}' already exists in the '${place.name}' repository and cannot be overwritten because the tag is immutable.`);
  if (!await hand(response, place.store + request.target, request, body, 201)) return;
  const made = describeManifest(body, type);
  const known = repository.images.find((image) => image.digest === made.digest);
  const image = known || { ...made, tags: [], pushed: place.now };
  if (!known) repository.images.push(image);
  for (const each of repository.images) each.tags = each.tags.filter((tag) => !isTag || tag !== reference);
  if (isTag) image.tags.push(reference);
}

/** `place`: name, reference, kind, store, now, permit(action), repository(), refusal(status, code, text). */
async function answerPush(request, place, response) {
  if (place.kind === "manifests") {
    place.permit("PutImage");
    return answerManifest(request, place, response);
  }
  for (const action of ACTIONS[request.method] || []) place.permit(action);
  return answerUpload(request, place, response);
}

module.exports = { answerPush };
