/** The runs under way in a group's process. */
import { noGrants } from "../bindings/binding.ts";
import { PlinthError, plinthError } from "../errors.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { Dispatched } from "../pool/dispatched.ts";
import type { Programs, Run } from "../pool/programs.ts";
import type { Target } from "../pool/target.ts";
import type { BodyStream } from "../protocol/body-stream.ts";
import type { WireResponse } from "../protocol/http.ts";
import type { FromGroup, FromGroupOf, ToGroup } from "./messages.ts";

/** The host's process gives the run up. */
class Cancelled extends Error {}

type Begin = Extract<ToGroup, { kind: "start" | "scheduled" }>;

interface FlowingBody {
  readonly stream: BodyStream;
  /** Called when the host's process has moved the last piece on. */
  onMoved(): void;
}

export class GroupRuns {
  readonly #send: (message: FromGroup, body?: Uint8Array) => void;
  readonly #targets = new Map<number, Target>();
  readonly #runs = new Map<number, Dispatched>();
  /** The bodies that flow, by their runs. */
  readonly #flowing = new Map<number, FlowingBody>();

  constructor(send: (message: FromGroup, body?: Uint8Array) => void) {
    this.#send = send;
  }

  setTarget(number: number, target: Target): void {
    // Other code tells the lack of grants by this very object, which does not cross between processes.
    const grants = Object.keys(target.grants).length === 0 ? noGrants : target.grants;
    this.#targets.set(number, { ...target, grants });
  }

  start(programs: Programs, message: Extract<ToGroup, { kind: "start" }>, body: Uint8Array): void {
    const { cgi, request } = message;
    this.#begin(programs, message, { input: { kind: "start", request: { ...request, body } }, cgi });
  }

  startScheduled(programs: Programs, message: Extract<ToGroup, { kind: "scheduled" }>): void {
    const { cron, time } = message;
    this.#begin(programs, message, { input: { kind: "scheduled", cron, time }, cgi: null });
  }

  /** The host's process has moved a piece of a body on. */
  moved(run: number): void {
    this.#flowing.get(run)?.onMoved();
  }

  /** Nobody reads a body any more. */
  unread(run: number): void {
    this.#flowing.get(run)?.stream.abandon();
    this.moved(run);
  }

  cancel(run: number): void {
    this.#runs.get(run)?.cancel(new Cancelled());
  }

  #begin(programs: Programs, { run, target, cpuWeight }: Begin, what: Pick<Run, "input" | "cgi">): void {
    // Calls of bindings find their run by this name. The host's process knows the request's own id.
    const requestId = String(run);
    const of = { target: this.#targets.get(target)!, cpuWeight, requestId, log: this.#log(run) };
    let dispatched: Dispatched;
    try {
      dispatched = programs.start({ ...what, ...of });
    } catch (error) {
      this.#fail(run, error);
      this.#send({ kind: "finished", run, cpuMs: 0, wasCut: false });
      return;
    }
    this.#runs.set(run, dispatched);
    const answered = dispatched.answer.then(
      (answer) => this.#answer(run, answer),
      (error) => this.#fail(run, error),
    );
    void Promise.all([answered, dispatched.finished]).then(() => {
      this.#runs.delete(run);
      this.#send({ kind: "finished", run, cpuMs: dispatched.cpuMs, wasCut: dispatched.wasCut });
    });
  }

  /** Sends an answer, and a body that flows to its end. */
  async #answer(run: number, { status, headers, body, stream }: WireResponse): Promise<void> {
    this.#send({ kind: "answer", run, status, headers, flows: stream !== undefined }, body);
    if (stream === undefined) return;
    let broken: FromGroupOf<"bodyEnd">["broken"] = null;
    const flowing: FlowingBody = { stream, onMoved: () => {} };
    this.#flowing.set(run, flowing);
    try {
      for (let piece = await stream.next(); piece !== null; piece = await stream.next()) {
        const moved = new Promise<void>((resolve) => {
          flowing.onMoved = resolve;
        });
        this.#send({ kind: "piece", run }, piece);
        await moved;
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) broken = this.#faultOf(error);
    }
    this.#flowing.delete(run);
    this.#send({ kind: "bodyEnd", run, broken });
  }

  #fail(run: number, error: unknown): void {
    if (error instanceof Cancelled) return;
    this.#send({ kind: "failed", run, ...this.#faultOf(error) });
  }

  /** The parts of an error that the host's process gets. */
  #faultOf(error: unknown): Pick<FromGroupOf<"failed">, "code" | "message" | "details"> {
    if (!(error instanceof PlinthError)) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#send({ kind: "fault", where: "a request failed unexpectedly", message });
    }
    const { code, message, details } = error instanceof PlinthError ? error : plinthError("PLINTH_INTERNAL");
    return { code, message, details };
  }

  #log(run: number): RequestLog {
    return {
      add: (lines, dropped, sourceMap = null) => {
        if (lines.length === 0 && dropped === 0) return;
        this.#send({ kind: "log", run, lines: [...lines], dropped, isMapped: sourceMap !== null });
      },
      failure: (message, sourceMap) => this.#send({ kind: "failure", run, message, isMapped: sourceMap !== null }),
    };
  }
}
