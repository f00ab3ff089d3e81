import type { Algorithms, CipherAlgorithm, KexAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import type { DeviceRow } from '../../../prisma/records/types.ts';

type Profile = DeviceRow['sshProfile'];

const MODERN_KEX: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'diffie-hellman-group14-sha256',
];
const STRONG_CURVES: readonly KexAlgorithm[] = ['ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'];

/**
 * Key exchange in order of cost for our own thread: curves and the well-known group 14 take under a millisecond, group exchange with
 * a server-chosen prime blocks the thread for up to 1.3 s, so it comes last and only for devices that offer nothing else.
 */
const KEX: Readonly<Record<Profile, readonly KexAlgorithm[]>> = {
  modern: [...MODERN_KEX, ...STRONG_CURVES],
  legacy: [...MODERN_KEX, 'diffie-hellman-group14-sha1', ...STRONG_CURVES],
  'very-legacy': [
    ...MODERN_KEX,
    'diffie-hellman-group14-sha1',
    ...STRONG_CURVES,
    'diffie-hellman-group1-sha1',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group-exchange-sha1',
  ],
};

const MODERN_CIPHERS: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];
const CIPHERS: Readonly<Record<Profile, readonly CipherAlgorithm[]>> = {
  modern: MODERN_CIPHERS,
  legacy: [...MODERN_CIPHERS, 'aes128-cbc', 'aes256-cbc'],
  'very-legacy': [...MODERN_CIPHERS, 'aes128-cbc', 'aes192-cbc', 'aes256-cbc', '3des-cbc'],
};

/** Signature names that go with one pinned key type: a server with several keys must show the one that was pinned. */
function hostKeyAlgorithms(pinnedType: string | null, profile: Profile): ServerHostKeyAlgorithm[] {
  const rsa: ServerHostKeyAlgorithm[] = ['rsa-sha2-512', 'rsa-sha2-256'];
  if (profile !== 'modern') rsa.push('ssh-rsa');
  if (pinnedType === 'ssh-rsa') return rsa;
  const others: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
  ];
  const pinned = others.find((name) => name === pinnedType);
  if (pinned) return [pinned];
  if (pinnedType === 'ssh-dss') return ['ssh-dss'];
  return [...others, ...rsa, ...(profile === 'very-legacy' ? (['ssh-dss'] as const) : [])];
}

/** Algorithms offered to a device: never the library's own order, never more than the device's profile allows. */
export function algorithmsOf(profile: Profile, pinnedType: string | null): Algorithms {
  return {
    kex: [...KEX[profile]],
    cipher: [...CIPHERS[profile]],
    serverHostKey: hostKeyAlgorithms(pinnedType, profile),
    hmac:
      profile === 'very-legacy'
        ? ['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1', 'hmac-md5']
        : profile === 'legacy'
          ? ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1']
          : [
              'hmac-sha2-256-etm@openssh.com',
              'hmac-sha2-512-etm@openssh.com',
              'hmac-sha2-256',
              'hmac-sha2-512',
            ],
  };
}
