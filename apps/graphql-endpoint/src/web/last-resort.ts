/** What a request gets when nothing else answered it, or when answering it went wrong. */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Express } from 'express';
import type { Logger } from '@bank/service';

const nothingHere = 'there is nothing here';

/** Answers, after all other routes, without a word about what is inside. */
export const serveLastResort = (app: Express, log: Logger): void => {
  app.use((_request, response) => void response.status(404).json({ error: nothingHere }));
  const onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    const status = statusOf(error);
    if (response.headersSent) {
      next(error);
    } else if (status < 500) {
      response.status(status).json({ error: status === 404 ? nothingHere : 'the request is not understood' });
    } else {
      const errorId = randomUUID();
      log.error({ err: error, errorId, path: request.path }, 'a request failed');
      response.status(500).json({ error: `something went wrong here; it is logged as ${errorId}` });
    }
  };
  app.use(onError);
};

/** The HTTP status of an error: Express and its middleware put it on theirs. */
export const statusOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number' ? error.status : 500;
