/** Moving money for a client: store the command, send it, await its outcome, answer. */
import type { Logger } from '@bank/service';
import type { Cents, CommandId, Iban } from '@bank/topology';
import type { Client } from '../identity/viewer.ts';
import type { Bell } from '../live/bell.ts';
import { accountKey, commandKey } from '../live/keys.ts';
import { pending, refused, type CommandOutcome } from '../outcome.ts';
import { commandIdFor, depositOf, isDeposit, objectionToAmount, objectionToTexts, type Command } from './command.ts';
import type { Commands } from './commands.ts';
import type { Authorised, Sender } from './sender.ts';
import { commandSteps } from './steps.ts';
import type { Wallets } from './wallets.ts';

/** After how long the answer is that there is none yet. */
const answerWithinMs = 5_000;

const notReady = refused('ACCOUNT_NOT_READY', 'the account is still being opened: try again shortly');
const idReused = refused('ID_REUSED', 'id was used for another command');

type Parts = {
  readonly commands: Commands;
  readonly wallets: Wallets;
  readonly sender: Sender;
  readonly bell: Bell;
  readonly log: Logger;
  /** When it aborts, whoever waits for an outcome is answered as it stands. */
  readonly stopping: AbortSignal;
};

/** What a client asks for; the id is the client's own. */
export type DepositOrder = { readonly id: CommandId; readonly amount: Cents };
export type TransferOrder = DepositOrder & { readonly to: string; readonly description: string };

export class Transfers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Moves money from the client's account. */
  async transfer(client: Client, { id, to, amount, description }: TransferOrder): Promise<CommandOutcome> {
    const objection = objectionToTexts({ to, description }) ?? objectionToAmount(amount, 'transfer');
    if (objection) return objection;
    if (client.iban === undefined) return notReady;
    return this.#settle({ id: commandIdFor(client.id, id), userId: client.id, from: client.iban, to, amount, description }, client.iban);
  }

  /** Puts cash into the client's account. */
  async deposit(client: Client, { id, amount }: DepositOrder): Promise<CommandOutcome> {
    const objection = objectionToAmount(amount, 'deposit');
    if (objection) return objection;
    if (client.iban === undefined) return notReady;
    return this.#settle({ id: commandIdFor(client.id, id), userId: client.id, ...depositOf({ to: client.iban, amount }) }, client.iban);
  }

  /** How a command ended to which the client gave this id; undefined when there is none. */
  async outcomeOf(client: Client, id: CommandId): Promise<CommandOutcome | undefined> {
    return this.#parts.commands.outcomeOf(commandIdFor(client.id, id));
  }

  /**
   * Takes on what waits for an answer too long, ready to be sent again. What needs a token that the bank does not tell now has to wait for
   * its next turn.
   */
  async takeOverdue(): Promise<readonly Authorised[]> {
    const overdue = await this.#parts.commands.takeOverdue();
    const authorised = await Promise.all(overdue.map(command => this.#authorise(command)));
    return authorised.filter(each => each !== undefined);
  }

  async #settle(command: Command, iban: Iban): Promise<CommandOutcome> {
    const { commands, bell, stopping } = this.#parts;
    // Waiting begins before sending, so that no answer is too fast.
    using answer = bell.waitFor([commandKey(command.id), accountKey(iban)]);
    const stored = await commands.store(command);
    if (stored === 'other') return idReused;
    if (stored === 'new') commandSteps.stored.publish({ commands: 1 });
    // What is repeated before it has its outcome may never have been sent, for who stored it died.
    if (stored !== 'settled') void this.#send(command);
    const signal = AbortSignal.any([AbortSignal.timeout(answerWithinMs), stopping]);
    if (stored === 'new') await answer.wait(signal);
    for (;;) {
      const outcome = await this.#outcomeNow(command.id);
      if (outcome.type !== 'Pending' || signal.aborted) {
        commandSteps.answering.publish({ commands: 1 });
        return outcome;
      }
      await answer.wait(signal);
    }
  }

  /**
   * The outcome of a command that is stored; pending also while the database does not tell, for an error would leave the client in the
   * dark about a command that goes on.
   */
  async #outcomeNow(id: CommandId): Promise<CommandOutcome> {
    const { commands, log } = this.#parts;
    try {
      return (await commands.outcomeOf(id)) ?? pending;
    } catch (error) {
      log.warn({ err: error, commandId: id }, 'the outcome of a command cannot be looked up now');
      return pending;
    }
  }

  /** Sends a command because a client asked. What goes wrong here is made good later: the command is stored, and will be overdue. */
  async #send(command: Command): Promise<void> {
    const { sender, log } = this.#parts;
    const authorised = await this.#authorise(command);
    if (!authorised) return;
    try {
      await sender.sendTransfers([authorised]);
    } catch (error) {
      log.warn({ err: error, commandId: command.id }, 'command not sent yet');
    }
  }

  /** Adds what authorises a command; undefined when that cannot be had now, which holds up no other command. */
  async #authorise(command: Command): Promise<Authorised | undefined> {
    if (isDeposit(command)) return { command, token: '' };
    const { wallets, log } = this.#parts;
    try {
      const wallet = await wallets.walletOf(command.userId);
      if (wallet) return { command, token: wallet.token };
      log.warn({ commandId: command.id }, 'command not sent yet: the bank does not tell the token');
    } catch (error) {
      log.warn({ err: error, commandId: command.id }, 'command not sent yet: the token cannot be looked up');
    }
    return undefined;
  }
}
