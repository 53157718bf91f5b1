/** How every project's tests run: source straight from the libraries, and a hang is a failure. */
import { configDefaults, defineConfig } from 'vitest/config';

// No other condition: with Node's own named here, packages that offer both forms would be taken in the wrong one.
const conditions = ['@bank/source'];

// What production needs (secured stacks, several brokers, containers, nginx, promtool) is tested by itself: `npm run test:production`.
const others = process.env['TEST_SUITE'] === 'production' ? [] : ['**/*.production.spec.ts'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['src/**/*.spec.ts'],
    exclude: [...configDefaults.exclude, ...others],
    // Only a hang takes so long: the programs and helpers of a test give up sooner, and say what they waited for.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A condition that real processes bring about takes its time on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    // kafkajs sets a timer in the past now and then, which is harmless.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  },
});
