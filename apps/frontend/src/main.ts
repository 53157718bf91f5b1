/** Wires the app together. */
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js';
import urql from '@urql/vue';
import { createApp } from 'vue';
import { apiPath, createApiClient } from './api/client.ts';
import App from './App.vue';
import { createLiveConnection } from './live/connection.ts';
import { provideLiveConnection } from './live/useLiveConnection.ts';
import { createPages } from './router.ts';
import { guidePages } from './session/guide.ts';
import { createSession } from './session/session.ts';
import { provideSession } from './session/useSession.ts';
import './theme/main.css';

const client = createApiClient();
const live = createLiveConnection(`${location.origin.replace(/^http/, 'ws')}${apiPath}`, () => void session.refresh());
const session = createSession(client, live);

const pages = createPages();
guidePages(pages, session);

const app = createApp(App);
app.use(pages);
// Of the kit's plugin only this part: the rest is its run-time colours, which the content security policy forbids.
app.use(icons);
app.use(urql, client);
provideLiveConnection(app, live);
provideSession(app, session);
app.mount('#app');

void session.refresh();
