import { Command } from "commander";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";
import { table } from "../table.ts";
import { deleteTenantCommand } from "./tenants-delete.ts";

export function tenantsCommand(surroundings: Surroundings): Command {
  const command = new Command("tenants")
    .description("list the tenants, or delete one")
    .addHelpText("after", examples("plinth tenants", "plinth tenants delete shop"));
  addClientOptions(command).action(async () => {
    const tenants = await (await clientFor(command, surroundings)).tenants();
    outputFor(command, surroundings).result({ tenants }, () =>
      table(tenants, [
        { title: "name", value: (tenant) => tenant.name },
        { title: "version", value: (tenant) => tenant.activeVersion?.toString() ?? "none" },
        { title: "created", value: (tenant) => tenant.createdAt },
        { title: "hostnames", value: (tenant) => tenant.hostnames.join(" ") },
      ]),
    );
  });
  return command.addCommand(deleteTenantCommand(surroundings));
}
