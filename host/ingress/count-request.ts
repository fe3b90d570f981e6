import type { Usage } from "../observe/usage.ts";
import type { Target } from "../pool/target.ts";

/** Counts a request whose answer has been written. Those of no tenant are in the log alone. */
export function countRequest(
  { usage, latency }: { usage: Usage; latency: { observe(ms: number): void } },
  target: Target | null,
  status: number,
  ms: number,
): void {
  if (target === null) return;
  const own = usage.of(target.tenant);
  own.answers[Math.trunc(status / 100)]!++;
  own.wallMs += ms;
  latency.observe(ms);
}
