/** What a service is told of a stack by its environment. */
import { authorityFile, certificateFiles, type ServiceName } from './security.ts';
import type { StackAddresses } from './stack.ts';

/** Where Kafka and the registry are; on a secured stack, as whom to come there, and whom to trust. */
export type ServiceEnvironment = {
  readonly KAFKA_BROKERS: string;
  readonly SCHEMA_REGISTRY_URL: string;
  readonly KAFKA_TLS_CA_FILE?: string;
  readonly KAFKA_TLS_CERT_FILE?: string;
  readonly KAFKA_TLS_KEY_FILE?: string;
  readonly SCHEMA_REGISTRY_CA_FILE?: string;
};

/** The variables for one service: on a secured stack, its own identity and no other. */
export const serviceEnvironment = ({ brokers, registryUrl, security }: Omit<StackAddresses, 'adminDatabaseUrl'>, name: ServiceName): ServiceEnvironment => {
  if (security === undefined) return { KAFKA_BROKERS: brokers, SCHEMA_REGISTRY_URL: registryUrl };
  const authority = authorityFile(security.certificates);
  const { certFile, keyFile } = certificateFiles(security.certificates, name);
  return {
    KAFKA_BROKERS: brokers,
    KAFKA_TLS_CA_FILE: authority,
    KAFKA_TLS_CERT_FILE: certFile,
    KAFKA_TLS_KEY_FILE: keyFile,
    SCHEMA_REGISTRY_URL: Object.assign(new URL(registryUrl), { username: name, password: security.registryPasswords[name] }).href,
    SCHEMA_REGISTRY_CA_FILE: authority,
  };
};
