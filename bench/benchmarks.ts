/** The benchmarks of `npm run bench`, by name. Each takes its own arguments. */
type Benchmark = (args: string[]) => Promise<void>;

/** A benchmark is loaded when it runs, because the list alone needs none of them. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  memory: async (args) => (await import("./memory/memory.ts")).benchmarkMemory(args),
  compute: async () => (await import("./compute.ts")).benchmarkCompute(),
  switch: async (args) => (await import("./switch.ts")).benchmarkSwitch(args),
  page: async () => (await import("./throughput/markdown.ts")).writePage(),
  peers: async (args) => (await import("./throughput/peers/peers.ts")).benchmarkPeers(args),
  throughput: async (args) => (await import("./throughput/throughput.ts")).benchmarkThroughput(args),
  endable: async () => (await import("./endable.ts")).benchmarkEndable(),
  kv: async (args) => (await import("./kv.ts")).benchmarkKv(args),
  groups: async (args) => (await import("./groups.ts")).benchmarkGroups(args),
  streams: async (args) => (await import("./streams/streams.ts")).benchmarkStreams(args),
  start: async (args) => (await import("./start.ts")).benchmarkStart(args),
  dev: async (args) => (await import("./dev.ts")).benchmarkDev(args),
};
