/**
 * The visitors of hostile tenants, in a process of their own, so that their work does not delay the client whose
 * latencies are measured. The process also has the server that the tenants fetch from. It ends when its parent
 * disconnects.
 */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { startFetchOrigin } from "../../support/fetch-origin.ts";
import type { Attacker, FromAttackers, ToAttackers } from "./attackers.ts";

/** A refused client tries again after this time, ms, so that this process does not take the host's CPU. */
const RETRY_MS = 5;
/** Bytes of an answer that are kept: enough for an error's code. */
const KEPT_BYTES = 2_000;
/** Bytes of an answer's header that the client takes: more than any tenant may send. */
const MOST_HEADER_BYTES = 1 << 20;

const tell = (message: FromAttackers) => process.send!(message);
const tally: Record<string, Record<string, number>> = {};

const { origin } = await startFetchOrigin((_, response) => response.end("x".repeat(100_000)));
process.on("disconnect", () => process.exit());
process.on("message", (message: ToAttackers) => {
  if (message === "tally") {
    tell({ tally });
    return;
  }
  for (const attacker of message.attackers) {
    for (let n = 0; n < attacker.connections; n++) void attackForEver(message.ingress, attacker);
  }
});
tell({ origin: origin.host });

async function attackForEver(ingress: string, attacker: Attacker): Promise<never> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const outcome = await attackOnce(ingress, attacker, agent);
    tally[attacker.tenant] ??= {};
    const own = tally[attacker.tenant]!;
    if (own[outcome] === undefined) tell({ tenant: attacker.tenant, outcome });
    own[outcome] = (own[outcome] ?? 0) + 1;
    if (!outcome.startsWith("200")) await sleep(RETRY_MS);
  }
}

/** @returns the status with the error's code, if any, or the fault of the connection */
function attackOnce(ingress: string, { tenant, path, headers, bodyBytes }: Attacker, agent: Agent): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const method = bodyBytes === 0 ? "GET" : "POST";
  const options = { method, headers, agent, maxHeaderSize: MOST_HEADER_BYTES };
  const sent = request(`${ingress}/t/${tenant}${path}`, options, (response) => {
    let text = "";
    response.on("data", (chunk) => {
      if (text.length < KEPT_BYTES) text += String(chunk);
    });
    response.on("error", (error) => resolve(`lost ${error.message}`));
    response.on("end", () => {
      const [code = ""] = response.statusCode === 200 ? [] : (/PLINTH_[A-Z_]+/.exec(text) ?? []);
      resolve(`${response.statusCode} ${code}`.trim());
    });
  });
  sent.on("error", (error) => resolve(`lost ${error.message}`));
  sent.end(Buffer.alloc(bodyBytes, "x"));
  return promise;
}
