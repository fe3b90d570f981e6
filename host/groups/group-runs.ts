/** The runs under way in a group's process. */
import { noGrants } from "../bindings/binding.ts";
import { PlinthError, plinthError } from "../errors.ts";
import type { RequestLog } from "../observe/tenant-log.ts";
import type { Dispatched } from "../pool/dispatched.ts";
import type { Programs, Run } from "../pool/programs.ts";
import type { Target } from "../pool/target.ts";
import type { FromGroup, ToGroup } from "./messages.ts";

/** The host's process gives the run up. */
class Cancelled extends Error {}

type Begin = Extract<ToGroup, { kind: "start" | "scheduled" }>;

export class GroupRuns {
  readonly #send: (message: FromGroup, body?: Uint8Array) => void;
  readonly #targets = new Map<number, Target>();
  readonly #runs = new Map<number, Dispatched>();

  constructor(send: (message: FromGroup, body?: Uint8Array) => void) {
    this.#send = send;
  }

  setTarget(number: number, target: Target): void {
    // Elsewhere the object itself says that there are none.
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

  cancel(run: number): void {
    this.#runs.get(run)?.cancel(new Cancelled());
  }

  #begin(programs: Programs, { run, target, cpuWeight }: Begin, what: Pick<Run, "input" | "cgi">): void {
    // Calls of bindings find their run by this name. The host's process knows the request's own.
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
      ({ status, headers, body }) => this.#send({ kind: "answer", run, status, headers }, body),
      (error) => this.#fail(run, error),
    );
    void Promise.all([answered, dispatched.finished]).then(() => {
      this.#runs.delete(run);
      this.#send({ kind: "finished", run, cpuMs: dispatched.cpuMs, wasCut: dispatched.wasCut });
    });
  }

  #fail(run: number, error: unknown): void {
    if (error instanceof Cancelled) return;
    if (!(error instanceof PlinthError)) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#send({ kind: "fault", where: "a request failed unexpectedly", message });
    }
    const { code, message, details } = error instanceof PlinthError ? error : plinthError("PLINTH_INTERNAL");
    this.#send({ kind: "failed", run, code, message, details });
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
