/** The built frontend: hashed assets for ever, everything else anew each time, and the one page for every route of the browser. */
import { extname, join } from 'node:path';
import express, { type Express, type RequestHandler, type Response } from 'express';

const notBuilt = `<!doctype html>
<html lang="en">
<title>Open Bank Mark</title>
<h1>The frontend is not built yet</h1>
<p>Build it with <code>npx nx build frontend</code>, then load this page again. The API is at <code>/graphql</code>.</p>
</html>
`;

/** Serves a folder that vite built; it may be built later, while the service runs. */
export const serveFrontend = (app: Express, folder: string): void => {
  app.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: false }));
  app.use(express.static(folder, { index: false, cacheControl: false, setHeaders: askEachTime }));
  app.use(pageOf(folder));
};

const askEachTime = (response: Response): void => void response.set('cache-control', 'no-cache');

/** Gives the page to a browser that navigates; a file that is not there, and what does not want a page, finds nothing. */
const pageOf =
  (folder: string): RequestHandler =>
  (request, response, next) => {
    if (request.method !== 'GET' || request.accepts('html') === false || extname(request.path) !== '') {
      next();
      return;
    }
    response.set('cache-control', 'no-cache');
    response.sendFile('index.html', { root: folder, cacheControl: false }, error => {
      if (error && !response.headersSent) response.status(503).type('html').send(notBuilt);
    });
  };
