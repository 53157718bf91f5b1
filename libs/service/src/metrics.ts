/** What every service tells about itself, whatever it does. */
import { totalmem } from 'node:os';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Health } from './health.ts';

/** Bytes that this process may use: those of its container when it has a limit, else those of the machine. */
const memoryLimitBytes = (): number => {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
};

/** Makes a registry with what Node tells of a process, its memory's limit, and what stands in the way of being ready. */
export const serviceMetrics = (health: Health): Registry => {
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
