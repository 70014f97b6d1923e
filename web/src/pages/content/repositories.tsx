// The repositories of a registry, a page at a time.
import { Button, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { Link, useNavigate } from "react-router-dom";

import { useRepositories } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { EmbeddedInfo, RegistrySummary, Repository } from "../../api/types";
import { number } from "../../parts/format";
import { Code, KindLabel, Monogram } from "../../parts/small";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { startSync } from "../registries/actions_menu";
import { chartAddress, repositoryAddress, tagAddress, versionOf } from "./addresses";

const kindTexts = {
  chart: "content.helmCharts",
  image: "content.images",
  index: "content.indexes",
  artifact: "content.artifacts",
} as const;
const kinds = Object.keys(kindTexts) as (keyof typeof kindTexts)[];

interface Props {
  uid: string;
  registry?: RegistrySummary | undefined;
  info?: EmbeddedInfo | undefined;
}

function latest(uid: string, repository: Repository) {
  const { name, latestTag, kind } = repository;
  if (!latestTag) return <span className="subtle">{say("content.none")}</span>;
  return kind === "chart" ? (
    <Link to={chartAddress(uid, name, latestTag)}>{versionOf(latestTag)}</Link>
  ) : (
    <Link to={tagAddress(uid, name, latestTag)}>{latestTag}</Link>
  );
}

function Row({ uid, repository }: { uid: string; repository: Repository }) {
  return (
    <Tr>
      <Td dataLabel={say("content.repository")}>
        <span className="row tight no-wrap">
          <Monogram
            name={repository.name}
            {...(repository.chart?.icon ? { icon: repository.chart.icon } : {})}
          />
          <span>
            <Link to={repositoryAddress(uid, repository.name)} className="breakable">
              <strong>{repository.name}</strong>
            </Link>
            {repository.chart?.description && (
              <div className="subtle small">{repository.chart.description}</div>
            )}
            {repository.error && <div className="subtle small">{repository.error}</div>}
          </span>
        </span>
      </Td>
      <Td dataLabel={say("parts.kind")}>
        <KindLabel kind={repository.kind} />
      </Td>
      <Td dataLabel={say("content.tags")}>{number(repository.tagCount)}</Td>
      <Td dataLabel={say("content.newest")}>{latest(uid, repository)}</Td>
    </Tr>
  );
}

/** For registries that cannot be listed, or are not. */
function OpenByName({ uid }: { uid: string }) {
  const [name, setName] = useState("");
  const navigate = useNavigate();
  return (
    <form
      className="row open-by-name"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) navigate(repositoryAddress(uid, name.trim()));
      }}
    >
      <TextInput
        aria-label={say("content.nameOfRepository")}
        placeholder="charts/web"
        value={name}
        onChange={(_, value) => setName(value)}
      />
      <Button type="submit" variant="secondary" isDisabled={!name.trim()}>
        {say("content.openRepository")}
      </Button>
    </form>
  );
}

function NothingThere({ uid, registry, info }: Props) {
  if (info) {
    const host = info.url.replace(/^https?:\/\//, "");
    const plain = info.url.startsWith("http://") ? " --plain-http" : "";
    return (
      <Nothing title={say("content.nothingPushed")}>
        {say("content.pushSomething")}
        <div className="stack push-hints">
          <Code
            what={say("parts.theCommand")}
            text={`helm push web-1.0.0.tgz oci://${host}/charts${plain}`}
          />
          <Code
            what={say("parts.theCommand")}
            text={`docker tag web:1.0 ${host}/web:1.0 && docker push ${host}/web:1.0`}
          />
        </div>
      </Nothing>
    );
  }
  const synced = registry?.status.sync?.isSyncSupported;
  return (
    <Nothing
      title={synced ? say("content.nothingKnown") : say("content.syncIsOff")}
      actions={
        <div className="stack">
          {synced && mayDo("use") && (
            <div>
              <Button onClick={() => void startSync(registry)}>{say("parts.syncNow")}</Button>
            </div>
          )}
          <OpenByName uid={uid} />
        </div>
      }
    >
      {synced ? say("content.notSyncedYet") : say("content.keepsNoList")}
    </Nothing>
  );
}

export function Repositories({ uid, registry, info }: Props) {
  const view = useView();
  const kind = kinds.find((each) => each === view.of("kind"));
  const query = { search: view.of("search"), kind, continue: view.of("after") };
  const list = useRepositories(uid, query);
  if (list.isPending) return <Waiting what={say("content.theRepositories")} />;
  if (list.isError)
    return (
      <div className="stack">
        <Failure
          error={list.error}
          what={say("content.theRepositories")}
          again={() => void list.refetch()}
        />
        <OpenByName uid={uid} />
      </div>
    );
  const { items, listmeta } = list.data;
  const filtered = query.search !== "" || kind !== undefined;
  if (items.length === 0 && !filtered && !query.continue && !listmeta?.continue)
    return <NothingThere uid={uid} registry={registry} info={info} />;
  return (
    <div className="stack">
      <div className="row">
        <SearchField label={say("content.findRepository")} />
        <div>
          <FormSelect
            aria-label={say("content.kindOfContent")}
            value={kind ?? ""}
            onChange={(_, kind) => view.change({ kind, after: "" })}
          >
            <FormSelectOption value="" label={say("content.allKinds")} />
            {kinds.map((each) => (
              <FormSelectOption key={each} value={each} label={say(kindTexts[each])} />
            ))}
          </FormSelect>
        </div>
      </div>
      {items.length === 0 ? (
        <Nothing
          title={say("content.noRepositoryMatches")}
          actions={
            <Button variant="link" onClick={() => view.change({ search: "", kind: "", after: "" })}>
              {say("parts.showAll")}
            </Button>
          }
        >
          {say("content.whatWasSearched")}
        </Nothing>
      ) : (
        <Table aria-label={say("content.repositories")} variant="compact">
          <Thead>
            <Tr>
              <Th>{say("content.repository")}</Th>
              <Th>{say("parts.kind")}</Th>
              <Th>{say("content.tags")}</Th>
              <Th>{say("content.newest")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {items.map((repository) => (
              <Row key={repository.name} uid={uid} repository={repository} />
            ))}
          </Tbody>
        </Table>
      )}
      <Pager next={listmeta?.continue} />
    </div>
  );
}
