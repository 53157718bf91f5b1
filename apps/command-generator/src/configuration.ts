/** What the generator reads from its environment. */
import { messagingVariables } from '@bank/messaging';
import { serviceConfig } from '@bank/service';
import { runVariables } from './command/run.ts';

export const configuration = serviceConfig.extend(messagingVariables).extend(runVariables);
