import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";

import { useAudit } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { AuditItem } from "../../api/types";
import { moment } from "../../parts/format";
import { Page } from "../../parts/page";
import { Pager } from "../../parts/pager";
import { useView } from "../../parts/search";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";

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
      <summary className="small">{say("settings.whatChanged")}</summary>
      {show(say("settings.before"), item.before)}
      {show(say("settings.after"), item.after)}
    </details>
  );
}

function Row({ item }: { item: AuditItem }) {
  return (
    <Tr>
      <Td dataLabel={say("settings.when")}>
        <time dateTime={item.time} className="nowrap">
          {moment(item.time)}
        </time>
      </Td>
      <Td dataLabel={say("settings.who")}>
        {item.actor || <span className="subtle">{say("settings.nobody")}</span>}
        {item.proof && (
          <div className="small subtle" lang="en">
            {item.proof.replace("_", " ")}
          </div>
        )}
      </Td>
      <Td dataLabel={say("settings.action")}>
        <span lang="en">{item.action}</span>
        <Change item={item} />
      </Td>
      <Td dataLabel={say("settings.object")}>
        <span className="breakable">{item.name || item.object}</span>
        {item.name && item.name !== item.object && (
          <div className="small">
            <code className="subtle breakable">{item.object}</code>
          </div>
        )}
      </Td>
      <Td dataLabel={say("settings.outcome")}>
        <span lang="en">{item.outcome}</span>
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
      title={say("frame.auditTrail")}
      crumbs={[{ text: say("parts.tenantSettings") }]}
      lead={say("settings.auditLead")}
    >
      {!mayDo("manage") ? (
        <Nothing title={say("settings.forAdmins")}>{say("settings.notYourRole")}</Nothing>
      ) : audit.isPending ? (
        <Waiting what={say("settings.theTrail")} />
      ) : audit.isError ? (
        <Failure
          error={audit.error}
          what={say("settings.theTrail")}
          again={() => void audit.refetch()}
        />
      ) : audit.data.items.length === 0 ? (
        <Nothing title={say("settings.nothingChanged")} />
      ) : (
        <>
          <Table aria-label={say("frame.auditTrail")} variant="compact" gridBreakPoint="grid-lg">
            <Thead>
              <Tr>
                <Th>{say("settings.when")}</Th>
                <Th>{say("settings.who")}</Th>
                <Th>{say("settings.action")}</Th>
                <Th>{say("settings.object")}</Th>
                <Th>{say("settings.outcome")}</Th>
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
