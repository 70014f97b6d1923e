// What is wrong with a draft, field by field, before the server is asked. The server decides.
import { sentence } from "../../parts/format";
import { say } from "../../words/say";
import { exactTemplate, nearTemplate } from "./region";
import { readCertificates } from "./certificate";
import { regionsOf, type Draft, type Field, type StoredSecrets } from "./draft";

export type Errors = Partial<Record<Field, string>>;
export type StepName = "details" | "connection";

/** The server's path of a field, and ours. */
const serverFields: [string, Field][] = [
  ["metadata.name", "name"],
  ["spec.endpoint", "endpoint"],
  ["spec.basePath", "basePath"],
  ["spec.baseContentPath", "contentPaths"],
  ["spec.isSyncSupported", "sync"],
  ["spec.providerType", "providerType"],
  ["spec.auth.username", "username"],
  ["spec.auth.password", "password"],
  ["spec.auth.token", "token"],
  ["spec.auth.type", "authType"],
  ["spec.auth.tls.ca", "ca"],
  ["spec.tls.ca", "ca"],
  ["spec.auth.tls.certificate", "clientCertificate"],
  ["spec.auth.tls.key", "clientKey"],
  ["spec.defaultRegion", "defaultRegion"],
  ["spec.regions", "otherRegions"],
  ["spec.isPrivate", "isPrivate"],
  ["spec.credentials.accessKey", "accessKey"],
  ["spec.credentials.secretKey", "secretKey"],
  ["spec.credentials.sts.arn", "roleArn"],
  ["spec.credentials.sts.externalId", "externalId"],
  ["spec.credentials.podIdentity.roleArn", "podRoleArn"],
  ["spec.credentials.podIdentity.permissionBoundaryArn", "podBoundaryArn"],
];

export function fieldOf(path: string): Field | undefined {
  return serverFields.find(([server]) => server === path)?.[1];
}

/** "spec.endpoint: is empty" as a sentence below that field. */
export function withoutPath(message: string, path: string) {
  const text = message.startsWith(path + ": ") ? message.slice(path.length + 2) : message;
  return sentence(text);
}

export function stepOf(field: Field): StepName {
  return field === "name" || field === "providerType" || field === "kind"
    ? "details"
    : "connection";
}

function nameError(name: string) {
  const text = name.trim();
  if (!text) return say("wizard.giveName");
  if ([...text].length > 128) return say("wizard.nameTooLong");
  if (text.includes("/")) return say("wizard.nameSlash");
  return undefined;
}

function pathsError(draft: Draft) {
  const paths = draft.contentPaths.split(",").map((path) => path.trim());
  if (draft.sync && !draft.contentPaths.trim()) {
    return say("wizard.syncNeedsPath");
  }
  if (!draft.contentPaths.trim()) return undefined;
  const bad = paths.find(
    (path) => !/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(path.replace(/^\/+|\/+$/g, "")),
  );
  return bad === undefined ? undefined : say("wizard.notAPath", { path: bad });
}

function endpointError(draft: Draft) {
  const text = draft.endpoint.trim();
  if (!text) return say("wizard.giveAddress");
  if (draft.kind === "ecr" && nearTemplate(text)) return say("wizard.nearVariable");
  if (draft.kind === "basic" && text.includes("{{")) return say("wizard.onlyEcrVariable");
  return undefined;
}

const required = (text: string, message: string) => (text.trim() ? undefined : message);

function certificateError(pem: string) {
  const read = pem ? readCertificates(pem) : [];
  return typeof read === "string" ? read : undefined;
}

function basicErrors(draft: Draft, stored: StoredSecrets): Errors {
  const errors: Errors = {};
  if (draft.authType === "basic") {
    errors.username = required(draft.username, say("wizard.giveUser"));
    if (stored.password === undefined) {
      errors.password = draft.password ? undefined : say("wizard.givePassword");
    }
  }
  if (draft.authType === "token" && stored.token === undefined) {
    errors.token = required(draft.token, say("wizard.giveToken"));
  }
  errors.clientCertificate = certificateError(draft.clientCertificate);
  if (draft.clientCertificate && !draft.clientKey && stored.clientKey === undefined) {
    errors.clientKey = say("wizard.needsKey");
  }
  return errors;
}

const isRegion = (text: string) => /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(text);
const mostRegions = 8;

function regionsError(draft: Draft) {
  const regions = regionsOf(draft);
  if (regions.length > mostRegions) return say("wizard.tooManyRegions", { count: mostRegions });
  const odd = regions.find((region) => !isRegion(region));
  if (odd !== undefined) return say("wizard.notARegion", { text: odd });
  const all = [draft.defaultRegion.trim(), ...regions];
  const twice = all.find((region, index) => all.indexOf(region) !== index);
  return twice === undefined ? undefined : say("wizard.regionTwice", { region: twice });
}

function ecrErrors(draft: Draft, stored: StoredSecrets): Errors {
  const errors: Errors = {};
  if (draft.endpoint.includes(exactTemplate)) {
    errors.defaultRegion = required(draft.defaultRegion, say("wizard.needsRegion"));
  }
  if (draft.defaultRegion && !isRegion(draft.defaultRegion.trim())) {
    errors.defaultRegion = say("wizard.regionLooks");
  }
  errors.otherRegions = regionsError(draft);
  if (!draft.isPrivate) return errors;
  if (draft.credentialType === "secret") {
    const key = draft.accessKey.trim();
    errors.accessKey = /^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(key) ? undefined : say("wizard.keyLooks");
    if (stored.secretKey === undefined)
      errors.secretKey = required(draft.secretKey, say("wizard.giveSecretKey"));
  } else if (draft.credentialType === "sts") {
    errors.roleArn = roleError(draft.roleArn);
  } else {
    errors.podRoleArn = roleError(draft.podRoleArn);
    if (draft.podBoundaryArn.trim())
      errors.podBoundaryArn = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/.test(
        draft.podBoundaryArn.trim(),
      )
        ? undefined
        : say("wizard.boundaryLooks");
  }
  return errors;
}

function roleError(arn: string) {
  return /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(arn.trim())
    ? undefined
    : say("wizard.roleLooks");
}

export function errorsOf(draft: Draft, stored: StoredSecrets): Errors {
  const all: Errors = {
    name: nameError(draft.name),
    endpoint: endpointError(draft),
    contentPaths: pathsError(draft),
    ca: certificateError(draft.ca),
    ...(draft.kind === "basic" ? basicErrors(draft, stored) : ecrErrors(draft, stored)),
  };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== undefined)) as Errors;
}
