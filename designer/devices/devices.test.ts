import { describe, expect, it } from 'vitest';
import en from '../i18n/en/devices.ts';
import zh from '../i18n/zh-CN/devices.ts';
import { type DeviceView, deviceBody, formOf, parseAttributes } from './device-body.ts';
import { sampleMatrix } from './sample-matrix.ts';

const device: DeviceView = {
  name: 'sw1',
  host: '10.0.0.1',
  port: 22,
  platform: 'ovs',
  zone: 'default',
  credentialRef: 'device/sw1#v1',
  hostKeyType: null,
  hostKeySha256: null,
  sshProfile: 'modern',
  protectedPorts: ['uplink'],
  attributes: { bridge: 'br0', slots: 2, stacked: true },
};

describe('the device form', () => {
  it('gives back the device it was filled from, with the kinds of its attributes', () => {
    expect(deviceBody(formOf(device), device)).toEqual(device);
  });

  it('refuses attribute lines without a name', () => {
    expect(parseAttributes('bridge=br0\n\n a = b=c ')).toEqual({ bridge: 'br0', a: 'b=c' });
    expect(parseAttributes('bridge')).toBeUndefined();
    expect(parseAttributes('=x')).toBeUndefined();
  });
});

describe('the sample matrix', () => {
  it('orders ports naturally, days by date, and leaves a day without a sample empty', () => {
    const sample = (port: string, tradingDay: string) => ({
      port,
      tradingDay,
      link: 'down' as const,
      flapCount: 0,
    });
    const { days, rows } = sampleMatrix([
      sample('Gi0/10', '2026-11-20'),
      sample('Gi0/2', '2026-11-19'),
      sample('Gi0/10', '2026-11-19'),
    ]);
    expect(days).toEqual(['2026-11-19', '2026-11-20']);
    expect(rows.map((row) => row.port)).toEqual(['Gi0/2', 'Gi0/10']);
    expect(rows[0]?.cells[1]).toBeUndefined();
  });
});

describe('words', () => {
  it('has the same parts in both languages', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    expect(Object.keys(zh.link)).toEqual(Object.keys(en.link));
    expect(Object.keys(zh.field)).toEqual(Object.keys(en.field));
  });
});
