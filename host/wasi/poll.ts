/** `poll_oneoff`: waits for clocks; standard streams and in-memory files are always ready. */
import { monotonicNs, sleepUntil } from "../component/static/waiting.ts";
import { clockNs } from "./clocks.ts";
import { ERRNO } from "./preview1.ts";
import type { WasiCalls } from "./types.ts";

/** Layouts of `subscription` and `event`, sizes and offsets in bytes. */
const SUBSCRIPTION = { size: 48, userdata: 0, tag: 8, clock: 16, timeout: 24, flags: 40 } as const;
const EVENT = { size: 32, userdata: 0, error: 8, type: 10, bytes: 16 } as const;
const TAG = { clock: 0, fdRead: 1, fdWrite: 2 } as const;
const ABSOLUTE = 1;

interface Subscription {
  userdata: bigint;
  tag: number;
  /** The deadline on the monotonic clock, ns; undefined for a subscription that is ready at once. */
  deadline: bigint | undefined;
  error: number;
}

/** Pointers of `poll_oneoff`: subscriptions, events, how many subscriptions, where the number of events goes. */
type PollParameters = readonly [input: number, output: number, count: number, countOut: number];

/**
 * Answers at once if a subscription is ready. Otherwise it returns a promise of the answer, for which the command's
 * stack is suspended.
 *
 * @param view of the command's memory as it is now
 * @throws RangeError if a pointer leads out of the memory
 */
export function pollOneoff(
  view: () => DataView,
  calls: WasiCalls,
  startedNs: bigint,
  parameters: PollParameters,
): number | Promise<number> {
  const poll = preparePoll(view, calls, startedNs, parameters);
  if (poll === undefined) return ERRNO.inval;
  const { deadline, answer } = poll;
  return deadline <= monotonicNs(calls) ? answer() : sleepUntil(calls, deadline).then(answer);
}

/** The wait that a call asks for, for hosts that wait in other ways. */
export interface Poll {
  /** The deadline on the monotonic clock, ns; it has passed if something is ready at once. */
  deadline: bigint;
  /** Writes the events. @returns the error number */
  answer(): number;
}

/** @returns undefined if the call makes no sense. @throws RangeError as `pollOneoff` */
export function preparePoll(
  view: () => DataView,
  calls: Pick<WasiCalls, "now" | "monotonic">,
  startedNs: bigint,
  [input, output, count, countOut]: PollParameters,
): Poll | undefined {
  if (count === 0) return undefined;
  const subscriptions = readSubscriptions(view(), calls, startedNs, input, count);
  if (subscriptions === undefined) return undefined;
  const now = monotonicNs(calls);
  let deadline = subscriptions[0]!.deadline ?? now;
  for (const subscription of subscriptions) {
    const end = subscription.deadline ?? now;
    if (end < deadline) deadline = end;
  }
  return {
    deadline,
    answer: () => {
      const then = monotonicNs(calls);
      const ready = subscriptions.filter(({ deadline: end }) => end === undefined || end <= then);
      writeEvents(view(), ready, output, countOut);
      return ERRNO.success;
    },
  };
}

function readSubscriptions(
  memory: DataView,
  calls: Pick<WasiCalls, "now" | "monotonic">,
  startedNs: bigint,
  input: number,
  count: number,
): Subscription[] | undefined {
  const subscriptions: Subscription[] = [];
  for (let at = input; subscriptions.length < count; at += SUBSCRIPTION.size) {
    const userdata = memory.getBigUint64(at + SUBSCRIPTION.userdata, true);
    const tag = memory.getUint8(at + SUBSCRIPTION.tag);
    if (tag > TAG.fdWrite) return undefined;
    let deadline: bigint | undefined;
    let error: number = ERRNO.success;
    if (tag === TAG.clock) {
      const now = clockNs(memory.getUint32(at + SUBSCRIPTION.clock, true), calls, startedNs);
      const timeout = memory.getBigUint64(at + SUBSCRIPTION.timeout, true);
      const absolute = (memory.getUint16(at + SUBSCRIPTION.flags, true) & ABSOLUTE) !== 0;
      if (now === undefined) error = ERRNO.inval;
      else deadline = monotonicNs(calls) + (absolute ? timeout - now : timeout);
    }
    subscriptions.push({ userdata, tag, deadline, error });
  }
  return subscriptions;
}

function writeEvents(memory: DataView, ready: readonly Subscription[], output: number, countOut: number): void {
  ready.forEach(({ userdata, tag, error }, index) => {
    const at = output + index * EVENT.size;
    memory.setBigUint64(at + EVENT.userdata, userdata, true);
    for (let field = at + EVENT.error; field < at + EVENT.size; field += 8) memory.setBigUint64(field, 0n, true);
    memory.setUint16(at + EVENT.error, error, true);
    memory.setUint8(at + EVENT.type, tag);
    // One byte stands for an unknown number that can be read or written, or for the end.
    if (tag !== TAG.clock) memory.setBigUint64(at + EVENT.bytes, 1n, true);
  });
  memory.setUint32(countOut, ready.length, true);
}
