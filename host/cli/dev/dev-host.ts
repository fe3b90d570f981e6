/** A host for one project under development, on this machine, with a data folder in the project and one tenant. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ErrorPages } from "../../ingress/error-pages.ts";
import type { ProjectAsset } from "../../toolchain/assets.ts";
import { ApiClient, type VersionView } from "../api-client.ts";
import { uploadAssets } from "../upload-assets.ts";
import { DevVars } from "./dev-vars.ts";

export interface DevHostOptions {
  /** The project's folder. The data goes to `.plinth` in it and stays there, so that KV keeps its values. */
  readonly folder: string;
  readonly tenant: string;
  /** The runtime of the project's language: "plinth:go". */
  readonly runtime: string;
  /** HOST:PORT of the ingress. Port 0 picks a free one. */
  readonly listen: string;
  readonly errorPages: ErrorPages;
}

export class DevHost implements AsyncDisposable {
  readonly client: ApiClient;
  readonly tokenFile: string;
  readonly #tenant: string;
  readonly #vars: DevVars;
  readonly #close: () => Promise<void>;

  private constructor(
    client: ApiClient,
    tenant: string,
    vars: DevVars,
    host: { tokenFile: string; close(): Promise<void> },
  ) {
    this.client = client;
    this.#tenant = tenant;
    this.#vars = vars;
    this.tokenFile = host.tokenFile;
    this.#close = () => host.close();
  }

  /** @throws PLINTH_DATA_LOCKED if another one runs for the project, and as `startHost` and `loadConfig` */
  static async start(options: DevHostOptions): Promise<DevHost> {
    const dataDir = join(options.folder, ".plinth");
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, ".gitignore"), "*\n");
    const [{ loadConfig }, { startHost }] = await Promise.all([
      import("../../config/config.ts"),
      import("../../main.ts"),
    ]);
    const config = await loadConfig({
      flags: {
        dataDir,
        listen: options.listen,
        admin: "127.0.0.1:0",
        logLevel: "silent",
        runtimes: [options.runtime],
      },
    });
    const host = await startHost(config, undefined, { errorPages: options.errorPages });
    const token = (await readFile(host.tokenFile, "utf8")).trim();
    const client = new ApiClient({ admin: host.adminUrl, token });
    if ((await client.findTenant(options.tenant)) === undefined) await client.createTenant(options.tenant, []);
    return new DevHost(client, options.tenant, await DevVars.open(client, options.tenant, dataDir), host);
  }

  /** The secrets of `.dev.vars`, for the next request. @throws ApiError */
  setVars(values: Readonly<Record<string, string>>): Promise<void> {
    return this.#vars.set(values);
  }

  /** Deploys and activates a version, and removes the others. @throws ApiError */
  async deploy(component: Uint8Array, assets: readonly ProjectAsset[] | null): Promise<VersionView> {
    const list = await uploadAssets(this.client, this.#tenant, assets);
    const deployed = await this.client.uploadVersion(this.#tenant, component, { activate: true, assets: list });
    for (const { id, active } of await this.client.versions(this.#tenant)) {
      if (!active) await this.client.deleteVersion(this.#tenant, id);
    }
    return deployed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
