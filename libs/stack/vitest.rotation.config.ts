/** For `nx run stack:rotation`: a proof that takes too long for every day. */
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, { test: { include: ['src/bank/rotation.proof.ts'] } });
