// Which registry a page is about: a registered one, or the one in this server.
import { embedded, useSummary } from "../../api/queries";
import type { Crumb } from "../../parts/page";

export function useWhich(uid: string) {
  const summary = useSummary();
  const entry = summary.data?.find((registry) => registry.metadata.uid === uid);
  const isEmbedded = uid === embedded;
  const name = isEmbedded ? "This server" : (entry?.metadata.name ?? "Registry");
  return {
    name,
    entry,
    isEmbedded,
    missing: !isEmbedded && summary.isSuccess && !entry,
    crumbs: isEmbedded
      ? []
      : ([{ text: "Registries", to: "/registries" }] satisfies Crumb[] as Crumb[]),
    crumb: { text: name, to: `/registries/${uid}` } as Crumb,
  };
}
