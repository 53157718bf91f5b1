/** Whether a server answers a request over HTTP or HTTPS: fetch would take no authority of our own. */
import { once } from 'node:events';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

const answerTimeoutMs = 2_000;

export type RequestOptions = {
  /** The certificate of the authority that an https server's must be of. */
  readonly ca?: string;
  /** For basic authentication: "name:password". */
  readonly auth?: string;
};

/** Whether a GET is answered by 200 within two seconds. */
export const isOk = async (url: string, options: RequestOptions = {}): Promise<boolean> => {
  const get = url.startsWith('https:') ? getHttps : getHttp;
  try {
    const request = get(url, { ...options, agent: false, signal: AbortSignal.timeout(answerTimeoutMs) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
};
