// The tags of one repository.
import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link, useParams } from "react-router-dom";

import { useTags } from "../../api/queries";
import type { Tag } from "../../api/types";
import { bytes, shortDigest } from "../../parts/format";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { KindLabel } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { chartAddress, tagAddress, versionOf } from "./addresses";
import { useWhich } from "./which";

function Row({ uid, repository, tag }: { uid: string; repository: string; tag: Tag }) {
  const isChart = tag.kind === "chart";
  return (
    <Tr>
      <Td dataLabel="Tag">
        <Link
          to={
            isChart ? chartAddress(uid, repository, tag.tag) : tagAddress(uid, repository, tag.tag)
          }
          className="breakable"
        >
          <strong>{isChart ? versionOf(tag.tag) : tag.tag}</strong>
        </Link>
        {tag.chart?.appVersion && <div className="small subtle">app {tag.chart.appVersion}</div>}
      </Td>
      <Td dataLabel="Kind">
        <KindLabel {...(tag.kind ? { kind: tag.kind } : {})} />
      </Td>
      <Td dataLabel="Digest">
        {tag.digest ? (
          <code title={tag.digest}>{shortDigest(tag.digest)}</code>
        ) : (
          <span className="subtle">open it to see</span>
        )}
      </Td>
      <Td dataLabel="Manifest">{tag.size ? bytes(tag.size) : ""}</Td>
    </Tr>
  );
}

export function RepositoryPage() {
  const { uid = "" } = useParams();
  const view = useView();
  const repository = view.of("repository");
  const which = useWhich(uid);
  const query = { search: view.of("search"), continue: view.of("after") };
  const tags = useTags(uid, repository, query);
  return (
    <Page title={repository} crumbs={[...which.crumbs, which.crumb]} lead="Newest version first.">
      <div className="stack">
        <SearchField label="Find a tag" />
        {tags.isPending ? (
          <Waiting what="the tags" />
        ) : tags.isError ? (
          <Failure error={tags.error} what="The tags" again={() => void tags.refetch()} />
        ) : tags.data.items.length === 0 ? (
          <Nothing
            title={query.search ? "No tag matches" : "This repository has no tags"}
            actions={
              query.search && (
                <Button variant="link" onClick={() => view.change({ search: "", after: "" })}>
                  Show all
                </Button>
              )
            }
          />
        ) : (
          <Table aria-label="Tags" variant="compact">
            <Thead>
              <Tr>
                <Th>Tag</Th>
                <Th>Kind</Th>
                <Th>Digest</Th>
                <Th>Manifest</Th>
              </Tr>
            </Thead>
            <Tbody>
              {tags.data.items.map((tag) => (
                <Row key={tag.tag} uid={uid} repository={repository} tag={tag} />
              ))}
            </Tbody>
          </Table>
        )}
        <Pager next={tags.data?.listmeta?.continue} />
      </div>
    </Page>
  );
}
