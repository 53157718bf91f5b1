/** Whether a request comes from a page of this very host. */
import type { IncomingMessage } from 'node:http';

/** True as well for what is no browser: it sends no Origin, and brings along no cookie that it was not given. */
export const isSameOrigin = ({ headers: { origin, host } }: Pick<IncomingMessage, 'headers'>): boolean =>
  origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
