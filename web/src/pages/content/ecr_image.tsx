// What AWS says of an image: when it came and was last wanted, what a scan found, where it went.
import { Label } from "@patternfly/react-core";

import { useEcrImage, type EcrImageFacts, type EcrScan } from "../../api/ecr";
import { bytes, listOf } from "../../parts/format";
import { Age } from "../../parts/small";
import { say, sayWith } from "../../words/say";
import { Fact, isUntold, Told } from "./ecr_fact";

type Image = NonNullable<EcrImageFacts["image"]>;
type Finding = EcrScan["findings"][number];

const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED", "UNDEFINED"];
const severityColors: Record<string, "red" | "orangered" | "orange" | "blue"> = {
  CRITICAL: "red",
  HIGH: "orangered",
  MEDIUM: "orange",
  LOW: "blue",
};

function rank(severity: string) {
  const at = severities.indexOf(severity);
  return at < 0 ? severities.length : at;
}

function ImageFacts({ image }: { image: Image }) {
  const left = image.tagCount - image.tags.length;
  return (
    <>
      <dt>{say("ecr.pushed")}</dt>
      <dd>
        <Age {...(image.pushed ? { time: image.pushed } : {})} none={say("ecr.none")} />
      </dd>
      <dt>{say("ecr.lastPulled")}</dt>
      <dd>
        <Age {...(image.lastPulled ? { time: image.lastPulled } : {})} none={say("ecr.noPull")} />
        <div className="small subtle">{say("ecr.onceADay")}</div>
      </dd>
      <dt>{say("ecr.size")}</dt>
      <dd>{bytes(image.size)}</dd>
      <dt>{say("ecr.imageTags")}</dt>
      <dd className="breakable">
        {image.tags.length > 0 ? listOf(image.tags) : say("ecr.none")}{" "}
        {left > 0 && say("ecr.moreTags", { count: left })}
      </dd>
      {image.status && image.status !== "ACTIVE" && (
        <>
          <dt>{say("ecr.status")}</dt>
          <dd>{image.status}</dd>
        </>
      )}
    </>
  );
}

function FindingLine({ finding }: { finding: Finding }) {
  const { uri } = finding;
  return (
    <li className="breakable">
      <Label isCompact color={severityColors[finding.severity] ?? "grey"}>
        {finding.severity}
      </Label>{" "}
      {uri?.startsWith("https://") ? (
        <a href={uri} target="_blank" rel="noopener noreferrer nofollow">
          {finding.name}
        </a>
      ) : (
        finding.name
      )}{" "}
      <span className="subtle">
        {[finding.package, finding.version].filter(Boolean).join(" ")}{" "}
        {finding.fixedIn && say("ecr.fixedIn", { version: finding.fixedIn })}
      </span>
    </li>
  );
}

function Scan({ scan }: { scan: EcrScan }) {
  if (scan.status === "UNSUPPORTED_IMAGE") return say("ecr.notScannable");
  const counts = Object.entries(scan.counts).sort(([a], [b]) => rank(a) - rank(b));
  const isOver = scan.status === "COMPLETE" || scan.status === "ACTIVE";
  return (
    <>
      <div className="row tight">
        {!isOver && <span title={scan.description}>{scan.status}</span>}
        {isOver && counts.length === 0 && say("ecr.noFindings")}
        {counts.map(([severity, count]) => (
          <Label key={severity} isCompact color={severityColors[severity] ?? "grey"}>
            {`${severity} ${count}`}
          </Label>
        ))}
      </div>
      {scan.completed && (
        <div className="small subtle">
          {sayWith("ecr.scanned", { age: <Age time={scan.completed} /> })}
        </div>
      )}
      {scan.findings.length > 0 && (
        <details>
          <summary>{say("ecr.findings", { count: scan.findings.length })}</summary>
          <ul className="stack tight small">
            {scan.findings.map((finding, index) => (
              <FindingLine key={`${index} ${finding.name}`} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Replication({ regions }: { regions: NonNullable<EcrImageFacts["replication"]> }) {
  if (regions.length === 0) return say("ecr.notReplicated");
  return (
    <ul>
      {regions.map(({ region, account, status, failureCode }) => (
        <li key={`${region} ${account}`}>
          {region} <span className="subtle">{[status, failureCode].filter(Boolean).join(" ")}</span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts, isIndex }: { facts: EcrImageFacts; isIndex: boolean }) {
  const { untold } = facts;
  const noScan = isIndex ? say("ecr.indexNotScanned") : say("ecr.notScanned");
  return (
    <dl className="facts">
      <dt>{say("ecr.place")}</dt>
      <dd>{`${facts.account} · ${facts.region}`}</dd>
      {facts.image ? (
        <ImageFacts image={facts.image} />
      ) : (
        <Fact name="image" title={say("ecr.image")} untold={untold} />
      )}
      <Fact name="scan" title={say("ecr.scan")} untold={untold}>
        {facts.scan ? <Scan scan={facts.scan} /> : !isUntold(untold, "scan") && noScan}
      </Fact>
      <Fact name="replication" title={say("ecr.replication")} untold={untold}>
        {facts.replication && <Replication regions={facts.replication} />}
      </Fact>
    </dl>
  );
}

export function EcrImage(props: {
  uid: string;
  repository: string;
  digest: string;
  isIndex: boolean;
}) {
  const facts = useEcrImage(props.uid, props.repository, props.digest);
  return (
    <section className="panel" aria-label={say("ecr.atEcr")} data-told="image">
      <h2>{say("ecr.atEcr")}</h2>
      <Told asked={facts}>{(told) => <Facts facts={told} isIndex={props.isIndex} />}</Told>
    </section>
  );
}
