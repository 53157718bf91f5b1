/** Whether what is watched is there: each metric that an alert or a panel names is one that the service tells, and the alerts fire when they should. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createCertificates, createSuite, serviceEnvironment, startProgram, startStack, synchronize, type Program, type ServiceName } from '@bank/stack';
import { dockerFolder, serviceOf } from './compose-file.ts';
import { selectorsIn, type Selector } from './observe/selectors.ts';

const folder = join(dockerFolder, 'observe');
const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

const Alert = z.object({ alert: z.string(), expr: z.string(), labels: z.object({ severity: z.enum(['critical', 'warning']) }), annotations: z.object({ summary: z.string(), runbook_url: z.string() }) });
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(Alert) })) });
const Target = z.object({ expr: z.string(), datasource: z.object({ uid: z.string() }) });
const Dashboard = z.object({ uid: z.string(), panels: z.array(z.object({ id: z.int(), title: z.string(), targets: z.array(Target).default([]) })) });
const DataSources = z.object({ datasources: z.array(z.object({ uid: z.string() })) });
const Discovery = z.object({ names: z.tuple([z.string()]), port: z.int() });
const Config = z.object({ scrape_configs: z.array(z.object({ job_name: z.string(), dns_sd_configs: z.tuple([Discovery]).optional() })) });

const alerts = Rules.parse(parse(await read('alerts.yml'))).groups.flatMap(({ rules }) => rules);
const dashboard = Dashboard.parse(JSON.parse(await read('grafana/dashboards/bank.json')));
const targets = dashboard.panels.flatMap(panel => panel.targets);

/** What it says stands in the error when it finds something. */
const promtool = async (...args: readonly string[]): Promise<string> => (await promisify(execFile)('promtool', args, { cwd: folder })).stdout;

/** Of Debian's package prometheus. The continuous integration has it; whoever has not, misses three tests. */
const hasPromtool = process.env['CI'] === 'true' || existsSync('/usr/bin/promtool');

describe('what Prometheus is told', () => {
  it.runIf(hasPromtool)('is valid', async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain(`${alerts.length} rules found`);
  });

  it.runIf(hasPromtool)('fires each alert when it should, and no other', async () => {
    expect(await promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
    const tested = await read('alerts.test.yml');
    expect(alerts.filter(({ alert }) => !tested.includes(`alertname="${alert}"`))).toEqual([]);
  });

  it('tells with each alert where it stands what to do', async () => {
    const runbook = await readFile(join(dockerFolder, '../docs/how-to/when-an-alert-fires.md'), 'utf8');
    const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts.map(({ alert }) => alert));
    for (const { alert, annotations } of alerts) expect(annotations.runbook_url).toBe(`docs/how-to/when-an-alert-fires.md#${alert.toLowerCase()}`);
  });
});

