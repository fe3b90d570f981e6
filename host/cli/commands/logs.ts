import { Command, Option } from "commander";
import { logLevels } from "../../observe/log-line.ts";
import { type LogQuery, readLogs, tailLogs } from "../api-logs.ts";
import { parseCount, parseTime } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { logText } from "../log-text.ts";
import { untilStopped } from "../stop-signals.ts";

function addFilterOptions(command: Command): Command {
  return command
    .addOption(new Option("--level <level>", "lines of this level and above").choices(logLevels))
    .option("--search <text>", "lines that have this text, in upper or lower case");
}

interface LogsOptions extends LogQuery {
  readonly limit: number;
  readonly since?: number;
  readonly until?: number;
}

export function logsCommand(surroundings: Surroundings): Command {
  const command = new Command("logs")
    .description("print the last lines of a tenant's log, oldest first")
    .argument("<name>", "the tenant")
    .option("--limit <lines>", "how many lines at most", parseCount, 100);
  addFilterOptions(command)
    .option(
      "--since <time>",
      "lines from this time on: 10m, 2h or 3d ago, or a date such as 2026-05-04T10:00Z",
      parseTime,
    )
    .option("--until <time>", "lines up to this time", parseTime)
    .addHelpText("after", examples("plinth logs shop", "plinth logs shop --since 1h --level warn --json"));
  return addClientOptions(command).action(async (name: string, options: LogsOptions) => {
    const { client, output } = await callFor(command, surroundings);
    const { limit, level, search, since, until } = options;
    const lines = await readLogs(client.api, name, { limit, level, search, since, until });
    output.result({ lines }, () => lines.map((line) => logText(line, output)).join("\n"));
  });
}

export function tailCommand(surroundings: Surroundings): Command {
  const command = new Command("tail")
    .description("print a tenant's requests and log lines as they come, until SIGINT or SIGTERM")
    .argument("<name>", "the tenant");
  addFilterOptions(command).addHelpText("after", examples("plinth tail shop", "plinth tail shop --level error --json"));
  return addClientOptions(command).action(async (name: string, { level, search }: LogQuery) => {
    const { client, output } = await callFor(command, surroundings);
    const stop = new AbortController();
    void untilStopped().then(() => stop.abort());
    for await (const line of tailLogs(client.api, name, { level, search }, stop.signal)) {
      output.result(line, () => logText(line, output));
    }
  });
}
