import { performance } from "node:perf_hooks";
import { Command } from "commander";
import { assetsOfProject } from "../../toolchain/assets.ts";
import { tailLogs } from "../api-logs.ts";
import { addBuildOptions, type BuildOptions, buildFrom, type ProjectArguments, projectFor } from "../build-options.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { describeError } from "../describe-error.ts";
import { DevHost } from "../dev/dev-host.ts";
import { readDevVars } from "../dev/dev-vars.ts";
import { errorPages } from "../dev/error-page/error-pages.ts";
import { oneAtATime } from "../dev/one-at-a-time.ts";
import { watchedFolders, watchFolders } from "../dev/watch-project.ts";
import { tenantNameOf } from "../init-project.ts";
import { listenError } from "../listen-error.ts";
import { logText } from "../log-text.ts";
import type { Output } from "../output.ts";
import { untilStopped } from "../stop-signals.ts";
import { count } from "../table.ts";
import { tenantUrls } from "../tenant-urls.ts";
import { projectArgument } from "./build.ts";

interface DevOptions extends BuildOptions {
  readonly name?: string;
  readonly listen: string;
}

export function devCommand(surroundings: Surroundings): Command {
  const { languages, bindingModules } = surroundings;
  const command = new Command("dev")
    .description("run a host for one project, and build and deploy it there with every save, until SIGINT or SIGTERM")
    .argument("[dir]", projectArgument(languages), ".")
    .option("--name <name>", "the tenant (default: the manifest's name, or by the folder's)")
    .option("--listen <host:port>", "where the project is served; port 0 picks a free one", "127.0.0.1:0");
  addBuildOptions(command, languages).addHelpText(
    "after",
    examples("plinth dev", "plinth dev ./shop --listen 127.0.0.1:3000"),
  );
  return addJsonOption(command).action(async (path: string, options: DevOptions) => {
    const output = outputFor(command, surroundings);
    const given = { path, options, languages, bindingModules };
    const project = await projectFor(given);
    const { folder, language, manifest } = project;
    const watched = watchedFolders(project);
    const tenant = tenantNameOf(folder, options.name ?? manifest?.name);
    // A host loads runtime packages when it starts, and the program must find the package that it was linked to.
    if (language.package.onDemand) await language.package.build((line) => output.progress(line));
    const stopped = untilStopped();
    const builds: Builds = { failure: null };
    const pages = errorPages(project, () => builds.failure);
    const settings = { folder, tenant, runtime: language.runtime, listen: options.listen, errorPages: pages };
    await using host = await DevHost.start(settings).catch((error) => {
      throw listenError(error) ?? error;
    });
    await announce(host, tenant, watched, output);
    const ended = new AbortController();
    const logs = printLogs(host, tenant, output, ended.signal);
    const update = oneAtATime(() => buildAndDeploy(host, given, builds, output));
    using _watch = watchFolders(watched, languages, update);
    await update();
    await stopped;
    ended.abort();
    await logs;
  });
}

async function printLogs(host: DevHost, tenant: string, output: Output, signal: AbortSignal): Promise<void> {
  for await (const line of tailLogs(host.client.api, tenant, {}, signal)) {
    output.result({ event: line.source === "request" ? "request" : "log", ...line }, () => logText(line, output));
  }
}

async function announce(host: DevHost, tenant: string, watched: readonly string[], output: Output): Promise<void> {
  const { client, tokenFile } = host;
  const urls = tenantUrls(tenant, [], await client.health(), client.admin);
  output.result({ event: "ready", tenant, urls, admin: client.admin, tokenFile }, () =>
    [
      `${output.style("bold", tenant)} is served here:`,
      ...urls.map((url) => `  ${url}`),
      output.style("dim", `admin API ${client.admin}, its token in ${tokenFile}`),
      output.style("dim", `every save in ${watched.join(" and ")} is built and deployed; Ctrl-C ends it`),
    ].join("\n"),
  );
}

/** The result of the last build and its deploy, for the error page. */
interface Builds {
  /** The reason of the failure; null if both went well. */
  failure: string | null;
}

/** A failure is printed, and the version that answers stays. */
async function buildAndDeploy(host: DevHost, project: ProjectArguments, builds: Builds, output: Output): Promise<void> {
  const start = performance.now();
  try {
    await output.busy("building", async (update) => {
      const { component } = await buildFrom(project, output);
      const { folder, manifest } = await projectFor(project);
      const assets = await assetsOfProject(folder, manifest);
      const built = performance.now();
      update("deploying");
      await host.setVars(await readDevVars(folder, project.options.env));
      const { id: version, uploadBytes } = await host.deploy(component, assets);
      builds.failure = null;
      const ms = Math.round(performance.now() - start);
      const buildMs = Math.round(built - start);
      output.result({ event: "deployed", version, uploadBytes, buildMs, ms }, () => {
        const time = output.style("dim", new Date().toTimeString().slice(0, 8));
        return `${time} version ${version}, ${count(uploadBytes)} bytes, in ${count(ms)} ms`;
      });
    });
  } catch (error) {
    const { code, message, details } = describeError(error);
    builds.failure = message;
    if (output.json) output.result({ event: "failed", error: { code, message, ...details } }, () => "");
    else output.error(error);
  }
}
