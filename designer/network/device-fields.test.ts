import { describe, expect, it } from 'vitest';
import type { Device } from '../api/types.ts';
import { deviceOf, faultOf, fieldsOf, otherAttributes } from './device-fields.ts';

const PIN = `SHA256:${'A'.repeat(43)}`;
const known: Device = {
  deviceId: 'd1',
  name: 'ovs-1',
  host: '10.0.0.1',
  port: 2222,
  platform: 'ovs',
  zone: 'south',
  credentialRef: 'device/ovs-1#v1',
  hostKeyType: 'ecdsa-sha2-nistp256',
  hostKeySha256: PIN,
  sshProfile: 'legacy',
  protectedPorts: ['eth0', 'eth1'],
  attributes: { bridge: 'br1', ovsRunDir: '/run/ovs', keepalive: false },
};

describe('the device form', () => {
  it('gives back what it was given when nothing was changed', () => {
    const { deviceId: _deviceId, ...sent } = known;
    expect(deviceOf(fieldsOf(known), known)).toEqual(sent);
  });

  it('keeps attributes it does not show, changes the shown, drops the emptied', () => {
    const fields = { ...fieldsOf(known), host: '10.0.0.2', bridge: 'br2', auth: 'key' };
    expect(deviceOf(fields, known)).toMatchObject({
      host: '10.0.0.2',
      attributes: { bridge: 'br2', auth: 'key', ovsRunDir: '/run/ovs', keepalive: false },
    });
    expect(deviceOf({ ...fields, bridge: ' ' }, known).attributes).not.toHaveProperty('bridge');
    expect(otherAttributes(known, 'ovs')).toEqual(['ovsRunDir=/run/ovs', 'keepalive=false']);
  });

  it('replaces the host key only by another one', () => {
    const other = `SHA256:${'B'.repeat(43)}`;
    expect(deviceOf({ ...fieldsOf(known), newPin: '  ' }, known).hostKeySha256).toBe(PIN);
    expect(
      deviceOf({ ...fieldsOf(known), newPin: ` ${other} `, newPinType: 'ssh-ed25519' }, known),
    ).toMatchObject({ hostKeySha256: other, hostKeyType: 'ssh-ed25519' });
    expect(deviceOf({ ...fieldsOf(known), newPin: other }, known).hostKeyType).toBeNull();
  });

  it('names what is missing', () => {
    expect(faultOf(fieldsOf())).toBe('name');
    expect(faultOf(fieldsOf(known))).toBeUndefined();
    for (const port of ['', '0', '65536', '22.5', 'ssh'])
      expect(faultOf({ ...fieldsOf(known), port }), port).toBe('port');
    expect(faultOf({ ...fieldsOf(known), zone: '' })).toBe('zone');
  });
});
