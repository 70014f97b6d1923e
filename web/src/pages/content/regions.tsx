// What of an ECR registry is in which region; gaps with their causes, and a way to fill them.
import { Alert, Button, Icon, Switch } from "@patternfly/react-core";
import CheckCircleIcon from "@patternfly/react-icons/dist/esm/icons/check-circle-icon";
import ExclamationCircleIcon from "@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon";
import InProgressIcon from "@patternfly/react-icons/dist/esm/icons/in-progress-icon";
import InfoCircleIcon from "@patternfly/react-icons/dist/esm/icons/info-circle-icon";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useEffect, useState } from "react";

import {
  renewRegions,
  useFillReport,
  useRegions,
  type RegionCell,
  type RegionMatrix,
  type RegionRow,
  type RegionState,
} from "../../api/regions";
import { mayDo } from "../../api/session";
import { ago, bytes, seconds, sentence, shortDigest } from "../../parts/format";
import { WarningIcon } from "../../parts/icons";
import { Pager } from "../../parts/pager";
import { useView } from "../../parts/search";
import { Code } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { FillDialog } from "./fill_dialog";

const looks = {
  in_sync: { status: "success", word: "regions.in_sync" },
  lagging: { status: "info", word: "regions.lagging" },
  failed: { status: "danger", word: "regions.failed" },
  not_covered: { status: "warning", word: "regions.not_covered" },
  predates_rule: { status: "warning", word: "regions.predates_rule" },
  removed: { status: "warning", word: "regions.removed" },
  missing: { status: "warning", word: "regions.missing" },
  partial: { status: "danger", word: "regions.partial" },
  no_repository: { status: "warning", word: "regions.no_repository" },
  diverged: { status: "danger", word: "regions.diverged" },
  blocked: { status: "danger", word: "regions.blocked" },
  extra: { status: "info", word: "regions.extra" },
  denied: { status: "danger", word: "regions.denied" },
  unreachable: { status: "danger", word: "regions.unreachable" },
  region_off: { status: "danger", word: "regions.region_off" },
} as const satisfies Record<RegionState, unknown>;
const icons = {
  success: CheckCircleIcon,
  info: InfoCircleIcon,
  warning: WarningIcon,
  danger: ExclamationCircleIcon,
};

export function StateWord({ state }: { state: RegionState }) {
  const { status, word } = looks[state];
  const Shape = state === "lagging" ? InProgressIcon : icons[status];
  return (
    <span className="row tight no-wrap" data-state={state}>
      <Icon status={status}>
        <Shape />
      </Icon>
      {say(word)}
    </span>
  );
}

function Cell({ cell }: { cell: RegionCell | undefined }) {
  if (!cell) return <span className="subtle">–</span>;
  if (!cell.cause) return <StateWord state={cell.state} />;
  return (
    <details>
      <summary>
        <StateWord state={cell.state} />
      </summary>
      <div className="small breakable" lang="en">
        <p>{sentence(cell.cause)}</p>
        {cell.remedy && <p>{sentence(cell.remedy)}</p>}
      </div>
    </details>
  );
}

function Row({ row, regions }: { row: RegionRow; regions: string[] }) {
  return (
    <Tr>
      <Td dataLabel={say("content.repository")}>
        <span className="breakable">{row.repository}</span>
      </Td>
      <Td dataLabel={say("content.tags")}>
        <span className="breakable">{row.tag}</span>
        <div className="subtle small">
          {row.digest ? shortDigest(row.digest) : say("regions.notHere")}
        </div>
      </Td>
      {regions.map((region) => (
        <Td key={region} dataLabel={region}>
          <Cell cell={row.cells.find((cell) => cell.region === region)} />
        </Td>
      ))}
    </Tr>
  );
}

function Notes({ matrix }: { matrix: RegionMatrix }) {
  return (
    <>
      {matrix.problems.map((problem) => (
        <Alert
          key={`${problem.region} ${problem.repository}`}
          isInline
          variant="warning"
          title={say("regions.problem", {
            place: [problem.repository, problem.region].filter(Boolean).join(" · "),
          })}
        >
          <div lang="en">
            <p>{sentence(problem.cause ?? "")}</p>
            <p>{sentence(problem.remedy ?? "")}</p>
          </div>
        </Alert>
      ))}
      {matrix.regions.length > 0 && matrix.cut.length > 0 && (
        <Alert isInline variant="info" title={say("regions.leftOut")}>
          {matrix.cut.map((text) => (
            <p key={text} lang="en">
              {sentence(text)}
            </p>
          ))}
        </Alert>
      )}
    </>
  );
}

