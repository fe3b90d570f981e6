/**
 * Every kind of hostile tenant beside good tenants, in a short form. No good request is lost, every answer is right,
 * and every kind is ended in its own way. `npm run attack` measures the same.
 */
import { describe, expect, it } from "vitest";
import { startAttackers } from "./attackers.ts";
import { callAtRate, goodPrograms } from "./good.ts";
import { kinds } from "./kinds.ts";
import { setStage } from "./stage.ts";

/** Good calls a second, of each good tenant. */
const RATE = 20;
/** Good calls of a tenant that may be under way, so that a busy machine does not get more and more of them at once. */
const AT_ONCE = 20;
/** Answers that the host may give to a hostile tenant besides its kind's own endings. */
const refusal = /^(?:429 PLINTH_|503 PLINTH_(?:TENANT_PARKED|OVERLOADED|CPU_LIMIT|MEMORY_LIMIT)|504 PLINTH_WALL_LIMIT)/;

describe.each(Object.entries(kinds))("hostile tenants in %s", (language, own) => {
  it.skipIf(own.length === 0)(
    `are ended, and lose no request of good tenants${own.length ? "" : ` (no ${language})`}`,
    {
      timeout: 1_200_000,
    },
    async () => {
      const good = await goodPrograms();
      await using attackers = await startAttackers();
      await using host = await setStage({
        good,
        kinds: own,
        origin: attackers.origin,
        // Hostile requests should end soon. A good request has all the time that a busy machine needs.
        settings: { PLINTH_WALL_MS: "600000" },
        hurry: { cpuMs: 50, wallMs: 2_000 },
      });
      attackers.attack(host.ingress, own, 1);
      let attacking = true;
      const calls = Object.keys(good).map((tenant) =>
        callAtRate(host.ingress, tenant, RATE, (count) => attacking || count < 50, AT_ONCE),
      );
      try {
        await expect
          .poll(() => own.filter((kind) => !attackers.hasEnded(kind)).map(({ name }) => name), { timeout: 900_000 })
          .toEqual([]);
      } finally {
        attacking = false;
      }
      for (const { latencies, lost } of await Promise.all(calls)) {
        expect(lost).toEqual([]);
        expect(latencies.length).toBeGreaterThanOrEqual(50);
      }
      for (const [tenant, outcomes] of Object.entries(await attackers.tally())) {
        const { ends } = own.find(({ name }) => name === tenant)!;
        const others = Object.keys(outcomes).filter((outcome) => !ends.test(outcome) && !refusal.test(outcome));
        expect([tenant, others]).toEqual([tenant, []]);
      }
    },
  );
});
