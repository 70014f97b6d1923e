// The regions of an ECR registry: what is where, and how gaps are filled.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { call } from "./client";
import { queryClient } from "./queries";
import type { FillRequest } from "./schema";

export type {
  FillPlan,
  FillReport,
  RegionCell,
  RegionMatrix,
  RegionRow,
  RegionState,
} from "./schema";

export function useRegions(uid: string, query: { gaps?: "true"; continue?: string }) {
  return useQuery({
    queryKey: ["regions", uid, query],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/ecr/regions", { path: { uid }, query, signal }),
    placeholderData: keepPreviousData,
    // It costs the account calls at AWS.
    staleTime: 60_000,
  });
}

/** What a fill would do; asked anew each time that it is shown. */
export function useFillPlan(uid: string, body: FillRequest) {
  return useQuery({
    queryKey: ["fillPlan", uid, body],
    queryFn: ({ signal }) =>
      call("POST /v1/registries/oci/{uid}/ecr/regions/fill/plan", { path: { uid }, body, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** The last fill, while it runs each second; nothing where there was none. */
export function useFillReport(uid: string) {
  return useQuery({
    queryKey: ["fillReport", uid],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/ecr/regions/fill", { path: { uid }, signal }),
    retry: false,
    refetchInterval: ({ state }) => (state.data && !state.data.over ? 1_000 : false),
  });
}

export async function startFill(uid: string, body: FillRequest) {
  await call("POST /v1/registries/oci/{uid}/ecr/regions/fill", { path: { uid }, body });
  await queryClient.invalidateQueries({ queryKey: ["fillReport", uid] });
  await queryClient.invalidateQueries({ queryKey: ["jobs"] });
}

export async function renewRegions(uid: string) {
  await queryClient.invalidateQueries({ queryKey: ["regions", uid] });
}
