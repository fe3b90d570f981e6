/**
 * A stand-in for `Atomics`, which the engine does not have, while node-inspect-extracted records the properties of
 * built-in objects. A program must not find it, so `takeBack` follows.
 */
const scope = globalThis as { Atomics?: object };
const isLent = scope.Atomics === undefined;
if (isLent) scope.Atomics = {};

export function takeBack(): void {
  if (isLent) delete scope.Atomics;
}
