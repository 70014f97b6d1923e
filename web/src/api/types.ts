// What /v1 answers, by the names that the pages use. The types are made from src/api/openapi.json.
import type {
  Diagnosis,
  ManifestView,
  UserMe,
  v1BasicOciRegistrySpec,
  v1OciRegistry,
  ValidationStep,
} from "./schema";

export type {
  AuditItem,
  Blob as Descriptor,
  ChartView as Chart,
  ChartWords,
  Command,
  ContentKind,
  Diagnosis,
  EmbeddedInfo,
  ImageConfig,
  Job,
  ManifestView as Manifest,
  Referrer,
  NormalizedEndpoint as Normalized,
  Note,
  RepositoryItem as Repository,
  TagItem as Tag,
  TagList,
  UserMe as Me,
  v1ApiKey as ApiKey,
  v1BasicOciRegistrySpec as BasicSpec,
  v1EcrRegistrySpec as EcrSpec,
  v1OciRegistry as RegistrySummary,
  v1RegistrySyncStatus as SyncStatus,
  v1TlsConfiguration as TlsConfiguration,
  Validation,
  ValidationLine,
  ValidationStep,
} from "./schema";

export type Kind = v1OciRegistry["spec"]["registryType"];
export type ProviderType = NonNullable<v1BasicOciRegistrySpec["providerType"]>;
export type Result = ValidationStep["result"];
export type Right = UserMe["status"]["rights"][number];
export type Platform = NonNullable<ManifestView["platforms"]>[number];
export type Probed = Diagnosis["probes"][number];
