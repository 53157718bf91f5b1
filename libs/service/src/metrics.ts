/** What every service tells about itself, whatever it does. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Health } from './health.ts';

/** Bytes that this process may use: those of its container when it has a limit, else those of the machine. */
const memoryLimitBytes = (): number => {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
};

/** The variables that name a file of certificates, by what services call them. */
const namesCertificate = /_(CERT|CA)_FILE$/;

/** Seconds since 1970; of several certificates in the file that of the first, which is the own one. Undefined while it cannot be read. */
const expiryOf = (file: string): number | undefined => {
  try {
    return new Date(new X509Certificate(readFileSync(file)).validTo).getTime() / 1_000;
  } catch {
    return undefined;
  }
};

/**
 * Makes a registry with what Node tells of a process, its memory's limit, when the certificates that its configuration names expire, and
 * what stands in the way of being ready.
 */
export const serviceMetrics = (health: Health, config: Readonly<Record<string, unknown>>): Registry => {
  const metrics = new Registry();
  const registers = [metrics];
  collectDefaultMetrics({ register: metrics });
  new Gauge({
    name: 'process_memory_limit_bytes',
    help: 'Memory that the process may use: of its container, or else of the machine',
    registers,
    collect() {
      this.set(memoryLimitBytes());
    },
  });
  new Gauge({
    name: 'certificate_expires_timestamp_seconds',
    help: 'When the certificate that a variable names expires, as it stands in its file now',
    labelNames: ['variable'],
    registers,
    collect() {
      this.reset();
      for (const [variable, file] of Object.entries(config)) {
        const expiry = namesCertificate.test(variable) && typeof file === 'string' ? expiryOf(file) : undefined;
        if (expiry !== undefined) this.set({ variable }, expiry);
      }
    },
  });
  new Gauge({
    name: 'service_trouble',
    help: 'Whether a check stands in the way of being ready (1) or not (0)',
    labelNames: ['check'],
    registers,
    collect() {
      const objections = health.objections();
      for (const check of health.checks) this.set({ check }, check in objections ? 1 : 0);
    },
  });
  return metrics;
};
