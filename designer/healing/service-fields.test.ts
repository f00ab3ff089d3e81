import { describe, expect, it } from 'vitest';
import type { InventoryService, Probe } from './inventory-api.ts';
import { faultOf, fieldsOf, serviceOf } from './service-fields.ts';

const service = (probe: Probe): InventoryService => ({
  serviceName: 'nginx-1',
  host: '10.0.0.1',
  port: 22,
  credentialRef: 'service/nginx-1#v1',
  auth: 'key',
  hostKeyType: 'ssh-ed25519',
  hostKeySha256: 'SHA256:x',
  restartCommand: 'systemctl restart nginx',
  probe,
  playbook: 'service-down',
  failureDomain: 'web',
  hoursPolicy: 'any',
});

describe('the form of a service', () => {
  it.each<Probe>([
    { kind: 'tcp', host: 'h', port: 80 },
    { kind: 'http', url: 'http://h/' },
    { kind: 'ssh', command: 'pgrep nginx' },
    { kind: 'sql', host: 'h', port: 5432, database: 'd', credentialRef: 'db/d#v1', query: 'SELECT 1' },
  ])('gives back the service it was made from, seen by $kind', (probe) => {
    const form = fieldsOf(service(probe), '');
    expect(serviceOf(form)).toEqual(service(probe));
    expect(faultOf(form)).toBeUndefined();
  });

  it('names the first field that is missing, of the probe too', () => {
    expect(faultOf(fieldsOf(undefined, 'service-down'))).toBe('name');
    expect(faultOf({ ...fieldsOf(service({ kind: 'ssh', command: '' }), '') })).toBe('command');
  });
});
