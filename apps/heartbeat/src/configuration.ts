/** What the heartbeat reads from its environment. */
import { messagingVariables } from '@bank/messaging';
import { serviceConfig } from '@bank/service';
import { loadVariables } from './load/load.ts';

export const configuration = serviceConfig.extend(messagingVariables).extend(loadVariables);
