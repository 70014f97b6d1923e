// What the pages read, each under one key, so that events know what to renew.
import { keepPreviousData, QueryClient, useQuery } from "@tanstack/react-query";

import { useLiveMode } from "../live/events";
import { ApiError, ask, get } from "./client";
import type {
  ApiKey,
  AuditItem,
  Chart,
  EcrSpec,
  BasicSpec,
  EmbeddedInfo,
  Job,
  Kind,
  Manifest,
  Page,
  RegistrySummary,
  Repository,
  Tag,
  TypedRegistry,
  Validation,
} from "./types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 2,
    },
  },
});

const registries = "/v1/registries/oci";
export const embedded = "embedded";

/** Without a stream of events the page asks again by itself. */
function usePace() {
  return useLiveMode() === "polling" ? 5_000 : false;
}

export function useSummary() {
  return useQuery({
    queryKey: ["summary"],
    queryFn: ({ signal }) => get<{ items: RegistrySummary[] }>(`${registries}/summary`, {}, signal),
    select: (answer) => answer.items ?? [],
    refetchInterval: usePace(),
  });
}

export function useRegistry(kind: Kind | undefined, uid: string) {
  return useQuery({
    queryKey: ["registry", uid, kind],
    queryFn: ({ signal }) =>
      ask<TypedRegistry<BasicSpec> | TypedRegistry<EcrSpec>>(
        "GET",
        `${registries}/${uid}/${kind}`,
        { signal },
      ),
    enabled: kind !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
}

export function useValidation(uid: string, exists: boolean) {
  return useQuery({
    queryKey: ["validation", uid],
    queryFn: ({ signal }) => get<Validation>(`${registries}/${uid}/validation`, {}, signal),
    enabled: exists,
  });
}

export function useJobs() {
  return useQuery({
    queryKey: ["jobs"],
    queryFn: ({ signal }) => get<Page<Job>>("/v1/jobs", { limit: 50 }, signal),
    select: (answer) => answer.items ?? [],
    refetchInterval: usePace(),
  });
}

export interface ListQuery {
  search?: string;
  kind?: string;
  continue?: string;
  limit?: number;
}

export function useRepositories(uid: string, query: ListQuery) {
  return useQuery({
    queryKey: ["repositories", uid, query],
    queryFn: ({ signal }) =>
      get<Page<Repository>>(`${registries}/${uid}/repositories`, { ...query }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useTags(uid: string, repository: string, query: ListQuery) {
  return useQuery({
    queryKey: ["tags", uid, repository, query],
    queryFn: ({ signal }) =>
      get<Page<Tag>>(`${registries}/${uid}/tags`, { repository, ...query }, signal),
    placeholderData: keepPreviousData,
    enabled: repository !== "",
  });
}

export function useManifest(uid: string, repository: string, reference: string) {
  return useQuery({
    queryKey: ["manifest", uid, repository, reference],
    queryFn: ({ signal }) =>
      get<Manifest>(`${registries}/${uid}/manifest`, { repository, reference }, signal),
    enabled: reference !== "",
  });
}

export function useChart(uid: string, repository: string, reference: string) {
  return useQuery({
    queryKey: ["chart", uid, repository, reference],
    queryFn: ({ signal }) =>
      get<Chart>(`${registries}/${uid}/chart`, { repository, reference }, signal),
    enabled: reference !== "",
  });
}

export function useEmbedded(wanted = true) {
  return useQuery({
    enabled: wanted,
    queryKey: ["embedded"],
    queryFn: ({ signal }) => get<EmbeddedInfo>(`${registries}/${embedded}/info`, {}, signal),
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: ["apiKeys"],
    queryFn: ({ signal }) => get<Page<ApiKey>>("/v1/apiKeys", {}, signal),
    select: (answer) => answer.items ?? [],
  });
}

export function useAudit(after: string) {
  return useQuery({
    queryKey: ["audit", after],
    queryFn: ({ signal }) =>
      get<Page<AuditItem>>("/v1/audit", { limit: 50, continue: after }, signal),
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
