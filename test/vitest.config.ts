/** How the tests run: `npx vitest run --config test/vitest.config.ts [FILE …]`. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    // Two processes that load the modules once and take one file after another: loading anew for each costs more than the tests.
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    // Engines are short-lived here: with room for their columns the collector has a tenth less to do.
    execArgv: ['--max-semi-space-size=64'],
    // A test that hangs must end, one on a busy machine must not.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['./test/reporter.ts'],
  },
});
