import { describe, expect, it } from 'vitest';
import { isAllowed, PERMISSIONS, ROLES } from '../../domain/access/permissions.ts';
import { routes } from './index.ts';

/** The webhook is let in by the signature over its body. */
const PUBLIC = ['GET /v1/health', 'GET /v1/openapi.json', 'POST /hooks/triggers/:name', 'POST /v1/session'];

describe('the route table', () => {
  it('lets nobody in without a sign-in but for health, description and sign-in itself', () => {
    const open = routes
      .filter((route) => route.permission === 'public')
      .map((route) => `${String(route.method)} ${route.url}`);
    expect(open.sort()).toEqual(PUBLIC);
  });

  it('names a known permission everywhere and each route once', () => {
    const seen = new Set<string>();
    for (const route of routes) {
      const key = `${String(route.method)} ${route.url}`;
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
      if (route.permission !== 'public') expect(PERMISSIONS, key).toContain(route.permission);
      expect(route.url, key).toMatch(/^\/(v1|hooks)\//);
    }
  });

  it('keeps service tokens away from decisions', () => {
    const deciding = routes.filter((route) => route.permission === 'approval.decide');
    expect(deciding.map((route) => `${String(route.method)} ${route.url}`)).toEqual([
      'GET /v1/approvals/:approvalId/people',
      'POST /v1/approvals/:approvalId/decisions',
      'POST /v1/approvals/:approvalId/moves',
      'POST /v1/delegations',
      'DELETE /v1/delegations/:delegationId',
    ]);
    expect(isAllowed(['integration'], 'approval.decide')).toBe(false);
    expect(ROLES.filter((role) => isAllowed([role], 'approval.decide'))).toEqual([
      'net-reviewer',
      'approver',
      'risk-officer',
    ]);
  });
});
