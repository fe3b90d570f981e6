/**
 * The composition root: the only place that knows how config, store, runtimes, pools and servers are joined.
 */
import { pathToFileURL } from "node:url";
import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import manifest from "../package.json" with { type: "json" };
import { languagesWith } from "../runtimes/outside.ts";
import { neededRuntimes } from "../runtimes/registry.ts";
import { createAdmin } from "./admin/admin.ts";
import { ensureOperatorToken } from "./admin/auth.ts";
import { HostBindings } from "./bindings/host-bindings.ts";
import type { Config } from "./config/config.ts";
import { limitsOf } from "./config/limits.ts";
import { compileActive } from "./deploy/compile-active.ts";
import { Deployer } from "./deploy/deployer.ts";
import { relinkStale } from "./deploy/relink.ts";
import { SecretReads } from "./deploy/secret-reads.ts";
import { Targets } from "./deploy/targets.ts";
import { warmUp } from "./deploy/warm-up.ts";
import { LocalEngine } from "./engine/local-engine.ts";
import { engineSettings } from "./engine/settings.ts";
import { BulkTurns } from "./fairness/bulk-turns.ts";
import { CpuShares } from "./fairness/cpu-shares.ts";
import { HeldMemory } from "./fairness/held-memory.ts";
import { Parking } from "./fairness/parking.ts";
import { Groups } from "./groups/groups.ts";
import { Clients } from "./ingress/client.ts";
import type { ErrorPages } from "./ingress/error-pages.ts";
import { createIngress } from "./ingress/ingress.ts";
import { Routing } from "./ingress/routing.ts";
import { boundConnections, connectionsByDescriptors, connectionsOf } from "./listener/connections.ts";
import { listen, listenTls, openTls } from "./listener/listen.ts";
import { collectGarbage, probeMemoryStrategy, returnFreedMemory } from "./memory/index.ts";
import { fullness } from "./metrics/fullness.ts";
import { Metrics, type UsageFacts } from "./metrics/metrics.ts";
import { tellStrike } from "./observe/tell-strike.ts";
import { TenantLogs } from "./observe/tenant-log.ts";
import { countOne, Usage } from "./observe/usage.ts";
import { Dispatcher } from "./pool/dispatcher.ts";
import { loadRuntimes } from "./runtime/runtime.ts";
import { systemClock } from "./schedule/clock.ts";
import { CronTable } from "./schedule/cron-table.ts";
import { runScheduled } from "./schedule/run-scheduled.ts";
import { Scheduler } from "./schedule/scheduler.ts";
import { openEmbeddedStore } from "./store/embedded.ts";
import { keepAudit } from "./store/keep-audit.ts";
import type { TenantName } from "./store/names.ts";
import type { Tenant } from "./store/store.ts";
import { notEnded } from "./threads/ending.ts";

export interface RunningHost {
  /** "http://127.0.0.1:8080" */
  readonly ingressUrl: string;
  /** URL of the ingress by TLS; null if the host speaks no TLS. */
  readonly tlsUrl: string | null;
  readonly adminUrl: string;
  /** File that holds the operator's token. */
  readonly tokenFile: string;
  /** Lets the requests in flight end, within the configured grace, and stops. */
  close(): Promise<void>;
}

/**
 * The log's lines wait until there are `minLength` characters or `periodicFlush` ms have passed, since a system call a line
 * costs more than the line. pino writes the rest when the process ends. If nobody reads standard error, lines beyond
 * `maxLength` characters are dropped.
 */
const LOG_BUFFER = { minLength: 8_192, periodicFlush: 100, maxLength: 16 << 20 };
/** Connections of the admin API at once. They are apart from the visitors', who cannot lock the operator out. */
const ADMIN_CONNECTIONS = 200;
const HOUR_MS = 3_600_000;

/** Parts of a host that no setting gives. */
export interface Additions {
  /** Modules of bindings beside those of the registry (host/bindings/registry.ts) and of the configuration. */
  readonly bindings?: readonly URL[] | undefined;
  /** Pages for visitors whose requests fail. They show the inside of programs. */
  readonly errorPages?: ErrorPages | undefined;
}

/**
 * Starts a host.
 *
 * @param logger where the host's log goes; standard error if not given
 * @throws PlinthError PLINTH_DATA_LOCKED, PLINTH_DATA_VERSION, PLINTH_DATA_FOLDER, PLINTH_DATABASE,
 *   PLINTH_RUNTIME_NOT_BUILT, PLINTH_RUNTIME_FOLDER, PLINTH_BINDING_MODULE, PLINTH_THREADS,
 *   PLINTH_GROUP_START
 */
