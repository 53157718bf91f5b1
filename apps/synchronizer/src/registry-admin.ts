/** What only the synchronizer does with the registry: register versions and set levels of compatibility. */
import { z } from 'zod';
import type { RecordSchema } from '@bank/topology';

const mediaType = 'application/vnd.schemaregistry.v1+json';
const versionNumbers = z.array(z.int());
const version = z.object({ schema: z.string() });
const config = z.object({ compatibilityLevel: z.string() });

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

export class RegistryAdmin {
  readonly #url: string;

  /** @param url the registry's address with its path */
  constructor(url: string) {
    this.#url = url;
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

  /** Registers a schema as a subject's next version; the same schema again changes nothing. */
  async register(subject: string, schema: RecordSchema): Promise<void> {
    await this.#ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema: JSON.stringify(schema) });
  }

  async #find<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S> | undefined> {
    try {
      return shape.parse(await this.#ask('GET', path));
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'content-type': mediaType, accept: mediaType },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new RegistryError(`${method} ${path}`, response.status, answer);
    return JSON.parse(answer);
  }
}
