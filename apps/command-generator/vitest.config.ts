/** The shared set-up, and a stack: who is active and what comes again is decided by a real broker. */
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, { test: { globalSetup: ['../../libs/stack/src/vitest.ts'] } });
