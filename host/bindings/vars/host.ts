import type { Granting, HostServices, HostSide } from "../binding.ts";
import type { Vars } from "./binding.ts";
import { Secrets } from "./secrets.ts";

/** The side in the main thread: the secrets. A tenant's request is given them beside its version's vars. */
export class VarsSide implements HostSide<Vars, Vars> {
  readonly secrets: Secrets;

  private constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  /** @throws PLINTH_SECRET_KEY */
  static async open({ config, store, logger }: HostServices): Promise<VarsSide> {
    const { dataDir, secretKeyFile } = config;
    return new VarsSide(await Secrets.open({ store, dataDir, secretKeyFile, limits: config, logger }));
  }

  /**
   * A secret takes the place of a var with its name, but not of another binding's name: a namespace keeps its name even if
   * it is not granted (any more).
   *
   * @throws PLINTH_SECRET_UNREADABLE
   */
  grant({ tenant, config, taken }: Granting<Vars>): Vars | undefined {
    const named = Object.entries({ ...config, ...this.secrets.valuesOf(tenant) });
    const free = named.filter(([name]) => !taken.has(name));
    return free.length === 0 ? undefined : Object.fromEntries(free);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
