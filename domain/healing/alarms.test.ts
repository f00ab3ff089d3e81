import { expect, it } from 'vitest';
import { readAlertmanager, serviceNamed } from './alarms.ts';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'ServiceDown', service: 'nginx-1', instance: '127.0.0.1:8080' },
  annotations: { summary: 'nginx-1 is down' },
  startsAt: '2026-11-23T20:00:00.123+08:00',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: '8d1f',
};

it('reads what Alertmanager and Grafana send, once per fingerprint, start and status', () => {
  const body = {
    version: '4',
    orgId: 1,
    status: 'firing',
    alerts: [ALERT, { ...ALERT, status: 'resolved' }],
  };
  const read = readAlertmanager(body);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const [firing, resolved] = read.alarms;
  expect(firing).toMatchObject({ status: 'firing', startsAt: '2026-11-23T12:00:00.123Z', endsAt: null });
  expect(resolved?.alarmId).not.toBe(firing?.alarmId);
  const again = readAlertmanager({ ...body, alerts: [{ ...ALERT, annotations: {} }] });
  expect('alarms' in again && again.alarms[0]?.alarmId).toBe(firing?.alarmId);
});

it('refuses a body with one bad alert whole, with every fault', () => {
  const read = readAlertmanager({ alerts: [ALERT, { status: 'maybe', labels: {}, startsAt: 'now' }] });
  expect('problems' in read && read.problems.map(({ pointer }) => pointer)).toEqual([
    '/alerts/1/status',
    '/alerts/1/startsAt',
    '/alerts/1/labels',
  ]);
  expect('problems' in readAlertmanager([])).toBe(true);
});

it('finds the service by its label, else by the host', () => {
  expect(serviceNamed(ALERT.labels)).toBe('nginx-1');
  expect(serviceNamed({ instance: 'web-2:9100' })).toBe('web-2');
  expect(serviceNamed({ alertname: 'Watchdog' })).toBeUndefined();
});
