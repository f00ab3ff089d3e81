/** Everything a caller can be allowed to do. A route or action names exactly one of these; nothing is allowed by default. */
export const PERMISSIONS = [
  'session.own',
  'flow.read',
  'flow.draft',
  'flow.publish',
  'flow.approve',
  'run.read',
  'run.start',
  'run.restart',
  'run.cancel',
  'event.publish',
  'trigger.read',
  'trigger.manage',
  'break.read',
  'break.handle',
  'alarm.report',
  'incident.read',
  'healing.control',
  'healing.manage',
  'approval.read',
  'approval.decide',
  'approval.withdraw',
  'access.read',
  'access.end',
  'device.read',
  'device.manage',
  'device.test',
  'network.push',
  'outreach.read',
  'outreach.call',
  'outreach.manage',
  'queue.read',
  'queue.act',
  'secret.write',
  'token.manage',
  'person.manage',
  'setting.manage',
  'audit.read',
] as const;

/** One permission. */
export type Permission = (typeof PERMISSIONS)[number];

/** The roles people and tokens carry. */
export const ROLES = [
  'administrator',
  'ops-lead',
  'publisher',
  'net-reviewer',
  'network-engineer',
  'approver',
  'risk-officer',
  'representative',
  'call-manager',
  'auditor',
  'viewer',
  'integration',
] as const;

/** One role. */
export type Role = (typeof ROLES)[number];

const READ: readonly Permission[] = [
  'session.own',
  'flow.read',
  'run.read',
  'trigger.read',
  'break.read',
  'incident.read',
  'approval.read',
  'approval.withdraw',
  'access.read',
  'device.read',
];

/**
 * What each role may do. The administrator manages people, tokens and secrets, and neither decides approvals nor reads the
 * audit trail: who administers access does not run the audit (NIST SP 800-53 AC-5).
 */
const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: [
    ...READ,
    'device.manage',
    'device.test',
    'queue.read',
    'queue.act',
    'secret.write',
    'token.manage',
    'person.manage',
    'setting.manage',
    'access.end',
    'run.cancel',
  ],
  'ops-lead': [
    ...READ,
    'flow.draft',
    'flow.publish',
    'flow.approve',
    'run.start',
    'run.restart',
    'run.cancel',
    'event.publish',
    'trigger.manage',
    'break.handle',
    'healing.control',
    'healing.manage',
    'access.end',
    'device.test',
    'outreach.read',
    'queue.read',
  ],
  publisher: [...READ, 'flow.draft', 'flow.publish', 'flow.approve', 'network.push'],
  'net-reviewer': [...READ, 'healing.manage', 'flow.approve', 'approval.decide', 'device.test'],
  'network-engineer': [...READ, 'run.start', 'run.restart', 'device.manage', 'device.test', 'healing.manage'],
  approver: [...READ, 'break.handle', 'flow.approve', 'approval.decide'],
  'risk-officer': [...READ, 'approval.decide'],
  representative: [...READ, 'outreach.read', 'outreach.call'],
  'call-manager': [...READ, 'outreach.read', 'outreach.call', 'outreach.manage', 'event.publish'],
  auditor: [...READ, 'audit.read'],
  viewer: READ,
  integration: [
    'flow.read',
    'run.read',
    'run.start',
    'run.restart',
    'run.cancel',
    'event.publish',
    'alarm.report',
    'approval.withdraw',
  ],
};

/** True when one of the roles grants the permission. Unknown roles grant nothing. */
export function isAllowed(roles: readonly string[], permission: Permission): boolean {
  return roles.some((role) => isRole(role) && GRANTS[role].includes(permission));
}

/** True for a role the product knows. */
export function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}
