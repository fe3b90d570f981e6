import { Command } from "commander";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";

export function deleteTenantCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("delete a tenant with all its versions")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth tenants delete shop"));
  return addClientOptions(command).action(async (name: string) => {
    const client = await clientFor(command, surroundings);
    await client.deleteTenant(name);
    outputFor(command, surroundings).result({ deleted: name }, () => `${name} is deleted`);
  });
}
