import { Command } from "commander";
import { tenantPath } from "../api-client.ts";
import type { Answer } from "../api-types.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function cronCommand(surroundings: Surroundings): Command {
  return new Command("cron")
    .description("the times at which a tenant's scheduled handler is called, from its manifest")
    .addHelpText("after", examples("plinth cron list shop"))
    .addCommand(listCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the crons of the active version, with their last runs and the next, in UTC")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth cron list shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const { crons } = await client.api.call<Answer<"listCrons">>(`${tenantPath(name)}/crons`);
    output.result({ crons }, () =>
      table(crons, [
        { title: "cron", value: ({ cron }) => cron },
        { title: "next", value: ({ nextRun }) => timeText(nextRun) },
        { title: "last", value: ({ lastRun }) => timeText(lastRun) },
        { title: "outcome", value: ({ lastOutcome }) => lastOutcome ?? "" },
        { title: "ms", value: ({ lastMs }) => lastMs?.toString() ?? "" },
        { title: "missed", value: ({ missed }) => missed },
      ]),
    );
  });
}

function timeText(time: number | null): string {
  return time === null ? "" : new Date(time).toISOString();
}
