// Is a request signed as AWS wants it? The signature is made again by @smithy/signature-v4, AWS's
// own signer for JavaScript, limited to the names that the client signed; the rules that a signer
// does not know (which fields must be signed, time, scope, sessions) are checked here.
"use strict";
const crypto = require("node:crypto");
const { SignatureV4 } = require("@smithy/signature-v4");
const { Sha256 } = require("@aws-crypto/sha256-js");
const { HttpRequest } = require("@smithy/protocol-http");
const { Fault } = require("./fault.cjs");

const ALLOWED_SKEW = 5 * 60;
const SHAPE = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

function readAuthorization(text) {
  if (!text) throw new Fault(400, "MissingAuthenticationTokenException", "Missing Authentication Token");
  const match = SHAPE.exec(text);
  if (!match) throw new Fault(400, "IncompleteSignatureException", "Authorization header is malformed");
  const [, keyId, day, region, service, names, signature] = match;
  return { keyId, day, region, service, names: names.split(";"), signature };
}

function readDate(text) {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text || "");
  if (!m) throw new Fault(400, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'");
  return Date.UTC(m[1], m[2] - 1, m[3], m[4], m[5], m[6]) / 1000;
}

const basic = (seconds) => new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "");

function checkFields(request, claim) {
  for (const [name, values] of request.fields) {
    const must = name === "host" || name === "content-type" || name.startsWith("x-amz-");
    if (must && !claim.names.includes(name))
      throw new Fault(400, "InvalidSignatureException", `'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    if (name === "x-amz-date" && values.length > 1)
      throw new Fault(400, "IncompleteSignatureException", "X-Amz-Date is there twice");
  }
  for (const name of claim.names)
    if (!request.fields.has(name))
      throw new Fault(400, "InvalidSignatureException", `the signed header ${name} is not there`);
}

function checkTime(date, claim, now) {
  if (basic(date).slice(0, 8) !== claim.day)
    throw new Fault(400, "InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP");
  if (date < now - ALLOWED_SKEW)
    throw new Fault(400, "InvalidSignatureException", `Signature expired: ${basic(date)} is now earlier than ${basic(now - ALLOWED_SKEW)} (${basic(now)} - 5 min.)`);
  if (date > now + ALLOWED_SKEW)
    throw new Fault(400, "InvalidSignatureException", `Signature not yet current: ${basic(date)} is still later than ${basic(now + ALLOWED_SKEW)} (${basic(now)} + 5 min.)`);
}

/** The principal whose key this is, its session alive. */
function principalOf(request, claim, world, now) {
  const unknown = new Fault(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
  const principal = world.principals.get(claim.keyId);
  if (!principal) throw unknown;
  const token = (request.fields.get("x-amz-security-token") || [""])[0];
  if ((principal.token || "") !== token) throw unknown;
  if (principal.expires && principal.expires <= now)
    throw new Fault(400, "ExpiredTokenException", "The security token included in the request is expired");
  return principal;
}

async function signatureOf(request, claim, principal, date) {
  const headers = {};
  for (const name of claim.names)
    if (!["x-amz-date", "x-amz-security-token"].includes(name))
      headers[name] = request.fields.get(name).map((v) => v.trim().replace(/\s+/g, " ")).join(",");
  const signer = new SignatureV4({
    service: claim.service, region: claim.region, sha256: Sha256, applyChecksum: false,
    credentials: { accessKeyId: claim.keyId, secretAccessKey: principal.secret, sessionToken: principal.token },
  });
  const signed = await signer.sign(
    new HttpRequest({ method: request.method, protocol: "http:", hostname: "x", path: request.path,
      query: request.query, headers, body: request.body }),
    { signingDate: new Date(date * 1000), signableHeaders: new Set(claim.names), unsignableHeaders: new Set() });
  return signed.headers.authorization.split("Signature=")[1];
}

/** Returns the principal and the region that was signed for, or throws a Fault. */
async function verify(request, service, world) {
  const now = world.now();
  const claim = readAuthorization((request.fields.get("authorization") || [""])[0]);
  const date = readDate((request.fields.get("x-amz-date") || [""])[0]);
  const principal = principalOf(request, claim, world, now);
  checkFields(request, claim);
  checkTime(date, claim, now);
  if (claim.service !== service)
    throw new Fault(400, "InvalidSignatureException", `Credential should be scoped to correct service: '${service}'.`);
  if (request.region && claim.region !== request.region)
    throw new Fault(400, "InvalidSignatureException", `Credential should be scoped to a valid region, not '${claim.region}'.`);
  const ours = Buffer.from(await signatureOf(request, claim, principal, date));
  const theirs = Buffer.from(claim.signature);
  if (ours.length !== theirs.length || !crypto.timingSafeEqual(ours, theirs))
    throw new Fault(400, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
  return { principal, region: claim.region };
}

module.exports = { verify };
