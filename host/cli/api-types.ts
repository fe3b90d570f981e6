/** The admin API's types by the names of its operations, from its OpenAPI description. */
import type { operations } from "./admin-api.d.ts";

type OperationId = keyof operations;

/** The JSON with which an operation answers when it succeeds. */
export type Answer<Id extends OperationId> = operations[Id]["responses"] extends infer Responses
  ? JsonOf<Responses[Exclude<keyof Responses, "default">]>
  : never;

/** The JSON that an operation takes. */
export type Body<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer Content } }
  ? Content extends { "application/json": infer Json }
    ? Json
    : never
  : never;

type JsonOf<Response> = Response extends { content: { "application/json": infer Json } } ? Json : undefined;
