/** What the handler reads from its environment. */
import { z } from 'zod';
import { messagingVariables } from '@bank/messaging';
import { databaseUrl, serviceConfig } from '@bank/service';

const variables = { ...messagingVariables, DATABASE_URL: databaseUrl };

export const configuration = serviceConfig.extend(variables);

/** For what runs to its end: it serves no port. */
export const toolConfiguration = z.object(variables);
