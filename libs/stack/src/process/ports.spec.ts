import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePorts, isFree, loopback, requireFree } from './ports.ts';

const listen = async (port: number): Promise<Server> => {
  const server = createServer().listen(port, loopback);
  await once(server, 'listening');
  return server;
};

describe('free ports', () => {
  it('can be listened on', async () => {
    const ports = await freePorts(4);
    const servers = await Promise.all(ports.map(listen));
    expect(servers.map(server => server.address())).toEqual(ports.map(port => ({ address: loopback, family: 'IPv4', port })));
    for (const server of servers) server.close();
  });

  it('are given out once, also to those who ask at the same time', async () => {
    const ports = (await Promise.all([freePorts(4), freePorts(4), freePorts(1)])).flat();
    expect(new Set(ports).size).toBe(9);
  });

  it('are told to other processes by the last port of ten, before anything listens on them', async () => {
    const [first = 0] = await freePorts(9);
    expect(await isFree(first)).toBe(true);
    expect(await isFree(first + 9)).toBe(false);
  });

  it('are nine at most', async () => {
    await expect(freePorts(10)).rejects.toThrow(RangeError);
  });
});

describe('a port that is needed', () => {
  it('passes when it is free', async () => {
    await requireFree(await freePorts(2), 'a test');
  });

  it.runIf(process.platform === 'linux')('and taken is told with its holder', async () => {
    const [port = 0] = await freePorts(1);
    await using server = await listen(port);
    expect(server.listening).toBe(true);
    await expect(requireFree([port], 'the web')).rejects.toThrow(
      new RegExp(`^port ${port} on 127.0.0.1, for the web, is in use by process ${process.pid} \\(.*vitest.*\\)$`),
    );
  });
});
