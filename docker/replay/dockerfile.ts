/** Reads a Dockerfile, as far as ours goes: whatever else it came to hold would be an error here, not something left out. */

export type Instruction =
  | { readonly kind: 'arg'; readonly name: string }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'copy'; readonly from: string | undefined; readonly sources: readonly string[]; readonly destination: string }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'label'; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'healthcheck'; readonly command: readonly string[] }
  | { readonly kind: 'entrypoint'; readonly command: readonly string[] };

export type Stage = { readonly name: string; readonly base: string; readonly instructions: readonly Instruction[] };

/**
 * The stages of a Dockerfile, in its order.
 *
 * @throws Error with the line that is not understood
 */
export const parseDockerfile = (text: string): readonly Stage[] => {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [, base, name] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
    if (base !== undefined && name !== undefined) {
      stages.push({ name, base, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`before the first stage: ${line}`);
    stage.instructions.push(instructionOf(line));
  }
  return stages;
};

/** Lines without comments, each with those that it goes on in. */
const logicalLines = (text: string): readonly string[] =>
  text.split('\n').filter(line => !line.startsWith('#')).join('\n').replace(/\\\n\s*/g, '').split('\n').map(line => line.trim()).filter(line => line !== '');

const instructionOf = (line: string): Instruction => {
  const [, keyword = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
  const words = rest.split(/\s+/);
  switch (keyword) {
    case 'ARG': return { kind: 'arg', name: rest };
    case 'ENV': return { kind: 'env', variables: pairsIn(rest) };
    case 'LABEL': return { kind: 'label', labels: pairsIn(rest) };
    case 'WORKDIR': return { kind: 'workdir', path: rest };
    case 'RUN': return { kind: 'run', command: rest };
    case 'USER': return { kind: 'user', name: rest };
    case 'ENTRYPOINT': return { kind: 'entrypoint', command: execForm(rest) };
    case 'HEALTHCHECK': return { kind: 'healthcheck', command: execForm(rest.slice(rest.indexOf('CMD ') + 'CMD '.length)) };
    case 'COPY': {
      const from = /^--from=(\S+)$/.exec(words[0] ?? '')?.[1];
      const paths = from === undefined ? words : words.slice(1);
      const destination = paths.at(-1);
      if (paths.length < 2 || destination === undefined || paths.some(path => /^--|[*?]/.test(path))) throw new Error(`not understood: ${line}`);
      return { kind: 'copy', from, sources: paths.slice(0, -1), destination };
    }
    default: throw new Error(`not understood: ${line}`);
  }
};

/** The form that starts no shell: a JSON array of words. */
const execForm = (text: string): readonly string[] => {
  const command: unknown = JSON.parse(text);
  if (!Array.isArray(command) || !command.every(word => typeof word === 'string')) throw new Error(`no list of words: ${text}`);
  return command;
};

const pairsIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? '']));
