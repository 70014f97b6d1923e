// The charts of a registry, as cards.
import { Button } from "@patternfly/react-core";
import { Link } from "react-router-dom";

import { useRepositories } from "../../api/queries";
import type { ChartWords, RegistrySummary, Repository } from "../../api/types";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { Monogram } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { chartAddress, versionOf } from "./addresses";

function Card({ uid, repository }: { uid: string; repository: Repository }) {
  const chart: Partial<ChartWords> = repository.chart ?? {};
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
        {chart.appVersion && ` · ${say("content.app", { version: chart.appVersion })}`}
      </span>
      <p className="small">
        {chart.description || <span className="subtle">{say("content.noDescription")}</span>}
      </p>
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
  if (list.isPending) return <Waiting what={say("content.theCharts")} />;
  if (list.isError)
    return (
      <Failure
        error={list.error}
        what={say("content.theCharts")}
        again={() => void list.refetch()}
      />
    );
  const { items, listmeta } = list.data;
  // A page of a registry that is asked as one looks may have no chart and be followed by others.
  if (items.length === 0 && !search && !listmeta?.continue && !view.of("after")) {
    return (
      <Nothing title={say("content.noCharts")}>
        {registry && !registry.status.sync?.isSyncSupported
          ? say("content.chartsNotListed")
          : say("content.chartsAppear")}
      </Nothing>
    );
  }
  return (
    <div className="stack">
      <SearchField label={say("content.findChart")} />
      {items.length === 0 ? (
        <Nothing
          title={search ? say("content.noChartMatches") : say("content.noChartOnPage")}
          actions={
            search && (
              <Button variant="link" onClick={() => view.change({ search: "", after: "" })}>
                {say("parts.showAll")}
              </Button>
            )
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
