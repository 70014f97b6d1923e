// Which registry a page is about: a registered one, or the one in this server.
import { embedded, useSummary } from "../../api/queries";
import type { Crumb } from "../../parts/page";
import { say } from "../../words/say";

export function useWhich(uid: string) {
  const summary = useSummary();
  const entry = summary.data?.find((registry) => registry.metadata.uid === uid);
  const isEmbedded = uid === embedded;
  const name = isEmbedded
    ? say("frame.thisServer")
    : (entry?.metadata.name ?? say("content.registry"));
  return {
    name,
    entry,
    isEmbedded,
    missing: !isEmbedded && summary.isSuccess && !entry,
    crumbs: isEmbedded
      ? []
      : ([{ text: say("parts.registries"), to: "/registries" }] satisfies Crumb[] as Crumb[]),
    crumb: { text: name, to: `/registries/${uid}` } as Crumb,
  };
}
