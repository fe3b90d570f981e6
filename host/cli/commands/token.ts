import { Command } from "commander";
import { createToken, deleteToken, listTokens } from "../api-access.ts";
import { parseExpiry } from "../arguments.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import { table } from "../table.ts";

export function tokenCommand(surroundings: Surroundings): Command {
  return new Command("token")
    .description("the tokens by which the admin API is called")
    .addHelpText("after", examples("plinth token create deploys --tenant shop --expires 90d", "plinth token list"))
    .addCommand(listCommand(surroundings))
    .addCommand(createCommand(surroundings))
    .addCommand(deleteCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list the tokens, oldest first, without the secret part")
    .addHelpText("after", examples("plinth token list"));
  return addClientOptions(command).action(async () => {
    const { client, output } = await callFor(command, surroundings);
    const tokens = await listTokens(client.api);
    output.result({ tokens }, () =>
      table(tokens, [
        { title: "id", value: (token) => token.id },
        { title: "label", value: (token) => token.label },
        { title: "for", value: (token) => token.tenant ?? "everything" },
        { title: "created", value: (token) => token.createdAt },
        { title: "expires", value: (token) => token.expiresAt ?? "never" },
        { title: "last used", value: (token) => token.lastUsedAt ?? "never" },
      ]),
    );
  });
}

interface CreateOptions {
  readonly tenant?: string;
  readonly expires?: string;
}

function createCommand(surroundings: Surroundings): Command {
  const command = new Command("create")
    .description("make a token and print it; it is not shown again")
    .argument("<label>", "what it is for")
    .option("--tenant <name>", "let the token work for this tenant alone; without the option it works for everything")
    .option("--expires <time>", "let the token end: 12h or 90d from now, or a date such as 2027-01-01", parseExpiry)
    .addHelpText("after", examples("plinth token create deploys --tenant shop --expires 90d > shop-token"));
  return addClientOptions(command).action(async (label: string, { tenant, expires }: CreateOptions) => {
    const { client, output } = await callFor(command, surroundings);
    const token = await createToken(client.api, { label, tenant, expiresAt: expires });
    output.result(token, () => token.token);
  });
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = new Command("delete")
    .description("void a token, from the next call on")
    .argument("<id>", "its id in plinth token list")
    .addHelpText("after", examples("plinth token delete 7f3a"));
  return addClientOptions(command).action(async (id: string) => {
    const { client, output } = await callFor(command, surroundings);
    await deleteToken(client.api, id);
    output.result({ deleted: id }, () => `token ${id} is void`);
  });
}
