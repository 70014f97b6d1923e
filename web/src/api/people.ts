// Users and projects: what the pages read of them and change.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ask, get, post } from "./client";
import { queryClient } from "./queries";
import type { Page } from "./types";

export type Role = "viewer" | "editor" | "tenant_admin";

export interface User {
  metadata: { uid: string; name: string };
  spec: {
    emailId: string;
    roles: Role[];
    grants: { prefix: string; actions: string[] }[];
    /** Who vouches for them; absent for those with a password here. */
    provider?: string;
  };
  status: { isActive: boolean };
}

export interface Project {
  metadata: {
    uid: string;
    name: string;
    annotations?: { description?: string };
    creationTimestamp?: string;
  };
}

export function useUsers(search: string, after: string) {
  return useQuery({
    queryKey: ["users", search, after],
    queryFn: ({ signal }) =>
      get<Page<User>>("/v1/users", { search, continue: after, limit: 50 }, signal),
    placeholderData: keepPreviousData,
  });
}

async function usersChanged() {
  await queryClient.invalidateQueries({ queryKey: ["users"] });
}

/** Gives the password, which is shown this once. */
export async function createUser(name: string, role: Role) {
  const made = await post<{ uid: string; password?: string }>("/v1/users", {
    metadata: { name },
    spec: { emailId: name, roles: [role] },
  });
  await usersChanged();
  return made.password ?? "";
}

export async function setUserRole(uid: string, role: Role) {
  await ask("PUT", `/v1/users/${uid}`, { body: { spec: { roles: [role] } } });
  await usersChanged();
}

export async function setUserActive(uid: string, isActive: boolean) {
  await ask("PUT", `/v1/users/${uid}/state`, { body: { isActive } });
  await usersChanged();
}

export async function resetPassword(uid: string) {
  return (await post<{ password: string }>(`/v1/users/${uid}/password`)).password;
}

export async function removeUser(uid: string) {
  await ask("DELETE", `/v1/users/${uid}`);
  await usersChanged();
}

export async function changeOwnPassword(currentPassword: string, newPassword: string) {
  await ask("PUT", "/v1/users/me/password", { body: { currentPassword, newPassword } });
}

export function useProjects(after: string) {
  return useQuery({
    queryKey: ["projects", after],
    queryFn: async ({ signal }) =>
      (
        await ask<Page<Project>>("POST", "/v1/dashboard/projects", {
          body: {},
          query: { continue: after, limit: 50 },
          signal,
        })
      ).data,
    placeholderData: keepPreviousData,
  });
}

async function projectsChanged() {
  await queryClient.invalidateQueries({ queryKey: ["projects"] });
}

const projectBody = (name: string, description: string) => ({
  metadata: { name, annotations: { description } },
  spec: {},
});

export async function createProject(name: string, description: string) {
  await post("/v1/projects", projectBody(name, description));
  await projectsChanged();
}

export async function changeProject(uid: string, name: string, description: string) {
  await ask("PUT", `/v1/projects/${uid}`, { body: projectBody(name, description) });
  await projectsChanged();
}

export async function deleteProject(uid: string) {
  await ask("DELETE", `/v1/projects/${uid}`);
  await projectsChanged();
}
