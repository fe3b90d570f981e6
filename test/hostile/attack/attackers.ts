/** Starts the visitors of hostile tenants (attackers-child.ts) and counts their answers. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import type { Kind } from "./kind.ts";

export interface Attacker {
  readonly tenant: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly connections: number;
}

/** Number of times that each outcome came, by tenant. */
export type Tally = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type ToAttackers = "tally" | { readonly ingress: string; readonly attackers: readonly Attacker[] };
export type FromAttackers =
  | { readonly origin: string }
  | { readonly tenant: string; readonly outcome: string }
  | { readonly tally: Tally };

export interface Attackers extends AsyncDisposable {
  /** Host and port of the server that hostile tenants fetch from. */
  readonly origin: string;
  /** Begins the attack, which goes on until it is disposed of. */
  attack(ingress: string, kinds: readonly Kind[], connections: number): void;
  /** Whether the tenant has had an outcome of its kind. */
  hasEnded(kind: Kind): boolean;
  tally(): Promise<Tally>;
}

export async function startAttackers(): Promise<Attackers> {
  const child = fork(new URL("attackers-child.ts", import.meta.url), { execArgv: [] });
  // The visitors of real tenants run on other machines. These should not win against the host for its CPUs.
  setPriority(child.pid!, 5);
  const origin = Promise.withResolvers<string>();
  const seen = new Map<string, string[]>();
  let answer = Promise.withResolvers<Tally>();
  const exit = once(child, "exit");
  child.on("message", (message: FromAttackers) => {
    if ("origin" in message) origin.resolve(message.origin);
    else if ("tally" in message) answer.resolve(message.tally);
    else seen.set(message.tenant, [...(seen.get(message.tenant) ?? []), message.outcome]);
  });
  void exit.then(() => origin.reject(new Error("the process of the attackers has ended")));
  return {
    origin: await origin.promise,
    attack(ingress, kinds, connections) {
      const attackers = kinds.map(({ name: tenant, request: { path = "/", headers = {}, bodyBytes = 0 } = {} }) => ({
        tenant,
        path,
        headers,
        bodyBytes,
        connections,
      }));
      child.send({ ingress, attackers } satisfies ToAttackers);
    },
    hasEnded: ({ name, ends }) => seen.get(name)?.some((outcome) => ends.test(outcome)) ?? false,
    tally() {
      answer = Promise.withResolvers<Tally>();
      child.send("tally" satisfies ToAttackers);
      return answer.promise;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}
