// The tags of one repository.
import { Button, FormSelect, FormSelectOption } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link, useParams } from "react-router-dom";

import { isToldByAws } from "../../api/ecr";
import { useTags } from "../../api/queries";
import type { Tag, TagList } from "../../api/types";
import { bytes, shortDigest } from "../../parts/format";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { SearchField, useView } from "../../parts/search";
import { Age, KindLabel } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say, sayWith } from "../../words/say";
import { chartAddress, tagAddress, versionOf } from "./addresses";
import { EcrRepository } from "./ecr_repository";
import { useWhich } from "./which";

function Row({ uid, repository, tag }: { uid: string; repository: string; tag: Tag }) {
  const isChart = tag.kind === "chart";
  return (
    <Tr>
      <Td dataLabel={say("content.tag")}>
        <Link
          to={
            isChart ? chartAddress(uid, repository, tag.tag) : tagAddress(uid, repository, tag.tag)
          }
          className="breakable"
        >
          <strong>{isChart ? versionOf(tag.tag) : tag.tag}</strong>
        </Link>
        {tag.chart?.appVersion && (
          <div className="small subtle">
            {say("content.app", { version: tag.chart.appVersion })}
          </div>
        )}
      </Td>
      <Td dataLabel={say("parts.kind")}>
        <KindLabel {...(tag.kind ? { kind: tag.kind } : {})} />
      </Td>
      <Td dataLabel={say("parts.digest")}>
        {tag.digest ? (
          <code title={tag.digest}>{shortDigest(tag.digest)}</code>
        ) : (
          <span className="subtle">{say("content.openToSee")}</span>
        )}
      </Td>
      <Td dataLabel={say("content.date")}>
        <TagDate tag={tag} />
      </Td>
      <Td dataLabel={say("content.manifest")}>{tag.size ? bytes(tag.size) : ""}</Td>
    </Tr>
  );
}

/** How many there are, where that is known. */
function lead(page?: TagList) {
  const total = page?.listmeta?.count ?? -1;
  return total >= 0 ? say("content.tagCount", { count: total }) : undefined;
}

function TagDate({ tag }: { tag: Tag }) {
  if (tag.pushed) return sayWith("content.pushedAt", { age: <Age time={tag.pushed} /> });
  if (tag.created) return sayWith("content.madeAt", { age: <Age time={tag.created} /> });
  return <span className="subtle">{say("content.dateNotKnown")}</span>;
}

export function RepositoryPage() {
  const { uid = "" } = useParams();
  const view = useView();
  const repository = view.of("repository");
  const which = useWhich(uid);
  const sort = view.of("sort") === "age" ? ("age" as const) : undefined;
  const query = { search: view.of("search"), sort, continue: view.of("after") };
  const tags = useTags(uid, repository, query);
  // A registry asked just now does not tell how old its tags are; the one in this server does.
  const hasAges = which.isEmbedded || tags.data?.source === "index";
  return (
    <Page
      title={repository}
      crumbs={[...which.crumbs, which.crumb]}
      lead={query.search ? undefined : lead(tags.data)}
    >
      <div className="stack">
        {isToldByAws(which.entry) && <EcrRepository uid={uid} repository={repository} />}
        <div className="row">
          <SearchField label={say("content.findTag")} />
          {hasAges && (
            <div className="order">
              <FormSelect
                aria-label={say("content.order")}
                value={sort ?? ""}
                onChange={(_, next) => view.change({ sort: next, after: "" })}
              >
                <FormSelectOption value="" label={say("content.newestFirst")} />
                <FormSelectOption value="age" label={say("content.youngestFirst")} />
              </FormSelect>
            </div>
          )}
        </div>
        {tags.isPending ? (
          <Waiting what={say("content.theTags")} />
        ) : tags.isError ? (
          <Failure
            error={tags.error}
            what={say("content.theTags")}
            again={() => void tags.refetch()}
          />
        ) : tags.data.items.length === 0 ? (
          <Nothing
            title={query.search ? say("content.noTagMatches") : say("content.noTags")}
            actions={
              query.search && (
                <Button variant="link" onClick={() => view.change({ search: "", after: "" })}>
                  {say("parts.showAll")}
                </Button>
              )
            }
          />
        ) : (
          <Table aria-label={say("content.tags")} variant="compact">
            <Thead>
              <Tr>
                <Th>{say("content.tag")}</Th>
                <Th>{say("parts.kind")}</Th>
                <Th>{say("parts.digest")}</Th>
                <Th>{say("content.date")}</Th>
                <Th>{say("content.manifest")}</Th>
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
