import { describe, expect, it } from 'vitest';
import { portCount, portPlanOf } from './shapes.ts';

const port = {
  port: 'GigabitEthernet1/0/7',
  commands: ['switchport access vlan 120'],
  inverse: ['switchport access vlan 1'],
  diff: [{ mark: '+', line: 'switchport access vlan 120' }],
};
const planHash = 'a'.repeat(64);

describe('the plan of an approval', () => {
  it('reads a whole plan and finds nothing unreadable', () => {
    const plan = portPlanOf({
      planHash,
      devices: [{ device: 'access-1', platform: 'cisco_ios', ports: [port] }],
      skipped: [{ device: 'access-1', port: 'Gi1/0/8', reason: 'link-up' }],
    });
    expect(plan?.unreadable).toEqual([]);
    expect(plan === undefined ? 0 : portCount(plan)).toBe(1);
    expect(plan?.skipped).toEqual([{ device: 'access-1', port: 'Gi1/0/8', reason: 'link-up' }]);
  });

  it('keeps every part that it cannot read, with its place', () => {
    const plan = portPlanOf({
      planHash,
      devices: [
        { device: 'access-1', platform: 'cisco_ios', ports: [port, 'reload', { port: 7, commands: [] }] },
        { name: 'no-device', ports: [port] },
      ],
      skipped: ['Gi1/0/9'],
    });
    expect(plan?.unreadable).toEqual([
      { at: '/devices/0/ports/1', value: 'reload' },
      { at: '/devices/0/ports/2', value: { port: 7, commands: [] } },
      { at: '/devices/1', value: { name: 'no-device', ports: [port] } },
      { at: '/skipped/0', value: 'Gi1/0/9' },
    ]);
    expect(plan?.devices).toHaveLength(1);
  });

  it('keeps a command or a line of difference that is no text', () => {
    const plan = portPlanOf({
      planHash,
      devices: [
        {
          device: 'access-1',
          platform: 'cisco_ios',
          ports: [{ ...port, commands: ['a', 7], inverse: { cmd: 'x' }, diff: [{ mark: '?', line: 'b' }] }],
        },
      ],
    });
    expect(plan?.unreadable.map(({ at }) => at)).toEqual([
      '/devices/0/ports/0/commands/1',
      '/devices/0/ports/0/inverse',
      '/devices/0/ports/0/diff/0',
    ]);
    expect(plan?.devices[0]?.ports[0]?.commands).toEqual(['a']);
  });

  it('is no plan without a hash or devices', () => {
    expect(portPlanOf({ devices: [] })).toBeUndefined();
    expect(portPlanOf({ planHash })).toBeUndefined();
    expect(portPlanOf('text')).toBeUndefined();
  });
});
