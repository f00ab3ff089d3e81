import { Check } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { NetworkParseError } from './parse-error.ts';
import { parseDeviceOutput } from './registry.ts';
import { readRows } from './testing/read-rows.ts';

function codeOf(platform: string, command: string, text: string): string {
  try {
    parseDeviceOutput(platform, command, text);
    return 'none';
  } catch (thrown) {
    return thrown instanceof NetworkParseError ? thrown.code : 'other';
  }
}

describe('parseDeviceOutput', () => {
  it('tells its errors apart', () => {
    expect(codeOf('comware', 'display interface brief', '')).toBe('unknown-platform');
    expect(codeOf('cisco_ios', 'show clock', '')).toBe('unknown-command');
    expect(codeOf('cisco_ios', 'show interfaces status', 'hello')).toBe('output-not-understood');
    expect(
      codeOf('cisco_ios', 'show interfaces link', "           ^\n% Invalid input detected at '^' marker."),
    ).toBe('output-not-understood');
    expect(codeOf('huawei_vrp', 'dis cur', "Error:Wrong parameter found at '^' position.")).toBe(
      'output-not-understood',
    );
  });

  it('takes empty output as no rows', () => {
    expect(parseDeviceOutput('cisco_ios', 'show interfaces status', '\r\n').rows).toEqual([]);
    expect(parseDeviceOutput('cisco_ios', 'SH INT STATUS | include Gi', 'SW1#').rows).toEqual([]);
  });

  it('checks rows against their schema', () => {
    const rows: JsonObject[] = readRows(
      'cisco_ios',
      'sh int status',
      'Port      Name               Status       Vlan       Duplex  Speed Type\nGi1/0/1   srv              connected    10         a-full a-1000 10/100/1000BaseTX',
    );
    expect(rows).toMatchObject([{ interface: 'GigabitEthernet1/0/1', interfaceAsShown: 'Gi1/0/1' }]);
    expect(Check({ type: 'object' }, rows[0])).toBe(true);
  });
});
