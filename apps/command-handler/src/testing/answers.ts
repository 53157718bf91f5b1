/** The answers to many commands, in one pass over all there are. */
import type { CommandId } from '@bank/topology';
import type { Answer, Customer } from './customer.ts';

/** All answers to each command, which bear its id as their key, once there are so many to each. */
export const answersTo = async (customer: Customer, ids: readonly CommandId[], count = 1): Promise<readonly (readonly Answer[])[]> => {
  const of = (answers: readonly Answer[]): readonly (readonly Answer[])[] => {
    const byKey = Map.groupBy(answers, ({ raw }) => String(raw.key));
    return ids.map(id => byKey.get(id) ?? []);
  };
  return of(await customer.answersWhen(answers => of(answers).every(({ length }) => length >= count)));
};
