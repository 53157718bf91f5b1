import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, {
  test: {
    globalSetup: ['../../libs/stack/src/vitest.ts'],
    // More files at once than cores: these tests mostly wait for other processes.
    maxWorkers: 3,
    // Left to Node it would have another graphql than the specs, and the two refuse each other's schemas.
    server: { deps: { inline: ['graphql-query-complexity'] } },
  },
});