describe('the dashboard', () => {
  it.runIf(hasPromtool)('asks the data source that is provisioned, in expressions that can be read', async () => {
    const { datasources } = DataSources.parse(parse(await read('grafana/provisioning/datasources/prometheus.yaml')));
    expect(datasources.map(({ uid }) => uid)).toEqual([...new Set(targets.map(({ datasource }) => datasource.uid))]);
    const scratch = await mkdtemp(join(tmpdir(), 'expressions-'));
    const rules = targets.map(({ expr }, at) => ({ record: `panel:${at}`, expr }));
    await writeFile(join(scratch, 'rules.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    expect(await promtool('check', 'rules', join(scratch, 'rules.yml'))).toContain(`${targets.length} rules found`);
    await rm(scratch, { recursive: true });
  });

  it('gives each panel an id and a title of its own', () => {
    for (const names of [dashboard.panels.map(({ id }) => String(id)), dashboard.panels.map(({ title }) => title)]) expect(new Set(names).size).toBe(names.length);
  });
});

describe('the services of a bank at work', () => {
  const resources = new AsyncDisposableStack();
  const services = new Map<string, Program>();

  beforeAll(async () => {
    const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'observed-')), path => rm(path, { recursive: true }));
    // Secured, as the bank is where it is watched.
    const stack = resources.use(await startStack({ folder: join(folder, 'stack'), certificates: await createCertificates(join(folder, 'certs')) }));
    const suite = resources.use(await createSuite(stack));
    await synchronize(suite.env);
    const endpoint = { EMPLOYEE_USERNAME: 'employee', EMPLOYEE_PASSWORD: 'the password of a spec', FRONTEND_DIR: '/nowhere', RESULTS_DIR: '/nowhere' };
    const environments = {
      'command-handler': { DATABASE_URL: await suite.createDatabase() },
      'graphql-endpoint': { DATABASE_URL: await suite.createDatabase(), ...endpoint },
      'command-generator': { RUN_ID: randomUUID() },
      'heartbeat': { HEARTBEAT_BATCH: '5', HEARTBEAT_INTERVAL_MS: '100' },
    };
    await Promise.all(Object.entries(environments).map(async ([name, own]) => {
      const env = { ...suite.env, ...serviceEnvironment(stack, name as ServiceName), ...own };
      services.set(name, resources.use(await startProgram(name, { env })));
    }));
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' };
    await fetch(`${String(services.get('graphql-endpoint')?.url)}/graphql`, asked);
  });
  afterAll(() => resources.disposeAsync());

  const metricsOf = async (job: string): Promise<string> => (await fetch(`${String(services.get(job)?.url)}/metrics`)).text();

  it('are those that are scraped, at their names and port in the compose file, on a network that Prometheus is on', async () => {
    const config = Config.parse(parse(await read('prometheus.yml'))).scrape_configs;
    expect(config.map(({ job_name: job }) => job).sort()).toEqual([...services.keys(), 'prometheus'].sort());
    const dockerfile = await readFile(join(dockerFolder, 'Dockerfile'), 'utf8');
    for (const { job_name: job, dns_sd_configs: [discovery] = [] } of config.filter(scraped => scraped.job_name !== 'prometheus')) {
      expect(discovery?.names).toEqual([job]);
      expect(dockerfile).toMatch(new RegExp(`^ENV .*\\bPORT=${String(discovery?.port)}$`, 'm'));
      expect(serviceOf('prometheus').networks.filter(network => serviceOf(job).networks.includes(network))).not.toEqual([]);
    }
  });

  it('tell every metric that an alert or a panel names, with its labels', async () => {
    const selectors = [...alerts, ...targets].flatMap(({ expr }) => selectorsIn(expr));
    expect(selectors.length).toBeGreaterThan(50);
    // What is counted of commands and events is there when the first have gone all the way.
    await expect.poll(async () => (await Promise.all(selectors.map(selector => missing(selector)))).flat(), { timeout: 50_000 }).toEqual([]);
  });

  it('tell how far they are', async () => {
    const lags = async (job: string): Promise<readonly string[]> => [...(await metricsOf(job)).matchAll(/^consumer_lag_messages\{topic="(\w+)"\} \d+$/gm)].map(([, topic]) => String(topic));
    await expect.poll(() => lags('command-handler'), { timeout: 30_000 }).toEqual(['confirm_account_creation', 'confirm_money_transfer']);
    await expect.poll(() => lags('graphql-endpoint'), { timeout: 30_000 }).toEqual(['balance_changed', 'account_creation_feedback', 'money_transfer_feedback']);
    await expect.poll(() => lags('command-generator'), { timeout: 30_000 }).toEqual(['heartbeat']);
  });

  /** The services that do not tell what a selector selects. */
  const missing = async ({ metric, jobs, labels }: Selector): Promise<readonly string[]> => {
    // Prometheus's own.
    if (metric === 'up') return [];
    const found = await Promise.all(jobs.map(async job => {
      const samples = (await metricsOf(job)).split('\n').filter(line => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
      return samples.some(sample => labels.every(label => sample.includes(label))) ? [] : [`${metric} with ${labels.join(' and ')} at ${job}`];
    }));
    return found.flat();
  };
});
