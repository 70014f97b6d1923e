// Users and projects: what the pages read of them and change.
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { call } from "./client";
import { queryClient } from "./queries";
import type { UserGrants, v1ProjectsSummary, v1User, v1UserUpdateEntity } from "./schema";

export type User = v1User;
export type Role = User["spec"]["roles"][number];
export type Grant = UserGrants[number];
export type Project = v1ProjectsSummary["items"][number];

export function useUsers(search: string, after: string) {
  return useQuery({
    queryKey: ["users", search, after],
    queryFn: ({ signal }) =>
      call("GET /v1/users", { query: { search, continue: after, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });
}

async function usersChanged() {
  await queryClient.invalidateQueries({ queryKey: ["users"] });
}

/** Gives the password, which is shown this once. */
export async function createUser(name: string, role: Role) {
  const made = await call("POST /v1/users", { body: { spec: { emailId: name, roles: [role] } } });
  await usersChanged();
  return made.password ?? "";
}

export async function changeUser(uid: string, spec: NonNullable<v1UserUpdateEntity["spec"]>) {
  await call("PUT /v1/users/{uid}", { path: { uid }, body: { spec } });
  await usersChanged();
}

export async function setUserActive(uid: string, isActive: boolean) {
  await call("PUT /v1/users/{uid}/state", { path: { uid }, body: { isActive } });
  await usersChanged();
}

export async function resetPassword(uid: string) {
  return (await call("POST /v1/users/{uid}/password", { path: { uid } })).password;
}

export async function removeUser(uid: string) {
  await call("DELETE /v1/users/{uid}", { path: { uid } });
  await usersChanged();
}

export async function changeOwnPassword(currentPassword: string, newPassword: string) {
  await call("PUT /v1/users/me/password", { body: { currentPassword, newPassword } });
}

export function useProjects(after: string) {
  return useQuery({
    queryKey: ["projects", after],
    queryFn: ({ signal }) =>
      call("POST /v1/dashboard/projects", { query: { continue: after, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
  });
}

async function projectsChanged() {
  await queryClient.invalidateQueries({ queryKey: ["projects"] });
}

const projectBody = (name: string, description: string) => ({
  metadata: { name, annotations: { description } },
});

export async function createProject(name: string, description: string) {
  await call("POST /v1/projects", { body: projectBody(name, description) });
  await projectsChanged();
}

export async function changeProject(uid: string, name: string, description: string) {
  await call("PUT /v1/projects/{uid}", { path: { uid }, body: projectBody(name, description) });
  await projectsChanged();
}

export async function deleteProject(uid: string) {
  await call("DELETE /v1/projects/{uid}", { path: { uid } });
  await projectsChanged();
}
