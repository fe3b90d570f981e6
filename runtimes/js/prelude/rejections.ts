/** Unhandled rejections. Each becomes a line in the tenant's log once no promise job is left that could handle it. */
import { describe } from "./failure.ts";
import { apply } from "./intrinsics.ts";
import { tellRejection } from "./scope.ts";
import { log } from "./text.ts";

const levelError = 3;
const { set, delete: remove, clear, forEach } = Map.prototype;
const unhandled = new Map<object, unknown>();
/** The size of `unhandled`. The property `size` is not used, since a tenant could have patched it. */
let count = 0;

/** @param handled 1 if a promise that was reported before now has a handler */
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
  const tell = (reason: unknown, promise: object): void => {
    if (tellRejection(promise, reason)) log(levelError, `Unhandled promise rejection: ${describe(reason)}`);
  };
  apply(forEach, unhandled, [tell]);
  forgetRejections();
}
