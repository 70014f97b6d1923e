// What the wizard holds while it is filled in, and how that becomes Palette's JSON and back.
import type { TypedSpec } from "../../api/actions";
import type { BasicSpec, EcrSpec, Kind, ProviderType, TlsConfiguration } from "../../api/types";
import { isInRegions } from "./region";

type CredentialType = NonNullable<NonNullable<EcrSpec["credentials"]>["credentialType"]>;

export interface Draft {
  name: string;
  providerType: ProviderType;
  kind: Kind;
  endpoint: string;
  basePath: string;
  contentPaths: string;
  sync: boolean;
  // Basic
  authType: "noAuth" | "basic" | "token";
  username: string;
  password: string;
  token: string;
  // TLS
  ca: string;
  clientCertificate: string;
  clientKey: string;
  skipVerify: boolean;
  // ECR
  isPrivate: boolean;
  defaultRegion: string;
  /** Other regions, by commas. */
  otherRegions: string;
  credentialType: CredentialType;
  accessKey: string;
  secretKey: string;
  roleArn: string;
  externalId: string;
  podRoleArn: string;
  podBoundaryArn: string;
  /** What the registry has and the form does not show: an edit keeps it. */
  unseen: {
    containsSpectroManifest?: boolean;
    /** Of ECR. */
    credentials?: EcrSpec["credentials"];
    /** Where the text that the form shows as the authority came from, if not from `ca`. */
    caIn?: "certificate";
  };
}

export type Field = keyof Draft;

/** Secrets that the server has: they are shown as set, and stay unless they are replaced. */
export type StoredSecrets = Partial<Record<Field, string>>;

/** What stands in the form for one way to be known at AWS; empty when another is chosen. */
export const noCredentials = {
  accessKey: "",
  secretKey: "",
  roleArn: "",
  externalId: "",
  podRoleArn: "",
  podBoundaryArn: "",
};

export const emptyDraft: Draft = {
  name: "",
  providerType: "helm",
  kind: "basic",
  endpoint: "",
  basePath: "",
  contentPaths: "",
  sync: false,
  authType: "basic",
  username: "",
  password: "",
  token: "",
  ca: "",
  clientCertificate: "",
  clientKey: "",
  skipVerify: false,
  isPrivate: false,
  defaultRegion: "",
  otherRegions: "",
  credentialType: "secret",
  ...noCredentials,
  unseen: {},
};

/** An account's registry whose endpoint says where its region stands may be in several. */
export const mayHaveRegions = ({ kind, isPrivate, endpoint }: Draft) =>
  kind === "ecr" && isInRegions({ isPrivate, endpoint });

export const regionsOf = (draft: Draft) =>
  mayHaveRegions(draft) ? draft.otherRegions.split(/[\s,]+/).filter(Boolean) : [];

/** AWS calls its partitions by name in each ARN: the role's own says which one this is. */
export function partitionOf(draft: Draft) {
  const role = draft.credentialType === "pod-identity" ? draft.podRoleArn : draft.roleArn;
  return /^\s*arn:(aws[a-z-]*):/.exec(role)?.[1] ?? "aws";
}

function tlsOf(draft: Draft): TlsConfiguration | undefined {
  const tls: TlsConfiguration = { enabled: true, insecureSkipVerify: draft.skipVerify };
  if (draft.ca) tls[draft.clientCertificate ? "ca" : (draft.unseen.caIn ?? "ca")] = draft.ca;
  if (draft.clientCertificate) tls.certificate = draft.clientCertificate;
  if (draft.clientCertificate && draft.clientKey) tls.key = draft.clientKey;
  return draft.skipVerify || tls.ca || tls.certificate ? tls : undefined;
}

function common(draft: Draft, registryUid: string) {
  return {
    endpoint: draft.endpoint.trim(),
    providerType: draft.providerType,
    ...(draft.contentPaths.trim() && { baseContentPath: draft.contentPaths.trim() }),
    isSyncSupported: draft.sync,
    ...(draft.unseen.containsSpectroManifest && { containsSpectroManifest: true }),
    ...(registryUid && { registryUid }),
  };
}

function basicSpec(draft: Draft, registryUid: string): BasicSpec {
  const auth: BasicSpec["auth"] = { type: draft.authType };
  if (draft.authType === "basic") {
    auth.username = draft.username;
    if (draft.password) auth.password = draft.password;
  }
  if (draft.authType === "token" && draft.token) auth.token = draft.token;
  const tls = tlsOf(draft);
  if (tls) auth.tls = tls;
  return {
    ...common(draft, registryUid),
    ...(draft.basePath.trim() && { basePath: draft.basePath.trim() }),
    auth,
  };
}

