import { Command } from "commander";
import { tenantPath } from "../api-client.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

interface CronView {
  readonly cron: string;
  /** ms since the epoch. */
  readonly nextRun: number | null;
  /** The time that it was for, ms since the epoch. */
  readonly lastRun: number | null;
  readonly lastOutcome: string | null;
  readonly lastMs: number | null;
  /** Times that led to no run. */
  readonly missed: number;
}

export function cronCommand(surroundings: Surroundings): Command {
  return new Command("cron")
    .description("when a tenant's scheduled handler is called; its manifest says so")
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
    const { crons } = await client.api.call<{ crons: readonly CronView[] }>(`${tenantPath(name)}/crons`);
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
