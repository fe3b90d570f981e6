import { preparePoll } from "../../../host/wasi/poll.ts";
import { ERRNO } from "../../../host/wasi/preview1.ts";
import type { TestClocks } from "../../../host/worker/clocks.fixture.ts";

/**
 * `poll_oneoff` of a host that lets a program block its thread, as time.Sleep does. The clocks jump to the end of the
 * wait.
 */
export function blockingPoll(memory: () => WebAssembly.Memory, clocks: TestClocks) {
  const calls = { now: () => clocks.now(), monotonic: () => Number(clocks.monotonicNs()) / 1e6 };
  const view = () => new DataView(memory().buffer);
  return (input: number, output: number, count: number, countOut: number): number => {
    const poll = preparePoll(view, calls, 0n, [input >>> 0, output >>> 0, count >>> 0, countOut >>> 0]);
    if (poll === undefined) return ERRNO.inval;
    if (poll.deadline > clocks.monotonic) clocks.skip(poll.deadline - clocks.monotonic);
    return poll.answer();
  };
}
