import type { WorkerBinding } from "../binding.ts";
import { argumentsOf } from "./arguments.ts";

/** The side in a worker: what can be answered without waiting is answered here. */
export const templateWorker: WorkerBinding = {
  call({ method, arguments: named, body }, grants) {
    // Not ours: the main thread's side is asked.
    if (method !== "names") return null;
    const { text } = argumentsOf("names", named);
    const known = Object.keys(grants.vars).filter((name) => text.includes(name));
    return { value: { known, bytes: body.byteLength }, body };
  },
};
