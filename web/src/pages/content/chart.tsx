// One version of a chart: README, values, dependencies, versions, facts and commands.
import { Alert, Label, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router-dom";

import { useChart, useTags } from "../../api/queries";
import type { Chart } from "../../api/types";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { useView } from "../../parts/search";
import { DigestText, Monogram } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { chartAddress, repositoryAddress, tagAddress, versionOf } from "./addresses";
import { Commands } from "./commands";
import { Listing } from "./listing";
import { useWhich } from "./which";

const Readme = lazy(() => import("./readme").then((module) => ({ default: module.Readme })));

interface Where {
  uid: string;
  repository: string;
  reference: string;
}

function Versions({ uid, repository, reference }: Where) {
  const view = useView();
  const tags = useTags(uid, repository, { continue: view.of("after") });
  if (tags.isPending) return <Waiting what="the versions" />;
  if (tags.isError)
    return <Failure error={tags.error} what="The versions" again={() => void tags.refetch()} />;
  return (
    <div className="stack">
      <ol className="steps" aria-label="Versions">
        {tags.data.items.map((tag) => (
          <li key={tag.tag}>
            <span />
            {tag.tag === reference ? (
              <strong aria-current="true">{versionOf(tag.tag)}</strong>
            ) : (
              <Link to={`${chartAddress(uid, repository, tag.tag)}&tab=versions`}>
                {versionOf(tag.tag)}
              </Link>
            )}
            <span className="small subtle">
              {tag.chart?.appVersion && `app ${tag.chart.appVersion}`}
            </span>
          </li>
        ))}
      </ol>
      <Pager next={tags.data.listmeta?.continue} />
    </div>
  );
}

function Dependencies({ chart }: { chart: Chart }) {
  return (
    <ul className="steps">
      {chart.dependencies!.map((dependency) => (
        <li key={dependency.name + dependency.version}>
          <span />
          <span>
            <strong>{dependency.name}</strong> {dependency.version}
          </span>
          <span />
          <code className="detail small breakable">
            {dependency.repository || "part of this chart"}
          </code>
        </li>
      ))}
    </ul>
  );
}

function safeLink(address: string) {
  return /^https?:\/\//.test(address) ? (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {address}
    </a>
  ) : (
    address
  );
}

function Facts({ chart, where }: { chart: Chart; where: Where }) {
  return (
    <section className="panel" aria-label="Facts">
      <h2>Facts</h2>
      <dl className="facts">
        <dt>Version</dt>
        <dd>{chart.version}</dd>
        {chart.appVersion && (
          <>
            <dt>App version</dt>
            <dd>{chart.appVersion}</dd>
          </>
        )}
        {chart.type && (
          <>
            <dt>Type</dt>
            <dd>{chart.type}</dd>
          </>
        )}
        <dt>Digest</dt>
        <dd>
          <DigestText digest={chart.digest} />
        </dd>
        <dt>Provenance</dt>
        <dd>{chart.provenance ? "signed by its author (not checked here)" : "none"}</dd>
        {chart.home && (
          <>
            <dt>Home</dt>
            <dd>{safeLink(chart.home)}</dd>
          </>
        )}
        {chart.sources && chart.sources.length > 0 && (
          <>
            <dt>Sources</dt>
            <dd>
              {chart.sources.map((source) => (
                <div key={source}>{safeLink(source)}</div>
              ))}
            </dd>
          </>
        )}
        {chart.maintainers && chart.maintainers.length > 0 && (
          <>
            <dt>Maintainers</dt>
            <dd>
              {chart.maintainers
                .map((maintainer) => maintainer.name || maintainer.email)
                .join(", ")}
            </dd>
          </>
        )}
      </dl>
      {chart.keywords && chart.keywords.length > 0 && (
        <p className="row tight keywords">
          {chart.keywords.map((keyword) => (
            <Label key={keyword} isCompact variant="outline">
              {keyword}
            </Label>
          ))}
        </p>
      )}
      <p className="small">
        <Link to={tagAddress(where.uid, where.repository, where.reference)}>
          Layers and raw manifest
        </Link>
      </p>
    </section>
  );
}

function Body({ chart, where }: { chart: Chart; where: Where }) {
  const view = useView();
  const tabs: [string, string, React.ReactNode][] = [
    [
      "readme",
      "README",
      chart.readme ? (
        <Suspense fallback={<Waiting what="the README" />}>
          <Readme text={chart.readme} />
        </Suspense>
      ) : (
        <Nothing title="This chart has no README" />
      ),
    ],
    [
      "values",
      "Values",
      chart.values ? (
        <Listing text={chart.values} what="values" searchable />
      ) : (
        <Nothing title="This chart has no values" />
      ),
    ],
  ];
  if (chart.valuesSchema)
    tabs.push(["schema", "Schema", <Listing text={chart.valuesSchema} what="schema" searchable />]);
  if (chart.dependencies?.length)
    tabs.push(["dependencies", "Dependencies", <Dependencies chart={chart} />]);
  tabs.push(["versions", "Versions", <Versions {...where} />]);
  const wanted = view.of("tab");
  const active = tabs.some(([key]) => key === wanted) ? wanted : "readme";
  return (
    <Tabs
      activeKey={active}
      onSelect={(_, key) => view.change({ tab: String(key) }, true)}
      aria-label="Parts of the chart"
    >
      {tabs.map(([key, title, content]) => (
        <Tab key={key} eventKey={key} title={<TabTitleText>{title}</TabTitleText>}>
          {key === active && <div className="tab-body">{content}</div>}
        </Tab>
      ))}
    </Tabs>
  );
}

export function ChartPage() {
  const { uid = "" } = useParams();
  const view = useView();
  const repository = view.of("repository");
  const reference = view.of("reference");
  const which = useWhich(uid);
  const chart = useChart(uid, repository, reference);
  const where = { uid, repository, reference };
  const title = chart.data
    ? `${chart.data.name} ${chart.data.version}`
    : `${repository} ${versionOf(reference)}`;
  return (
    <Page
      title={title}
      heading={
        <span className="row">
          <Monogram
            name={chart.data?.name ?? repository}
            {...(chart.data?.icon ? { icon: chart.data.icon } : {})}
          />
          {title}
        </span>
      }
      crumbs={[
        ...which.crumbs,
        which.crumb,
        { text: repository, to: repositoryAddress(uid, repository) },
      ]}
      lead={chart.data?.description}
    >
      {chart.isPending ? (
        <Waiting what="the chart" rows={8} />
      ) : chart.isError ? (
        <Failure error={chart.error} what="The chart" again={() => void chart.refetch()} />
      ) : (
        <>
          {chart.data.deprecated && (
            <Alert isInline variant="warning" title="This chart is deprecated by its authors." />
          )}
          <div className="columns">
            <div className="stack">
              <Body chart={chart.data} where={where} />
            </div>
            <aside className="stack">
              <Facts chart={chart.data} where={where} />
              <Commands commands={chart.data.commands} />
            </aside>
          </div>
        </>
      )}
    </Page>
  );
}
