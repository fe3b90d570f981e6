import { Command } from "commander";
import type { ApiClient } from "../api-client.ts";
import { addClientOptions, callFor, examples, type Surroundings } from "../context.ts";
import type { Output } from "../output.ts";
import { tenantUrls } from "../tenant-urls.ts";

export function routeCommand(surroundings: Surroundings): Command {
  return new Command("route")
    .description("the custom hostnames that lead to a tenant")
    .addHelpText("after", examples("plinth route add shop shop.example.com", "plinth route list shop"))
    .addCommand(listCommand(surroundings))
    .addCommand(addCommand(surroundings))
    .addCommand(removeCommand(surroundings));
}

function listCommand(surroundings: Surroundings): Command {
  const command = new Command("list")
    .description("list where a tenant is found: by path, by name in the host's domain, by its custom hostnames")
    .argument("<name>", "the tenant")
    .addHelpText("after", examples("plinth route list shop"));
  return addClientOptions(command).action(async (name: string) => {
    const { client, output } = await callFor(command, surroundings);
    const [{ hostnames }, health] = await Promise.all([client.tenant(name), client.health()]);
    const urls = tenantUrls(name, hostnames, health, client.admin);
    output.result({ tenant: name, hostnames, urls }, () => urls.join("\n"));
  });
}

function addCommand(surroundings: Surroundings): Command {
  const command = new Command("add")
    .description("add custom hostnames to a tenant")
    .argument("<name>", "the tenant")
    .argument("<hostnames...>", "such as shop.example.com; each may have one tenant only")
    .addHelpText("after", examples("plinth route add shop shop.example.com www.shop.example.com"));
  return addClientOptions(command).action(async (name: string, added: readonly string[]) => {
    const { client, output } = await callFor(command, surroundings);
    const { hostnames } = await client.tenant(name);
    await setHostnames(client, output, name, [...new Set([...hostnames, ...lowerCase(added)])]);
  });
}

function removeCommand(surroundings: Surroundings): Command {
  const command = new Command("remove")
    .description("take custom hostnames from a tenant; names that it does not have are passed over")
    .argument("<name>", "the tenant")
    .argument("<hostnames...>", "such as shop.example.com")
    .addHelpText("after", examples("plinth route remove shop shop.example.com"));
  return addClientOptions(command).action(async (name: string, removed: readonly string[]) => {
    const { client, output } = await callFor(command, surroundings);
    const gone = new Set(lowerCase(removed));
    const { hostnames } = await client.tenant(name);
    const kept = hostnames.filter((hostname) => !gone.has(hostname));
    await setHostnames(client, output, name, kept);
  });
}

async function setHostnames(client: ApiClient, output: Output, name: string, wanted: readonly string[]): Promise<void> {
  const { hostnames } = await client.setHostnames(name, wanted);
  output.result({ tenant: name, hostnames }, () =>
    hostnames.length === 0 ? `${name} has no custom hostnames` : `${name}: ${hostnames.join(" ")}`,
  );
}

/** Hostnames in lower case, as the host keeps them. */
function lowerCase(hostnames: readonly string[]): readonly string[] {
  return hostnames.map((hostname) => hostname.toLowerCase());
}
