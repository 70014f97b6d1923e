// What the pages read, each under one key, so that events know what to renew.
import { keepPreviousData, QueryClient, useQuery } from "@tanstack/react-query";

import { renewAfter, useLiveMode } from "../live/events";
import { ApiError, call, callTagged, get } from "./client";
import type { JobList } from "./schema";
import type { ContentKind, Kind } from "./types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 2,
    },
  },
});

export const embedded = "embedded";

/** Without a stream of events the page asks again by itself. */
function usePace() {
  return useLiveMode() === "live" ? false : 5_000;
}

/** Whoever asks learns what a stream of events would have told: which jobs have ended. */
async function askForJobs(signal: AbortSignal) {
  const before = queryClient.getQueryData<JobList>(["jobs"])?.items ?? [];
  const page = await call("GET /v1/jobs", { query: { limit: 50 }, signal });
  for (const job of page.items) {
    const known = before.find(({ uid }) => uid === job.uid);
    if (known?.status === "running" && job.status !== "running") renewAfter(queryClient, job);
  }
  return page;
}

export function useSummary() {
  return useQuery({
    queryKey: ["summary"],
    queryFn: ({ signal }) => call("GET /v1/registries/oci/summary", { signal }),
    select: (answer) => answer.items,
    refetchInterval: usePace(),
  });
}

export function useRegistry(kind: Kind | undefined, uid: string) {
  return useQuery({
    queryKey: ["registry", uid, kind],
    queryFn: ({ signal }) =>
      callTagged(`GET /v1/registries/oci/{uid}/${kind ?? "basic"}`, { path: { uid }, signal }),
    enabled: kind !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useValidation(uid: string, exists: boolean) {
  return useQuery({
    queryKey: ["validation", uid],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/validation", { path: { uid }, signal }),
    enabled: exists,
  });
}

export function useAwsPolicies() {
  return useQuery({
    queryKey: ["awsPolicies"],
    queryFn: ({ signal }) => call("GET /v1/clouds/aws/policies", { signal }),
    staleTime: Infinity,
  });
}

/** Who this server is at AWS, and the external id that is the tenant's. */
export function useAwsAccount(partition: string) {
  return useQuery({
    queryKey: ["awsAccount", partition],
    queryFn: ({ signal }) =>
      call("GET /v1/clouds/aws/account/sts", { query: { partition }, signal }),
    retry: false,
    staleTime: 60_000,
  });
}

/** Of rights at AWS. Asked for by a person alone: it costs a call for each right and region. */
export function useDiagnosis(uid: string, regions: string[]) {
  return useQuery({
    queryKey: ["diagnosis", uid],
    queryFn: ({ signal }) =>
      call("POST /v1/registries/oci/{uid}/doctor", {
        path: { uid },
        query: { regions: regions.join(",") },
        signal,
      }),
    enabled: false,
    retry: false,
  });
}

export function useJobs() {
  return useQuery({
    queryKey: ["jobs"],
    queryFn: ({ signal }) => askForJobs(signal),
    select: (answer) => answer.items,
    refetchInterval: usePace(),
  });
}

export interface ListQuery {
  search?: string;
  kind?: Exclude<ContentKind, "unknown"> | undefined;
  continue?: string;
  limit?: number;
  sort?: "version" | "age" | undefined;
}

export function useRepositories(uid: string, query: ListQuery) {
  return useQuery({
    queryKey: ["repositories", uid, query],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/repositories", { path: { uid }, query, signal }),
    placeholderData: keepPreviousData,
    // No event tells of a push.
    refetchInterval: uid === embedded ? 10_000 : false,
  });
}

export function useTags(uid: string, repository: string, query: ListQuery) {
  return useQuery({
    queryKey: ["tags", uid, repository, query],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/tags", {
        path: { uid },
        query: { repository, ...query },
        signal,
      }),
    placeholderData: keepPreviousData,
    enabled: repository !== "",
  });
}

export function useManifest(uid: string, repository: string, reference: string) {
  return useQuery({
    queryKey: ["manifest", uid, repository, reference],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/manifest", {
        path: { uid },
        query: { repository, reference },
        signal,
      }),
    enabled: reference !== "",
  });
}

export function useChart(uid: string, repository: string, reference: string) {
  return useQuery({
    queryKey: ["chart", uid, repository, reference],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/chart", {
        path: { uid },
        query: { repository, reference },
        signal,
      }),
    enabled: reference !== "",
  });
}

export function useEmbedded(wanted = true) {
  return useQuery({
    enabled: wanted,
    queryKey: ["embedded"],
    queryFn: ({ signal }) => call("GET /v1/registries/oci/embedded/info", { signal }),
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: ["apiKeys"],
    queryFn: ({ signal }) => call("GET /v1/apiKeys", { signal }),
    select: (answer) => answer.items,
  });
}

export function useAudit(after: string) {
  return useQuery({
    queryKey: ["audit", after],
    queryFn: ({ signal }) =>
      call("GET /v1/audit", { query: { limit: 50, continue: after }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useVersion() {
  return useQuery({
    queryKey: ["version"],
    queryFn: ({ signal }) => get<{ name: string; version: string }>("/version", {}, signal),
    staleTime: Infinity,
  });
}
