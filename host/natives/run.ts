/** Runs a native for a guest: finds it, checks what the guest has given, and names what went wrong. */
import { Compile, type Validator } from "#typebox";
import { PlinthError, plinthError } from "../errors.ts";
import { type Native, type NativeResult, Refusal } from "./native.ts";
import { natives } from "./table.ts";

/** The name that a call of a native has in the place of a binding's. */
export const NATIVES = "natives";

interface Ready {
  readonly native: Native;
  /** The check of the arguments, compiled at the first call, so that a worker compiles none that its tenants do not use. */
  check?: Validator;
}

const byName = new Map<string, Ready>(natives.map((native) => [native.name, { native }]));

/**
 * @param named the arguments, from the guest: those of the native, and `sizes`
 * @throws PlinthError for a call that is wrong in its form, Refusal for one that the native refuses
 */
export function runNative(name: string, named: Readonly<Record<string, unknown>>, body: Uint8Array): NativeResult {
  const ready = byName.get(name);
  if (ready === undefined) throw plinthError("PLINTH_BINDING_UNKNOWN", [NATIVES, name]);
  const { native } = ready;
  const { sizes = [], ...own } = named;
  ready.check ??= Compile(native.schema) as Validator;
  if (!ready.check.Check(own)) {
    throw plinthError("PLINTH_BINDING_CALL", [`the arguments of the native ${name} are not what it takes`]);
  }
  if (body.length > native.limitBytes) {
    throw plinthError("PLINTH_NATIVE_LIMIT", [name, body.length, native.limitBytes]);
  }
  const parts = partsOf(body, sizes, native);
  try {
    return native.run(own, parts);
  } catch (error) {
    if (error instanceof Refusal || error instanceof PlinthError) throw error;
    throw new Refusal(native.failure, error instanceof Error ? error.message : String(error));
  }
}

/** Divides a body: each part but the last has its length in `sizes`. */
function partsOf(body: Uint8Array, sizes: unknown, { name, parts }: Native): Uint8Array[] {
  const wrong = () => plinthError("PLINTH_BINDING_CALL", [`the sizes of the native ${name} do not divide its body`]);
  if (!Array.isArray(sizes) || sizes.length !== parts - 1) throw wrong();
  const divided: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes as unknown[]) {
    if (!Number.isInteger(size) || (size as number) < 0 || at + (size as number) > body.length) throw wrong();
    divided.push(body.subarray(at, at + (size as number)));
    at += size as number;
  }
  divided.push(body.subarray(at));
  return divided;
}
