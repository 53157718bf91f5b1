import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// More files at once than cores: these tests mostly wait for other processes.
export default mergeConfig(shared, { test: { globalSetup: ['../../libs/stack/src/vitest.ts'], maxWorkers: 3 } });
