import { Command } from "commander";
import { listAudit } from "../api-access.ts";
import { parseCount } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

interface AuditOptions {
  readonly tenant?: string;
  readonly limit: number;
  readonly after?: string;
}

export function auditCommand(surroundings: Surroundings): Command {
  const command = new Command("audit")
    .description("list the changes made by the admin API, newest first: when, by whom, what, and how each ended")
    .option("--tenant <name>", "changes of one tenant")
    .option("--limit <entries>", "how many at most", parseCount, 100)
    .option("--after <cursor>", "go on where an earlier list ended")
    .addHelpText("after", examples("plinth audit", "plinth audit --tenant shop --limit 20 --json"));
  return addClientOptions(command).action(async ({ tenant, limit, after }: AuditOptions) => {
    const { client, output } = await callFor(command, surroundings);
    const page = await listAudit(client.api, { tenant, limit, after });
    output.result(page, () =>
      table(page.entries, [
        { title: "time", value: (entry) => entry.time },
        { title: "token", value: (entry) => entry.token.label },
        { title: "action", value: (entry) => entry.action },
        { title: "tenant", value: (entry) => entry.tenant ?? "" },
        { title: "target", value: (entry) => entry.target ?? "" },
        { title: "outcome", value: (entry) => entry.outcome },
      ]),
    );
    if (page.next !== null) output.progress(`there are more: --after ${page.next}`);
  });
}
