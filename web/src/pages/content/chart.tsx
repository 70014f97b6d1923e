// One version of a chart: README, values, dependencies, versions, facts and commands.
import { Alert, Label, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router-dom";

import { useChart, useTags } from "../../api/queries";
import type { Chart } from "../../api/types";
import { listOf } from "../../parts/format";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { useView } from "../../parts/search";
import { DigestText, Monogram } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { chartAddress, repositoryAddress, tagAddress, versionOf } from "./addresses";
import { Commands } from "./commands";
import { Listing } from "./listing";
import { ServedBy, ServedElsewhere } from "./served";
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
  if (tags.isPending) return <Waiting what={say("content.theVersions")} />;
  if (tags.isError)
    return (
      <Failure
        error={tags.error}
        what={say("content.theVersions")}
        again={() => void tags.refetch()}
      />
    );
  return (
    <div className="stack">
      <ol className="steps" aria-label={say("content.versions")}>
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
              {tag.chart?.appVersion && say("content.app", { version: tag.chart.appVersion })}
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
        <li key={`${dependency.name}@${dependency.version}`}>
          <span />
          <span>
            <strong>{dependency.name}</strong> {dependency.version}
          </span>
          <span />
          <code className="detail small breakable">
            {dependency.repository || say("content.partOfChart")}
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
    <section className="panel" aria-label={say("parts.facts")}>
      <h2>{say("parts.facts")}</h2>
      <dl className="facts">
        <dt>{say("content.version")}</dt>
        <dd>{chart.version}</dd>
        {chart.appVersion && (
          <>
            <dt>{say("content.appVersion")}</dt>
            <dd>{chart.appVersion}</dd>
          </>
        )}
        {chart.type && (
          <>
            <dt>{say("content.type")}</dt>
            <dd>{chart.type}</dd>
          </>
        )}
        <dt>{say("parts.digest")}</dt>
        <dd data-digest={chart.digest}>
          <DigestText digest={chart.digest} />
        </dd>
        <ServedBy served={chart.served} />
        <dt>{say("content.provenance")}</dt>
        <dd>{chart.provenance ? say("content.signed") : say("content.none")}</dd>
        {chart.home && (
          <>
            <dt>{say("content.home")}</dt>
            <dd>{safeLink(chart.home)}</dd>
          </>
        )}
        {chart.sources && chart.sources.length > 0 && (
          <>
            <dt>{say("content.sources")}</dt>
            <dd>
              {chart.sources.map((source) => (
                <div key={source}>{safeLink(source)}</div>
              ))}
            </dd>
          </>
        )}
        {chart.maintainers && chart.maintainers.length > 0 && (
          <>
            <dt>{say("content.maintainers")}</dt>
            <dd>{listOf(chart.maintainers.map(({ name, email }) => name || email || ""))}</dd>
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
          {say("content.layersAndRaw")}
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
      say("content.readme"),
      chart.readme ? (
        <Suspense fallback={<Waiting what={say("content.theReadme")} />}>
          <Readme text={chart.readme} />
        </Suspense>
      ) : (
        <Nothing title={say("content.noReadme")} />
      ),
    ],
    [
      "values",
      say("content.values"),
      chart.values ? (
        <Listing text={chart.values} what={say("content.theValues")} searchable />
      ) : (
        <Nothing title={say("content.noValues")} />
      ),
    ],
  ];
  if (chart.valuesSchema)
    tabs.push([
      "schema",
      say("content.schema"),
      <Listing text={chart.valuesSchema} what={say("content.theSchema")} searchable />,
    ]);
  if (chart.dependencies?.length)
    tabs.push(["dependencies", say("content.dependencies"), <Dependencies chart={chart} />]);
  tabs.push(["versions", say("content.versions"), <Versions {...where} />]);
  const wanted = view.of("tab");
  const active = tabs.some(([key]) => key === wanted) ? wanted : "readme";
  return (
    <Tabs
      activeKey={active}
      onSelect={(_, key) => view.change({ tab: String(key) }, true)}
      aria-label={say("content.partsOfChart")}
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
        <Waiting what={say("content.theChart")} rows={8} />
      ) : chart.isError ? (
        <Failure
          error={chart.error}
          what={say("content.theChart")}
          again={() => void chart.refetch()}
        />
      ) : (
        <>
          {chart.data.deprecated && (
            <Alert isInline variant="warning" title={say("content.deprecated")} />
          )}
          <div className="columns">
            <div className="stack">
              <ServedElsewhere served={chart.data.served} />
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
