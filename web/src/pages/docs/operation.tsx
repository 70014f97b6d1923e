// One operation of the API: what it needs and what it answers.
import { Label } from "@patternfly/react-core";
import type { ReactNode } from "react";

import { say } from "../../words/say";
import { nameOf, type Content, type Document, type Place } from "./document";
import { Shape } from "./shape";

const colors = {
  GET: "blue",
  POST: "green",
  PUT: "orange",
  PATCH: "orange",
  DELETE: "red",
} as const;

function Body({ document, content }: { document: Document; content: Content | undefined }) {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (!type || !media) return <span className="subtle">{say("docs.noBody")}</span>;
  if (type !== "application/json") return <code>{type}</code>;
  return <Shape document={document} schema={media.schema} />;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="stack tight">
      <h4>{title}</h4>
      {children}
    </section>
  );
}

function Parameters({ document, place }: { document: Document; place: Place }) {
  const parameters = place.operation.parameters ?? [];
  if (parameters.length === 0) return null;
  return (
    <Part title={say("docs.parameters")}>
      <dl className="facts small">
        {parameters.map((parameter) => (
          <div key={parameter.in + parameter.name} className="facts-row">
            <dt>
              <code>{parameter.name}</code>
              <div>
                <code>{parameter.in}</code>
                {parameter.required && ` · ${say("docs.required")}`}
              </div>
            </dt>
            <dd>
              <Shape document={document} schema={parameter.schema} />
              {parameter.description && <div lang="en">{parameter.description}</div>}
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Answers({ document, place }: { document: Document; place: Place }) {
  return (
    <Part title={say("docs.answers")}>
      <dl className="facts small">
        {Object.entries(place.operation.responses).map(([status, response]) => {
          const content = response.$ref
            ? document.components.responses[nameOf(response.$ref)]?.content
            : response.content;
          return (
            <div key={status} className="facts-row">
              <dt>{status === "default" ? say("docs.otherErrors") : <code>{status}</code>}</dt>
              <dd>
                <Body document={document} content={content} />
              </dd>
            </div>
          );
        })}
      </dl>
    </Part>
  );
}

export function OperationView({ document, place }: { document: Document; place: Place }) {
  const { method, path, operation } = place;
  const right = operation["x-right"];
  return (
    <article className="panel stack" id={operation.operationId}>
      <header>
        <h3 className="row tight">
          <Label isCompact color={colors[method as keyof typeof colors]}>
            <code>{method}</code>
          </Label>
          <code className="breakable">{path}</code>
        </h3>
        <p lang="en">{operation.summary}</p>
        {operation.description && (
          <p lang="en" className="small">
            {operation.description}
          </p>
        )}
        <p className="small subtle">{right ? say("docs.right", { right }) : say("docs.noRight")}</p>
      </header>
      <Parameters document={document} place={place} />
      {operation.requestBody && (
        <Part title={say("docs.body")}>
          <Body document={document} content={operation.requestBody.content} />
        </Part>
      )}
      <Answers document={document} place={place} />
    </article>
  );
}
