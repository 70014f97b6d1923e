// The one place that talks to /v1: cookies, the CSRF header, errors, and the gate that closes when
// the session has ended, so that an open page does not go on asking.
import { say } from "../words/say";
import type { Operations } from "./schema";

export interface ErrorDetails {
  hint?: string;
  field?: string;
  step?: string;
  upstream?: { status?: number; code?: string; host?: string } | string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
    readonly ref = "",
  ) {
    super(message);
  }
  get hint() {
    return this.details.hint ?? "";
  }
  get field() {
    return this.details.field ?? "";
  }
}

export type Query = Record<string, string | number | undefined>;

interface Options {
  body?: unknown;
  query?: Query;
  ifMatch?: string;
  signal?: AbortSignal;
  /** Answers 401 without ending the session: the login itself. */
  isLogin?: boolean;
}

let closed = false;
let tellSessionEnded = () => {};

/** Called once when the server says that the session is over. */
export function onSessionEnded(listener: () => void) {
  tellSessionEnded = listener;
}
export function openGate() {
  closed = false;
}
export function closeGate() {
  closed = true;
}

export function cookie(name: string) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function address(path: string, query: Query = {}) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function errorOf(response: Response) {
  try {
    const body = await response.json();
    const first = body.errors?.[0] ?? body;
    return new ApiError(
      response.status,
      first.code ?? "",
      first.message ?? response.statusText,
      typeof first.details === "object" && first.details ? first.details : {},
      first.ref ?? response.headers.get("X-Request-Id") ?? "",
    );
  } catch {
    return new ApiError(
      response.status,
      "",
      say("parts.serverAnswered", { status: `${response.status} ${response.statusText}` }),
    );
  }
}

export interface Answer<T> {
  data: T;
  etag: string;
}

export async function ask<T>(
  method: string,
  path: string,
  options: Options = {},
): Promise<Answer<T>> {
  if (closed && !options.isLogin)
    throw new ApiError(401, "SessionEnded", say("parts.sessionHasEnded"));
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = cookie("berth_csrf");
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "Offline", say("parts.offline"), {
      hint: say("parts.offlineHint"),
    });
  }
  if (response.status === 401 && !options.isLogin && !closed) {
    closed = true;
    tellSessionEnded();
  }
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  return {
    data: (text ? JSON.parse(text) : undefined) as T,
    etag: response.headers.get("ETag") ?? "",
  };
}

type Operation = keyof Operations;
type AnswerOf<O extends Operation> = Operations[O]["answer"];
type Asks<O extends Operation> = Operations[O]["asks"] & Omit<Options, "body" | "query">;

/** What an operation of the API answers; both are as its document has them. */
export async function call<O extends Operation>(operation: O, asks: Asks<O>) {
  return (await callTagged(operation, asks)).data;
}

/** The same, with the answer's tag, by which a change says what it is a change of. */
export async function callTagged<O extends Operation>(
  operation: O,
  asks: Asks<O>,
): Promise<Answer<AnswerOf<O>>> {
  const [method = "", pattern = ""] = operation.split(" ");
  const { path = {}, ...options } = asks as Options & { path?: Record<string, string> };
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  return ask(method, filled, method === "POST" ? { body: {}, ...options } : options);
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("GET", path, { query, signal } as Options)).data;
}
export async function post<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("POST", path, { body: body ?? {}, signal } as Options)).data;
}
