import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { plinthError } from "../../errors.ts";
import { MANIFEST_FILE } from "../../manifest/read.ts";
import type { Manifest } from "../../manifest/schema.ts";
import { assetsOfProject, type ProjectAsset } from "../../toolchain/assets.ts";
import { findManifest } from "../../toolchain/find-manifest.ts";
import { withManifest } from "../../toolchain/project.ts";
import type { ApiClient } from "../api-client.ts";
import { ApiError } from "../api-error.ts";
import { collect } from "../arguments.ts";
import {
  addBuildOptions,
  type BuildOptions,
  buildFrom,
  existing,
  type ProjectArguments,
  projectFor,
} from "../build-options.ts";
import { addClientOptions, callFor, examples, outputFor, type Surroundings } from "../context.ts";
import { dryRunResult, dryRunText } from "../dry-run.ts";
import type { Output } from "../output.ts";
import { count } from "../table.ts";
import { tenantUrls } from "../tenant-urls.ts";
import { uploadAssets } from "../upload-assets.ts";

interface DeployOptions extends BuildOptions {
  readonly name?: string;
  readonly hostname?: readonly string[];
  readonly activate: boolean;
  readonly dryRun?: boolean;
}

interface DeployArguments extends ProjectArguments {
  readonly options: DeployOptions;
}

interface Upload {
  readonly name: string;
  readonly component: Uint8Array;
  /** The project's static files; null if the manifest has none. */
  readonly assets: readonly ProjectAsset[] | null;
  /** The hostnames that the tenant gets; undefined leaves them as they were. */
  readonly hostnames: readonly string[] | undefined;
  readonly activate: boolean;
  readonly manifest: Manifest | null;
}

export function deployCommand(surroundings: Surroundings): Command {
  const { languages, bindingModules } = surroundings;
  const command = new Command("deploy")
    .description("upload a program as a tenant's new version; the tenant is made unless it exists")
    .argument("[path]", "a project's folder, which is built first, or a file: a component or a WASI command", ".")
    .option("--name <name>", "the tenant (default: the manifest's name)")
    .option("--hostname <hostname>", "a custom hostname; repeat it for more. Replaces the tenant's hostnames", collect)
    .option("--no-activate", "upload and check the version, but leave the active one in place")
    .option("--dry-run", "build the project and say what would be uploaded; no host is called");
  addBuildOptions(command, languages).addHelpText(
    "after",
    examples(
      "plinth deploy",
      "plinth deploy --env staging",
      "plinth deploy shop.wasm --name shop --hostname shop.example.com",
    ),
  );
  return addClientOptions(command).action(async (path: string, options: DeployOptions) => {
    const project = { path, options, languages, bindingModules };
    if (options.dryRun) {
      const output = outputFor(command, surroundings);
      const planned = await uploadOf(project, output);
      output.result(dryRunResult(planned), () => dryRunText(planned));
      return;
    }
    const { client, output } = await callFor(command, surroundings);
    const upload = await uploadOf(project, output);
    const health = await client.health();
    const version = await deploy(client, upload, output);
    for (const warning of version.warnings) output.warn(warning);
    const hostnames = (await client.tenant(upload.name)).hostnames;
    const urls = tenantUrls(upload.name, hostnames, health, client.admin);
    output.result({ ...version, urls }, () => {
      const state = version.active ? "active" : `not active: plinth version activate ${version.tenant} ${version.id}`;
      const title = `${version.tenant}: version ${version.id}, ${count(version.uploadBytes)} bytes, ${state}`;
      return [title, ...urls.map((url) => `  ${url}`)].join("\n");
    });
  });
}

/** Collects what is uploaded. The command line takes precedence over the manifest. */
async function uploadOf(project: DeployArguments, output: Output): Promise<Upload> {
  const { path, options, languages, bindingModules } = project;
  const isFolder = (await existing(path)).isDirectory;
  const found = isFolder
    ? await projectFor(project)
    : await findManifest(dirname(path), languages.names, bindingModules, options.env);
  const manifest = found?.manifest ?? null;
  // A build tells them by itself.
  if (!isFolder) for (const warning of found?.warnings ?? []) output.warn(warning);
  const name = options.name ?? manifest?.name;
  if (name === undefined) {
    const reason = `no tenant is named: give --name NAME, or a "name" in ${MANIFEST_FILE}`;
    throw plinthError("PLINTH_USAGE", [reason]);
  }
  const component = isFolder
    ? (await buildFrom(project, output)).component
    : withManifest(new Uint8Array(await readFile(path)), manifest);
  const assets = await assetsOfProject(isFolder ? path : dirname(path), manifest);
  const hostnames = options.hostname ?? manifest?.routes;
  return { name, component, assets, hostnames, activate: options.activate, manifest };
}

/** Hostnames come last, so a refused upload leaves the tenant as it was. A tenant that this deploy has made is deleted. */
async function deploy(client: ApiClient, upload: Upload, output: Output) {
  const { name, hostnames } = upload;
  const found = await client.findTenant(name);
  const tenant = found ?? (await client.createTenant(name, hostnames ?? []));
  const version = await uploadTo(client, upload, output).catch(async (error: unknown) => {
    // The user needs the reason of the refusal, even if the tenant cannot be deleted.
    if (found === undefined && error instanceof ApiError) await client.deleteUnusedTenant(name).catch(() => {});
    throw error;
  });
  if (hostnames !== undefined && hostnames.join() !== tenant.hostnames.join())
    await client.setHostnames(name, hostnames);
  return version;
}

function uploadTo(client: ApiClient, { name, component, assets, activate }: Upload, output: Output) {
  const size = `${count(component.length)} bytes`;
  return output.busy(`uploading ${size}`, async (update) => {
    const list = await uploadAssets(client, name, assets, update);
    const onProgress = (sent: number) => {
      const percent = Math.floor((sent / component.length) * 100);
      update(percent < 100 ? `uploading ${size}: ${percent} %` : "the host links and starts it");
    };
    return client.uploadVersion(name, component, { activate, assets: list, onProgress });
  });
}
