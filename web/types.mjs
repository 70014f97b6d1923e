// node types.mjs OPENAPI.json OUT.ts: the schemas of the document as types, and its operations, so
// that a page which asks for what the document does not have is not built.
import { readFileSync, writeFileSync } from "node:fs";

const [source, out] = process.argv.slice(2);
const document = JSON.parse(readFileSync(source, "utf8"));

const known = new Set(
  `$ref additionalProperties allOf anyOf const default description enum example examples format items
   maxItems maxLength maximum minItems minLength minimum oneOf pattern properties readOnly required
   title type uniqueItems writeOnly`.split(/\s+/),
);

const nameOf = (reference) => {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1];
  if (!name || !document.components.schemas[name]) throw new Error(`${reference} is not there`);
  return name;
};
const quoted = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
const union = (types) => [...new Set(types)].join(" | ");

function objectOf(schema) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const words = field.description ? `/** ${field.description.replaceAll("*/", "* /")} */ ` : "";
    return `${words}${quoted(name)}${required.has(name) ? "" : "?"}: ${typeOf(field)};`;
  });
  for (const name of required) {
    if (schema.properties && !(name in schema.properties))
      throw new Error(`${name} is required and not described`);
  }
  const others = schema.additionalProperties;
  if (fields.length === 0)
    return `Record<string, ${others && others !== true ? typeOf(others) : "unknown"}>`;
  if (others) throw new Error("an object has described and other fields");
  return `{ ${fields.join(" ")} }`;
}

/** `allOf` of a schema and `{required}`: that schema, with fields that are there for sure. */
function allOf(members) {
  const requires = members.filter((member) => Object.keys(member).join() === "required");
  const base = members
    .filter((member) => !requires.includes(member))
    .map(typeOf)
    .join(" & ");
  if (requires.length === 0) return `(${base})`;
  const names = union(requires.flatMap(({ required }) => required.map((n) => JSON.stringify(n))));
  return `Sure<${base}, ${names}>`;
}

const plain = { string: "string", integer: "number", number: "number", boolean: "boolean" };

function typeOf(schema) {
  for (const word of Object.keys(schema)) {
    if (!known.has(word) && !word.startsWith("x-"))
      throw new Error(`${word} is not understood: ${JSON.stringify(schema).slice(0, 200)}`);
  }
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.allOf) return allOf(schema.allOf);
  if (schema.oneOf ?? schema.anyOf) return union((schema.oneOf ?? schema.anyOf).map(typeOf));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (Array.isArray(schema.type))
    return union(schema.type.map((type) => typeOf({ ...schema, type })));
  if (schema.type === "null") return "null";
  if (schema.type === "array") return `Array<${typeOf(schema.items)}>`;
  if (schema.type === "object" || schema.properties) return objectOf(schema);
  if (schema.type === undefined) return "unknown";
  if (!plain[schema.type]) throw new Error(`type ${schema.type} is not understood`);
  return plain[schema.type];
}

function bodyOf(content) {
  if (!content) return "undefined";
  const json = content["application/json"];
  return json ? typeOf(json.schema) : "string";
}

/** "path: {…};", with a mark where nothing of it has to be given; "" where there is none. */
function parametersOf(operation, place) {
  const fields = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  if (fields.length === 0) return "";
  const types = fields.map(
    ({ name, required, schema }) =>
      `${quoted(name)}${required ? "" : "?"}: ${typeOf(schema)}${required ? "" : " | undefined"};`,
  );
  const optional = fields.every(({ required }) => !required);
  return `${place}${optional ? "?" : ""}: { ${types.join(" ")} };`;
}

function operationOf(operation) {
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const body = operation.requestBody;
  const asks = [
    parametersOf(operation, "path"),
    parametersOf(operation, "query"),
    body ? `body${body.required ? "" : "?"}: ${bodyOf(body.content)};` : "",
  ];
  const answers = good.map(([, response]) => bodyOf(response.content));
  const lines = good.map(([, response]) => response.content?.["application/x-ndjson"]);
  return [
    `asks: { ${asks.filter(Boolean).join(" ")} };`,
    `answer: ${union(answers) || "undefined"};`,
    ...lines.filter(Boolean).map(({ schema }) => `line: ${typeOf(schema)};`),
  ].join(" ");
}

const schemas = Object.entries(document.components.schemas).map(
  ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
);
const methods = new Set(["get", "put", "post", "patch", "delete"]);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => methods.has(method))
    .map(([method, operation]) => {
      const shared = { parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])] };
      const name = JSON.stringify(`${method.toUpperCase()} ${path}`);
      return `  ${name}: { ${operationOf({ ...operation, ...shared })} };`;
    }),
);

writeFileSync(
  out,
  `// Made by web/types.mjs from src/api/openapi.json.
export type Sure<Type, Names extends keyof Type> = Type & { [Name in Names]-?: NonNullable<Type[Name]> };

${schemas.join("\n")}

export interface Operations {
${operations.join("\n")}
}
`,
);