/** What the form shows of them. */
function awsCredentials(draft: Draft): NonNullable<EcrSpec["credentials"]> {
  switch (draft.credentialType) {
    case "secret":
      return {
        credentialType: "secret",
        accessKey: draft.accessKey.trim(),
        ...(draft.secretKey && { secretKey: draft.secretKey }),
      };
    case "sts":
      return {
        credentialType: "sts",
        sts: { arn: draft.roleArn.trim(), externalId: draft.externalId.trim() },
      };
    case "pod-identity":
      return {
        credentialType: "pod-identity",
        podIdentity: {
          roleArn: draft.podRoleArn.trim(),
          ...(draft.podBoundaryArn.trim() && {
            permissionBoundaryArn: draft.podBoundaryArn.trim(),
          }),
        },
      };
  }
}

function ecrSpec(draft: Draft, registryUid: string): EcrSpec {
  const tls = tlsOf(draft);
  const spec: EcrSpec = {
    ...common(draft, registryUid),
    isPrivate: draft.isPrivate,
    ...(draft.defaultRegion && { defaultRegion: draft.defaultRegion.trim() }),
    regions: regionsOf(draft),
    ...(tls && { tls }),
  };
  if (!draft.isPrivate) return spec;
  const loaded = draft.unseen.credentials;
  spec.credentials = {
    ...(loaded?.credentialType === draft.credentialType && loaded),
    ...(loaded?.partition && { partition: loaded.partition }),
    ...awsCredentials(draft),
  };
  return spec;
}

export function typedOf(draft: Draft, registryUid = ""): TypedSpec {
  return draft.kind === "basic"
    ? { kind: "basic", spec: basicSpec(draft, registryUid) }
    : { kind: "ecr", spec: ecrSpec(draft, registryUid) };
}

const isMasked = (text?: string) => text !== undefined && /^\*+$/.test(text);
const unmasked = (text?: string) => (text && !isMasked(text) ? text : "");

export interface Loaded {
  draft: Draft;
  stored: StoredSecrets;
}

/** `dates`: when secrets were set, by their path. */
export function draftOf(
  kind: Kind,
  name: string,
  spec: BasicSpec | EcrSpec,
  dates: Record<string, string>,
): Loaded {
  const stored: StoredSecrets = {};
  const keep = (field: Field, path: string, text?: string) => {
    if (isMasked(text)) stored[field] = dates[path] ?? "";
  };
  const draft: Draft = {
    ...emptyDraft,
    kind,
    name,
    endpoint: spec.endpoint,
    providerType: spec.providerType ?? "helm",
    contentPaths: spec.baseContentPath ?? "",
    sync: spec.isSyncSupported ?? false,
    unseen: spec.containsSpectroManifest ? { containsSpectroManifest: true } : {},
  };
  if ("auth" in spec) {
    draft.basePath = spec.basePath ?? "";
    draft.authType = spec.auth.type ?? "noAuth";
    draft.username = spec.auth.username ?? "";
    keep("password", "spec.auth.password", spec.auth.password);
    keep("token", "spec.auth.token", spec.auth.token);
    keep("clientKey", "spec.auth.tls.key", spec.auth.tls?.key);
    takeTls(draft, stored, spec.auth.tls);
    return { draft, stored };
  }
  draft.isPrivate = spec.isPrivate;
  draft.defaultRegion = spec.defaultRegion ?? "";
  draft.otherRegions = spec.regions?.join(", ") ?? "";
  const credentials = spec.credentials;
  draft.credentialType = credentials?.credentialType ?? "secret";
  draft.accessKey = credentials?.accessKey ?? "";
  draft.roleArn = credentials?.sts?.arn ?? "";
  draft.externalId = unmasked(credentials?.sts?.externalId);
  draft.podRoleArn = credentials?.podIdentity?.roleArn ?? "";
  draft.podBoundaryArn = credentials?.podIdentity?.permissionBoundaryArn ?? "";
  takeTls(draft, stored, spec.tls);
  if (credentials) draft.unseen.credentials = credentials;
  keep("secretKey", "spec.credentials.secretKey", credentials?.secretKey);
  return { draft, stored };
}

// A certificate that came with a key is the client's; one without is what the server is judged
// by.
function takeTls(draft: Draft, stored: StoredSecrets, tls?: TlsConfiguration) {
  if (!tls) return;
  draft.skipVerify = tls.insecureSkipVerify ?? false;
  draft.ca = tls.ca ?? "";
  if (stored.clientKey !== undefined) draft.clientCertificate = tls.certificate ?? "";
  else if (tls.certificate) {
    if (!draft.ca) draft.unseen.caIn = "certificate";
    draft.ca = [draft.ca, tls.certificate].filter(Boolean).join("\n");
  }
}
