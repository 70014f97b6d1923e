// What the pages change.
import { ask, post } from "./client";
import { queryClient } from "./queries";
import type { BasicSpec, EcrSpec, Job, Kind, Normalized, Right, Validation } from "./types";

const registries = "/v1/registries/oci";

export interface RegistryBody {
  metadata: { name: string };
  spec: BasicSpec | EcrSpec;
}

export async function createRegistry(kind: Kind, body: RegistryBody) {
  const made = await post<{ uid: string }>(`${registries}/${kind}`, body);
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
  return made.uid;
}

export async function updateRegistry(kind: Kind, uid: string, body: RegistryBody, etag: string) {
  await ask("PUT", `${registries}/${uid}/${kind}`, { body, ifMatch: etag });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
  await queryClient.invalidateQueries({ queryKey: ["registry", uid] });
}

export async function deleteRegistry(kind: Kind, uid: string) {
  await ask("DELETE", `${registries}/${uid}/${kind}`);
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
}

/** Tries what is typed, before it is saved. */
export function tryRegistry(kind: Kind, spec: BasicSpec | EcrSpec, signal: AbortSignal) {
  return post<Validation>(`${registries}/${kind}/validate/steps`, spec, signal);
}

/** Tries what is saved; the outcome is kept. */
export async function validateRegistry(uid: string) {
  const validation = await post<Validation>(`${registries}/${uid}/validate`);
  queryClient.setQueryData(["validation", uid], validation);
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
  return validation;
}

export async function syncRegistry(kind: Kind, uid: string) {
  await post(`${registries}/${uid}/${kind}/sync`);
  await queryClient.invalidateQueries({ queryKey: ["jobs"] });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
}

export async function cancelJob(job: Job) {
  await post(`/v1/jobs/${job.uid}/cancel`);
  await queryClient.invalidateQueries({ queryKey: ["jobs"] });
}

export async function checkName(name: string, signal: AbortSignal) {
  await ask("GET", `${registries}/validate/name`, { query: { name }, signal });
}

export function normalize(
  input: { kind: Kind; endpoint: string; basePath: string; defaultRegion?: string },
  signal: AbortSignal,
) {
  return post<Normalized>(`${registries}/normalize`, input, signal);
}

export async function createApiKey(name: string, expiry: string, scope: Right) {
  const made = await post<{ uid: string; apiKey: string }>("/v1/apiKeys", {
    metadata: { name },
    spec: { expiry, scope },
  });
  await queryClient.invalidateQueries({ queryKey: ["apiKeys"] });
  return made.apiKey;
}

export async function deleteApiKey(uid: string) {
  await ask("DELETE", `/v1/apiKeys/${uid}`);
  await queryClient.invalidateQueries({ queryKey: ["apiKeys"] });
}
