/** The load over HTTP: GET /load tells it, PUT /load changes it while running. */
import { json, Router, type NextFunction, type Request, type Response } from 'express';
import type { Heart } from '../beat/heart.ts';
import { changedLoad } from './load.ts';

/** Routes that tell and change a heart's load. A wrong request is answered with what is wrong in it and changes nothing. */
export const loadRoutes = (heart: Heart): Router => {
  const router = Router();
  router.get('/load', (_request, response) => {
    response.json(stateOf(heart));
  });
  router.put('/load', json(), (request, response) => {
    const load = changedLoad(heart.load, request.body);
    if ('errors' in load) {
      response.status(400).json(load);
      return;
    }
    heart.change(load);
    response.json(stateOf(heart));
  });
  router.use(refuseUnreadable);
  return router;
};

const stateOf = ({ load, sent, missed }: Heart): object => ({ ...load, sent, missed });

/** Answers a body that could not be read, too large or no JSON, in the shape of the other refusals; any other error passes on. */
const refuseUnreadable = (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (!(error instanceof Error) || typeof status !== 'number' || status >= 500) {
    next(error);
    return;
  }
  response.status(status).json({ errors: [`the body cannot be read: ${error.message}`] });
};
