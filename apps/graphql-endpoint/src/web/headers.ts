/** What browsers are told about every page: nothing from elsewhere, nothing inline, in nobody's frame. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const yearSeconds = 365 * 24 * 60 * 60;

/** @param options.isSecure whether this service itself speaks TLS: else it is for whoever does to say that there is no other way */
export const securityHeaders = ({ isSecure }: { readonly isSecure: boolean }): RequestHandler =>
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
    strictTransportSecurity: isSecure && { maxAge: yearSeconds, includeSubDomains: false },
  });
