/** Specs of the frontend: beside the code, in a simulated browser, no bank needed. */
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { kit } from './build/kit.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue(), kit()],
  // Without the condition "browser": specs run on Node, and some start a real WebSocket server.
  resolve: { conditions: ['@bank/source', 'module', 'import', 'default'] },
  test: {
    include: ['src/**/*.spec.ts'],
    environment: 'happy-dom',
    // Resolved as the specs are, so that there is one graphql.
    server: { deps: { inline: ['graphql-ws'] } },
    testTimeout: 30_000,
    reporters: ['default'],
  },
});
