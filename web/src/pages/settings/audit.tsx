import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";

import { useAudit } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { AuditItem } from "../../api/types";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";

function Change({ item }: { item: AuditItem }) {
  if (item.before === undefined && item.after === undefined) return null;
  const show = (title: string, value: unknown) =>
    value !== undefined && (
      <>
        <strong className="small">{title}</strong>
        <pre className="small change">{JSON.stringify(value, null, 2)}</pre>
      </>
    );
  return (
    <details>
      <summary className="small">What changed</summary>
      {show("Before", item.before)}
      {show("After", item.after)}
    </details>
  );
}

function Row({ item }: { item: AuditItem }) {
  return (
    <Tr>
      <Td dataLabel="When">
        <time dateTime={item.time} className="nowrap">
          {new Date(item.time).toLocaleString()}
        </time>
      </Td>
      <Td dataLabel="Who">
        {item.actor || <span className="subtle">nobody</span>}
        {item.proof && <div className="small subtle">{item.proof.replace("_", " ")}</div>}
      </Td>
      <Td dataLabel="Action">
        {item.action}
        <Change item={item} />
      </Td>
      <Td dataLabel="Object">
        <span className="breakable">{item.object}</span>
      </Td>
      <Td dataLabel="Outcome">
        {item.outcome}
        {item.ref && (
          <div className="small">
            <code className="subtle">{item.ref}</code>
          </div>
        )}
      </Td>
    </Tr>
  );
}

export function Audit() {
  const view = useView();
  const audit = useAudit(view.of("after"));
  return (
    <Page
      title="Audit trail"
      crumbs={[{ text: "Tenant Settings" }]}
      lead="Who changed what through the API, newest first."
    >
      {!mayDo("manage") ? (
        <Nothing title="This is for tenant admins">Your role may not see the audit trail.</Nothing>
      ) : audit.isPending ? (
        <Waiting what="the audit trail" />
      ) : audit.isError ? (
        <Failure error={audit.error} what="The audit trail" again={() => void audit.refetch()} />
      ) : audit.data.items.length === 0 ? (
        <Nothing title="Nothing was changed yet" />
      ) : (
        <>
          <Table aria-label="Audit trail" variant="compact" gridBreakPoint="grid-lg">
            <Thead>
              <Tr>
                <Th>When</Th>
                <Th>Who</Th>
                <Th>Action</Th>
                <Th>Object</Th>
                <Th>Outcome</Th>
              </Tr>
            </Thead>
            <Tbody>
              {audit.data.items.map((item, index) => (
                <Row key={`${item.time}-${item.ref}-${index}`} item={item} />
              ))}
            </Tbody>
          </Table>
          <Pager next={audit.data.listmeta?.continue} />
        </>
      )}
    </Page>
  );
}
