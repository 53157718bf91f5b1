/** GraphiQL at /graphql for a browser, in development only: all of it comes from here. */
import { extname } from 'node:path';
import type { Express } from 'express';
import { contentSecurityPolicy } from 'helmet';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>GraphiQL of Open Bank Mark</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<body class="no-focus-outline">
<div id="root"></div>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`;

const start = `
const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' };
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => '/graphiql/' + workers[label] + '.worker.js' };
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  endpoint: '/graphql',
  title: 'Open Bank Mark',
  subscriptionsProtocol: 'WS',
  defaultQuery: '{ company { iban balance } }',
});
`;

/** The editor writes styles into the page, and brings its fonts along; for all other pages the policy stays as it is. */
const policy = contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    fontSrc: ["'self'", 'data:'],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** Serves the page to who prefers HTML to JSON, and what it loads. */
export const serveGraphiql = (app: Express): void => {
  app.get('/graphql', (request, response, next) => {
    if (request.accepts(['json', 'html']) !== 'html') {
      next();
      return;
    }
    policy(request, response, () => response.type('html').send(page));
  });
  app.get('/graphiql/:file', async ({ params: { file } }, response, next) => {
    const content = (await loadFiles()).get(file);
    if (content === undefined) next();
    else response.type(extname(file)).set('cache-control', 'no-cache').send(content);
  });
};

/** Nine megabytes, for who asks for them. */
const loadFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const { js, css, editorWorkerService, graphqlWorker, jsonWorker } = await import('@graphql-yoga/render-graphiql/graphiql');
  return new Map([
    ['graphiql.css', css],
    ['graphiql.js', js],
    ['start.js', start],
    ['editor.worker.js', editorWorkerService],
    ['graphql.worker.js', graphqlWorker],
    ['json.worker.js', jsonWorker],
  ]);
};
