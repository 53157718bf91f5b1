export { ConfigError, databaseUrl, readConfig, serviceConfig, wholeNumber } from './config.ts';
export { Health, type ReadinessCheck } from './health.ts';
export { createLogger, type Logger } from './logging.ts';
export { runService, type Service, type ServiceDefinition } from './run.ts';
export { Retry } from './retry.ts';
export { watchProgress, type TopicProgress } from './progress.ts';
