// What AWS says of an ECR registry's content. Each question costs the account calls at AWS, so an
// answer is good for some minutes, and one that failed is not asked for again by itself.
import { useQuery } from "@tanstack/react-query";

import { call } from "./client";
import type { RegistrySummary } from "./types";

export type { EcrImageFacts, EcrRepositoryFacts, EcrScan, EcrUntold } from "./schema";

const goodFor = 5 * 60_000;

/** ECR Public, and a registry that is not protected, have nobody whom AWS would tell. */
export function isToldByAws(registry: RegistrySummary | undefined) {
  return (
    registry?.spec.registryType === "ecr" &&
    registry.spec.isPrivate === true &&
    !registry.spec.endpoint.includes("public.ecr.aws")
  );
}

export function useEcrRepository(uid: string, repository: string) {
  return useQuery({
    queryKey: ["ecrRepository", uid, repository],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/ecr/repository", {
        path: { uid },
        query: { repository },
        signal,
      }),
    enabled: repository !== "",
    staleTime: goodFor,
    retry: false,
  });
}

export function useEcrImage(uid: string, repository: string, reference: string) {
  return useQuery({
    queryKey: ["ecrImage", uid, repository, reference],
    queryFn: ({ signal }) =>
      call("GET /v1/registries/oci/{uid}/ecr/image", {
        path: { uid },
        query: { repository, reference },
        signal,
      }),
    staleTime: goodFor,
    retry: false,
  });
}
