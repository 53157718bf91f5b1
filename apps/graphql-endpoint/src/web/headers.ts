/** What browsers are told about every page: nothing from elsewhere, nothing inline, in nobody's frame. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

export const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      // 'self' in connect-src covers WebSockets of the same host.
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // For whoever ends TLS to say: this service itself speaks plain HTTP.
    strictTransportSecurity: false,
  });
