/** The arguments of the binding's methods: the wire format of docs/reference/kv.md. */
import { Compile, Type } from "#typebox";
import { plinthError } from "../../errors.ts";
import type { JsonValue } from "../../store/store.ts";
import type { BindingCall } from "../message.ts";
import { LIST_KEYS, READ_KEYS } from "./limits.ts";

const closed = { additionalProperties: false };
const name = Type.String();
const key = Type.String();
const seconds = Type.Optional(Type.Integer());
const revision = Type.Optional(Type.Integer({ minimum: 0 }));

const schemas = {
  get: Compile(Type.Object({ name, key }, closed)),
  getMany: Compile(Type.Object({ name, keys: Type.Array(key, { maxItems: READ_KEYS }) }, closed)),
  list: Compile(
    Type.Object(
      {
        name,
        prefix: Type.Optional(Type.String()),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_KEYS })),
        cursor: Type.Optional(Type.String()),
      },
      closed,
    ),
  ),
  put: Compile(
    Type.Object(
      {
        name,
        key,
        expiration: seconds,
        expirationTtl: seconds,
        metadata: Type.Optional(Type.Unsafe<JsonValue>(Type.Unknown())),
        ifRevision: revision,
      },
      closed,
    ),
  ),
  delete: Compile(Type.Object({ name, key, ifRevision: revision }, closed)),
};

type Schemas = typeof schemas;
export type KvArguments<Method extends keyof Schemas> = Type.Static<ReturnType<Schemas[Method]["Type"]>>;

/** @throws PlinthError PLINTH_KV_ARGUMENT */
export function argumentsOf<Method extends keyof Schemas>(method: Method, call: BindingCall): KvArguments<Method> {
  // null is how some languages say that they do not give it.
  const given = Object.fromEntries(Object.entries(call.arguments).filter(([, value]) => value !== null));
  const schema = schemas[method];
  if (schema.Check(given)) return given as KvArguments<Method>;
  const [first] = schema.Errors(given);
  const where = first?.instancePath === "" ? "the arguments" : first?.instancePath.slice(1).replaceAll("/", ".");
  // TypeBox says of a property that the schema does not have that "schema is false".
  const what = first?.keyword === "boolean" ? "is not an argument of it" : first?.message;
  throw plinthError("PLINTH_KV_ARGUMENT", [`${method}: ${where} ${what}`]);
}
