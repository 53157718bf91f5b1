/** The shared set-up, and a stack: what a heartbeat does is only true on a real broker. */
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, { test: { globalSetup: ['../../libs/stack/src/vitest.ts'] } });
