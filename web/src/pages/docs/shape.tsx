// What a value of the API looks like: its type, and its fields when they are asked for.
import { useState } from "react";

import { say } from "../../words/say";
import { resolve, type Document, type Schema } from "./document";

interface Props {
  document: Document;
  schema: Schema;
}

function typeText(document: Document, given: Schema): string {
  const { name, schema } = resolve(document, given);
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.type === "array")
    return say("docs.listOf", { type: typeText(document, schema.items ?? {}) });
  if (schema.oneOf) return schema.oneOf.map((one) => typeText(document, one)).join(" | ");
  if (name && schema.properties) return name;
  return [schema.type ?? "", schema.format ?? ""].filter(Boolean).join(", ");
}

/** The fields of a value, or of what a list is of; none if it has none. */
function fieldsOf(document: Document, given: Schema): Schema | undefined {
  const { schema } = resolve(document, given);
  if (schema.type === "array") return fieldsOf(document, schema.items ?? {});
  return schema.properties ? schema : undefined;
}

export function Shape({ document, schema }: Props) {
  const fields = fieldsOf(document, schema);
  const type = typeText(document, schema);
  const [open, setOpen] = useState(false);
  if (!fields) return <code className="breakable">{type}</code>;
  return (
    // Drawn only when it is open: types may hold themselves.
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code className="breakable">{type}</code>
      </summary>
      {open && <Fields document={document} schema={fields} type={type} />}
    </details>
  );
}

function Fields({ document, schema, type }: Props & { type: string }) {
  const required = new Set(schema.required ?? []);
  return (
    <dl className="facts small docs-fields" aria-label={say("docs.fieldsOf", { type })}>
      {Object.entries(schema.properties ?? {}).map(([name, field]) => (
        <div key={name} className="facts-row">
          <dt>
            <code>{name}</code>
            {required.has(name) && <div>{say("docs.required")}</div>}
          </dt>
          <dd>
            <Shape document={document} schema={field} />
            {field.description && <div lang="en">{field.description}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
