// Live events. One stream for all tabs of a browser: the tab that holds the lock has it open and
// hands what comes to the others. A browser has six connections to a server; a stream for each tab
// would hang the seventh tab.
import { useSyncExternalStore } from "react";

import { call } from "../api/client";
import type { QueryClient } from "@tanstack/react-query";
import type { JobList } from "../api/schema";
import type { Job } from "../api/types";

export type LiveMode = "connecting" | "live" | "polling";

type Message =
  | { type: "job"; job: Job }
  | { type: "registry"; uid: string }
  | { type: "reset" }
  | { type: "mode"; mode: LiveMode }
  | { type: "which mode" };

const name = "berth-events";
const longestWait = 60_000;
const worthwhile = 10_000;
const toldByEvents = ["jobs", "summary", "validation", "repositories", "tags"];

let mode: LiveMode = "connecting";
const listeners = new Set<() => void>();

function setMode(next: LiveMode) {
  if (mode === next) return;
  mode = next;
  listeners.forEach((listener) => listener());
}

export function useLiveMode() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => mode,
  );
}

function putJob(client: QueryClient, job: Job) {
  client.setQueryData<JobList>(["jobs"], (page) => {
    // One job is not the list: whoever shows it asks for it.
    if (!page) return undefined;
    const items = page.items;
    const at = items.findIndex((item) => item.uid === job.uid);
    if (at < 0) return { ...page, items: [job, ...items] };
    return { ...page, items: items.map((item, index) => (index === at ? job : item)) };
  });
}

/** Asks again for what a job that has ended may have changed. */
export function renewAfter(client: QueryClient, job: Job) {
  const keys = [["summary"], ["repositories", job.registryUid], ["tags", job.registryUid]];
  for (const queryKey of keys) void client.invalidateQueries({ queryKey });
}

function apply(client: QueryClient, message: Message) {
  switch (message.type) {
    case "job":
      putJob(client, message.job);
      if (message.job.status === "running") return;
      // A first question that is under way is not asked again by itself, and may be answered with
      // what was before.
      void client
        .cancelQueries({ queryKey: ["jobs"] })
        .then(() => client.invalidateQueries({ queryKey: ["jobs"] }));
      renewAfter(client, message.job);
      return;
    case "registry":
      void client.invalidateQueries({ queryKey: ["summary"] });
      void client.invalidateQueries({ queryKey: ["validation", message.uid] });
      return;
    case "reset":
      void client.invalidateQueries({
        predicate: ({ queryKey }) => toldByEvents.includes(String(queryKey[0])),
      });
      return;
    case "mode":
      setMode(message.mode);
  }
}

/** Holds the stream until `signal`; opens it again when it breaks. */
async function stream(say: (message: Message) => void, signal: AbortSignal) {
  let failures = 0;
  while (!signal.aborted) {
    const lasted = await oneStream(say, signal);
    if (signal.aborted) return;
    // One that opens and breaks at once is no success: it would be asked for every second.
    failures = lasted > worthwhile ? 1 : failures + 1;
    if (failures >= 2) say({ type: "mode", mode: "polling" });
    // What an EventSource does not tell: whether the session is over. The client's gate sees it.
    await call("GET /v1/users/me", {}).catch(() => {});
    const wait = Math.min(longestWait, 1_000 * 2 ** (failures - 1));
    await pause(wait * (0.75 + Math.random() / 2), signal);
  }
}

/** For how many milliseconds it was open, when it has broken. */
function oneStream(say: (message: Message) => void, signal: AbortSignal) {
  return new Promise<number>((resolve) => {
    const source = new EventSource("/v1/events");
    let opened: number | undefined;
    const end = () => {
      source.close();
      signal.removeEventListener("abort", end);
      resolve(opened === undefined ? 0 : Date.now() - opened);
    };
    signal.addEventListener("abort", end);
    source.onopen = () => {
      opened = Date.now();
      // What happened before it was open, and what the tab that had one before did not hand on.
      say({ type: "reset" });
      say({ type: "mode", mode: "live" });
    };
    source.onerror = end;
    source.addEventListener("job", (event) => say({ type: "job", job: JSON.parse(event.data) }));
    source.addEventListener("registry", (event) =>
      say({ type: "registry", uid: JSON.parse(event.data).uid }),
    );
    source.addEventListener("reset", () => say({ type: "reset" }));
  });
}

function pause(milliseconds: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Listens until the function that is returned is called. */
export function listen(client: QueryClient): () => void {
  // Locks are for secure contexts only; without them no tab could know that it is the one.
  if (!("locks" in navigator) || typeof BroadcastChannel === "undefined") {
    setMode("polling");
    return () => setMode("connecting");
  }
  const stop = new AbortController();
  const channel = new BroadcastChannel(name);
  let leads = false;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.type !== "which mode") apply(client, data);
    else if (leads) channel.postMessage({ type: "mode", mode });
  };
  channel.postMessage({ type: "which mode" });
  navigator.locks
    .request(name, { signal: stop.signal }, async () => {
      leads = true;
      await stream((message) => {
        apply(client, message);
        if (!stop.signal.aborted) channel.postMessage(message);
      }, stop.signal);
    })
    .catch(() => {});
  return () => {
    stop.abort();
    channel.close();
    setMode("connecting");
  };
}
