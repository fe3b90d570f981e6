/**
 * After an upgrade of a runtime: a tenant's image is a difference to one build of its runtime's image, so the active
 * versions are deployed again from the components that were uploaded.
 */
import type { Logger } from "pino";
import type { Store } from "../store/store.ts";
import type { Pipeline } from "./deployer.ts";
import type { Targets } from "./targets.ts";

/** A version that cannot be linked any more is logged and left; its tenant answers with the error. */
export async function relinkStale(store: Store, targets: Targets, pipeline: Pipeline, logger: Logger): Promise<void> {
  for (const { tenant, activeVersion } of store.routes()) {
    if (activeVersion === null) continue;
    const version = store.getVersion(tenant, activeVersion);
    if (!targets.isStale(version)) continue;
    try {
      const renewed = await pipeline.deploy(tenant, await store.getBlob(version.component), { activate: true });
      logger.info({ tenant, from: version.id, to: renewed.id }, "deployed again for this host's build of the runtime");
    } catch (error) {
      logger.error(
        { tenant, version: version.id, err: error },
        "cannot be deployed for this host's build of the runtime",
      );
    }
  }
}
