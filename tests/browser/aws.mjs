// AWS as the tests have it: the emulator of tests/aws at $BERTH_AWS.
import { assert, registryCa } from "./browser.mjs";

export const account = "123456789012";
export const server = { id: "AKIAREADER0000000000", arn: `arn:aws:iam::${account}:user/reader` };
export const template = `${account}.dkr.ecr.{{.spectro.system.aws.region}}.amazonaws.com`;
export const roleArn = (name) => `arn:aws:iam::${account}:role/${name}`;

/** Tells the emulator of a change. */
export async function change(what) {
  const answer = await fetch(`${process.env.BERTH_AWS}/_emulator`, {
    method: "POST",
    body: JSON.stringify(what),
  });
  assert.ok(answer.ok);
}

export const allowed = (actions) => ({ Effect: "Allow", Action: actions, Resource: "*" });
export const forbidden = (actions) => ({ Effect: "Deny", Action: actions, Resource: "*" });
export const policy = (kind, ...statements) => ({ kind, Statement: statements });

/** A role that this server may take on. */
export async function makeRole(name, externalId, policies) {
  const trust = { principals: [server.arn], externalId };
  await change({ roles: [{ arn: roleArn(name), trust, policies }] });
}

/** What /v1 is told of a registry with a role. */
export function roleSpec(name, externalId) {
  return {
    endpoint: template,
    isPrivate: true,
    defaultRegion: "eu-west-1",
    providerType: "helm",
    isSyncSupported: false,
    credentials: { credentialType: "sts", sts: { arn: roleArn(name), externalId } },
    tls: { enabled: true, insecureSkipVerify: false, ca: registryCa },
  };
}
