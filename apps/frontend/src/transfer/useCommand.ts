/** One command to the bank at a time, from the click to the bank's answer. */
import { useClientHandle } from '@urql/vue';
import { onScopeDispose, shallowReadonly, shallowRef, type Ref } from 'vue';
import { explain } from '../api/failure.ts';
import type { ResultOf } from '../api/graphql.ts';
import { ask, type Answer } from '../api/request.ts';
import { useSession } from '../session/useSession.ts';
import { commandQuery } from './documents.ts';
import { wordingOf } from './refusal.ts';

/** How a command stands, `what` it does in words: "€25.00 to Albert Heijn BV". */
export type CommandState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly what: string }
  /** The bank has it and has not settled it yet. */
  | { readonly kind: 'pending'; readonly what: string }
  /** By `id`, its own, the bank knows the transfer as well. */
  | { readonly kind: 'confirmed'; readonly what: string; readonly id: string }
  | { readonly kind: 'refused'; readonly what: string; readonly reason: string }
  /** No answer came; `retry` sends it again under the same id, so that the money moves once at most. */
  | { readonly kind: 'unanswered'; readonly what: string; readonly reason: string };

type Outcome = NonNullable<ResultOf<typeof commandQuery>['command']>;

/** A command and how to send it. */
export type Command = {
  readonly what: string;
  readonly send: (id: string) => Promise<Answer<Outcome>>;
}

export type UseCommand = {
  readonly state: Readonly<Ref<CommandState>>;
  /** Gives the bank a command; while one is under way, nothing happens. Resolves when it is settled or went unanswered. */
  readonly run: (command: Command) => Promise<void>;
  /** Sends the command that went unanswered again, under the same id. */
  readonly retry: () => Promise<void>;
  readonly isBusy: () => boolean;
}

/** How often a pending command is asked about. */
const askAgainMs = 1_000;

/** Follows commands to their end as long as the component that uses it is there; the bank settles them in any case. */
export const useCommand = (): UseCommand => {
  const { client } = useClientHandle();
  const session = useSession();
  const state = shallowRef<CommandState>({ kind: 'idle' });
  const over = new AbortController();
  let unanswered: (() => Promise<void>) | undefined;

  const isBusy = (): boolean => state.value.kind === 'sending' || state.value.kind === 'pending';

  const pause = (): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, askAgainMs);
      over.signal.addEventListener('abort', () => { clearTimeout(timer); }, { once: true });
    });

  const askAbout = async (id: string, command: Command): Promise<Answer<Outcome>> => {
    const answer = await ask(client, commandQuery, { id });
    if (answer.kind === 'failed') return answer;
    // The bank never got it: sending it again is safe.
    return answer.data.command === null ? command.send(id) : { kind: 'answered', data: answer.data.command };
  };

  const settle = async (id: string, command: Command): Promise<void> => {
    const { what } = command;
    state.value = { kind: 'sending', what };
    let answer = await command.send(id);
    while (answer.kind === 'answered' && answer.data.__typename === 'Pending' && !over.signal.aborted) {
      state.value = { kind: 'pending', what };
      await pause();
      answer = await askAbout(id, command);
    }
    if (answer.kind === 'failed') {
      if (answer.failure === 'unauthenticated') session.expire();
      unanswered = () => settle(id, command);
      state.value = { kind: 'unanswered', what, reason: explain(answer.failure) };
    } else {
      unanswered = undefined;
      const { data } = answer;
      state.value = data.__typename === 'Refused' ? { kind: 'refused', what, reason: wordingOf(data) } : { kind: 'confirmed', what, id };
    }
  };

  onScopeDispose(() => { over.abort(); });

  return {
    state: shallowReadonly(state),
    isBusy,
    async run(command) {
      if (!isBusy()) await settle(crypto.randomUUID(), command);
    },
    async retry() {
      if (!isBusy()) await unanswered?.();
    },
  };
};
