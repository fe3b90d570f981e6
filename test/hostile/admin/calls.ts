/** Random calls of an operation, whose paths, queries, headers and bodies follow the description or break it. */
import type { Ajv } from "ajv";
import fc from "fast-check";
import { answering } from "../../support/programs.ts";
import type { Operation } from "./description.ts";
import { againstSchema, anyText, bySchema } from "./from-schema.ts";

export interface Call {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** The tenant that the path names, if it names one. */
  readonly tenant: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array | undefined;
  /** Whether the call breaks the description, so that the answer is a refusal of the request. */
  readonly isBad: boolean;
}

/** Names that exist, by parameter, so that calls reach further than to "not found". */
const known: Readonly<Record<string, readonly string[]>> = {
  name: ["alice"],
  tenant: ["alice", "bob"],
  namespace: ["pages"],
  secret: ["KEY"],
  key: ["key", "other"],
};

/** A part of a path. It is not empty and has not only dots, because the path would then be another one. */
const pathText = anyText.filter((text) => text.isWellFormed() && !/^(?:[.]{0,2})$/.test(text));

/** @param victims names of tenants that an operation of the operator may destroy */
export function callsOf(operation: Operation, ajv: Ajv, victims: readonly string[]): fc.Arbitrary<Call> {
  const { method, path } = operation;
  const isEndOfTenant = method === "DELETE" && path === "/v1/tenants/{name}";
  const parts = operation.parameters
    .filter((it) => it.in === "path")
    .map(({ name, schema }) => {
      const names = isEndOfTenant ? victims : (known[name] ?? []);
      const some =
        schema.pattern === undefined
          ? pathText
          : fc.oneof(fc.constantFrom("1", "2"), bySchema(schema) as fc.Arbitrary<string>);
      // The tenant's own name is mostly kept. Other names are for the operator's calls.
      const value =
        names.length === 0
          ? some
          : fc.oneof({ weight: name === "name" ? 9 : 2, arbitrary: fc.constantFrom(...names) }, some);
      return [name, value] as const;
    });
  return fc
    .record({
      parts: fc.record(Object.fromEntries(parts)) as fc.Arbitrary<Record<string, string>>,
      query: queryOf(operation),
      headers: headersOf(operation),
      body: bodyOf(operation, ajv),
    })
    .map(({ parts: found, query, headers, body }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(found[name]!));
      return {
        method,
        target: filled + query.text,
        tenant: found.name,
        headers: { ...headers, ...body.headers },
        body: body.bytes,
        isBad: query.isBad || body.isBad,
      };
    });
}

function queryOf({ parameters }: Operation): fc.Arbitrary<{ text: string; isBad: boolean }> {
  const known = parameters.filter((it) => it.in === "query");
  const good = fc
    .record(Object.fromEntries(known.map(({ name, schema }) => [name, bySchema(schema)])), { requiredKeys: [] })
    .map((values) => ({ text: encoded(values), isBad: false }));
  const unknown = fc.record({ name: fc.stringMatching(/^[a-z]{1,3}$/), value: fc.string() });
  const bad = unknown
    .filter(({ name }) => known.every((it) => it.name !== name))
    .map(({ name, value }) => ({ text: encoded({ [name]: value }), isBad: true }));
  return fc.oneof({ weight: 5, arbitrary: good }, bad);
}

function encoded(values: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

function headersOf({ parameters }: Operation): fc.Arbitrary<Record<string, string | undefined>> {
  const named = parameters.filter((it) => it.in === "header");
  const value = fc.oneof(fc.constantFrom('"1"', "*", "60", "{}"), fc.stringMatching(/^[ -~]{0,40}$/));
  return fc.record(Object.fromEntries(named.map(({ name }) => [name, value])), { requiredKeys: [] });
}

interface Body {
  readonly bytes: Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly isBad: boolean;
}

function bodyOf({ body }: Operation, ajv: Ajv): fc.Arbitrary<Body> {
  if (body === undefined) return fc.constant({ bytes: undefined, headers: {}, isBad: false });
  const headers = { "content-type": body.type };
  const { type, schema } = body;
  if (type !== "application/json") {
    const program = answering("'changed'");
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(program),
      fc.nat(program.length).map((end) => program.slice(0, end)),
    );
    return bytes.map((found) => ({ bytes: found, headers, isBad: false }));
  }
  const allows = ajv.compile(schema);
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const good = bySchema(schema).map((value) => ({ bytes: json(value), headers, isBad: false }));
  const against = againstSchema(schema, (value) => allows(value)).map((value) => ({
    bytes: json(value),
    headers,
    isBad: true,
  }));
  const noJson = fc
    .uint8Array({ maxLength: 50 })
    .filter((bytes) => !isJson(bytes))
    .map((bytes) => ({ bytes, headers, isBad: true }));
  const otherType = bySchema(schema).map((value) => ({
    bytes: json(value),
    headers: { "content-type": "text/plain" },
    isBad: true,
  }));
  return fc.oneof({ weight: 4, arbitrary: good }, { weight: 3, arbitrary: against }, noJson, otherType);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}
