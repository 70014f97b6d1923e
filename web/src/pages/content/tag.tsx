// One manifest: an image, an index of images, a chart or any other artifact.
import { Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { Link, useParams } from "react-router-dom";

import { isToldByAws } from "../../api/ecr";
import { useManifest } from "../../api/queries";
import type { Descriptor, Manifest, Referrer } from "../../api/types";
import { bytes, finePercent, prettyJson, shortDigest } from "../../parts/format";
import { Page } from "../../parts/page";
import { useView } from "../../parts/search";
import { DigestText, KindLabel } from "../../parts/small";
import { Failure, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { chartAddress, repositoryAddress, tagAddress } from "./addresses";
import { Commands } from "./commands";
import { EcrImage } from "./ecr_image";
import { ConfigFacts, History } from "./image_config";
import { Listing } from "./listing";
import { ServedBy, ServedElsewhere } from "./served";
import { useWhich } from "./which";

interface Where {
  uid: string;
  repository: string;
}

function platformText({
  os = "?",
  architecture = "?",
  variant,
  osVersion,
}: NonNullable<Manifest["platforms"]>[number]) {
  return (
    [os, architecture, variant].filter(Boolean).join("/") + (osVersion ? ` (${osVersion})` : "")
  );
}

function Platforms({ manifest, where }: { manifest: Manifest; where: Where }) {
  return (
    <Table aria-label={say("content.platforms")} variant="compact">
      <Thead>
        <Tr>
          <Th>{say("content.platform")}</Th>
          <Th>{say("parts.digest")}</Th>
          <Th>{say("parts.size")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {manifest.platforms!.map((platform) => (
          <Tr key={platform.digest}>
            <Td dataLabel={say("content.platform")}>
              <Link to={tagAddress(where.uid, where.repository, platform.digest)}>
                {platformText(platform)}
              </Link>
            </Td>
            <Td dataLabel={say("parts.digest")}>
              <DigestText digest={platform.digest} />
            </Td>
            <Td dataLabel={say("parts.size")}>
              {platform.totalSize === undefined ? "" : bytes(platform.totalSize)}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function titleOf(layer: Descriptor) {
  return layer.annotations?.["org.opencontainers.image.title"];
}

function Layers({ layers }: { layers: Descriptor[] }) {
  const total = layers.reduce((sum, layer) => sum + layer.size, 0);
  return (
    <Table aria-label={say("content.layers")} variant="compact">
      <Thead>
        <Tr>
          <Th>{say("content.layer")}</Th>
          <Th>{say("parts.mediaType")}</Th>
          <Th>{say("parts.size")}</Th>
          <Th>{say("content.share")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {layers.map((layer, index) => {
          const share = total > 0 ? layer.size / total : 0;
          return (
            <Tr key={`${index}-${layer.digest}`}>
              <Td dataLabel={say("content.layer")}>
                {titleOf(layer) && <div className="name">{titleOf(layer)}</div>}
                <code className="small" title={layer.digest}>
                  {shortDigest(layer.digest)}
                </code>
              </Td>
              <Td dataLabel={say("parts.mediaType")}>
                <code className="small breakable">{layer.mediaType}</code>
              </Td>
              <Td dataLabel={say("parts.size")}>
                <span className="nowrap" data-bytes={layer.size}>
                  {bytes(layer.size)}
                </span>
              </Td>
              <Td dataLabel={say("content.share")} className="share" modifier="nowrap">
                <span className="size-bar" aria-hidden="true">
                  <span style={{ width: `${100 * share}%` }} />
                </span>
                <span className="small subtle">{finePercent(share)}</span>
              </Td>
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}

/** What the total is made of. */
function LayersAndTotal({ manifest }: { manifest: Manifest }) {
  const layers = manifest.layers ?? [];
  const sum = layers.reduce((all, layer) => all + layer.size, 0);
  return (
    <div className="stack">
      <Layers layers={layers} />
      <p className="small subtle">
        {say("content.layerCount", { count: layers.length, size: bytes(sum) })}{" "}
        {say("content.withTheRest", {
          rest: bytes(manifest.totalSize - sum),
          total: bytes(manifest.totalSize),
        })}
      </p>
    </div>
  );
}

function Pairs({ pairs }: { pairs: Record<string, string> }) {
  return (
    <dl className="facts small">
      {Object.entries(pairs).map(([key, value]) => (
        <div key={key} className="facts-row">
          <dt className="breakable">{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Referrers({ referrers, where }: { referrers: Referrer[]; where: Where }) {
  return (
    <ul className="stack">
      {referrers.map((referrer) => (
        <li key={referrer.digest}>
          <Link to={tagAddress(where.uid, where.repository, referrer.digest)}>
            <code>{shortDigest(referrer.digest)}</code>
          </Link>{" "}
          <span className="breakable">{referrer.artifactType || referrer.mediaType}</span>{" "}
          <span className="subtle">{bytes(referrer.size)}</span>
        </li>
      ))}
    </ul>
  );
}

function Facts({ manifest }: { manifest: Manifest }) {
  return (
    <section className="panel" aria-label={say("parts.facts")}>
      <h2>{say("parts.facts")}</h2>
      <dl className="facts">
        <dt>{say("parts.digest")}</dt>
        <dd data-digest={manifest.digest}>
          <DigestText digest={manifest.digest} />
        </dd>
        <dt>{say("parts.kind")}</dt>
        <dd>
          <KindLabel kind={manifest.kind} />
        </dd>
        <dt>{say("content.totalSize")}</dt>
        <dd data-total={manifest.totalSize}>{bytes(manifest.totalSize)}</dd>
        <dt>{say("parts.mediaType")}</dt>
        <dd>
          <code className="small">{manifest.mediaType}</code>
        </dd>
        <ServedBy served={manifest.served} />
        {manifest.kind === "artifact" && manifest.artifactType && (
          <>
            <dt>{say("content.artifactType")}</dt>
            <dd>
              <code className="small">{manifest.artifactType}</code>
            </dd>
          </>
        )}
        {manifest.subject && (
          <>
            <dt>{say("content.refersTo")}</dt>
            <dd>
              <DigestText digest={manifest.subject.digest} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Body({ manifest, where }: { manifest: Manifest; where: Where }) {
  const view = useView();
  const tabs: [string, string, React.ReactNode][] = [];
  if (manifest.platforms?.length)
    tabs.push([
      "platforms",
      say("content.platforms"),
      <Platforms manifest={manifest} where={where} />,
    ]);
  if (manifest.layers?.length)
    tabs.push(["layers", say("content.layers"), <LayersAndTotal manifest={manifest} />]);
  if (manifest.config && manifest.kind === "image") {
    tabs.push(["config", say("content.configuration"), <ConfigFacts config={manifest.config} />]);
    if (manifest.config.history?.length)
      tabs.push(["history", say("content.history"), <History history={manifest.config.history} />]);
  }
  if (Object.keys(manifest.annotations ?? {}).length > 0) {
    tabs.push([
      "annotations",
      say("content.annotations"),
      <Pairs pairs={manifest.annotations ?? {}} />,
    ]);
  }
  if (manifest.referrers?.length) {
    tabs.push([
      "referrers",
      say("content.referrers"),
      <Referrers referrers={manifest.referrers} where={where} />,
    ]);
  }
  tabs.push([
    "raw",
    say("content.rawManifest"),
    // What was sent byte for byte is what the digest is of.
    <Listing text={prettyJson(manifest.raw)} copied={manifest.raw} what={say("content.theRaw")} />,
  ]);
  const wanted = view.of("tab");
  const active = tabs.some(([key]) => key === wanted) ? wanted : tabs[0]![0];
  return (
    <Tabs
      activeKey={active}
      onSelect={(_, key) => view.change({ tab: String(key) }, true)}
      aria-label={say("content.partsOfManifest")}
    >
      {tabs.map(([key, title, content]) => (
        <Tab key={key} eventKey={key} title={<TabTitleText>{title}</TabTitleText>}>
          {key === active && <div className="tab-body">{content}</div>}
        </Tab>
      ))}
    </Tabs>
  );
}

export function TagPage() {
  const { uid = "" } = useParams();
  const view = useView();
  const repository = view.of("repository");
  const reference = view.of("reference");
  const which = useWhich(uid);
  const manifest = useManifest(uid, repository, reference);
  const isDigest = reference.includes(":");
  const title = isDigest ? `${repository}@${shortDigest(reference)}` : `${repository}:${reference}`;
  return (
    <Page
      title={title}
      crumbs={[
        ...which.crumbs,
        which.crumb,
        { text: repository, to: repositoryAddress(uid, repository) },
      ]}
      actions={
        manifest.data?.kind === "chart" && (
          <Link to={chartAddress(uid, repository, reference)}>
            {say("content.readmeValuesVersions")}
          </Link>
        )
      }
    >
      {manifest.isPending ? (
        <Waiting what={say("content.theManifest")} rows={8} />
      ) : manifest.isError ? (
        <Failure
          error={manifest.error}
          what={say("content.theManifest")}
          again={() => void manifest.refetch()}
        />
      ) : (
        <div className="columns">
          <div className="stack">
            <ServedElsewhere served={manifest.data.served} />
            <Body manifest={manifest.data} where={{ uid, repository }} />
          </div>
          <aside className="stack">
            <Facts manifest={manifest.data} />
            {isToldByAws(which.entry) && (
              <EcrImage
                uid={uid}
                repository={repository}
                digest={manifest.data.digest}
                isIndex={manifest.data.kind === "index"}
              />
            )}
            <Commands commands={manifest.data.commands} />
          </aside>
        </div>
      )}
    </Page>
  );
}
