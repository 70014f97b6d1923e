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

/** What was caught, as something to show. */
export function asApiError(caught: unknown) {
  return caught instanceof ApiError ? caught : new ApiError(0, "", say("parts.thatDidNotWork"));
}

export type Query = Record<string, string | number | undefined>;

interface Options {
  body?: unknown;
  query?: Query;
  ifMatch?: string;
  signal?: AbortSignal;
  /** Answers 401 without ending the session: the login itself. */
  isLogin?: boolean;
  accept?: string;
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

/** Of a V1Error. */
export function errorFrom(body: Record<string, unknown>, status: number) {
  return new ApiError(
    status,
    String(body["code"] ?? ""),
    String(body["message"] ?? ""),
    typeof body["details"] === "object" && body["details"] ? body["details"] : {},
    String(body["ref"] ?? ""),
  );
}

async function errorOf(response: Response) {
  try {
    const body = await response.json();
    const first = body.errors?.[0] ?? body;
    return errorFrom(
      {
        message: response.statusText,
        ref: response.headers.get("X-Request-Id") ?? "",
        ...first,
      },
      response.status,
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

async function send(method: string, path: string, options: Options): Promise<Response> {
  if (closed && !options.isLogin)
    throw new ApiError(401, "SessionEnded", say("parts.sessionHasEnded"));
  const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
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
  return response;
}

export async function ask<T>(
  method: string,
  path: string,
  options: Options = {},
): Promise<Answer<T>> {
  const response = await send(method, path, options);
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
  const [method, path, options] = requestOf(operation, asks);
  return ask(method, path, options);
}

type LineOf<O extends Operation> = Operations[O] extends { line: infer Line } ? Line : never;

/** What an operation answers line by line, told as the lines come. */
export async function callForLines<O extends Operation>(
  operation: O,
  asks: Asks<O>,
  onLine: (line: LineOf<O>) => void,
) {
  const [method, path, options] = requestOf(operation, asks);
  const accept = "application/x-ndjson, application/json;q=0.5";
  const response = await send(method, path, { ...options, accept });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read().catch(throwBrokenOff);
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop()!;
    for (const line of lines) if (line) onLine(JSON.parse(line) as LineOf<O>);
    if (done) return;
  }
}

function throwBrokenOff(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError(0, "Offline", say("parts.brokeOff"));
}

function requestOf<O extends Operation>(operation: O, asks: Asks<O>): [string, string, Options] {
  const [method = "", pattern = ""] = operation.split(" ");
  const { path = {}, ...options } = asks as Options & { path?: Record<string, string> };
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  return [method, filled, method === "POST" ? { body: {}, ...options } : options];
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("GET", path, { query, signal } as Options)).data;
}
export async function post<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return (await ask<T>("POST", path, { body: body ?? {}, signal } as Options)).data;
}
