// Who is logged in, and whether that has ended.
import { useSyncExternalStore } from "react";

import { ApiError, call, closeGate, cookie, onSessionEnded, openGate } from "./client";
import type { Me, Right } from "./types";

export interface Session {
  me: Me | null;
  /** It was there and the server knows it no more. */
  ended: boolean;
}

let session: Session = { me: null, ended: false };
const listeners = new Set<() => void>();

function set(next: Session) {
  session = next;
  listeners.forEach((listener) => listener());
}

onSessionEnded(() => set({ ...session, ended: true }));

export function useSession() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}

export function mayDo(right: Right) {
  return session.me?.status.rights.includes(right) ?? false;
}

/** Whether the registry in this server is the tenant's. */
export function hasRegistry() {
  return session.me?.status.tenant.hasRegistry ?? false;
}

/** Without the readable cookie there is no session, and nothing needs to be asked. */
export async function findSession(): Promise<Me | null> {
  if (session.me) return session.me;
  if (!cookie("berth_csrf")) return null;
  try {
    const me = await call("GET /v1/users/me", {});
    set({ me, ended: false });
    return me;
  } catch (error) {
    openGate();
    set({ me: null, ended: false });
    if ((error as { status?: number }).status === 401) return null;
    throw error;
  }
}

export async function logIn(name: string, password: string) {
  await call("POST /v1/auth/authenticate", { body: { emailId: name, password }, isLogin: true });
  openGate();
  const me = await call("GET /v1/users/me", {});
  set({ me, ended: false });
}

/** Whether the same person logged in again elsewhere in this browser: then the session goes on. */
export async function resumeSession() {
  const before = session.me?.metadata.uid;
  const me = await call("GET /v1/users/me", { isLogin: true });
  if (me.metadata.uid !== before) return false;
  openGate();
  set({ me, ended: false });
  return true;
}

/** Gives the page to go to. Throws while the session may still be there. */
export async function logOut() {
  const provider = session.me?.spec.provider;
  try {
    await call("POST /v1/auth/logout", { isLogin: true });
  } catch (error) {
    // Who has no session is logged out.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  closeGate();
  set({ me: null, ended: false });
  openGate();
  return provider ? `/v1/auth/oidc/${encodeURIComponent(provider)}/logout` : "/login";
}
