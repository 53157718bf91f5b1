/** The load over HTTP: GET /load tells it, PUT /load changes it while running. */
import { json, Router, type NextFunction, type Request, type Response } from 'express';
import type { Heart } from '../beat/heart.ts';
import { changedLoad } from './load.ts';
import { asksForSteps, stepsIn } from './steps.ts';

/** Names that only this machine, or its containers, can give to this service: a page cannot have them mean it. */
const ownHost = /^([\w-]+|\d+(\.\d+){3}|\[[\da-f:]+\])(:\d+)?$/i;

/** A hundred steps fit well. */
const bodyLimitBytes = 4_096;

/** Routes that tell and change a heart's load. A wrong request is answered with what is wrong in it and changes nothing. */
export const loadRoutes = (heart: Heart): Router => {
  const router = Router();
  router.use('/load', refuseForeignNames);
  router.get('/load', (_request, response) => {
    response.json(stateOf(heart));
  });
  router.put('/load', refuseOtherTypes, json({ limit: bodyLimitBytes }), (request, response) => {
    const asked = asksForSteps(request.body) ? stepsIn(request.body) : changedLoad(heart.load, request.body);
    if ('errors' in asked) {
      response.status(400).json(asked);
      return;
    }
    if ('steps' in asked) heart.changeBySteps(asked);
    else heart.change(asked);
    response.json(stateOf(heart));
  });
  router.all('/load', ({ method }, response) => {
    response.status(405).set('allow', 'GET, HEAD, PUT').json({ errors: [`the load can be read by GET and changed by PUT, not by ${method}`] });
  });
  router.use(refuseUnreadable);
  return router;
};

const stateOf = ({ load, sent, missed, steps }: Heart): object => ({ ...load, sent, missed, ...steps });

/** A page of any site may have its name mean this machine; its requests bear that name. */
const refuseForeignNames = ({ headers: { host = '' } }: Request, response: Response, next: NextFunction): void => {
  if (ownHost.test(host)) next();
  else response.status(421).json({ errors: [`the load is not told or changed as ${JSON.stringify(host)}, only as 127.0.0.1, another address or a name without a dot`] });
};

const refuseOtherTypes = (request: Request, response: Response, next: NextFunction): void => {
  // Null when there is no body at all, of which is told later.
  if (request.is('application/json') === false) {
    response.status(415).json({ errors: [`content-type should be application/json, not ${request.get('content-type') ?? 'left out'}`] });
    return;
  }
  next();
};

/** Answers a body that could not be read, too large or no JSON, in the shape of the other refusals; any other error passes on. */
const refuseUnreadable = (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (!(error instanceof Error) || typeof status !== 'number' || status >= 500) {
    next(error);
    return;
  }
  const reason = status === 413 ? `it should have ${bodyLimitBytes} bytes at most` : error.message;
  response.status(status).json({ errors: [`the body cannot be read: ${reason}`] });
};
