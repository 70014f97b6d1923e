// The repositories of a registry, a page at a time.
import { Button, FormSelect, FormSelectOption, TextInput } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { Link, useNavigate } from "react-router-dom";

import { useRepositories } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { EmbeddedInfo, RegistrySummary, Repository } from "../../api/types";
import { Code, KindLabel, Monogram } from "../../parts/small";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { startSync } from "../registries/actions_menu";
import { chartAddress, repositoryAddress, tagAddress, versionOf } from "./addresses";

interface Props {
  uid: string;
  registry?: RegistrySummary | undefined;
  info?: EmbeddedInfo | undefined;
}

function latest(uid: string, repository: Repository) {
  const { name, latestTag, kind } = repository;
  if (!latestTag) return <span className="subtle">none</span>;
  return kind === "chart" ? (
    <Link to={chartAddress(uid, name, latestTag)}>{versionOf(latestTag)}</Link>
  ) : (
    <Link to={tagAddress(uid, name, latestTag)}>{latestTag}</Link>
  );
}

function Row({ uid, repository }: { uid: string; repository: Repository }) {
  return (
    <Tr>
      <Td dataLabel="Repository">
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
          </span>
        </span>
      </Td>
      <Td dataLabel="Kind">
        <KindLabel kind={repository.kind} />
      </Td>
      <Td dataLabel="Tags">{repository.tagCount.toLocaleString("en")}</Td>
      <Td dataLabel="Newest">{latest(uid, repository)}</Td>
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
        aria-label="Name of a repository"
        placeholder="charts/web"
        value={name}
        onChange={(_, value) => setName(value)}
      />
      <Button type="submit" variant="secondary" isDisabled={!name.trim()}>
        Open repository
      </Button>
    </form>
  );
}

function NothingThere({ uid, registry, info }: Props) {
  if (info) {
    const host = info.url.replace(/^https?:\/\//, "");
    return (
      <Nothing title="Nothing has been pushed here yet">
        Push an image or a chart; it appears here at once.
        <div className="stack push-hints">
          <Code what="command" text={`helm push web-1.0.0.tgz oci://${host}/charts`} />
          <Code
            what="command"
            text={`docker tag web:1.0 ${host}/web:1.0 && docker push ${host}/web:1.0`}
          />
        </div>
      </Nothing>
    );
  }
  const synced = registry?.status.sync?.isSyncSupported;
  return (
    <Nothing
      title={synced ? "Nothing is known of this registry's content yet" : "Synchronization is off"}
      actions={
        <div className="stack">
          {registry && mayDo("use") && (
            <div>
              <Button onClick={() => void startSync(registry)}>Sync now</Button>
            </div>
          )}
          <OpenByName uid={uid} />
        </div>
      }
    >
      {synced
        ? "It was not synced yet, or nothing is below its base content paths."
        : "Berth keeps no list of what is here. Sync once, or open a repository by its name."}
    </Nothing>
  );
}

export function Repositories({ uid, registry, info }: Props) {
  const view = useView();
  const query = { search: view.of("search"), kind: view.of("kind"), continue: view.of("after") };
  const list = useRepositories(uid, query);
  if (list.isPending) return <Waiting what="the repositories" />;
  if (list.isError)
    return <Failure error={list.error} what="The repositories" again={() => void list.refetch()} />;
  const { items, listmeta } = list.data;
  const filtered = query.search !== "" || query.kind !== "";
  if (items.length === 0 && !filtered && !query.continue)
    return <NothingThere uid={uid} registry={registry} info={info} />;
  return (
    <div className="stack">
      <div className="row">
        <SearchField label="Find a repository" />
        <div>
          <FormSelect
            aria-label="Kind of content"
            value={query.kind}
            onChange={(_, kind) => view.change({ kind, after: "" })}
          >
            <FormSelectOption value="" label="All kinds" />
            <FormSelectOption value="chart" label="Helm charts" />
            <FormSelectOption value="image" label="Images" />
            <FormSelectOption value="index" label="Image indexes" />
            <FormSelectOption value="artifact" label="Artifacts" />
          </FormSelect>
        </div>
      </div>
      {items.length === 0 ? (
        <Nothing
          title="No repository matches"
          actions={
            <Button variant="link" onClick={() => view.change({ search: "", kind: "", after: "" })}>
              Show all
            </Button>
          }
        >
          Names, and names and descriptions of charts, were searched.
        </Nothing>
      ) : (
        <Table aria-label="Repositories" variant="compact">
          <Thead>
            <Tr>
              <Th>Repository</Th>
              <Th>Kind</Th>
              <Th>Tags</Th>
              <Th>Newest</Th>
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
