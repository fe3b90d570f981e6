/** The arguments of the binding's methods. They come from the guest, and are checked here. */
import { Compile, Type } from "#typebox";
import { plinthError } from "../../errors.ts";
import { closed } from "../schema-parts.ts";

const schemas = {
  find: Compile(Type.Object({ text: Type.String() }, closed)),
  wait: Compile(Type.Object({ ms: Type.Number({ minimum: 0 }) }, closed)),
};

type Schemas = typeof schemas;
type Arguments<Method extends keyof Schemas> = Type.Static<ReturnType<Schemas[Method]["Type"]>>;

/** @throws PlinthError PLINTH_BINDING_CALL, for the guest */
export function argumentsOf<Method extends keyof Schemas>(method: Method, named: unknown): Arguments<Method> {
  if (schemas[method].Check(named)) return named as Arguments<Method>;
  throw plinthError("PLINTH_BINDING_CALL", [`the arguments of template.${method} are not what it takes`]);
}
