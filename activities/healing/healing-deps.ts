import type { Records } from '../../prisma/records/types.ts';
import type { DeviceCredential } from '../network/ssh/connect.ts';
import type { SshPool } from '../network/ssh-pool.ts';

/** What the healing activities stand on. */
export interface HealingDeps {
  readonly records: Pick<Records, 'healing' | 'audit' | 'scripts' | 'evidence'>;
  readonly sshPool: SshPool;
  /** Decrypts a credential; called once per session, the answer is kept nowhere. */
  readonly resolveCredential: (credentialRef: string) => Promise<DeviceCredential>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Tells the engine that the activity lives, so that a dead worker is noticed within seconds. */
  readonly heartbeat?: () => void;
}
