import { describe, expect, it } from 'vitest';
import { digestAuthorization, digestChallenge } from './http-digest.ts';

const HEADER = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
const REQUEST = {
  method: 'get',
  url: 'http://www.example.org/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('digest authentication', () => {
  // The two answers are those of RFC 7616, section 3.9.1.
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s answers as the standard shows', (algorithm, response) => {
    const challenge = digestChallenge(HEADER(algorithm));
    if (challenge === undefined) throw new Error('no challenge');
    const header = digestAuthorization(challenge, REQUEST);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('nc=00000001');
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  it('takes the stronger of two challenges', () => {
    expect(digestChallenge(`${HEADER('MD5')}, ${HEADER('SHA-256')}`)?.algorithm).toBe('SHA-256');
  });

  it.each(['', 'Basic realm="x"', 'Digest realm="x", nonce="y", algorithm=SHA-512-256', 'Digest realm="x"'])(
    'has no answer to %j',
    (header) => expect(digestChallenge(header)).toBeUndefined(),
  );
});
