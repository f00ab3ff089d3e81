import { describe, expect, it } from 'vitest';
import { isAllowed, isRole, PERMISSIONS, ROLES } from './permissions.ts';

describe('isAllowed', () => {
  it('denies by default and for roles it does not know', () => {
    for (const permission of PERMISSIONS) {
      expect(isAllowed([], permission)).toBe(false);
      expect(isAllowed(['root', 'constructor', '__proto__'], permission)).toBe(false);
    }
  });

  it('keeps administration, decision and audit in different hands', () => {
    expect(isAllowed(['administrator'], 'approval.decide')).toBe(false);
    expect(isAllowed(['administrator'], 'audit.read')).toBe(false);
    expect(isAllowed(['auditor'], 'person.manage')).toBe(false);
    expect(isAllowed(['publisher'], 'approval.decide')).toBe(false);
  });

  it('lets integrations send events and alarms, start, watch and withdraw and nothing else', () => {
    const granted = PERMISSIONS.filter((permission) => isAllowed(['integration'], permission));
    expect(granted).toEqual([
      'flow.read',
      'run.read',
      'run.start',
      'run.restart',
      'run.cancel',
      'event.publish',
      'alarm.report',
      'approval.withdraw',
    ]);
  });

  it('gives every permission to some role', () => {
    for (const permission of PERMISSIONS) expect(isAllowed(ROLES, permission), permission).toBe(true);
    expect(isRole('viewer')).toBe(true);
    expect(isRole('Viewer')).toBe(false);
  });
});
