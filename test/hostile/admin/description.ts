/** The admin API's description in the form for this suite: each operation with its callers, its parameters and its body. */
import type { Schema } from "./from-schema.ts";

export type Access = "public" | "any" | "tenant" | "operator";

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  /** Its only content type and schema; undefined if the operation takes no body. */
  readonly body: { readonly type: string; readonly schema: Schema } | undefined;
  /** The status of its answer to a good call. */
  readonly status: number;
}

interface Described {
  readonly description: string;
  readonly parameters?: Operation["parameters"];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

const accesses: Readonly<Record<string, Access>> = {
  "Needs no token.": "public",
  "Any valid token.": "any",
  "A token of the tenant, or the operator's.": "tenant",
  "The operator's token.": "operator",
};

export function operationsOf({ paths }: Description): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { description, parameters = [], requestBody, responses }]) => {
      const sentence = Object.keys(accesses).find((text) => description.endsWith(text));
      const [content] = Object.entries(requestBody?.content ?? {});
      return {
        method: method.toUpperCase(),
        path,
        access: accesses[sentence!]!,
        parameters,
        body: content === undefined ? undefined : { type: content[0], schema: content[1].schema },
        status: Number(Object.keys(responses).find((status) => status !== "default")),
      };
    }),
  );
}
