/** What a broker lets a client do, as it tells when it is asked. */
import { newWriter, type Broker, type Reader } from './broker.ts';

/** Numbers of Kafka's: operations as bits of a set, and two errors. */
const operations = { read: 1 << 3, write: 1 << 4 };
const topicAuthorizationFailed = 29;
const groupAuthorizationFailed = 30;

export type Operation = keyof typeof operations;

/** Those topics on which an operation is forbidden. A topic that is not there is not among them. */
export const forbiddenTopics = async (broker: Broker, topics: readonly string[], operation: Operation): Promise<readonly string[]> => {
  // It would tell of all topics.
  if (topics.length === 0) return [];
  // What to make, of the cluster and of the topics: only the last of the three.
  const body = newWriter().writeArray(topics, 'string').writeBoolean(false).writeBoolean(false).writeBoolean(true);
  const answer = await broker.ask({ key: 3, version: 8, body });
  return topicsIn(answer)
    .filter(({ error, allowed }) => error === topicAuthorizationFailed || (error === 0 && (allowed & operations[operation]) === 0))
    .map(({ name }) => name);
};

/** @see https://kafka.apache.org/protocol#The_Messages_Metadata, version 8 */
const topicsIn = (answer: Reader): readonly { readonly error: number; readonly name: string; readonly allowed: number }[] => {
  answer.readInt32();
  answer.readArray(broker => [broker.readInt32(), broker.readString(), broker.readInt32(), broker.readString()]);
  answer.readString();
  answer.readInt32();
  return answer.readArray(topic => {
    const [error, name] = [topic.readInt16(), topic.readString() ?? ''];
    topic.readBoolean();
    topic.readArray(partition => {
      partition.readInt16();
      // Its number, leader and epoch; its replicas, those in step, those offline.
      for (let fields = 0; fields < 3; fields += 1) partition.readInt32();
      for (let lists = 0; lists < 3; lists += 1) partition.readArray(node => node.readInt32());
    });
    return { error, name, allowed: topic.readInt32() };
  });
};

/** Whether a client may not be a member of a group. */
export const isGroupForbidden = async (broker: Broker, group: string): Promise<boolean> => {
  const answer = await broker.ask({ key: 15, version: 3, body: newWriter().writeArray([group], 'string').writeBoolean(true) });
  answer.readInt32();
  return answer.readArray(described => described.readInt16())[0] === groupAuthorizationFailed;
};
