/** What becomes of a consumer whose request to join its group the broker answers with an error. The broker is real; its answer is changed on the way. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize } from '@bank/stack';
import { installedClients, portOf } from './clients.ts';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';
import { openWay, type Answer, type Fate } from './testing/way.ts';

const joinGroup = 11;
/** From this version on there is a byte more before the error of an answer to it. */
const firstTagged = 6;

/** Answers the first request to join with an error. */
const firstJoinWith = (errorCode: number): ((answer: Answer) => Fate) => {
  let isAnswered = false;
  return ({ message, key, version }) => {
    // Behind the size, the request's id and a throttle time.
    if (key === joinGroup && !isAnswered) message.writeInt16BE(errorCode, version < firstTagged ? 12 : 13);
    isAnswered ||= key === joinGroup;
    return 'hand on';
  };
};

describe.each(installedClients())('a consumer of %s whose request to join is answered with', client => {
  let connection: Connection;

  beforeAll(async () => {
    const suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('consumer-spec', z.object(messagingVariables).parse({ ...suite.env, KAFKA_CLIENT: client }));
  });

  /** Joins by a way of its own until something is told that matters, and gives what was told, in order. */
  const join = async (errorCode: number, isEnough: (told: readonly string[]) => boolean): Promise<readonly string[]> => {
    await using way = await openWay(connection.brokers[0] ?? '', firstJoinWith(errorCode));
    const port = await portOf({ ...connection, brokers: [way.address] });
    const told: string[] = [];
    const enough = Promise.withResolvers<void>();
    const tell = (what: string): void => {
      told.push(what);
      if (isEnough(told)) enough.resolve();
    };
    const options = { group: `${connection.topicPrefix}joining-${errorCode}`, topics: [`${connection.topicPrefix}money_transfer_feedback`], from: 'end', sessionTimeoutMs: 6_000 } as const;
    await using resources = new AsyncDisposableStack();
    resources.use(await port.connectConsumer(options, {
      assigned: partitions => tell(`assigned ${partitions.length > 0}`),
      interrupted: error => tell(`interrupted: ${error.message}`),
      failed: error => tell(`failed: ${error.message}`),
      heard: () => undefined,
      deliver: () => undefined,
      room: () => Promise.resolve(true),
    }));
    await enough.promise;
    return told;
  };

  it('an error that passes joins all the same, also when its client has given up', async () => {
    const unknown = -1;
    const told = await join(unknown, all => all.at(-1)?.startsWith('assigned') === true);
    expect(told).toEqual([expect.stringMatching(/^interrupted: .*(unexpected|unknown)/i), 'assigned true']);
  });

  it('a refusal is lost for good', async () => {
    const groupAuthorizationFailed = 30;
    const told = await join(groupAuthorizationFailed, all => all.length > 0);
    expect(told).toEqual([expect.stringMatching(/^failed: .*authoriz/i)]);
  });
});
