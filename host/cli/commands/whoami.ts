import { Command } from "commander";
import { tokenInUse } from "../api-access.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { fields } from "../table.ts";

export function whoamiCommand(surroundings: Surroundings): Command {
  const command = new Command("whoami")
    .description("say which host is called, with which token, and what the token may do")
    .addHelpText("after", examples("plinth whoami", "plinth whoami --json"));
  return addClientOptions(command).action(async () => {
    const { client, output } = await callFor(command, surroundings);
    const token = await tokenInUse(client.api);
    output.result({ admin: client.admin, ...token }, () =>
      fields({
        host: client.admin,
        token: `${token.label} (${token.id})`,
        for: token.tenant === null ? "everything" : `the tenant ${token.tenant}`,
        expires: token.expiresAt ?? "never",
      }),
    );
  });
}
