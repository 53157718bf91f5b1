import { describe, expect, it } from 'vitest';
import { access, type ServicePrincipal } from './access.ts';
import { topics, type TopicName } from './topics.ts';

const services = Object.keys(access) as ServicePrincipal[];
const whoDoes = (what: 'reads' | 'writes', topic: TopicName): readonly ServicePrincipal[] => services.filter(service => access[service][what].includes(topic));

describe('the access of the services', () => {
  it('lets those write and read a topic who have to, and nobody else', () => {
    const table = (Object.keys(topics) as TopicName[]).map(topic => [topic, whoDoes('writes', topic), whoDoes('reads', topic)]);
    expect(table).toEqual([
      ['heartbeat', ['heartbeat'], ['command-generator']],
      ['confirm_account_creation', ['command-generator', 'graphql-endpoint'], ['command-handler']],
      ['account_creation_feedback', ['command-handler'], ['command-generator', 'graphql-endpoint']],
      ['confirm_money_transfer', ['command-generator', 'graphql-endpoint'], ['command-handler']],
      ['money_transfer_feedback', ['command-handler'], ['graphql-endpoint']],
      ['balance_changed', ['command-handler'], ['graphql-endpoint']],
      // Raw bytes, tokens among them: they are for the operator's eyes.
      ['dead_letters', ['command-handler'], []],
    ]);
  });

  it('gives those who read groups of their own, which no other can enter', () => {
    expect(services.map(service => [service, access[service].groupPrefix])).toEqual([
      ['heartbeat', null],
      ['command-generator', 'command-generator'],
      ['command-handler', 'command-handler'],
      ['graphql-endpoint', 'graphql-endpoint'],
    ]);
    expect(services.filter(service => services.some(other => other !== service && other.startsWith(service)))).toEqual([]);
  });
});
