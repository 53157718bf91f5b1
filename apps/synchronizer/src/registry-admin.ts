/** What only the synchronizer does with the registry: register versions and set levels of compatibility. */
import { once } from 'node:events';
import { request as requestByHttp, type IncomingMessage } from 'node:http';
import { request as requestByHttps, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { distrustOf, TlsAgent, type RegistryAddress } from '@bank/messaging';
import type { RecordSchema } from '@bank/topology';
import { anything, config, readAnswer, RegistryError, verdict, version, versionNumbers } from './registry-answer.ts';

const mediaType = 'application/vnd.schemaregistry.v1+json';
const answerWithinMs = 10_000;

/** The registry did not answer at all, or is none to trust. */
export class RegistryUnreachableError extends Error {
  override readonly name = 'RegistryUnreachableError';
  readonly code = 'REGISTRY_UNREACHABLE';

  constructor(url: string, cause: unknown) {
    const reason = reasonOf(cause);
    super(`the schema registry at ${url} ${distrustOf(reason) ?? `does not answer: ${reason}`}`, { cause });
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'AbortError' ? `nothing came within ${answerWithinMs / 1_000} s` : error.message;
};

export class RegistryAdmin {
  readonly #url: string;
  readonly #options: RequestOptions;

  constructor({ registryUrl, registryCredentials: auth, registryTls }: RegistryAddress) {
    this.#url = registryUrl;
    this.#options = {
      headers: { 'content-type': mediaType, accept: mediaType },
      ...(auth && { auth: `${auth.username}:${auth.password}` }),
      ...(registryTls && { agent: new TlsAgent(registryTls) }),
    };
  }

  /** The schemas of a subject, oldest first; none when there is no such subject. */
  async versionsOf(subject: string): Promise<readonly object[]> {
    const numbers = await this.#find(`/subjects/${encodeURIComponent(subject)}/versions`, versionNumbers);
    const found = (numbers ?? []).map(async number => {
      const { schema } = await this.#ask('GET', `/subjects/${encodeURIComponent(subject)}/versions/${number}`, { shape: version });
      return schema;
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
        await this.#ask('PUT', `/config/${encodeURIComponent(subject)}`, { shape: anything, body: { compatibility } });
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
    await this.#ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { shape: anything, body: { schema: JSON.stringify(schema) } });
  }

  /** What the registry answers; undefined when it has no such thing. */
  async #find<S extends z.ZodType>(path: string, shape: S, body?: object): Promise<z.output<S> | undefined> {
    try {
      return await this.#ask(body ? 'POST' : 'GET', path, { shape, ...(body && { body }) });
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask<S extends z.ZodType>(method: 'GET' | 'PUT' | 'POST', path: string, { shape, body }: { readonly shape: S; readonly body?: object }): Promise<z.output<S>> {
    const { status, ok, answer } = await this.#send(method, path, body);
    if (!ok) throw new RegistryError(`${method} ${path}`, status, answer);
    return readAnswer(shape, { request: `${method} ${path}`, status, answer });
  }

  async #send(method: string, path: string, body?: object): Promise<{ status: number; ok: boolean; answer: string }> {
    try {
      const send = this.#url.startsWith('https:') ? requestByHttps : requestByHttp;
      const request = send(`${this.#url}${path}`, { ...this.#options, method, signal: AbortSignal.timeout(answerWithinMs) });
      request.end(body && JSON.stringify(body));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const { statusCode: status = 0 } = response;
      return { status, ok: status >= 200 && status < 300, answer: await text(response) };
    } catch (cause) {
      throw new RegistryUnreachableError(this.#url, cause);
    }
  }
}
