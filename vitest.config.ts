import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{host,runtimes,guest-examples,bench,packaging,test}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Real worker threads, linear memories mapped at fixed addresses and child processes: each file in a process of its
    // own.
    pool: "forks",
    globalSetup: ["test/support/go-base.setup.ts"],
    // Limits for what hangs. A machine with much else to do takes many times as long as an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // For npm run coverage, which runs the host's unit tests. It counts what the thread of a test runs. Worker threads
    // and child processes are not seen, so much of host/worker, host/deploy and the command line is tested and not
    // counted.
    coverage: {
      include: ["host/**/*.ts"],
      exclude: ["**/*.test.ts", "**/*.fixture.ts", "**/*.d.ts", "host/cli/templates/**"],
      reporter: ["text-summary"],
      // A little below what is measured: less means that new code came without a test beside it.
      thresholds: { statements: 79, branches: 72, functions: 76, lines: 80 },
    },
  },
});
