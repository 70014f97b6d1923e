// What the pages change.
import { ApiError, call, callForLines, errorFrom } from "./client";
import { queryClient } from "./queries";
import { say } from "../words/say";
import type {
  BasicSpec,
  EcrSpec,
  Job,
  Kind,
  Right,
  Validation,
  ValidationLine,
  ValidationStep,
} from "./types";

/** How a registry is reached, by its kind. */
export type TypedSpec = { kind: "basic"; spec: BasicSpec } | { kind: "ecr"; spec: EcrSpec };
export type NamedRegistry = TypedSpec & { name: string };

const bodyOf = <Spec>(name: string, spec: Spec) => ({ metadata: { name }, spec });

export async function createRegistry(registry: NamedRegistry) {
  const made =
    registry.kind === "ecr"
      ? await call("POST /v1/registries/oci/ecr", { body: bodyOf(registry.name, registry.spec) })
      : await call("POST /v1/registries/oci/basic", { body: bodyOf(registry.name, registry.spec) });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
  return made.uid;
}

export async function updateRegistry(uid: string, registry: NamedRegistry, etag: string) {
  const which = { path: { uid }, ifMatch: etag };
  if (registry.kind === "ecr") {
    const body = bodyOf(registry.name, registry.spec);
    await call("PUT /v1/registries/oci/{uid}/ecr", { ...which, body });
  } else {
    const body = bodyOf(registry.name, registry.spec);
    await call("PUT /v1/registries/oci/{uid}/basic", { ...which, body });
  }
  queryClient.removeQueries({ queryKey: ["diagnosis", uid] });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
}

export async function deleteRegistry(kind: Kind, uid: string) {
  await call(`DELETE /v1/registries/oci/{uid}/${kind}`, { path: { uid } });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
}

export type OnStep = (step: ValidationStep) => void;

/** Takes the lines of a validation, and tells each step when it is over. */
function linesOf(onStep: OnStep) {
  let validation: Validation | undefined;
  return {
    take: (line: ValidationLine) => {
      if (line.step) onStep(line.step);
      if (line.validation) validation = line.validation;
      if (line.error) throw errorFrom(line.error, 500);
    },
    whole: () => {
      if (validation) return validation;
      throw new ApiError(0, "Offline", say("parts.brokeOff"));
    },
  };
}

/** Tries what is typed, before it is saved. */
export async function tryRegistry(typed: TypedSpec, onStep: OnStep, signal: AbortSignal) {
  const { take, whole } = linesOf(onStep);
  if (typed.kind === "ecr") {
    const asks = { body: typed.spec, signal };
    await callForLines("POST /v1/registries/oci/ecr/validate/steps", asks, take);
  } else {
    const asks = { body: typed.spec, signal };
    await callForLines("POST /v1/registries/oci/basic/validate/steps", asks, take);
  }
  return whole();
}

/** Tries what is saved; the outcome is kept. */
export async function validateRegistry(uid: string, onStep: OnStep = () => {}) {
  const { take, whole } = linesOf(onStep);
  await callForLines("POST /v1/registries/oci/{uid}/validate", { path: { uid } }, take);
  const validation = whole();
  queryClient.setQueryData(["validation", uid], validation);
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
  return validation;
}

export async function syncRegistry(kind: Kind, uid: string) {
  await call(`POST /v1/registries/oci/{uid}/${kind}/sync`, { path: { uid } });
  await queryClient.invalidateQueries({ queryKey: ["jobs"] });
  await queryClient.invalidateQueries({ queryKey: ["summary"] });
}

export async function cancelJob(job: Job) {
  await call("POST /v1/jobs/{uid}/cancel", { path: { uid: job.uid } });
  await queryClient.invalidateQueries({ queryKey: ["jobs"] });
}

/** `uid`: of the registry that may go on having the name. */
export async function checkName(name: string, uid: string, signal: AbortSignal) {
  await call("GET /v1/registries/oci/validate/name", { query: { name, uid }, signal });
}

export function normalize(
  body: { kind: Kind; endpoint: string; basePath: string; defaultRegion?: string },
  signal: AbortSignal,
) {
  return call("POST /v1/registries/oci/normalize", { body, signal });
}

export async function createApiKey(name: string, expiry: string, scope: Right) {
  const body = { metadata: { name }, spec: { expiry, scope } };
  const made = await call("POST /v1/apiKeys", { body });
  await queryClient.invalidateQueries({ queryKey: ["apiKeys"] });
  return made.apiKey;
}

export async function deleteApiKey(uid: string) {
  await call("DELETE /v1/apiKeys/{uid}", { path: { uid } });
  await queryClient.invalidateQueries({ queryKey: ["apiKeys"] });
}
