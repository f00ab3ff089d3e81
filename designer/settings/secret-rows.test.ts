import { describe, expect, it } from 'vitest';
import { secretRows, secretValue } from './secret-rows.ts';

describe('secrets on the page', () => {
  it('shows one row per name with its newest version, whatever the order', () => {
    const rows = secretRows([
      { name: 'device/b', version: 1, createdAt: '2026-11-01T00:00:00Z' },
      { name: 'device/a10', version: 1, createdAt: '2026-11-02T00:00:00Z' },
      { name: 'device/b', version: 3, createdAt: '2026-11-05T00:00:00Z' },
      { name: 'device/b', version: 2, createdAt: '2026-11-03T00:00:00Z' },
      { name: 'device/a2', version: 1, createdAt: '2026-11-02T00:00:00Z' },
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['device/a2', 'device/a10', 'device/b']);
    expect(rows[2]).toEqual({
      name: 'device/b',
      reference: 'device/b#v3',
      versions: 3,
      createdAt: '2026-11-05T00:00:00Z',
    });
  });

  it('stores complete parts and refuses half of one', () => {
    expect(
      secretValue([
        { name: ' username ', value: 'ops' },
        { name: 'password', value: ' keeps spaces ' },
        { name: '', value: '' },
      ]),
    ).toEqual({ username: 'ops', password: ' keeps spaces ' });
    expect(secretValue([{ name: 'password', value: '' }])).toBeUndefined();
    expect(secretValue([{ name: '', value: 'x' }])).toBeUndefined();
    expect(secretValue([])).toBeUndefined();
  });
});
