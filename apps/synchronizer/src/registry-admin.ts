/** What only the synchronizer does with the registry: register versions and set levels of compatibility. */
import { z } from 'zod';
import type { RecordSchema } from '@bank/topology';

const mediaType = 'application/vnd.schemaregistry.v1+json';
const versionNumbers = z.array(z.int());
const version = z.object({ schema: z.string() });
const config = z.object({ compatibilityLevel: z.string() });
const verdict = z.object({ is_compatible: z.boolean() });

const answerWithinMs = 10_000;

/** The registry refused or failed a request. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code = 'REGISTRY_REFUSED';
  readonly status: number;

  constructor(request: string, status: number, answer: string) {
    super(`the schema registry answered ${status} to ${request}: ${answer}`);
    this.status = status;
  }
}

/** The registry did not answer at all. */
export class RegistryUnreachableError extends Error {
  override readonly name = 'RegistryUnreachableError';
  readonly code = 'REGISTRY_UNREACHABLE';

  constructor(url: string, cause: unknown) {
    super(`the schema registry at ${url} does not answer: ${reasonOf(cause)}`, { cause });
  }
}

/** Of what fetch throws: only its cause tells why a connection failed. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing came within ${answerWithinMs / 1_000} s`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
};

export class RegistryAdmin {
  /** Fit to be shown: without credentials, and without a slash at its end. */
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param url the registry's address with its path; a user and a password in it are sent as basic authentication */
  constructor(url: string) {
    const address = new URL(url);
    const { username, password } = address;
    address.username = address.password = '';
    this.#url = address.href.replace(/\/+$/, '');
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    this.#headers = { 'content-type': mediaType, accept: mediaType, ...(username !== '' && { authorization: `Basic ${credentials}` }) };
  }

  /** The schemas of a subject, oldest first; none when there is no such subject. */
  async versionsOf(subject: string): Promise<readonly object[]> {
    const numbers = await this.#find(`/subjects/${encodeURIComponent(subject)}/versions`, versionNumbers);
    const found = (numbers ?? []).map(async number => {
      const { schema } = version.parse(await this.#ask('GET', `/subjects/${encodeURIComponent(subject)}/versions/${number}`));
      return z.record(z.string(), z.unknown()).parse(JSON.parse(schema));
    });
    return Promise.all(found);
  }

  /** A subject's own level of compatibility; undefined when it has none. */
  async levelOf(subject: string): Promise<string | undefined> {
    return (await this.#find(`/config/${encodeURIComponent(subject)}`, config))?.compatibilityLevel;
  }

  /** Sets the first level that the registry offers. */
  async setLevel(subject: string, levels: readonly string[]): Promise<void> {
    for (const compatibility of levels) {
      try {
        await this.#ask('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility });
        return;
      } catch (error) {
        const isNotOffered = error instanceof RegistryError && (error.status === 400 || error.status === 422);
        if (!isNotOffered || compatibility === levels.at(-1)) throw error;
      }
    }
  }

  /** Whether the registry would take a schema as a subject's next version, by the level that is set now; anything for a subject that is new. */
  async accepts(subject: string, schema: RecordSchema): Promise<boolean> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest`;
    return (await this.#find(path, verdict, { schema: JSON.stringify(schema) }))?.is_compatible ?? true;
  }

  /** Registers a schema as a subject's next version; the same schema again changes nothing. */
  async register(subject: string, schema: RecordSchema): Promise<void> {
    await this.#ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema: JSON.stringify(schema) });
  }

  /** What the registry answers; undefined when it has no such thing. */
  async #find<S extends z.ZodType>(path: string, shape: S, body?: object): Promise<z.output<S> | undefined> {
    try {
      return shape.parse(await this.#ask(body ? 'POST' : 'GET', path, body));
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<unknown> {
    const { status, ok, answer } = await this.#send(method, path, body);
    if (!ok) throw new RegistryError(`${method} ${path}`, status, answer);
    return JSON.parse(answer);
  }

  async #send(method: string, path: string, body?: object): Promise<{ status: number; ok: boolean; answer: string }> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: this.#headers,
        signal: AbortSignal.timeout(answerWithinMs),
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, ok: response.ok, answer: await response.text() };
    } catch (cause) {
      throw new RegistryUnreachableError(this.#url, cause);
    }
  }
}
