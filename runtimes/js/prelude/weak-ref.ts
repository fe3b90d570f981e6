/** `WeakRef` whose object lives until no promise job is left (ECMAScript, "KeepDuringJob"). The engine frees it at once. */
import { apply, defineProperty, functionName } from "./intrinsics.ts";

const Engine = WeakRef;
const { construct } = Reflect;
const { deref } = Engine.prototype;
let kept: unknown[] = [];

function Kept(this: unknown, target: WeakKey): WeakRef<WeakKey> {
  if (!new.target) throw new TypeError("WeakRef is a constructor: write new WeakRef(object)");
  const reference = construct(Engine, [target], new.target) as WeakRef<WeakKey>;
  kept[kept.length] = target;
  return reference;
}
functionName(Kept, "WeakRef");
defineProperty(Kept, "prototype", { value: Engine.prototype, writable: false });
defineProperty(Engine.prototype, "constructor", { value: Kept, writable: true, configurable: true });

function keptDeref(this: WeakRef<WeakKey>): unknown {
  const target = apply(deref, this, []) as unknown;
  if (target !== undefined) kept[kept.length] = target;
  return target;
}
functionName(keptDeref, "deref");
defineProperty(Engine.prototype, "deref", { value: keptDeref, writable: true, configurable: true });
defineProperty(globalThis, "WeakRef", { value: Kept, writable: true, configurable: true });

/** Releases the kept objects, because no promise job is left. */
export function releaseKept(): void {
  if (kept.length > 0) kept = [];
}
