/**
 * Deploys active versions again after an upgrade of their runtime, from the components that were uploaded. This is needed
 * because a tenant's image is a difference to one build of its runtime's image.
 */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import type { TenantName } from "../store/names.ts";
import type { Store } from "../store/store.ts";
import type { Deployer } from "./deployer.ts";
import type { Targets } from "./targets.ts";

/**
 * Links the active versions again, and the versions to which a rollout gives a share of the traffic. If a version cannot
 * be linked any more, the log says so. Its tenant answers with the error, and a rollout of it ends.
 */
export async function relinkStale(store: Store, targets: Targets, deployer: Deployer, logger: Logger): Promise<void> {
  const renew = async (tenant: TenantName, id: number, activate: boolean): Promise<number | null> => {
    const version = store.getVersion(tenant, id);
    if (!targets.isStale(version)) return id;
    try {
      const renewed = await deployer.renew(tenant, version, { activate });
      logger.info({ tenant, from: id, to: renewed.id }, "deployed again for this host's build of the runtime");
      return renewed.id;
    } catch (error) {
      logger.error({ tenant, version: id, err: error }, "cannot be deployed for this host's build of the runtime");
      return null;
    }
  };
  for (const { tenant, activeVersion } of store.routes()) {
    if (activeVersion === null) continue;
    const { rollout } = store.getTenant(tenant);
    await renew(tenant, activeVersion, true);
    if (rollout === null) continue;
    const version = await renew(tenant, rollout.version, false);
    const renewed = version === null ? null : { ...rollout, version };
    // The activation of a version has ended the rollout, so it is set again.
    if (!isDeepStrictEqual(store.getTenant(tenant).rollout, renewed)) await store.setRollout(tenant, renewed);
  }
}
