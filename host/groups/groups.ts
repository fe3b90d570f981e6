/**
 * The engine whose threads are in several processes, one for each group of tenants. An attacker who breaks out of
 * a tenant's code, or ends its process, reaches that group alone (docs/reference/process-groups.md).
 */
import { join } from "node:path";
import type { Logger } from "pino";
import { loadBindings } from "../bindings/registry.ts";
import type { CodeAhead } from "../code/code-store.ts";
import type { Config } from "../config/config.ts";
import type { PrepareResult } from "../deploy/prepared.ts";
import type { Preparing } from "../deploy/preparer.ts";
import type { Engine, EngineOptions, EngineState } from "../engine/engine.ts";
import { type Check, configCheck } from "../manifest/check.ts";
import type { Usage } from "../observe/usage.ts";
import type { PoolState } from "../pool/pool-state.ts";
import type { Programs } from "../pool/programs.ts";
import type { SlotProgram } from "../protocol/slot-step.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Store, TenantName } from "../store/store.ts";
import { type Assignment, assignmentOf, groupOf } from "./assignment.ts";
import { Group, type GroupState, type Report } from "./group.ts";

export interface GroupsOptions extends Omit<EngineOptions, "heldMemory" | "shares" | "onFault"> {
  readonly config: Pick<Config, "groups" | "groupLabels" | "groupCommand" | "totalWaitingMemoryLimitBytes">;
  readonly store: Pick<Store, "findTenant" | "onChange">;
  readonly logger: Logger;
}

export class Groups implements Engine {
  readonly programs: Programs;
  readonly preparing: Preparing;
  readonly code: CodeAhead;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #assignment: Assignment;
  readonly #store: GroupsOptions["store"];
  readonly #check: Check;
  readonly #usage: Usage;
  readonly #runtimes: readonly Runtime[];
  /** The tenants' groups, so that no request looks into the registry. */
  readonly #known = new Map<string, Group>();

  private constructor(options: GroupsOptions, check: Check) {
    const { config, store, runtimes } = options;
    this.#assignment = assignmentOf(config.groups, config.groupLabels);
    this.#store = store;
    this.#runtimes = runtimes;
    this.#check = check;
    this.#usage = options.usage;
    const names = [...this.#assignment.shared, ...this.#assignment.labelled];
    this.#groups = new Map(names.map((name) => [name, makeGroup(name, options, (used) => this.#count(name, used))]));
    this.programs = { start: (run) => this.#of(run.target.tenant).start(run) };
    this.preparing = { prepare: (component, party) => this.#prepare(component, party) };
    this.code = {
      ahead: (tenant, functions, ifFree = false) => this.#of(tenant).compile(tenant, functions, ifFree),
    };
    store.onChange(({ tenant }) => this.#known.delete(tenant));
  }

  /** @throws PlinthError PLINTH_GROUP_START */
  static async open(options: GroupsOptions): Promise<Groups> {
    const { modules } = options.bindings.workerData;
    const groups = new Groups(options, configCheck(await loadBindings(modules)));
    try {
      await Promise.all(groups.#groups.values().map((group) => group.open()));
      return groups;
    } catch (error) {
      await groups[Symbol.asyncDispose]();
      throw error;
    }
  }

  get state(): EngineState {
    const all = [...this.#groups.values()].map(({ pools }) => pools);
    return { slots: sumOf(all.map(({ slots }) => slots)), statics: sumOf(all.map(({ statics }) => statics)) };
  }

  get states(): readonly GroupState[] {
    return [...this.#groups.values().map(({ state }) => state)];
  }

  async warm(programs: readonly SlotProgram[]): Promise<void> {
    await Promise.all(this.#groups.values().map((group) => group.warm(programs)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#groups.values().map((group) => group.stop()));
  }

  /** A tenant's top-level code runs in the tenant's group. The group's result is checked like an upload. */
  async #prepare(component: Uint8Array, party: string): Promise<PrepareResult> {
    const result = await this.#of(party).prepare(component, party);
    if ("prepared" in result) this.#refuseForged(result.prepared);
    return result;
  }

  #refuseForged(prepared: Extract<PrepareResult, { prepared: unknown }>["prepared"]): void {
    const isKnown = (slim: Extract<typeof prepared, { kind: "slim" }>) =>
      this.#runtimes.some(
        ({ key, integrity, build }) =>
          key === slim.runtime && integrity === slim.runtimeIntegrity && build === slim.build,
      );
    const [problem] = this.#check.problemsOf(prepared.config);
    if (problem !== undefined) throw new Error(`a group has prepared a configuration with a fault: ${problem.text}`);
    if (prepared.kind === "slim" && !isKnown(prepared))
      throw new Error("a group has prepared for a runtime of its own");
  }

  /** A group's counts are taken for its own tenants only. */
  #count(group: string, used: Report["used"]): void {
    for (const { tenant, steps, waitMs, switchMs, coldSteps, kvReads } of used) {
      if (this.#store.findTenant(tenant as TenantName) === undefined) continue;
      if (this.#of(tenant) !== this.#groups.get(group)) continue;
      const usage = this.#usage.of(tenant);
      usage.steps += steps;
      usage.waitMs += waitMs;
      usage.switchMs += switchMs;
      usage.coldSteps += coldSteps;
      usage.kvReads += kvReads;
    }
  }

  /** @param party a tenant's name; "" for the host itself */
  #of(party: string): Group {
    let group = this.#known.get(party);
    if (group === undefined) {
      const label = party === "" ? null : (this.#store.findTenant(party as TenantName)?.group ?? null);
      group = this.#groups.get(groupOf(this.#assignment, party, label))!;
      this.#known.set(party, group);
    }
    return group;
  }
}

function sumOf(states: readonly PoolState[]): PoolState {
  const sum = { busy: 0, slow: 0, idle: 0, waiting: 0, lost: 0 };
  for (const state of states) for (const name of Object.keys(sum) as (keyof PoolState)[]) sum[name] += state[name];
  return sum;
}

function makeGroup(
  name: string,
  { logger, bindings, runtimes, settings, config }: GroupsOptions,
  count: (used: Report["used"]) => void,
): Group {
  return new Group({
    name,
    logger,
    command: config.groupCommand,
    start: {
      // Glue is code, so a group runs no glue that another group has written.
      settings: { ...settings, glueFolder: join(settings.glueFolder, `group-${name}`) },
      bindings: bindings.workerData,
      waitingBytes: config.totalWaitingMemoryLimitBytes,
      runtimes: runtimes.map(({ manifest, build }) => ({ name: manifest.name, build })),
      warmUp: [],
    },
    calls: {
      bindings,
      onUsed: count,
      onFault: (message, where) => logger.error({ group: name, err: new Error(message) }, where),
    },
  });
}
