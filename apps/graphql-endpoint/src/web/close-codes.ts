/** The codes with which this service closes WebSockets, besides those of the protocol. */

/** Something went wrong here: connect again and go on from the last cursor. */
export const tryAgainLater = 1013;

/** The session is over: what was seen under it is seen no more. One may connect again as a visitor. */
export const sessionEnded = 4401;
