/**
 * The steps of a command on its way, told on diagnostics channels: to tests that kill the endpoint at one of them, to a profiler, to
 * nobody in production, where they cost nothing. Each tells `{ commands }`: how many it is about.
 */
import { channel } from 'node:diagnostics_channel';

/** Of transfers and deposits. */
export const commandSteps = {
  /** Stored as pending; neither the bank nor Kafka knows of it. */
  stored: channel('graphql-endpoint:command-stored'),
  /** Authorised, and about to be given to Kafka. */
  sending: channel('graphql-endpoint:command-sending'),
  /** Kafka has acknowledged them. */
  acknowledged: channel('graphql-endpoint:command-acknowledged'),
  /** The outcome is known, or was waited for long enough; the client was not answered yet. */
  answering: channel('graphql-endpoint:command-answering'),
} as const;

/** Of the opening of an account. */
export const openingSteps = {
  /** The user is stored; the bank was not asked for the account yet. */
  stored: channel('graphql-endpoint:opening-stored'),
  /** Kafka has acknowledged that the bank is asked, be it for the account or for its token. */
  acknowledged: channel('graphql-endpoint:opening-acknowledged'),
  /** The account is there, or was waited for long enough; no session was begun and the client was not answered yet. */
  answering: channel('graphql-endpoint:opening-answering'),
} as const;
