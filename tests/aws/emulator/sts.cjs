// STS: GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity.
"use strict";
const crypto = require("node:crypto");
const { Fault, escaped } = require("./fault.cjs");
const { authorize } = require("./policy.cjs");

const invalid = (message) => new Fault(400, "ValidationError", message);
const random = (length) =>
  [...crypto.randomBytes(length)].map((b) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[b & 31]).join("");

const xml = (operation, inner, requestId) => ({
  status: 200, type: "text/xml",
  body: `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${inner}`
    + `</${operation}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
});

function checkParameters(form, role) {
  const name = form.get("RoleSessionName") || "";
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) throw invalid("1 validation error detected: roleSessionName");
  const id = form.get("ExternalId");
  if (id !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(id)) throw invalid("1 validation error detected: externalId");
  const duration = Number(form.get("DurationSeconds") || 3600);
  if (!(duration >= 900 && duration <= 43200)) throw invalid("1 validation error detected: durationSeconds");
  if (role && duration > (role.maxDuration || 3600))
    throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return { name, duration };
}

/** A new principal with temporary keys. */
function openSession(role, name, duration, world, policies) {
  const [, account, roleName] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role.arn);
  const session = {
    accessKeyId: `ASIA${random(16)}`, secret: random(40), token: `token//${random(120)}+==`,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${name}`, account, session: true,
    userId: `AROA${random(16)}:${name}`, policies, expires: world.now() + duration,
  };
  world.principals.set(session.accessKeyId, session);
  return session;
}

const describe = (session) =>
  `<Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secret}</SecretAccessKey>`
  + `<SessionToken>${escaped(session.token)}</SessionToken><Expiration>${new Date(session.expires * 1000).toISOString().replace(/\.\d+/, "")}</Expiration></Credentials>`
  + `<AssumedRoleUser><Arn>${session.arn}</Arn><AssumedRoleId>${session.userId}</AssumedRoleId></AssumedRoleUser>`;

/** Why is told to nobody: AWS answers all of these with the same sentence. */
function mayAssume(principal, role, form) {
  if (!role || !role.trust.principals.includes(principal.arn)) return false;
  if (role.trust.externalId && role.trust.externalId !== form.get("ExternalId")) return false;
  try {
    authorize(principal, "sts:AssumeRole", role.arn);
    return true;
  } catch {
    return false;
  }
}

function assumeRole(form, caller, world, requestId) {
  const arn = form.get("RoleArn") || "";
  const role = world.roles.get(arn);
  const { name, duration } = checkParameters(form, role);
  if (!mayAssume(caller.principal, role, form))
    throw new Fault(403, "AccessDeniedException", `User: ${caller.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
  if (caller.principal.session && duration > 3600)
    throw invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
  const policies = [...role.policies];
  if (form.get("Policy")) policies.push({ kind: "session", ...JSON.parse(form.get("Policy")) });
  return xml("AssumeRole", describe(openSession(role, name, duration, world, policies)), requestId);
}

function assumeRoleWithWebIdentity(form, world, requestId) {
  const role = world.roles.get(form.get("RoleArn") || "");
  const { name, duration } = checkParameters(form, role);
  const token = world.webTokens.get(form.get("WebIdentityToken") || "");
  if (!token) throw new Fault(400, "InvalidIdentityToken", "The web identity token that was passed could not be validated");
  if (token.expires <= world.now()) throw new Fault(400, "ExpiredTokenException", "Token expired");
  if (!role || !(role.trust.subjects || []).includes(token.subject))
    throw new Fault(403, "AccessDeniedException", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  return xml("AssumeRoleWithWebIdentity", describe(openSession(role, name, duration, world, [...role.policies])), requestId);
}

function getCallerIdentity({ principal }, requestId) {
  return xml("GetCallerIdentity", `<Arn>${principal.arn}</Arn><UserId>${principal.userId}</UserId><Account>${principal.account}</Account>`, requestId);
}

/** `caller` is a function: the one unsigned call does not ask for it. */
async function answerSts(request, caller, world, requestId) {
  const form = new URLSearchParams(request.body);
  if (form.get("Version") !== "2011-06-15") throw new Fault(400, "InvalidAction", "Could not find operation for version");
  const operation = form.get("Action");
  world.count("sts", operation);
  if (operation === "AssumeRoleWithWebIdentity") return assumeRoleWithWebIdentity(form, world, requestId);
  const who = await caller();
  if (operation === "AssumeRole") return assumeRole(form, who, world, requestId);
  if (operation === "GetCallerIdentity") return getCallerIdentity(who, requestId);
  throw new Fault(400, "InvalidAction", `Could not find operation ${operation}`);
}

module.exports = { answerSts };
