import { useClientHandle } from '@urql/vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tell } from '../api/request.ts';
import { setUpWith, type Bank } from '../testing/bank.ts';
import { depositMutation } from './documents.ts';
import { useCommand } from './useCommand.ts';

/** A component that deposits €10. */
const setUp = (bank: Bank) =>
  setUpWith(bank, () => {
    const { client } = useClientHandle();
    const command = useCommand();
    const deposit = (): Promise<void> =>
      command.run({
        what: 'Deposit',
        async send(id) {
          const answer = await tell(client, depositMutation, { id, amount: '1000' });
          return answer.kind === 'failed' ? answer : { kind: 'answered', data: answer.data.deposit };
        },
      });
    return { ...command, deposit };
  });

const confirmed = { __typename: 'Confirmed' };
const pending = { __typename: 'Pending' };
const refused = { __typename: 'Refused', reason: 'insufficient funds' };

describe('a command', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is confirmed', async () => {
    const { result } = setUp(() => ({ deposit: confirmed }));
    const done = result.deposit();
    expect(result.state.value).toEqual({ kind: 'sending', what: 'Deposit' });
    await done;
    expect(result.state.value).toEqual({ kind: 'confirmed', what: 'Deposit', id: expect.any(String) as string });
  });

  it('is refused with the bank’s reason', async () => {
    const { result } = setUp(() => ({ deposit: refused }));
    await result.deposit();
    expect(result.state.value).toEqual({ kind: 'refused', what: 'Deposit', reason: 'insufficient funds' });
  });

  it('is asked about while it is pending, until the bank has settled it', async () => {
    const outcomes = [pending, refused];
    const { result } = setUp(({ operation }) => (operation === 'Deposit' ? { deposit: pending } : { command: outcomes.shift() }));
    const done = result.deposit();
    await vi.waitFor(() => { expect(result.state.value.kind).toBe('pending'); });
    await vi.advanceTimersByTimeAsync(5_000);
    await done;
    expect(result.state.value).toMatchObject({ kind: 'refused' });
  });

  it('goes out alone: what is clicked meanwhile is left', async () => {
    const bank = vi.fn<Bank>(() => ({ deposit: confirmed }));
    const { result } = setUp(bank);
    await Promise.all([result.deposit(), result.deposit()]);
    expect(bank).toHaveBeenCalledTimes(1);
  });

  it('goes out under the same id when it is tried again without an answer, and under another one as another command', async () => {
    const ids: unknown[] = [];
    let isCut = true;
    const { result } = setUp(({ variables }) => {
      ids.push(variables['id']);
      if (isCut) throw new TypeError('network');
      return { deposit: confirmed };
    });
    await result.deposit();
    expect(result.state.value.kind).toBe('unanswered');

    isCut = false;
    await result.retry();
    expect(result.state.value.kind).toBe('confirmed');
    await result.deposit();

    expect(ids).toHaveLength(3);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('is no longer asked about when its page is left', async () => {
    const bank = vi.fn<Bank>(({ operation }) => (operation === 'Deposit' ? { deposit: pending } : { command: pending }));
    const { result, leave } = setUp(bank);
    void result.deposit();
    await vi.waitFor(() => { expect(result.state.value.kind).toBe('pending'); });
    const asked = bank.mock.calls.length;
    leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bank).toHaveBeenCalledTimes(asked);
  });
});
