import { Command } from "commander";
import { plinthError } from "../../errors.ts";
import { tenantPath } from "../api-client.ts";
import type { ApiTransport } from "../api-transport.ts";
import type { Answer } from "../api-types.ts";
import { parsePercent, parseVersion } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";

export function rolloutCommand(surroundings: Surroundings): Command {
  return new Command("rollout")
    .description("give a second version a share of a tenant's visitors")
    .addHelpText("after", examples("plinth rollout start shop 7 --percent 10", "plinth rollout finish shop"))
    .addCommand(startCommand(surroundings))
    .addCommand(statusCommand(surroundings))
    .addCommand(finishCommand(surroundings))
    .addCommand(abortCommand(surroundings));
}

function startCommand(surroundings: Surroundings): Command {
  const command = new Command("start")
    .description("begin a rollout, or change its share; visitors keep the new version as the share grows")
    .argument("<name>", "the tenant")
    .argument("<version>", "the version's number", parseVersion)
    .requiredOption("--percent <percent>", "of the visitors, 0 to 100", parsePercent)
    .addHelpText("after", examples("plinth rollout start shop 7 --percent 10"));
  return addClientOptions(command).action(async (name: string, version: number, { percent }: { percent: number }) => {
    const { client, output } = await callFor(command, surroundings);
    const json = { version, percent };
    const { rollout } = await client.api.call<Answer<"setRollout">>(path(name), { method: "PUT", json });
    output.result({ tenant: name, rollout }, () => describe(name, rollout));
  });
}

function statusCommand(surroundings: Surroundings): Command {
  const command = new Command("status")
    .description("say whether a rollout is under way")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth rollout status shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const rollout = await rolloutOf(client.api, name);
    output.result({ tenant: name, rollout }, () => describe(name, rollout));
  });
}

function finishCommand(surroundings: Surroundings): Command {
  const command = new Command("finish")
    .description("make the new version the active one, for all visitors")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth rollout finish shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const rollout = await rolloutOf(client.api, name);
    if (rollout === null) throw plinthError("PLINTH_USAGE", [`no rollout of ${name} is under way`]);
    const active = await client.activate(name, rollout.version);
    output.result(active, () => `${name}: version ${active.id} is active`);
  });
}

function abortCommand(surroundings: Surroundings): Command {
  const command = new Command("abort")
    .description("send all visitors to the active version again")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth rollout abort shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    await client.api.call(path(name), { method: "DELETE" });
    output.result({ tenant: name, rollout: null }, () => describe(name, null));
  });
}

function path(name: string): string {
  return `${tenantPath(name)}/rollout`;
}

async function rolloutOf(api: ApiTransport, name: string): Promise<Answer<"getRollout">["rollout"]> {
  return (await api.call<Answer<"getRollout">>(path(name))).rollout;
}

function describe(name: string, rollout: Answer<"getRollout">["rollout"]): string {
  if (rollout === null) return `${name}: all visitors get the active version`;
  return `${name}: version ${rollout.version} gets ${rollout.percent} % of the visitors`;
}
