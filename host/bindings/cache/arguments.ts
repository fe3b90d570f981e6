/** The arguments of the binding's methods. They come from the guest, and are checked here. */
import { Compile, Type } from "#typebox";
import { plinthError } from "../../errors.ts";
import { closed } from "../schema-parts.ts";

/** Fields in lower case, as the guest's `Headers` has them. */
const fields = Type.Array(Type.Tuple([Type.String(), Type.String()]), { maxItems: 1_000 });
const flag = Type.Optional(Type.Boolean());
const request = {
  /** The name of the cache: "" is `caches.default`. */
  cache: Type.String({ maxLength: 256 }),
  method: Type.String(),
  url: Type.String({ pattern: "^https?:" }),
  fields,
};
const matching = Type.Object({ ...request, ignoreMethod: flag, ignoreSearch: flag, ignoreVary: flag }, closed);

const schemas = {
  match: Compile(matching),
  delete: Compile(matching),
  put: Compile(
    Type.Object(
      {
        ...request,
        status: Type.Integer({ minimum: 200, maximum: 599 }),
        statusText: Type.String(),
        responseFields: fields,
      },
      closed,
    ),
  ),
};

type Schemas = typeof schemas;
export type CacheArguments<Method extends keyof Schemas> = Type.Static<ReturnType<Schemas[Method]["Type"]>>;

/** @throws PlinthError PLINTH_BINDING_CALL, for the guest */
export function argumentsOf<Method extends keyof Schemas>(method: Method, named: unknown): CacheArguments<Method> {
  if (schemas[method].Check(named)) return named as CacheArguments<Method>;
  throw plinthError("PLINTH_BINDING_CALL", [`the arguments of cache.${method} are not what it takes`]);
}
