import { Command } from "commander";
import { parseCount } from "../arguments.ts";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";

export function logsCommand(surroundings: Surroundings): Command {
  const command = new Command("logs")
    .description("print the last lines of a tenant's log, oldest first")
    .argument("<name>", "the tenant")
    .option("--limit <lines>", "how many lines at most", parseCount, 100)
    .addHelpText("after", examples("plinth logs shop", "plinth logs shop --limit 20 --json"));
  return addClientOptions(command).action(async (name: string, options: { limit: number }) => {
    const client = await clientFor(command, surroundings);
    const output = outputFor(command, surroundings);
    const lines = await client.logs(name, options.limit);
    output.result({ lines }, () =>
      lines
        .map((line) => {
          const level = line.level.padEnd(5);
          const style = line.level === "error" ? "red" : line.level === "warn" ? "yellow" : "dim";
          return `${new Date(line.time).toISOString()} ${output.style(style, level)} ${line.message}`;
        })
        .join("\n"),
    );
  });
}
