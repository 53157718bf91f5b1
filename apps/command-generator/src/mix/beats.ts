/** Which beats open an account, and which accounts a beat may draw on. An account's ordinal tells how many were opened before it. */

/** Every beat below this opens an account, so that there is someone to transfer to. */
const firstAccounts = 20;

/** From then on, one beat of so many opens one more. */
const beatsPerAccount = 200;

/** Whether a beat opens an account; all others make a transfer. */
export const opensAccount = (beat: number): boolean => beat < firstAccounts || beat % beatsPerAccount === 0;

/** The beat that opens the account of an ordinal, from 0. */
export const creationBeatOf = (ordinal: number): number =>
  ordinal < firstAccounts ? ordinal : (ordinal - firstAccounts + 1) * beatsPerAccount;

/** The beats from one up to another, itself left out, that open an account. */
export function* creationBeats(from: number, to: number): Generator<number> {
  for (let beat = from; beat < Math.min(to, firstAccounts); beat += 1) yield beat;
  const first = Math.ceil(Math.max(from, firstAccounts) / beatsPerAccount) * beatsPerAccount;
  for (let beat = first; beat < to; beat += beatsPerAccount) yield beat;
}

/**
 * How many accounts a beat may draw on: ordinals below this. Of those opened later the newest tenth is left out, for the bank needs a
 * moment to open them, and how long it takes must not decide what is drawn.
 */
export const accountsAt = (beat: number): number => {
  const later = Math.floor(beat / beatsPerAccount);
  return firstAccounts + later - Math.ceil(later / 10);
};
