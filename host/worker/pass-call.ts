/** Passes a static component's calls of bindings to the main thread. */
import { MessageChannel, parentPort } from "node:worker_threads";
import type { PassedCall } from "../protocol/static-step.ts";

/**
 * Asks the main thread (StaticCalls).
 *
 * @param step id of the request's step
 * @param frame is transferred, so the caller cannot use it afterwards
 * @param signal is aborted if nobody waits any more
 * @returns the reply's frame; rejected with the signal's reason
 */
export function passCall(step: number, frame: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Uint8Array> {
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const giveUp = () => port1.close();
  port1.once("message", (reply: Uint8Array) => {
    resolve(reply);
    port1.close();
  });
  port1.once("close", () => {
    signal.removeEventListener("abort", giveUp);
    reject(signal.reason ?? new Error("the request has ended"));
  });
  signal.addEventListener("abort", giveUp, { once: true });
  const call: PassedCall = { step, frame, port: port2 };
  parentPort!.postMessage(call, [frame.buffer, port2]);
  return promise;
}
