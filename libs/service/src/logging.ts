/** Logs as JSON lines on standard output, one shape for all services. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

const secrets = ['token', 'password', 'cookie', 'authorization'];

/**
 * A logger that hides tokens, passwords, cookies and authorizations: fields of these names in what is logged, in an object in it, and in
 * an object in that. Deeper ones are shown, so log parts of a message rather than all of it.
 *
 * @param destination where lines go; standard output when left out
 */
export const createLogger = (service: string, level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: secrets.flatMap(secret => [secret, `*.${secret}`, `*.*.${secret}`]), censor: '(hidden)' },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