export async function startHost(
  config: Config,
  logger: Logger = defaultLogger(config),
  { bindings: more = [], errorPages }: Additions = {},
): Promise<RunningHost> {
  returnFreedMemory();
  await using undo = new AsyncDisposableStack();
  const store = undo.use(await openEmbeddedStore(config.dataDir));
  const tokenFile = await ensureOperatorToken(store, config.dataDir);
  const modules = [...config.bindingModules.map((file) => pathToFileURL(file)), ...more].map(({ href }) => href);
  const bindings = undo.use(await HostBindings.open({ config, store, logger }, modules));
  logger.info({ ...probeMemoryStrategy() }, "memory strategy");
  const languages = await languagesWith(config.runtimeFolders);
  const languageOf = (runtime: string) => languages.ofRuntime(runtime)?.name;
  const choice = { names: config.runtimes, byName: languages.loadedByName, needed: neededRuntimes, languageOf };
  const runtimes = await loadRuntimes(languages.packageFolders, choice);
  const logs = undo.use(
    new TenantLogs({
      logger,
      blobPath: (hash) => store.blobPath(hash),
      folder: config.dataDir,
      retention: {
        ageMs: config.logHours * HOUR_MS,
        tenantBytes: config.tenantLogBytes,
        totalBytes: config.totalLogBytes,
      },
      rate: { linesPerSecond: config.tenantLogLinesPerSecond, bytesPerSecond: config.tenantLogBytesPerSecond },
      tailLimit: config.tailLimit,
    }),
  );
  store.onChange(({ tenant, kind }) => {
    if (kind === "tenant-deleted") logs.forget(tenant);
  });

  const limitsOfTenant = (tenant: Tenant) => limitsOf(config, tenant.limits);
  const heldMemory = new HeldMemory(config.totalWaitingMemoryLimitBytes);
  const usage = new Usage();
  bindings.onCall((tenant, binding) => countOne(usage.of(tenant).calls, binding));
  const parts = { settings: engineSettings(config), runtimes, bindings, usage };
  const groups = config.groups === 0 ? null : undo.use(await Groups.open({ ...parts, config, store, logger }));
  const onFault = (error: unknown, where: string) => logger.error({ err: error }, where);
  const shares = new CpuShares();
  const engine = groups ?? undo.use(await LocalEngine.open({ ...parts, heldMemory, shares, onFault }));
  const deployer = new Deployer({
    store,
    preparing: engine.preparing,
    code: engine.code,
    logs,
    limitsOf: limitsOfTenant,
    bindings,
    staging: bindings.side("assets").staging,
  });
  const parking = new Parking({
    isOn: config.parking === "on",
    lostCpuMs: config.parkLostCpuMs,
    sharePercent: config.parkSharePercent,
    parkMs: config.parkMs,
    onStrike: (tenant, strike) => tellStrike(tenant as TenantName, strike, { logger, logs }),
  });
  store.onChange(({ tenant, kind }) => {
    if (kind !== "tenant-deleted") return;
    parking.release(tenant);
    usage.forget(tenant);
  });
  const onCronFault = (error: unknown) => logger.error({ err: error }, "crons run without their records");
  const table = undo.use(CronTable.open(config.dataDir, onCronFault));
  // Every part of the data folder has been opened and checked by now, so what a crash has left may go.
  const { missing } = await store.sweep();
  if (missing.length > 0) logger.error({ blobs: missing }, "stored files of versions are missing");
  await bindings.sweep();
  undo.use(keepAudit(store, config.auditDays, logger));

  const targets = new Targets({
    store,
    runtimes,
    limitsOf: limitsOfTenant,
    bindings,
  });
  await relinkStale(store, targets, deployer, logger);
  const folder = parts.settings.glueFolder;
  const warm = warmUp(engine, { runtimes, deployer, store, limits: config, folder });
  // It is awaited below, unless the start fails before.
  warm.catch(() => {});

  const dispatcher = new Dispatcher(engine.programs, heldMemory, logs, parking, usage);
  const routing = new Routing({ store, domain: config.domain, byPath: config.paths === "on", targets });
  const targetOf = (tenant: TenantName) => targets.active(store.getTenant(tenant));
  const scheduler = undo.use(
    new Scheduler({
      store,
      table,
      clock: systemClock,
      run: (tenant, cron, time) => runScheduled({ dispatcher, targetOf, logger }, tenant, cron, time),
      note: (tenant, level, message) => {
        const record = store.findTenant(tenant);
        if (record !== undefined) logs.note(tenant, record.activeVersion, level, message);
      },
      onFault: (error) => logger.error({ err: error }, "background failure: crons"),
    }),
  );
  bindings.onChange((tenant) => routing.forget(tenant));
  const listeners = config.tls === null ? 1 : 2;
  const most = Math.min(config.maxConnections, Math.floor(connectionsByDescriptors() / listeners));
  const limits = {
    workers: config.workers,
    queue: config.queueLimit,
    heldBytes: config.totalWaitingMemoryLimitBytes,
    connections: most,
  };
  const facts: UsageFacts = {
    version: manifest.version,
    usage,
    heldBytes: (tenant) => heldMemory.of(tenant),
    engine,
    groups: groups ?? { states: [] },
    inFlight: () => dispatcher.inFlight,
    heldTotal: () => heldMemory.total,
    connections: () => connectionsOf(ingress.server),
    limits,
  };
  const metrics = undo.use(new Metrics(facts));
  const ingress: FastifyInstance = createIngress({
    logger,
    requestLog: config.requestLog,
    routing,
    dispatcher,
    assets: bindings.side("assets").assets,
    clients: new Clients(config.trustedProxies, config.proxyHeader),
    usage,
    latency: metrics.latency,
    logs,
    errorPages,
    shares,
    turns: new BulkTurns(shares),
    requestBodyLimitBytes: config.requestBodyLimitBytes,
    requestTimeoutMs: config.requestTimeoutMs,
    bodyGraceMs: config.bodyGraceMs,
    bodyBytesPerSecond: config.bodyBytesPerSecond,
    responseIdleMs: config.responseIdleMs,
  });
  const admin = createAdmin({
    store,
    kv: bindings.side("kv").service,
    secrets: bindings.side("vars").secrets,
    deployer,
    staging: bindings.side("assets").staging,
    assetLimitBytes: config.assetLimitBytes,
    secretReads: new SecretReads(store),
    logs,
    scheduler,
    parking,
    metrics,
    usage: { tenants: usage, heldBytes: facts.heldBytes, host: () => fullness(facts) },
    isReady: () => !dispatcher.isDraining,
    isServed: (hostname) => routing.isServed(hostname),
    runtimes: {
      list: () => runtimes.map(({ manifest: { name, version }, integrity }) => ({ name, version, integrity })),
    },
    groups,
    domain: config.domain,
    hostnames: {
      domain: config.domain,
      own: [...config.adminHosts, config.admin.host, config.listen.host],
      tenantSuffixes: config.tenantHostnameSuffixes,
    },
    rates: { tenant: config.tenantAdminCallsPerSecond, operator: config.operatorAdminCallsPerSecond },
    tokenLimit: config.tokenLimit,
    uploadLimitBytes: Math.max(config.uploadLimitBytes, config.staticUploadLimitBytes),
    hosts: [...config.adminHosts, config.admin.host],
    ingressUrl: () => ingressUrl,
    urlOf: (tenant: TenantName) => `${ingressUrl}/t/${tenant}/`,
    logger,
  });
  const tls = config.tls && (await openTls(ingress, { ...config.tls, most, logger }, undo));
  // The servers compile the schemas of their routes while other threads warm up.
  await Promise.all([warm, ingress.ready(), admin.ready()]);
  boundConnections(ingress.server, "ingress", most, logger);
  const tlsUrl = tls && (await listenTls(tls, config.tls!.listen));
  const ingressUrl = await listen(ingress, config.listen, undo);
  boundConnections(admin.server, "admin API", ADMIN_CONNECTIONS, logger);
  const adminUrl = await listen(admin, config.admin, undo);
  collectGarbage();
  void compileActive(store, engine.code).catch((error) => logger.error({ err: error }, "background failure: code"));
  const everything = undo.move();

  let closing: Promise<void> | undefined;
  const close = async () => {
    scheduler.stop();
    const grace = new Promise<void>((resolve) => setTimeout(resolve, config.shutdownGraceMs).unref());
    await Promise.race([Promise.all([admin.close(), ingress.close(), dispatcher.drain()]), grace]);
    await everything.disposeAsync();
    if (notEnded() > 0) logger.error({ threads: notEnded() }, "threads do not end; the process ends without them");
  };
  return {
    ingressUrl,
    tlsUrl,
    adminUrl,
    tokenFile,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function defaultLogger(config: Config): Logger {
  return pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: false, ...LOG_BUFFER }));
}
