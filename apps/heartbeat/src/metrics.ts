/** What is counted of a heart. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Heart } from './beat/heart.ts';
import { rateOf } from './load/load.ts';

/** Registers counters that read the heart whenever they are asked for. */
export const registerMetrics = (heart: Heart, metrics: Registry): void => {
  const registers = [metrics];
  new Counter({
    name: 'heartbeat_sent_total',
    help: 'Heartbeats that the broker acknowledged',
    registers,
    collect() {
      this.reset();
      this.inc(heart.sent);
    },
  });
  new Counter({
    name: 'heartbeat_missed_total',
    help: 'Heartbeats that were due and could not be sent in time',
    registers,
    collect() {
      this.reset();
      this.inc(heart.missed);
    },
  });
  new Gauge({
    name: 'heartbeat_asked_rate',
    help: 'Heartbeats a second that are asked for',
    registers,
    collect() {
      this.set(rateOf(heart.load));
    },
  });
};
