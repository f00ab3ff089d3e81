import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFlowDocument } from '../../../engine/document.ts';
import { lastStates, pinsOf, rehearseDraft, withPin } from './rehearse-draft.ts';

const NOW = Date.parse('2026-11-23T15:00:00+08:00');
const source = readFileSync(new URL('../../../flows/switch-port-provisioning.yaml', import.meta.url), 'utf8');
const document = parseFlowDocument(source).document ?? {};
const INPUT = {
  requestId: 'OA-1',
  reason: 'new desk',
  ports: [
    { device: 'access-1', port: 'GigabitEthernet1/0/7', mode: 'access', accessVlan: 120, adminUp: true },
  ],
};
const pinned = { ...pinsOf(null, document), input: INPUT };

describe('a rehearsal in the browser', () => {
  it('runs a shipped flow to its end with simulated steps', async () => {
    const answer = await rehearseDraft(source, pinned, NOW);
    expect(answer.status).toBe('completed');
    expect(lastStates(answer).get('/do/0/collect')).toEqual({ state: 'done' });
  });

  it('goes the way that a pinned answer leads', async () => {
    const plan = { devices: [], skipped: [] };
    const pins = withPin(pinned, '/do/2/plan', false, plan);
    const answer = await rehearseDraft(source, pins, NOW);
    const states = lastStates(answer);
    expect(states.get('/do/4/nothingToDo')).toEqual({ state: 'done' });
    expect(states.get('/do/9/push')).not.toEqual({ state: 'done' });
    expect(withPin(pins, '/do/2/plan', false, undefined).steps).toEqual({});
  });

  it('takes what was saved and leaves out what it does not understand', () => {
    expect(pinsOf({ input: { a: 1 }, steps: [], events: { '/do/0/x': 1 } }, document)).toEqual({
      input: { a: 1 },
      steps: {},
      events: { '/do/0/x': 1 },
      errors: {},
    });
    expect(pinsOf({ steps: { '/do/0/x': 1 } }, document).input).toEqual(pinsOf(null, document).input);
  });
});
