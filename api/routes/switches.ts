import Type from 'typebox';
import type { SwitchRow } from '../../prisma/records/switches.ts';
import { ApiProblem } from '../problem.ts';
import { defineRoute } from '../route.ts';

function view({ isOn, changedBy, changedAt }: SwitchRow) {
  return { isOn, changedBy, changedAt };
}

/** What an administrator switches for the whole installation. */
export const switchRoutes = [
  defineRoute({
    method: 'GET',
    url: '/v1/switches/scripts',
    permission: 'flow.read',
    summary: 'Whether flows may run scripts and shell commands here, and who said so',
    handle: async (_input, { records }) => ({
      status: 200,
      body: view(await records.switches.read('scripts')),
    }),
  }),
  defineRoute({
    method: 'PUT',
    url: '/v1/switches/scripts',
    permission: 'setting.manage',
    summary:
      'Let flows run scripts and shell commands in isolation, or stop that at once: off also holds for runs under way. A signed-in administrator only',
    body: Type.Object({ isOn: Type.Boolean() }, { additionalProperties: false }),
    handle: async ({ body, caller }, { records }) => {
      if (caller.kind !== 'person')
        throw new ApiProblem(403, 'person-needed', 'Scripts are switched by a signed-in administrator.');
      // First the trail: a switch that nobody can be shown to have turned must not stand.
      await records.audit.append({
        actor: caller.actor,
        action: body.isOn ? 'scripts.switched-on' : 'scripts.switched-off',
        objectKind: 'switch',
        objectId: 'scripts',
      });
      return { status: 200, body: view(await records.switches.turn('scripts', body.isOn, caller.actor)) };
    },
  }),
];
