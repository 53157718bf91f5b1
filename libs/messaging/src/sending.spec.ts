/** What becomes of messages whose acknowledgement is lost on the way. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize } from '@bank/stack';
import { installedClients, portOf } from './clients.ts';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';
import { topicOffsets } from './kafkajs/committed.ts';
import { openWay, type Answer, type Fate } from './testing/way.ts';

const produce = 0;

/** Ends the connection in place of the first acknowledgement. */
const withoutFirstAcknowledgement = (): ((answer: Answer) => Fate) => {
  let isLost = false;
  return ({ key }) => {
    if (key !== produce || isLost) return 'hand on';
    isLost = true;
    return 'end';
  };
};

describe.each(installedClients())('a message whose acknowledgement is lost, with %s', client => {
  let connection: Connection;

  beforeAll(async () => {
    const suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('sending-spec', z.object(messagingVariables).parse({ ...suite.env, KAFKA_CLIENT: client }));
  });

  it('is sent again, and stands on its topic once', async () => {
    await using way = await openWay(connection.brokers[0] ?? '', withoutFirstAcknowledgement());
    const port = await portOf({ ...connection, brokers: [way.address] });
    await using producer = await port.connectProducer([]);
    const message = (key: string) => ({ topic: `${connection.topicPrefix}heartbeat`, partition: 0, key, value: Buffer.from('beat'), headers: {} });
    await producer.send([message('1'), message('2')]);
    await producer.send([message('3')]);
    expect(await topicOffsets(connection, ['heartbeat'])).toEqual([{ topic: 'heartbeat', partition: 0, first: 0n, next: 3n }]);
  });
});
