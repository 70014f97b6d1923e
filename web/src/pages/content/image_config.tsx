// What an image's configuration says, and how it was made.
import type { ImageConfig } from "../../api/types";
import { Age } from "../../parts/small";

function words(list?: string[]) {
  return list?.length ? (
    <code>{list.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word)).join(" ")}</code>
  ) : null;
}

export function ConfigFacts({ config }: { config: ImageConfig }) {
  const rows: [string, React.ReactNode][] = [
    ["Platform", [config.os, config.architecture].filter(Boolean).join("/")],
    ["Created", config.created ? <Age time={config.created} none="not said" /> : null],
    ["Author", config.author],
    ["User", config.user],
    ["Working directory", config.workingDir ? <code>{config.workingDir}</code> : null],
    ["Entrypoint", words(config.entrypoint)],
    ["Command", words(config.cmd)],
    ["Exposed ports", config.exposedPorts?.join(", ")],
    ["Volumes", config.volumes?.join(", ")],
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
          <h3>Environment</h3>
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
          <h3>Labels</h3>
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
    <ol className="steps" aria-label="History">
      {history.map((entry, index) => (
        <li key={index}>
          <span className="subtle small">{index + 1}</span>
          <code className="small breakable">{entry.createdBy || entry.comment || "not said"}</code>
          <span className="subtle small nowrap">
            {entry.emptyLayer ? (
              "no layer"
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
