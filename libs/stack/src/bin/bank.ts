/** The command line behind scripts/setup.sh, stop.sh and rotate-certs.sh, with the options that their --help explains. */
import { printMissing } from '../cli/missing.ts';
import { parseReload, parseRestart, parseStart, parseStop, UsageError } from '../cli/options.ts';
import { reload } from '../cli/reload.ts';
import { restart } from '../cli/restart.ts';
import { start } from '../cli/start.ts';
import { stop } from '../cli/stop.ts';
import { supervise } from '../cli/supervise.ts';

const usageCode = 2;

const isForbidden = (error: unknown): boolean => error instanceof Error && 'code' in error && ['EACCES', 'EPERM'].includes(String(error.code));

const run = async ([verb = '', ...args]: readonly string[]): Promise<number> => {
  switch (verb) {
    case 'start': return start(args, parseStart(args));
    case 'supervise': return supervise(parseStart(args));
    case 'restart': {
      const { folder, part } = parseRestart(args);
      return restart(folder, part);
    }
    case 'reload': {
      const { folder, certificates } = parseReload(args);
      return reload(folder, certificates);
    }
    case 'missing': return printMissing();
    case 'stop': return stop(parseStop(args).folder);
    default: throw new UsageError(`there is no command "${verb}"; there are start, restart and stop`);
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee ./scripts/${process.argv[2] === 'stop' ? 'stop' : 'setup'}.sh --help\n`);
    process.exitCode = usageCode;
  } else if (isForbidden(error)) {
    process.stderr.write('This bank belongs to another user (root?): use sudo, or --dir for one of your own.\n');
    process.exitCode = 1;
  } else {
    throw error;
  }
}
