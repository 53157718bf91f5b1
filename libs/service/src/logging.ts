/** Logs as JSON lines on standard output, one shape for all services. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

const secrets = ['token', 'password', 'cookie', 'authorization'];

/**
 * A logger that never shows a token or a password, wherever it stands in what is logged (to three levels deep).
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
