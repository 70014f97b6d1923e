// The charts of a registry, as cards.
import { Button } from "@patternfly/react-core";
import { Link } from "react-router-dom";

import { useRepositories } from "../../api/queries";
import type { RegistrySummary, Repository } from "../../api/types";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { Monogram } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { chartAddress, versionOf } from "./addresses";

function Card({ uid, repository }: { uid: string; repository: Repository }) {
  const chart = repository.chart ?? {};
  const version = chart.version || versionOf(repository.latestTag ?? "");
  return (
    <Link
      className="chart-card"
      to={chartAddress(uid, repository.name, repository.latestTag ?? "")}
    >
      <Monogram
        name={chart.name || repository.name}
        {...(chart.icon ? { icon: chart.icon } : {})}
      />
      <h2>{chart.name || repository.name}</h2>
      <span className="small subtle breakable">
        {version}
        {chart.appVersion && ` · app ${chart.appVersion}`}
      </span>
      <p className="small">{chart.description || <span className="subtle">No description</span>}</p>
      <p className="small subtle breakable">{repository.name}</p>
    </Link>
  );
}

export function Charts({ uid, registry }: { uid: string; registry?: RegistrySummary | undefined }) {
  const view = useView();
  const search = view.of("search");
  const list = useRepositories(uid, {
    kind: "chart",
    search,
    continue: view.of("after"),
    limit: 48,
  });
  if (list.isPending) return <Waiting what="the charts" />;
  if (list.isError)
    return <Failure error={list.error} what="The charts" again={() => void list.refetch()} />;
  const { items, listmeta } = list.data;
  if (items.length === 0 && !search) {
    return (
      <Nothing title="No Helm chart is here">
        {registry && !registry.status.sync?.isSyncSupported
          ? "Synchronization is off, so charts are not listed. Sync once from the menu above."
          : "Charts appear here once they are pushed, and the registry is synced."}
      </Nothing>
    );
  }
  return (
    <div className="stack">
      <SearchField label="Find a chart" />
      {items.length === 0 ? (
        <Nothing
          title="No chart matches"
          actions={
            <Button variant="link" onClick={() => view.change({ search: "", after: "" })}>
              Show all
            </Button>
          }
        />
      ) : (
        <div className="chart-grid">
          {items.map((repository) => (
            <Card key={repository.name} uid={uid} repository={repository} />
          ))}
        </div>
      )}
      <Pager next={listmeta?.continue} />
    </div>
  );
}