/** The last fill: how far it is, or what came of it. */
function LastFill({ uid }: { uid: string }) {
  const { data: report } = useFillReport(uid);
  const over = report?.over;
  useEffect(() => {
    if (over) void renewRegions(uid);
  }, [over, uid]);
  if (!report) return null;
  if (!report.over) {
    const amount = { moved: bytes(report.bytesMoved), size: bytes(report.bytes) };
    const text =
      report.secondsLeft === undefined
        ? say("regions.filling", amount)
        : say("regions.fillingFor", { ...amount, left: seconds(report.secondsLeft) });
    return (
      <p role="status">
        {text}{" "}
        <progress
          className="progress-line"
          max={Math.max(report.bytes, 1)}
          value={report.bytesMoved}
          aria-label={text}
        />
      </p>
    );
  }
  const failed = report.items.filter((item) => item.result === "failed");
  const policy = report.policy && JSON.stringify(report.policy, null, 2);
  return (
    <>
      <p className="subtle">{say("regions.filled", { message: report.message ?? "" })}</p>
      {failed.map((item) => (
        <Alert
          key={`${item.region} ${item.repository}:${item.tag}`}
          isInline
          variant="danger"
          title={say("regions.notFilled", {
            place: `${item.repository}:${item.tag} · ${item.region}`,
          })}
        >
          <p lang="en">{sentence(item.message ?? "")}</p>
        </Alert>
      ))}
      {policy && (
        <div className="panel">
          <p>{say("regions.grantThis")}</p>
          <Code text={policy} what={say("regions.fillPolicy")} />
        </div>
      )}
    </>
  );
}

function Rows({ matrix }: { matrix: RegionMatrix }) {
  if (matrix.regions.length === 0)
    return (
      <Nothing title={say("regions.noRegion")} level="h3">
        {say("regions.noRegionHere")}
      </Nothing>
    );
  if (matrix.items.length === 0)
    return (
      <Nothing title={say("regions.inSync")} level="h3">
        {say("regions.inSyncHere")}
      </Nothing>
    );
  return (
    <Table aria-label={say("regions.regions")} variant="compact">
      <Thead>
        <Tr>
          <Th width={25}>{say("content.repository")}</Th>
          <Th width={25}>{say("regions.default", { region: matrix.defaultRegion })}</Th>
          {matrix.regions.map((region) => (
            <Th key={region}>{region}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {matrix.items.map((row) => (
          <Row key={`${row.repository}:${row.tag}`} row={row} regions={matrix.regions} />
        ))}
      </Tbody>
    </Table>
  );
}

export function Regions({ uid }: { uid: string }) {
  const view = useView();
  const everything = view.of("all") === "yes";
  const matrix = useRegions(uid, {
    ...(everything ? {} : { gaps: "true" as const }),
    ...(view.of("after") ? { continue: view.of("after") } : {}),
  });
  const [filling, setFilling] = useState(false);
  if (matrix.isPending) return <Waiting what={say("regions.theRegions")} />;
  if (matrix.isError)
    return (
      <Failure
        error={matrix.error}
        what={say("regions.theRegions")}
        again={() => void matrix.refetch()}
      />
    );
  const found = matrix.data;
  return (
    <div className="stack">
      <div className="row spread">
        <Switch
          id="gaps-alone"
          label={say("regions.gapsAlone")}
          isChecked={!everything}
          onChange={(_, gaps) => view.change({ all: gaps ? "" : "yes", after: "" })}
        />
        <div className="row tight">
          <Button
            variant="secondary"
            isLoading={matrix.isFetching}
            onClick={() => void matrix.refetch()}
          >
            {say("regions.lookAgain")}
          </Button>
          {mayDo("manage") && found.regions.length > 0 && (
            <Button onClick={() => setFilling(true)}>{say("regions.fill")}</Button>
          )}
        </div>
      </div>
      <p className="subtle">
        {say("regions.lookedAt", { count: found.repositories, age: ago(found.at) })}
      </p>
      <LastFill uid={uid} />
      <Notes matrix={found} />
      <Rows matrix={found} />
      <Pager next={found.listmeta.continue} />
      {filling && <FillDialog uid={uid} onClose={() => setFilling(false)} />}
    </div>
  );
}
