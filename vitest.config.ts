import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{host,runtimes,guest-examples,bench,test}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Real worker threads, linear memories mapped at fixed addresses and child processes: each file in a process of its own.
    pool: "forks",
    globalSetup: ["test/support/go-base.setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
