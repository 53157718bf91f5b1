/** The tiny service as a process of its own, known by its log lines and its exit code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const logLine = z.object({
  level: z.string(),
  msg: z.string(),
  address: z.object({ port: z.int() }).optional(),
  err: z.object({ message: z.string() }).optional(),
});

export type LogLine = z.infer<typeof logLine>;

export class TinyProcess {
  readonly #child;
  readonly #lines: LogLine[] = [];
  readonly #ended: Promise<unknown>;
  /** Resolves at the next line, or when there will be none. */
  #next = Promise.withResolvers<void>();
  #isEnded = false;

  /** Starts it; when the test has finished, it is gone. */
  constructor(start: 'well' | 'late' | 'given up' | 'broken') {
    this.#child = spawn(process.execPath, ['--conditions=@bank/source', join(import.meta.dirname, 'tiny-service.ts')], {
      env: { PORT: '0', START: start },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    const reader = createInterface(this.#child.stdout);
    reader.on('line', line => {
      this.#lines.push(logLine.parse(JSON.parse(line)));
      this.#tell();
    });
    reader.once('close', () => {
      this.#isEnded = true;
      this.#tell();
    });
    this.#ended = Promise.all([once(this.#child, 'exit'), once(reader, 'close')]);
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get messages(): readonly string[] {
    return this.#lines.map(({ msg }) => msg);
  }

  /**
   * Waits until a message is logged.
   *
   * @throws Error with what was logged when the process ended without it
   */
  async logs(message: string): Promise<LogLine> {
    for (;;) {
      const line = this.#lines.find(({ msg }) => msg === message);
      if (line) return line;
      if (this.#isEnded) throw new Error(`it ended without "${message}": ${this.messages.join(', ')}`);
      await this.#next.promise;
    }
  }

  /** Waits until it has started, and gives its address. */
  async url(): Promise<string> {
    return `http://127.0.0.1:${(await this.logs('started')).address?.port}`;
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }

  /** Waits for its end, and gives its exit code. */
  async exitCode(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  #tell(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}
