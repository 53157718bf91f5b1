/** For `nx run stack:rotation`: a proof that wants the whole machine, run by itself. */
import { defineConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default defineConfig({ ...shared, test: { ...shared.test, include: ['src/bank/rotation.proof.ts'] } });
