/** What the synchronizer reads from its environment. */
import { z } from 'zod';
import { messagingVariables } from '@bank/messaging';

export const configuration = z.object(messagingVariables);
