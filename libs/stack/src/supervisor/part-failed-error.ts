/** A part could not be started. */

export class PartFailedError extends Error {
  readonly code = 'PART_FAILED';
  readonly part: string;
  /** The path of the part's log; its last lines usually tell why. */
  readonly log: string;

  /** @param reason how its process ended, or the error that kept it from being started */
  constructor(part: string, reason: string | Error, log: string) {
    super(reason instanceof Error ? `${part}: ${reason.message}` : `${part} ${reason}`, reason instanceof Error ? { cause: reason } : {});
    this.name = 'PartFailedError';
    this.part = part;
    this.log = log;
  }
}
