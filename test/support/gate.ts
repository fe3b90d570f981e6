/** A gate at which tenants' requests wait until the test opens it. It shows without a clock that requests wait together. */
import { embedConfig } from "../../host/manifest/config.ts";
import type { RuntimeConfig } from "../../host/manifest/schema.ts";
import { startFetchOrigin } from "./fetch-origin.ts";
import type { TestHostOptions } from "./host.ts";

export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** A JavaScript expression that waits at the gate. */
  readonly wait: string;
  /** Lets the component come to the gate. */
  admit(component: Uint8Array, config?: RuntimeConfig): Uint8Array<ArrayBuffer>;
  /** Resolves when that many requests have come to the gate since its start. */
  arrived(count: number): Promise<void>;
  /** Lets all requests through, the waiting ones and the later ones. */
  open(): void;
}

/** A host with these options lets any number of its tenants' requests wait at a gate. */
export const nearGates = {
  fetchPrivateNetworks: ["127.0.0.0/8"],
  fetchConcurrency: 10_000,
  totalFetchConcurrency: 10_000,
  // A busy machine may take long until all requests have arrived.
  fetchTimeoutMs: 600_000,
  wallMs: 600_000,
} satisfies TestHostOptions;

export async function startGate(): Promise<Gate> {
  const { origin, release } = await startFetchOrigin(() => {});
  const url = `${origin.url}/slow`;
  return {
    url,
    wait: `await fetch(${JSON.stringify(url)})`,
    admit: (component, config = {}) => embedConfig(component, { ...config, fetch: { allow: [origin.host] } }),
    arrived: (count) => origin.arrived(count),
    open: release,
    [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose](),
  };
}
