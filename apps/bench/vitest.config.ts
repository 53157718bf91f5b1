import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, {
  test: {
    globalSetup: ['../../libs/stack/src/vitest.ts'],
    // As many files at once as cores: these tests mostly wait for other processes.
    maxWorkers: 2,
  },
});
