/** The codes with which this service closes WebSockets, besides those of the protocol. */

/** Something went wrong here: connect again and go on from the last cursor. */
export const tryAgainLater = 1013;

/** The client sends more messages than may be: it is to send fewer. */
export const tooManyMessages = 1008;

/** The session is over: what was seen under it is seen no more. One may connect again as a visitor. */
export const sessionEnded = 4401;

/** Nothing could be sent to the client for a while: connect again and go on from the last cursor. */
export const tooSlow = 4290;
