import { describe, expect, it } from 'vitest';
import { TinyProcess, type LogLine } from './testing/tiny-process.ts';

const line = (fields: Partial<LogLine>, error: string): unknown =>
  expect.objectContaining({ ...fields, err: expect.objectContaining({ message: error }) as unknown });

describe('a running service', () => {
  it('lives, and is ready unless a check objects, with the reason', async () => {
    const url = await new TinyProcess('well').url();
    const ready = async (): Promise<unknown> => {
      const response = await fetch(`${url}/health/ready`);
      return { status: response.status, body: await response.json() };
    };
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready' } });
    await fetch(`${url}/objection`, { method: 'POST' });
    expect(await ready()).toEqual({ status: 503, body: { status: 'not ready', waitingFor: { mood: 'not in the mood' } } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('service_trouble{check="start"} 0\nservice_trouble{check="mood"} 1\n');
    await fetch(`${url}/objection`, { method: 'DELETE' });
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready' } });
  });

  it('tells its metrics as Prometheus reads them', async () => {
    const response = await fetch(`${await new TinyProcess('well').url()}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const metrics = await response.text();
    expect(metrics).toMatch(/^# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total \d/m);
    const bytes = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
    expect(bytes('process_memory_limit_bytes')).toBeGreaterThan(bytes('process_resident_memory_bytes'));
  });

  it('finishes the work in hand when it is told to stop, closes all, and exits with 0', async () => {
    const tiny = new TinyProcess('well');
    const work = fetch(`${await tiny.url()}/work`);
    await tiny.logs('working');
    tiny.stop();
    expect(await (await work).text()).toBe('the work is done');
    expect(await tiny.exitCode()).toBe(0);
    expect(tiny.messages).toEqual(['started', 'working', 'stopping', 'closed what was made first', 'stopped']);
  });

  it('exits with 1 and tells why when a part of it fails for good', async () => {
    const tiny = new TinyProcess('well');
    await fetch(`${await tiny.url()}/failure`);
    expect(await tiny.exitCode()).toBe(1);
    expect(tiny.lines).toContainEqual(line({ level: 'fatal' }, 'broke while running'));
    expect(tiny.messages).toContain('closed what was made first');
  });
});

describe('a service that starts', () => {
  it('closes what it makes after it was told to stop, and exits with 0', async () => {
    const tiny = new TinyProcess('late');
    await tiny.logs('starting');
    tiny.stop();
    expect(await tiny.exitCode()).toBe(0);
    expect(tiny.messages).toEqual(expect.arrayContaining(['closed what was made after the signal', 'closed what was made first']));
  });

  it('may give up when it is told to stop: that is told, but no failure', async () => {
    const tiny = new TinyProcess('given up');
    await tiny.logs('starting');
    tiny.stop();
    expect(await tiny.exitCode()).toBe(0);
    expect(tiny.lines).toContainEqual(line({ level: 'info', msg: 'gave up starting' }, 'not started in time'));
    expect(tiny.messages).toContain('closed what was made first');
  });

  it('exits with 1 and tells why when it cannot, and closes what it had made', async () => {
    const tiny = new TinyProcess('broken');
    expect(await tiny.exitCode()).toBe(1);
    expect(tiny.lines).toContainEqual(line({ level: 'fatal' }, 'cannot start'));
    expect(tiny.messages).toContain('closed what was made first');
  });
});
