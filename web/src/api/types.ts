// What /v1 answers, in Palette's names where Palette has them.

export interface ObjectMeta {
  name: string;
  uid: string;
  creationTimestamp?: string;
  lastModifiedTimestamp?: string;
  annotations?: Record<string, string>;
}

export interface ListMeta {
  continue: string;
  count: number;
  limit: number;
  offset: number;
}

export interface Page<Item> {
  items: Item[];
  listmeta?: ListMeta;
}

export interface Me {
  metadata: { uid: string; name: string };
  spec: { emailId: string; roles: string[] };
  status: { rights: Right[]; tenant: { uid: string; name: string }; proof: string };
}
export type Right = "see" | "use" | "manage";

export interface SyncStatus {
  isSyncSupported: boolean;
  status?: string;
  message?: string;
  lastRunTime?: string;
  lastSyncedTime?: string;
}

export type Kind = "basic" | "ecr";
export type ProviderType = "helm" | "pack" | "zarf";

export interface RegistrySummary {
  metadata: ObjectMeta;
  spec: {
    registryType: Kind;
    providerType: ProviderType;
    endpoint: string;
    defaultRegion?: string;
    isPrivate?: boolean;
    scope?: string;
  };
  status: {
    sync?: SyncStatus;
    validation?: { result: Result; at: string; failedStep?: string };
  };
}

export interface TlsConfiguration {
  enabled: boolean;
  insecureSkipVerify: boolean;
  certificate?: string;
  ca?: string;
  key?: string;
}

export interface BasicSpec {
  endpoint: string;
  basePath?: string;
  baseContentPath?: string;
  providerType?: ProviderType;
  isSyncSupported?: boolean;
  registryUid?: string;
  auth: {
    type: "noAuth" | "basic" | "token";
    username?: string;
    password?: string;
    token?: string;
    tls?: TlsConfiguration;
  };
}

export interface EcrSpec {
  endpoint: string;
  isPrivate: boolean;
  defaultRegion?: string;
  baseContentPath?: string;
  providerType?: ProviderType;
  isSyncSupported?: boolean;
  registryUid?: string;
  credentials?: {
    credentialType: "secret" | "sts" | "pod-identity";
    accessKey?: string;
    secretKey?: string;
    sts?: { arn?: string; externalId?: string };
    podIdentity?: { roleArn?: string; permissionBoundaryArn?: string };
    partition?: string;
  };
  tls?: TlsConfiguration;
}

export interface TypedRegistry<Spec> {
  kind?: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: {
    syncStatus?: SyncStatus;
    /** When each stored secret was set; ours. */
    secrets?: { field: string; setAt: string }[];
  };
}

export type Result = "ok" | "warning" | "failed" | "skipped";

export interface ValidationStep {
  name: string;
  result: Result;
  durationMs: number;
  cause?: string;
  message?: string;
  fix?: string;
  facts?: Record<string, string>;
}

export interface Note {
  code: string;
  message: string;
}

export interface Validation {
  result: Exclude<Result, "skipped">;
  steps: ValidationStep[];
  notes?: Note[];
  at?: string;
}

export interface Normalized {
  endpoint: string;
  basePath?: string;
  origin: string;
  notes?: Note[];
  previews?: { region: string; endpoint: string }[];
}

export type ContentKind = "chart" | "image" | "index" | "artifact" | "unknown";

export interface ChartWords {
  name?: string;
  version?: string;
  appVersion?: string;
  description?: string;
  icon?: string;
}

export interface Repository {
  name: string;
  kind: ContentKind;
  tagCount: number;
  latestTag?: string;
  chart?: ChartWords;
}

export interface Tag {
  tag: string;
  digest?: string;
  mediaType?: string;
  size?: number;
  kind?: ContentKind;
  chart?: ChartWords;
}

export interface Descriptor {
  digest: string;
  mediaType: string;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
}

export interface Platform extends Descriptor {
  os?: string;
  architecture?: string;
  variant?: string;
  osVersion?: string;
}

export interface ImageConfig {
  digest?: string;
  created?: string;
  author?: string;
  os?: string;
  architecture?: string;
  user?: string;
  workingDir?: string;
  env?: string[];
  entrypoint?: string[];
  cmd?: string[];
  labels?: Record<string, string>;
  exposedPorts?: string[];
  volumes?: string[];
  history?: { created?: string; createdBy?: string; comment?: string; emptyLayer?: boolean }[];
}

export interface Command {
  client: string;
  text: string;
}

export interface Manifest {
  repository: string;
  reference: string;
  digest: string;
  mediaType: string;
  artifactType?: string;
  kind: ContentKind;
  size: number;
  totalSize: number;
  raw: string;
  annotations?: Record<string, string>;
  platforms?: Platform[];
  layers?: Descriptor[];
  config?: ImageConfig;
  subject?: Descriptor;
  referrers?: Descriptor[];
  commands?: Command[];
}

export interface Chart {
  digest: string;
  name: string;
  version: string;
  appVersion?: string;
  description?: string;
  icon?: string;
  home?: string;
  type?: string;
  keywords?: string[];
  sources?: string[];
  maintainers?: { name?: string; email?: string; url?: string }[];
  dependencies?: { name: string; version?: string; repository?: string }[];
  deprecated?: boolean;
  readme?: string;
  values?: string;
  valuesSchema?: string;
  provenance?: boolean;
  commands?: Command[];
}

export interface Job {
  uid: string;
  kind: "sync" | "validate";
  registryUid: string;
  registryName: string;
  status: "running" | "done" | "failed" | "cancelled";
  phase?: string;
  itemsDone?: number;
  itemsTotal?: number;
  message?: string;
  started?: string;
  finished?: string;
}

export interface ApiKey {
  metadata: ObjectMeta;
  spec: {
    expiry?: string;
    scope?: Right;
    lastUsed?: string;
    user?: { firstName?: string; uid?: string };
  };
  status?: { isActive?: boolean };
}

export interface AuditItem {
  time: string;
  actor: string;
  proof?: string;
  action: string;
  object?: string;
  outcome?: string;
  ref?: string;
  before?: unknown;
  after?: unknown;
}

export interface EmbeddedInfo {
  url: string;
  repositories: number;
  bytes: number;
}
