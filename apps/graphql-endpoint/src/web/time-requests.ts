/** How long requests take. */
import type { RequestHandler } from 'express';
import type { Histogram } from 'prom-client';

/** Observes each request that was answered, in seconds, by the status of its answer. */
export const timeRequests = (requests: Histogram<'status'>): RequestHandler => (_request, response, next) => {
  const end = requests.startTimer();
  response.once('finish', () => end({ status: String(response.statusCode) }));
  next();
};
