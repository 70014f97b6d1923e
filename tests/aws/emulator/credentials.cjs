// Which credentials a request carries, and whether its host is the one that they are for. What each
// is for is known from what was given out, and not from what the client says:
//
//   signature        STS, and the API of its own service and region
//   session token    beside a signature
//   password         Basic, at registries of the region that it was given out for
//   anything else    nowhere; least of all the secret itself, in a field, a URL or a body
"use strict";

const API = /^(sts|api\.ecr|api\.ecr-public)(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d)\.amazonaws\.com$/;
const REGISTRY = /^\d{12}\.dkr\.ecr\.([a-z]+(?:-[a-z]+)+-\d)\.amazonaws\.com$/;
const SCOPE = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\/([a-z-]+)\/aws4_request,/;
const SERVICES = { sts: "sts", "api.ecr": "ecr", "api.ecr-public": "ecr-public" };

/** Clients of others ask the emulator by its own address, where the service is told by the target. */
const isOwnAddress = (host) => /^127\.0\.0\.1:\d+$/.test(host);

function fitsSignature(text, host) {
  const [, region, service] = SCOPE.exec(text) || [];
  const [, prefix, itsRegion] = API.exec(host) || [];
  return isOwnAddress(host) || (prefix && SERVICES[prefix] === service && itsRegion === region);
}

/** Who is not known here has no secret of this AWS: a wrong password is nobody's. */
function fitsPassword(text, host, world) {
  const given = Buffer.from(text.slice("Basic ".length), "base64").toString();
  const token = world.passwords.get(given.slice(given.indexOf(":") + 1));
  return !token || token.region === (REGISTRY.exec(host) || [])[1];
}

function fits(name, text, host, world) {
  if (name === "x-amz-security-token") return isOwnAddress(host) || API.test(host);
  if (name !== "authorization") return false;
  if (text.startsWith("AWS4-")) return fitsSignature(text, host);
  return /^Basic /i.test(text) && fitsPassword(text, host, world);
}

/** The secrets that nobody may ever send as they are. */
const secretsOf = (world) => [...world.principals.values()].map(({ secret }) => secret);
/** Those that belong into one field alone. */
const tokensOf = (world) => [...world.passwords.keys(),
  ...[...world.principals.values()].flatMap(({ token }) => token || [])];
const holds = (text, secrets) =>
  secrets.some((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

const CARRIERS = ["authorization", "x-amz-security-token", "cookie", "proxy-authorization"];

/** What is where it must not be: ["authorization"], ["the URL"]; nothing for a request as it should be. */
function misplaced({ fields, url, body = "" }, world) {
  const host = (fields.get("host") || [""])[0].replace(/:443$/, "");
  const found = CARRIERS.filter((name) =>
    (fields.get(name) || []).some((text) => !fits(name, text, host, world)));
  const all = [...secretsOf(world), ...tokensOf(world)];
  for (const [name, texts] of fields)
    if (holds(texts.join("\n"), CARRIERS.includes(name) ? secretsOf(world) : all)) found.push(name);
  if (holds(url, all)) found.push("the URL");
  if (holds(body, all)) found.push("the body");
  return found;
}

module.exports = { CARRIERS, misplaced };
