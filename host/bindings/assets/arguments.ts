/** The arguments of the binding's method. They come from the guest, and are checked here. */
import { Compile, Type } from "#typebox";
import { plinthError } from "../../errors.ts";
import { closed } from "../schema-parts.ts";

const schema = Type.Object(
  {
    method: Type.String(),
    url: Type.String(),
    headers: Type.Array(Type.Tuple([Type.String(), Type.String()])),
  },
  closed,
);
const check = Compile(schema);

/** @throws PlinthError PLINTH_BINDING_CALL, for the guest */
export function assetRequestOf(named: unknown): { method: string; url: URL; headers: Record<string, string> } {
  if (check.Check(named) && URL.canParse(named.url)) {
    const { method, url, headers } = named as Type.Static<typeof schema>;
    return { method, url: new URL(url), headers: Object.fromEntries(headers) };
  }
  throw plinthError("PLINTH_BINDING_CALL", ["the arguments of assets.fetch are not what it takes"]);
}
