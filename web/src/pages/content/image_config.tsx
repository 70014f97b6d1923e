// What an image's configuration says, and how it was made.
import type { ImageConfig } from "../../api/types";
import { listOf } from "../../parts/format";
import { Age } from "../../parts/small";
import { say } from "../../words/say";

function words(list?: string[]) {
  return list?.length ? (
    <code>{list.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(" ")}</code>
  ) : null;
}

export function ConfigFacts({ config }: { config: ImageConfig }) {
  const rows: [string, React.ReactNode][] = [
    [say("content.platform"), [config.os, config.architecture].filter(Boolean).join("/")],
    [
      say("content.created"),
      config.created ? <Age time={config.created} none={say("content.notSaid")} /> : null,
    ],
    [say("content.author"), config.author],
    [say("content.user"), config.user],
    [say("content.workingDirectory"), config.workingDir ? <code>{config.workingDir}</code> : null],
    [say("content.entrypoint"), words(config.entrypoint)],
    [say("content.command"), words(config.cmd)],
    [say("content.exposedPorts"), listOf(config.exposedPorts ?? [])],
    [say("content.volumes"), listOf(config.volumes ?? [])],
  ];
  const labels = Object.entries(config.labels ?? {});
  return (
    <div className="stack">
      <dl className="facts">
        {rows
          .filter(([, value]) => value)
          .map(([title, value]) => (
            <div key={title} className="facts-row">
              <dt>{title}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {config.env && config.env.length > 0 && (
        <section className="panel">
          <h3>{say("content.environment")}</h3>
          <ul className="stack small">
            {config.env.map((entry) => (
              <li key={entry}>
                <code className="breakable">{entry}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      {labels.length > 0 && (
        <section className="panel">
          <h3>{say("content.labels")}</h3>
          <dl className="facts small">
            {labels.map(([key, value]) => (
              <div key={key} className="facts-row">
                <dt className="breakable">{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

export function History({ history }: { history: NonNullable<ImageConfig["history"]> }) {
  return (
    <ol className="steps" aria-label={say("content.history")}>
      {history.map((entry, index) => (
        <li key={index}>
          <span className="subtle small">{index + 1}</span>
          <code className="small breakable">
            {entry.createdBy || entry.comment || say("content.notSaid")}
          </code>
          <span className="subtle small nowrap">
            {entry.emptyLayer ? (
              say("content.noLayer")
            ) : entry.created ? (
              <Age time={entry.created} none="" />
            ) : (
              ""
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
