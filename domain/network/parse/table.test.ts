import { describe, expect, it } from 'vitest';
import { outputLines, screenLines } from './clean.ts';
import { parseDeviceTime, parseDurationSeconds, secondsBetween } from './durations.ts';
import { blocks, columnsOf, cutRow, wholeOrNull } from './table.ts';

const ESC = String.fromCharCode(27);

describe('columns', () => {
  const columns = columnsOf('Port   Name      Status', {
    port: 'port',
    name: 'Name',
    status: 'Status',
    type: 'Type',
  });

  it('takes offsets from the header and skips titles that it lacks', () => {
    expect(columns.map(({ key, start }) => [key, start])).toEqual([
      ['port', 0],
      ['name', 7],
      ['status', 17],
    ]);
  });

  it('never cuts inside a word', () => {
    expect(cutRow('Gi1/1  a b       up', columns)).toEqual({ port: 'Gi1/1', name: 'a b', status: 'up' });
    expect(cutRow('Gi1/0/48 x       up', columns)).toMatchObject({
      port: 'Gi1/0/48',
      name: 'x',
      status: 'up',
    });
    expect(cutRow('Gi1/1', columns)).toEqual({ port: 'Gi1/1', name: '', status: '' });
  });

  it('splits blocks and reads whole numbers', () => {
    expect(blocks(['x', 'a1', 'b', 'a2'], /^a/)).toEqual([['a1', 'b'], ['a2']]);
    expect(wholeOrNull(' 1,234 ')).toBe(1234);
    expect(wholeOrNull('-')).toBeNull();
  });
});

describe('transcripts', () => {
  it('plays what the screen showed', () => {
    expect(screenLines(`a\r\n ---- More ----${ESC}[42D          ${ESC}[42Db\r\n${ESC}[1mc${ESC}[0m`)).toEqual(
      ['a', 'b', 'c'],
    );
  });

  it('drops echo and prompts, not data', () => {
    expect(outputLines('huawei_vrp', 'display users', '<SW-1>display users\n+ 34 VTY 0\n<SW-1>')).toEqual([
      '+ 34 VTY 0',
    ]);
    expect(outputLines('cisco_ios', 'show vlan', 'show vlan\n#1 desk\nSW(config-if)#')).toEqual(['#1 desk']);
  });
});

describe('durations', () => {
  it('reads every form', () => {
    expect(parseDurationSeconds('00:12:34')).toBe(754);
    expect(parseDurationSeconds('1y2w')).toBe(379 * 86_400);
    expect(parseDurationSeconds('30w6d')).toBe(216 * 86_400);
    expect(parseDurationSeconds('5d01h')).toBe(5 * 86_400 + 3600);
    expect(parseDurationSeconds('2 weeks, 3 days')).toBe(17 * 86_400);
    expect(parseDurationSeconds('2week(s) 1day(s)')).toBe(15 * 86_400);
    expect(parseDurationSeconds('never')).toBeNull();
    expect(parseDurationSeconds('-')).toBeNull();
  });

  it('subtracts device times', () => {
    const from = parseDeviceTime('2026-11-20 16:00:00 UTC+08:00 DST');
    expect(secondsBetween(from, parseDeviceTime('2026-11-20 16:00:10+08:00'))).toBe(10);
    expect(secondsBetween(parseDeviceTime('-'), from)).toBeNull();
  });
});
