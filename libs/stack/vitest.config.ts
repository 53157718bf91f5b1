/** The model for every project that tests on real servers: the shared set-up, and a stack. */
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, { test: { globalSetup: ['../../libs/stack/src/vitest.ts'] } });
