import type { ServiceRow } from '../../prisma/records/healing-types.ts';
import { DEFAULT_LIMITS } from '../network/ssh/connect.ts';
import type { SshPool } from '../network/ssh-pool.ts';
import type { HealingDeps } from './healing-deps.ts';

/** Logs in to the host of a service, with its pinned host key. Throws what the login says. */
export async function openService(
  { sshPool, resolveCredential }: Pick<HealingDeps, 'sshPool' | 'resolveCredential'>,
  service: ServiceRow,
): ReturnType<SshPool['open']> {
  const credential = await resolveCredential(service.credentialRef);
  return sshPool.open(
    {
      deviceName: service.serviceName,
      host: service.host,
      port: service.port,
      platform: 'ovs',
      sshProfile: 'modern',
      hostKeyType: service.hostKeyType,
      hostKeySha256: service.hostKeySha256,
      auth: service.auth,
    },
    credential,
    DEFAULT_LIMITS,
  );
}
