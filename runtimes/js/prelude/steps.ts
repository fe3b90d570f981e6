/**
 * The steps of a request or a scheduled run: its start, the end of an operation, and the outcome of a step when no job or
 * timer can run.
 */
import { callEvent, callsUnderWay, forgetCalls } from "./bindings.ts";
import { Body, type Content } from "./body.ts";
import { BodyFlow } from "./body-flow.ts";
import { readEnvironment } from "./environment.ts";
import { forgetPromises, newContext, waitsForPromises } from "./execution-context.ts";
import { describe, fail, giveUp } from "./failure.ts";
import { callHandler, callScheduled, loadModule } from "./handler.ts";
import { whenSettled } from "./intrinsics.ts";
import { phase } from "./phase.ts";
import { resetRandom } from "./random.ts";
import { forgetRejections, reportRejections } from "./rejections.ts";
import { Request } from "./request.ts";
import { Response } from "./response.ts";
import { ScheduledController } from "./scheduled.ts";
import { SharedBytes } from "./shared-bytes.ts";
import { isStream } from "./streams.ts";
import { encodeUtf8, log } from "./text.ts";
import { isTimerDue, resetClock, runDueTimers, timerEvent, waitForTimers } from "./timers.ts";
import { releaseKept } from "./weak-ref.ts";

const outcome = { response: 0, earlyResponse: 1, pending: 2, done: 3 } as const;
const levelWarn = 2;
const levelError = 3;

/** The answer of the request that this memory serves, with its whole body, or with the flow of a body that is a stream. */
let answer: Response | undefined;
let answerBody: string | ArrayBuffer | null = null;
let flow: BodyFlow | undefined;
/** Whether the request's method is HEAD. */
let isHead = false;
let error: { value: unknown } | undefined;
let sent = false;
/** Whether another request has run in this memory before: isolation "reuse". */
let used = false;

/** Forgets what the module left while it loaded, or what the last request left. */
function forget(): void {
  answer = undefined;
  answerBody = null;
  flow = undefined;
  error = undefined;
  sent = false;
  forgetPromises();
  forgetRejections();
  resetRandom();
  resetClock();
  forgetCalls();
}

/** Takes the module that was loaded. Requests can come from now on. */
export function load(state: number, value: unknown): void {
  loadModule(state, value);
  forget();
}

export function start(method: string, uri: string, headers: string, body: ArrayBuffer | undefined): void {
  begin();
  isHead = method === "HEAD";
  try {
    const env = readEnvironment();
    const result = callHandler(Request.incoming(method, uri, headers, body), env, newContext());
    if (Response.is(result)) respond(result);
    else whenSettled(result, respond, setError);
  } catch (thrown) {
    setError(thrown);
  }
}

export function scheduled(cron: string, time: number): void {
  begin();
  isHead = false;
  try {
    const ran = callScheduled(ScheduledController.of(cron, time), readEnvironment(), newContext());
    whenSettled(ran, () => respond(new Response(null, { status: 204 })), setError);
  } catch (thrown) {
    setError(thrown);
  }
}

function begin(): void {
  phase.serving = true;
  if (used) forget();
  used = true;
}

function setError(value: unknown): void {
  error ??= { value };
}

function respond(value: unknown): void {
  try {
    if (!Response.is(value)) {
      throw new TypeError(`The handler returned ${value === null ? "null" : typeof value}, not a Response`);
    }
    const content: Content = Body.take(value);
    answer = value;
    if (isStream(content)) flow = new BodyFlow(content, setError);
    else answerBody = content instanceof SharedBytes ? content.buffer : content;
  } catch (thrown) {
    setError(thrown);
  }
}

export function event(operation: number, _failed: number, payload: ArrayBuffer | string | undefined): void {
  if (!timerEvent(operation)) callEvent(operation, payload);
}

/** Whether an event will resume the request: the end of a timer, for which the host is asked, or the reply of a call. */
function waitForEvents(): boolean {
  return waitForTimers() || callsUnderWay();
}

/**
 * Completes the step, unless a timer has run, after which there may be promise jobs again. The adapter calls this when
 * no promise job is left.
 */
export function settle(): void {
  releaseKept();
  reportRejections();
  // Bytes that were written leave before the program goes on with a timer.
  const leaves = flow?.hasUnsent && !flow.isEnded && isTimerDue();
  if (!error && !leaves && runDueTimers()) return;
  if (error) {
    if (flow?.isBegun) flow.send(answer!);
    if (sent) log(levelError, describe(error.value));
    fail(error.value);
    return;
  }
  if (!answer) {
    if (waitForEvents()) complete(outcome.pending);
    else {
      giveUp(
        "The handler's promise can never settle: nothing that it could be waiting for is outstanding. " +
          "Is a resolve() never called, or a promise awaited that nothing settles?",
      );
    }
    return;
  }
  if (flow && !sent) {
    goOn(answer, flow);
    return;
  }
  if (sent) {
    if (!waitsForPromises()) complete(outcome.done);
    else if (waitForEvents()) complete(outcome.pending);
    else giveUp(neverSettles);
    return;
  }
  const waits = waitsForPromises();
  const more = waits && waitForEvents();
  if (waits && !more) log(levelWarn, neverSettles);
  send(more ? outcome.earlyResponse : outcome.response, answer, answerBody);
  sent = true;
}

/** Completes the step of an answer that is a stream. */
function goOn(response: Response, body: BodyFlow): void {
  if (body.isEnded && !body.isBegun) {
    answerBody = body.whole();
    flow = undefined;
    settle();
    return;
  }
  if (isHead) {
    flow = undefined;
    body.cancel(undefined);
    return;
  }
  if (body.isEnded) {
    body.send(response);
    sent = true;
    settle();
  } else if (body.isFull || waitForEvents()) {
    body.send(response);
    waitForEvents();
    complete(outcome.pending);
  } else {
    if (body.isBegun) body.send(response);
    giveUp(neverEnds);
  }
}

const neverEnds =
  "The response's body can never end: its stream is open, and nothing that it could be waiting for is outstanding";
const neverSettles =
  "A promise given to waitUntil can never settle: nothing that it could be waiting for is outstanding";

function send(tag: number, response: Response, body: string | ArrayBuffer | null): void {
  const headers = Body.headersText(response);
  const { status } = response;
  if (body === null || body === "") $complete(tag, status, headers, 0, undefined, 0);
  else if (typeof body !== "string") $complete(tag, status, headers, body.byteLength ? 2 : 0, body, 0);
  else if ($complete(tag, status, headers, 1, body, body.length) === 1)
    $complete(tag, status, headers, 2, encodeUtf8(body), 0);
}

function complete(tag: number): void {
  $complete(tag, 0, "", 0, undefined, 0);
}
