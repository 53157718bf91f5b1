/** The browser test: a real Chromium against a running bank, one step after the other. */
import { defineConfig } from 'vitest/config';

// No other condition: with Node's own named here, packages that offer both forms would be taken in the wrong one.
const conditions = ['@bank/source'];

export default defineConfig({
  root: import.meta.dirname,
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    // Each step stands on those before it.
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Only what never happens takes so long.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default'],
  },
});
