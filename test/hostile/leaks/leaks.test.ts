/**
 * Fifty tenants in random turns in a few slots. They wait, grow, throw, loop and burst their memory in between. No
 * request finds anything of another one. `npm run fuzz -- leaks --inputs 100000` makes 100,000 requests, nearly each of
 * them a switch.
 */
import { expect, it } from "vitest";
import { embedConfig } from "../../../host/manifest/config.ts";
import { goComponent, goIsInstalled, needsGo } from "../../support/go.ts";
import { startTestHost } from "../../support/host.ts";
import { inParallel } from "../../support/load.ts";
import { slimComponent } from "../../support/programs.ts";
import { type Action, actions, goProgram, markOf, script } from "./programs.ts";

const REQUESTS = Number(process.env.PLINTH_FUZZ_INPUTS ?? 1_000);
const TENANTS = 50;
/** The number of tenants in Go, which come last. */
const GO_TENANTS = goIsInstalled ? 10 : 0;
/** Number of requests in a hundred for each action; the others are plain. */
const shares: Readonly<Record<Exclude<Action, "plain">, number>> = {
  wait: 15,
  grow: 8,
  pollute: 6,
  throw: 4,
  loop: 2,
  bomb: 2,
};
/** The end of a request of each action. */
const endings: Readonly<Record<Action, RegExp>> = {
  plain: /^200/,
  wait: /^200/,
  grow: /^200/,
  pollute: /^200/,
  throw: /^500 .*PLINTH_TENANT_EXCEPTION/,
  loop: /^503 .*PLINTH_CPU_LIMIT/,
  bomb: /^503 .*PLINTH_(?:MEMORY|CPU)_LIMIT/,
};

function randomAction(): Action {
  let at = Math.random() * 100;
  for (const action of actions) {
    if (action === "plain") continue;
    at -= shares[action];
    if (at < 0) return action;
  }
  return "plain";
}

it(`${REQUESTS} requests of ${TENANTS} tenants in random turns leave nothing to each other${needsGo}`, {
  timeout: 300_000 + REQUESTS * 100,
}, async () => {
  await using host = await startTestHost({
    runtimes: goIsInstalled ? ["plinth:js", "plinth:go"] : ["plinth:js"],
    // There is one slot for each runtime, so each tenant takes the place of the one before.
    slotsPerRuntime: 1,
    workers: 2,
    wallMs: 600_000,
    cpuMs: 5_000,
    parking: "off",
  });
  const go = GO_TENANTS > 0 ? await goComponent(goProgram) : undefined;
  for (let tenant = 0; tenant < TENANTS; tenant++) {
    const isGo = tenant >= TENANTS - GO_TENANTS;
    const component = isGo ? embedConfig(go!, { vars: { MARK: markOf(tenant) } }) : slimComponent(script(tenant));
    await host.deploy(`tenant-${tenant}`, component);
    // Tenants that loop have names of their own and the same state, so that their low limit ends no other requests.
    const limits = { cpuMs: 30 };
    const config = isGo ? { limits, vars: { MARK: markOf(tenant) } } : { limits };
    await host.deploy(`looping-${tenant}`, embedConfig(isGo ? go! : component, config));
  }
  const wrong: string[] = [];
  await inParallel(REQUESTS, 16, async () => {
    const [tenant, action] = [Math.floor(Math.random() * TENANTS), randomAction()];
    const name = `${action === "loop" ? "looping" : "tenant"}-${tenant}`;
    const path = `/${action}/${Math.floor(Math.random() * 500)}`;
    const response = await host.fetch(name, path);
    const answer = `${response.status} ${await response.text()}`;
    const isClean = !answer.startsWith("200") || answer.trim() === "200 [1,[]]";
    if (!isClean || !endings[action].test(answer)) wrong.push(`${name}${path}: ${answer.slice(0, 300)}`);
  });
  expect(wrong).toEqual([]);
});

it(`the programs find what is left${needsGo}`, async () => {
  await using host = await startTestHost({ runtimes: goIsInstalled ? ["plinth:js", "plinth:go"] : ["plinth:js"] });
  // A request finds the state of the one before, because the tenant asked for that.
  await host.deploy("kept", embedConfig(slimComponent(script(1)), { isolation: "reuse" }));
  await expect
    .poll(async () => (await host.fetch("kept", "/pollute/1")).text())
    .toMatch(/"kept".*"shared".*"prototype"/);
  if (!goIsInstalled) return;
  const vars = { MARK: markOf(1), OTHER: markOf(2) };
  await host.deploy("marked", embedConfig(await goComponent(goProgram), { vars }));
  expect(await (await host.fetch("marked", "/plain/10")).text()).toContain(markOf(2));
});
