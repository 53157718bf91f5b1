import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { licenceOf } from './dependencies/licences.ts';
import { directOf, readManifests, readTree } from './dependencies/manifests.ts';

const Component = z.object({
  group: z.string().optional(),
  name: z.string(),
  version: z.string().optional(),
  purl: z.string(),
  licenses: z.array(z.unknown()).min(1).optional(),
  get components() { return z.array(Component).optional(); },
});
type Component = z.output<typeof Component>;
const Bill = z.object({ bomFormat: z.literal('CycloneDX'), specVersion: z.literal('1.6'), components: z.array(Component) });

const flat = (components: readonly Component[]): readonly Component[] => components.flatMap(component => [component, ...flat(component.components ?? [])]);
const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

const idOf = (name: string, version: string | undefined): string => `${name}@${version ?? ''}`;

describe('the bill of materials', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The script has what it writes checked against CycloneDX's schema. */
  const write = (file: string): string => {
    execFileSync(join(import.meta.dirname, 'sbom.sh'), ['--file', join(folder, file)], { stdio: 'pipe' });
    return readFileSync(join(folder, file), 'utf8');
  };

  it('has every package that ships, with its place in npm and its licence, and is the same each time', () => {
    const text = write('one.json');
    const components = new Map(flat(Bill.parse(JSON.parse(text)).components).map(component => [idOf(nameOf(component), component.version), component]));
    const shipped = readTree().filter(({ dev }) => !dev);
    expect(shipped.length).toBeGreaterThan(500);
    for (const installed of shipped) {
      const id = idOf(installed.name, installed.version);
      expect(components.get(id)?.purl, id).toContain(`@${installed.version ?? ''}`);
      // Those that name none themselves have theirs in our own list.
      expect(components.get(id)?.licenses ?? (installed.license === undefined ? licenceOf(installed) : undefined), id).toBeDefined();
    }
    const building = directOf(readManifests()).filter(({ ships }) => !ships).map(({ name }) => name);
    expect(building.filter(name => shipped.every(installed => installed.name !== name) && [...components.values()].some(component => nameOf(component) === name))).toEqual([]);
    expect(write('two.json')).toBe(text);
  });
});
