import { Command } from "commander";
import type { Settings } from "../../config/settings.ts";
import { addJsonOption, examples, outputFor, type Surroundings } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { listenError } from "../listen-error.ts";
import { untilStopped } from "../stop-signals.ts";

interface ServeOptions {
  readonly data?: string;
  readonly listen?: string;
  readonly admin?: string;
  readonly config?: string;
  readonly logLevel?: Settings["logLevel"];
  readonly requestLog?: Settings["requestLog"];
  readonly groups?: number;
}

export function serveCommand(surroundings: Surroundings): Command {
  const command = new Command("serve")
    .description("run a host until SIGINT or SIGTERM; a second signal ends it without waiting for requests")
    .option("--data <dir>", "folder of the registry, the blobs and the admin token (default: plinth-data)")
    .option("--listen <host:port>", "where tenants are served; port 0 picks a free one (default: 127.0.0.1:8080)")
    .option("--admin <host:port>", "where the admin API listens (default: 127.0.0.1:8081)")
    .option("--config <file>", "the settings file (default: plinth.config.json in the data folder)")
    .option(
      "--log-level <level>",
      "trace, debug, info, warn, error, fatal or silent (default: info); the log goes to standard error",
    )
    .option("--request-log <mode>", "off, sampled or all: which requests have a line in the log (default: all)")
    .option(
      "--groups <count>",
      "run the tenants in this number of processes; 0: in the host's own (default: 0)",
      Number,
    )
    .addHelpText(
      "after",
      examples("plinth serve", "plinth serve --data /var/lib/plinth --listen 0.0.0.0:80 --admin 127.0.0.1:0 --json"),
    );
  return addJsonOption(command).action(async (options: ServeOptions) => {
    const { data: dataDir, listen, admin, logLevel, requestLog, groups, config: file } = options;
    // The host is loaded here, so that the other commands start without it.
    const [{ loadConfig }, { startHost }, { endDespiteThreads }, { mainThreadFirst }] = await Promise.all([
      import("../../config/config.ts"),
      import("../../main.ts"),
      import("../../threads/ending.ts"),
      import("../../threads/main-thread-first.ts"),
    ]);
    mainThreadFirst();
    const config = await loadConfig({ flags: { dataDir, listen, admin, logLevel, requestLog, groups }, file });
    const host = await startHost(config).catch((error) => {
      throw listenError(error) ?? error;
    });
    const stopped = untilStopped();
    const { ingressUrl: ingress, tlsUrl: tls, adminUrl, tokenFile: token } = host;
    const addresses = tls === null ? ingress : `${ingress} and ${tls}`;
    outputFor(command, surroundings).result(
      { ingress, ...(tls !== null && { tls }), admin: adminUrl, token },
      () => `plinth is ready: ingress ${addresses}, admin ${adminUrl}, admin token in ${token}`,
    );
    await stopped;
    await host.close();
    await endDespiteThreads(exitCodes.ok);
  });
}
