import { Command } from "commander";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";

export function rollbackCommand(surroundings: Surroundings): Command {
  const command = new Command("rollback")
    .description("make the version active that was active before the present one")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth rollback shop"));
  return addClientOptions(command).action(async (name: string) => {
    const client = await clientFor(command, surroundings);
    const active = await client.rollback(name);
    const output = outputFor(command, surroundings);
    output.result(active, () => `${active.tenant}: version ${active.id} is active again`);
  });
}
