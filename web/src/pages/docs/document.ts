// The part of an OpenAPI document that the reference shows.

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  allOf?: Schema[];
  oneOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

export type Content = Record<string, { schema: Schema }>;

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags?: string[];
  "x-right"?: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; description?: string; content?: Content }>;
}

export interface Document {
  info: { title: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, { description: string; content: Content }>;
  };
}

export interface Place {
  method: string;
  path: string;
  operation: Operation;
}

const methods = ["get", "post", "put", "patch", "delete"];

export function placesOf(document: Document): Place[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

/** By the first of their tags, in the document's order. */
export function byTag(places: Place[]) {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const tag = place.operation.tags?.[0] ?? "";
    groups.set(tag, [...(groups.get(tag) ?? []), place]);
  }
  return [...groups];
}

export const nameOf = (reference: string) => reference.split("/").pop() ?? "";

/** The schema and its name, if it has one; what `allOf` says together. */
export function resolve(document: Document, schema: Schema): { name: string; schema: Schema } {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return { name, schema: resolve(document, document.components.schemas[name] ?? {}).schema };
  }
  if (!schema.allOf) return { name: "", schema };
  const members = schema.allOf.map((member) => ({ ...resolve(document, member), member }));
  return {
    name: members.find((member) => member.name)?.name ?? "",
    schema: {
      type: "object",
      properties: Object.assign({}, ...members.map((member) => member.schema.properties ?? {})),
      required: members.flatMap((member) => member.schema.required ?? []),
    },
  };
}
