/** One process of a group, from its start to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { PrepareResult } from "../deploy/prepared.ts";
import { type PlinthError, plinthError } from "../errors.ts";
import type { Dispatched } from "../pool/dispatched.ts";
import { ProgramNumbers } from "../pool/program-numbers.ts";
import type { Run } from "../pool/programs.ts";
import type { Target } from "../pool/target.ts";
import type { TenantFunctionsRef } from "../protocol/artifact.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { GroupStart } from "./group-start.ts";
import { type GroupCalls, HeardMessages } from "./heard-messages.ts";
import { Link } from "./link.ts";
import { checkedMessage, type ToGroup } from "./messages.ts";
import { RemoteRun } from "./remote-run.ts";

/** The end of a process. */
export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error. */
  readonly said: string;
  /** Number of runs that were lost with the process. */
  readonly lostRuns: number;
}

const ENTRY = new URL("./group-child.ts", import.meta.url);
/** Variables that a group's process gets. It needs no others, and they may be secrets. */
const PASSED_ON = ["PATH", "HOME", "TMPDIR", "TZ", "NODE_OPTIONS", "NODE_COMPILE_CACHE"];
/** Characters of standard error that are kept. */
const SAID_LENGTH = 4_000;
/** Time between two pings, ms. The process is given up after `PINGS` of them without an answer. */
const PING_MS = 2_000;
const PINGS = 5;
/** Time that a process has to start, ms. */
const START_MS = 120_000;
/** Time that a process has to end by itself, ms. */
const END_MS = 5_000;

export class GroupProcess {
  readonly #child: ChildProcess;
  readonly #link: Link<ToGroup>;
  readonly #runs = new Map<number, RemoteRun>();
  readonly #heard: HeardMessages;
  readonly #targets = new ProgramNumbers<Target>();
  readonly #timers: NodeJS.Timeout[] = [];
  #lastRun = 0;
  #lostRuns = 0;
  #unanswered = 0;
  #said = "";
  #isEnding = false;
  #isBroken = false;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<GroupEnd>;

  /** @param command the words before those of the process, which it becomes (`exec`) */
  constructor(start: GroupStart, command: readonly string[], calls: GroupCalls) {
    const env = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
    // A socket pair has no name by which another process could reach it.
    const [file, ...words] = [...command, process.execPath, fileURLToPath(ENTRY)];
    this.#child = spawn(file!, words, { env, stdio: ["ignore", "ignore", "pipe", "pipe"] });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-SAID_LENGTH);
    });
    this.ended = this.#end();
    this.#heard = new HeardMessages(this.#runs, (message, body) => this.#link.send(message, body), calls);
    this.#link = new Link(
      this.#child.stdio[3] as Socket,
      (head, body) => {
        const message = checkedMessage(head);
        if (message.kind === "pong") this.#unanswered = 0;
        this.#heard.take(message, body);
      },
      (error) => this.#broken(error),
    );
    this.#link.send({ kind: "open" }, serialize(start));
    this.#timers.push(setTimeout(() => this.#giveUp("it does not start"), START_MS).unref());
    void this.#heard.ready.then(() => {
      clearTimeout(this.#timers[0]);
      this.#timers.push(setInterval(() => this.#ping(), PING_MS).unref());
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether the process takes no more runs. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Resolves when the process serves. It never resolves if the process ends before. */
  get ready(): Promise<void> {
    return this.#heard.ready;
  }

  start(run: Run): Dispatched {
    const { target, input, cgi, cpuWeight } = run;
    const number = this.#targets.numberOf(target, (told) =>
      this.#link.send({ kind: "target", number: told }, serialize(target)),
    );
    const id = ++this.#lastRun;
    const begin = { run: id, target: number, cpuWeight };
    if (input.kind === "start") {
      const { body, ...request } = input.request;
      this.#link.send({ kind: "start", ...begin, request, cgi: cgi! }, body);
    } else {
      this.#link.send({ ...begin, ...input });
    }
    const remote = new RemoteRun(run, () => this.#link.send({ kind: "cancel", run: id }));
    this.#runs.set(id, remote);
    return remote;
  }

  /** @throws PlinthError */
  prepare(component: Uint8Array, party: string): Promise<PrepareResult> {
    return this.#heard.awaitPrepared((id) => this.#link.send({ kind: "prepare", id, party }, component));
  }

  /** @throws PlinthError PLINTH_GROUP_LOST, PLINTH_SHUTTING_DOWN */
  warm(programs: readonly SlotProgram[]): Promise<void> {
    return this.#heard.awaitDone((id) => this.#link.send({ kind: "warm", id }, serialize(programs)));
  }

  /** @throws as `warm` */
  compile(tenant: string, functions: TenantFunctionsRef, ifFree: boolean): Promise<void> {
    return this.#heard.awaitDone((id) => this.#link.send({ kind: "compile", id, tenant, functions, ifFree }));
  }

  /** Ends the process. Its runs fail with PLINTH_SHUTTING_DOWN. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#link.close();
    const timeout = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    await this.ended;
    clearTimeout(timeout);
  }

  #ping(): void {
    if (++this.#unanswered > PINGS) this.#giveUp("it does not answer");
    else this.#link.send({ kind: "ping" });
  }

  /** The process has ended, closed its socket, or sent a wrong frame, so that nothing more is taken from it. */
  #broken(formError: unknown): void {
    if (formError !== null) this.#said += `\n${String(formError)}`;
    if (!this.#isEnding) this.#child.kill("SIGKILL");
    this.#isBroken = true;
    this.#loseAll();
  }

  #giveUp(why: string): void {
    this.#said += `\nthe host has ended the process: ${why}`;
    this.#child.kill("SIGKILL");
  }

  async #end(): Promise<GroupEnd> {
    const [code, signal] = await once(this.#child, "close").catch((error: unknown) => {
      this.#said += String(error);
      return [null, null];
    });
    for (const timer of this.#timers) clearTimeout(timer);
    this.#loseAll();
    return { code, signal, said: this.#said.trim(), lostRuns: this.#lostRuns };
  }

  #loseAll(): void {
    const error: PlinthError = plinthError(this.#isEnding ? "PLINTH_SHUTTING_DOWN" : "PLINTH_GROUP_LOST");
    const isSuspect = !this.#isEnding && new Set(this.#runs.values().map(({ tenant }) => tenant)).size === 1;
    this.#lostRuns += this.#runs.size;
    for (const run of this.#runs.values()) run.lose(error, isSuspect);
    this.#runs.clear();
    this.#heard.lose(error);
  }
}
