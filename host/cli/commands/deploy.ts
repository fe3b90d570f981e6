import { readFile } from "node:fs/promises";
import { Command } from "commander";
import type { ApiClient } from "../api-client.ts";
import { collect } from "../arguments.ts";
import { addBuildOptions, type BuildOptions, buildFrom, existing } from "../build-options.ts";
import { addClientOptions, clientFor, examples, outputFor, type Surroundings } from "../context.ts";
import type { Output } from "../output.ts";
import { count } from "../table.ts";
import { tenantUrls } from "../tenant-urls.ts";

interface DeployOptions extends BuildOptions {
  readonly name: string;
  readonly hostname?: readonly string[];
  readonly activate: boolean;
}

export function deployCommand(surroundings: Surroundings): Command {
  const command = new Command("deploy")
    .description("upload a program as a tenant's new version; the tenant is made where it is not there")
    .argument("<path>", "a project's folder, which is built first, or a file: a component or a WASI command")
    .requiredOption("--name <name>", "the tenant")
    .option("--hostname <hostname>", "a custom hostname; repeat it for more. Replaces those the tenant has", collect)
    .option("--no-activate", "upload and check the version, but leave the active one in place");
  addBuildOptions(command).addHelpText(
    "after",
    examples("plinth deploy ./shop --name shop", "plinth deploy shop.wasm --name shop --hostname shop.example.com"),
  );
  return addClientOptions(command).action(async (path: string, options: DeployOptions) => {
    const output = outputFor(command, surroundings);
    const client = await clientFor(command, surroundings);
    const component = await componentOf(path, options, output);
    const health = await client.health();
    const version = await deploy(client, component, options, output);
    const hostnames = (await client.findTenant(options.name))?.hostnames ?? [];
    const urls = tenantUrls(options.name, hostnames, health, client.admin);
    output.result({ ...version, urls }, () => {
      const state = version.active ? "active" : `not active: plinth version activate ${version.tenant} ${version.id}`;
      const title = `${version.tenant}: version ${version.id}, ${count(version.uploadBytes)} bytes, ${state}`;
      return [title, ...urls.map((url) => `  ${url}`)].join("\n");
    });
  });
}

async function componentOf(path: string, options: BuildOptions, output: Output): Promise<Uint8Array> {
  if ((await existing(path)).isDirectory) return (await buildFrom(path, options, output)).component;
  return readFile(path);
}

/** Hostnames come last: a refused upload leaves the tenant that is there as it was. */
async function deploy(client: ApiClient, component: Uint8Array, options: DeployOptions, output: Output) {
  const { name, hostname, activate } = options;
  const tenant = (await client.findTenant(name)) ?? (await client.createTenant(name, hostname ?? []));
  const version = await output.busy(`uploading ${count(component.length)} bytes`, (update) => {
    const onProgress = (sent: number) => {
      const percent = Math.floor((sent / component.length) * 100);
      update(
        percent < 100 ? `uploading ${count(component.length)} bytes: ${percent} %` : "the host links and starts it",
      );
    };
    return client.uploadVersion(name, component, { activate, onProgress });
  });
  if (hostname !== undefined && hostname.join() !== tenant.hostnames.join()) await client.setHostnames(name, hostname);
  return version;
}
