/** Rejections that nobody handles: a line in the tenant's log, once no promise job is left that could handle them. */
import { describe } from "./failure.ts";
import { apply } from "./intrinsics.ts";
import { log } from "./text.ts";

const levelError = 3;
const { set, delete: remove, clear, forEach } = Map.prototype;
const unhandled = new Map<object, unknown>();
/** As `unhandled.size`, which a tenant could have patched. */
let count = 0;

/** @param handled 1 when a promise reported before has got a handler */
export function rejection(promise: object, reason: unknown, handled: number): void {
  if (!handled) {
    apply(set, unhandled, [promise, reason]);
    count++;
  } else if (apply(remove, unhandled, [promise])) count--;
}

export function forgetRejections(): void {
  if (count) apply(clear, unhandled, []);
  count = 0;
}

export function reportRejections(): void {
  if (!count) return;
  apply(forEach, unhandled, [(reason: unknown) => log(levelError, `Unhandled promise rejection: ${describe(reason)}`)]);
  forgetRejections();
}
