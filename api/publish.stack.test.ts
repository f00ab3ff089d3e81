import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import { openTestApp, type TestApp } from './testing/test-app.ts';

const flow = (
  name: string,
  version: string,
  text = 'hello',
) => `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '${version}', title: 问候 }
input:
  schema:
    document: { type: object, required: [name], properties: { name: { type: string } } }
do:
  - greet: { set: { text: '\${ "${text} " + .name }' } }
  - ask:
      call: approval:1.0.0@default
      with: { title: ok, from: ["role:approver"], rule: any, content: {} }
`;

interface Draft {
  readonly draftId: string;
  readonly revision: number;
  readonly source: string;
}
interface Submission {
  readonly submissionId: string;
  readonly contentHash: string;
  readonly rehearsal: { readonly status: string; readonly steps: ReadonlyArray<{ readonly step: string }> };
}

describe('publishing with four eyes', () => {
  let test: TestApp;
  let database: pg.Client;
  const headers = new Map<string, Record<string, string>>();
  beforeAll(async () => {
    test = await openTestApp();
    database = new pg.Client({ connectionString: test.databaseUrl });
    await database.connect();
    for (const person of ['chen.lei', 'wang.min', 'li.na', 'admin'])
      headers.set(person, await test.signIn(person));
  });
  afterAll(async () => {
    await database.end();
    await test.close();
  });

  const as = async <Body = Json>(
    person: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    more: Record<string, string> = {},
  ) => {
    const answer = await test.call({
      method,
      url,
      headers: { ...headers.get(person), ...more },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.status, body: answer.body as Body, headers: answer.headers };
  };
  const submit = async (source: string, person = 'chen.lei') =>
    as<Submission>(person, 'POST', '/v1/flows', { source, comment: 'why' });
  const decide = (
    person: string,
    { submissionId, contentHash }: Submission,
    decision = 'approve',
    comment = '',
  ) => as(person, 'POST', `/v1/submissions/${submissionId}/decision`, { decision, contentHash, comment });

  it('goes live only when another person has approved what was submitted', async () => {
    const { status, body } = await submit(flow('alpha', '1.0.0'));
    expect(status).toBe(202);
    expect(body.rehearsal.status).toBe('completed');
    expect(body.rehearsal.steps.map(({ step }) => step)).toContain('/do/1/ask');
    expect((await as('li.na', 'GET', '/v1/flows/alpha')).status).toBe(404);
    expect(await decide('chen.lei', body)).toMatchObject({ status: 403, body: { code: 'own-change' } });
    expect(await decide('li.na', body)).toMatchObject({ status: 403 });
    expect(await decide('wang.min', { ...body, contentHash: '0'.repeat(64) })).toMatchObject({
      status: 409,
      body: { code: 'content-changed' },
    });
    expect(await decide('wang.min', body)).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await as('li.na', 'GET', '/v1/flows/alpha')).toMatchObject({
      status: 200,
      body: { version: '1.0.0', origin: 'four-eyes', publishedBy: 'chen.lei', approvedBy: 'wang.min' },
    });
    expect(await decide('wang.min', body)).toMatchObject({ status: 409, body: { code: 'not-open' } });
  });

  it('asks for a raised version, a comment and one open submission per flow', async () => {
    await test.publish(flow('beta', '1.1.0'));
    expect(await submit(flow('beta', '1.1.0', 'hi'))).toMatchObject({
      status: 409,
      body: { code: 'version-exists' },
    });
    expect(await submit(flow('beta', '1.0.9'))).toMatchObject({
      status: 409,
      body: { code: 'version-not-raised' },
    });
    expect((await as('chen.lei', 'POST', '/v1/flows', { source: flow('beta', '1.2.0') })).status).toBe(400);
    const open = await submit(flow('beta', '1.2.0'));
    expect(await submit(flow('beta', '1.3.0'))).toMatchObject({
      status: 409,
      body: { code: 'submission-open' },
    });
    expect(await decide('wang.min', open.body, 'return')).toMatchObject({ status: 422 });
    expect(await decide('wang.min', open.body, 'return', 'name the window')).toMatchObject({
      status: 200,
      body: { status: 'returned', decisionComment: 'name the window' },
    });
    const again = await submit(flow('beta', '1.3.0'));
    const url = `/v1/submissions/${again.body.submissionId}/withdraw`;
    expect((await as('chen.lei', 'POST', url)).status).toBe(204);
    expect(
      await as(
        'chen.lei',
        'POST',
        '/v1/flows',
        { source: flow('beta', '1.4.0'), comment: 'x' },
        { 'if-match': '"old"' },
      ),
    ).toMatchObject({ status: 412, body: { code: 'flow-changed' } });
  });

  it('lets no service token decide', async () => {
    const { body } = await submit(flow('gamma', '1.0.0'));
    const token = await test.token('robot', ['approver']);
    const answer = await test.call({
      method: 'POST',
      url: `/v1/submissions/${body.submissionId}/decision`,
      headers: token,
      payload: { decision: 'approve', contentHash: body.contentHash },
    });
    expect(answer.body).toMatchObject({ code: 'person-needed' });
  });

  it('takes a flow with scripts only while an administrator lets them run, and says so in the trail', async () => {
    const source = flow('scripted', '1.0.0').replace(
      /  - ask:[^]*$/,
      "  - list: { run: { shell: { command: 'ls' } } }\n",
    );
    const at = '/v1/switches/scripts';
    const isOff = { isOn: false, changedBy: null, changedAt: null };
    expect(await as('chen.lei', 'GET', at)).toMatchObject({ status: 200, body: isOff });
    expect(await submit(source)).toMatchObject({
      status: 422,
      body: {
        problems: [{ code: 'script-not-enabled', pointer: '/do/1/list/run/shell', severity: 'error' }],
      },
    });
    for (const person of ['chen.lei', 'wang.min', 'li.na'])
      expect(await as(person, 'PUT', at, { isOn: true })).toMatchObject({ status: 403 });
    expect(await as('admin', 'PUT', at, { isOn: true })).toMatchObject({
      status: 200,
      body: { isOn: true, changedBy: 'admin' },
    });
    const valid = await as<{ valid: boolean }>('chen.lei', 'POST', '/v1/flows/validate', { source });
    expect(valid.body.valid).toBe(true);
    const { status, body } = await submit(source);
    expect([status, body.rehearsal.status]).toEqual([202, 'completed']);
    await as('admin', 'PUT', at, { isOn: false });
    expect(await decide('wang.min', body)).toMatchObject({
      status: 409,
      body: { code: 'script-not-enabled' },
    });
    await as('admin', 'PUT', at, { isOn: true });
    expect(await decide('wang.min', body)).toMatchObject({ status: 200 });
    await as('admin', 'PUT', at, { isOn: false });
    const { rows } = await database.query<{ leaf: string }>(
      "SELECT leaf FROM audit_entry WHERE leaf LIKE '%scripts.switched%' ORDER BY sequence",
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf) as object)).toEqual(
      ['on', 'off', 'on', 'off'].map((way) =>
        expect.objectContaining({ actor: 'admin', action: `scripts.switched-${way}` }),
      ),
    );
  });

  it('makes the schedule of a document triggers, leaves what people changed, and pauses what is gone', async () => {
    const scheduled = (version: string, schedule: string) =>
      flow('clocked', version).replace('\ninput:', `\n${schedule}\ninput:`);
    const goLive = async (version: string, schedule: string) => {
      const { status, body } = await submit(scheduled(version, schedule));
      expect(status, JSON.stringify(body)).toBe(202);
      expect(await decide('wang.min', body)).toMatchObject({ status: 200 });
      const all = await test.records.triggers.list();
      return all
        .filter((trigger) => trigger.flowName === 'clocked')
        .map(({ triggerName, kind, settings, pausedBy }) => ({ triggerName, kind, settings, pausedBy }));
    };
    const twice = "schedule: { cron: '0 9 * * *', on: { one: { with: { type: test.clock } } } }";
    const cron = { cron: '0 9 * * *', overlap: 'allow', input: {} };
    const event = { type: 'test.clock', input: ['${ .data }'] };
    const first = { triggerName: 'clocked-schedule', kind: 'schedule', settings: cron, pausedBy: null };
    const second = { triggerName: 'clocked-schedule-2', kind: 'event', settings: event, pausedBy: null };
    expect(await goLive('1.0.0', twice)).toEqual([first, second]);
    const changed = { ...cron, cron: '30 9 * * *' };
    await test.records.triggers.put({
      ...first,
      kind: 'schedule',
      flowName: 'clocked',
      settings: changed,
      changedBy: 'li.na',
    });
    expect(await goLive('1.0.1', twice)).toEqual([{ ...first, settings: changed }, second]);
    const every = { everySeconds: 600, overlap: 'allow', input: {} };
    expect(await goLive('1.1.0', 'schedule: { every: PT10M }')).toEqual([
      { ...first, settings: every },
      { ...second, pausedBy: 'wang.min' },
    ]);
    expect((await submit(scheduled('1.2.0', 'schedule: { after: PT1H }'))).status).toBe(422);
  });

  it('is held by the database too, whatever the program does', async () => {
    const { body } = await submit(flow('delta', '1.0.0'));
    const asApp = async (sql: string, values: unknown[] = []): Promise<string> => {
      await database.query('BEGIN');
      try {
        await database.query('SET LOCAL ROLE afterbell_app');
        await database.query(sql, values);
        return 'done';
      } catch (error) {
        return (error as pg.DatabaseError).constraint ?? (error as Error).message;
      } finally {
        await database.query('ROLLBACK');
      }
    };
    const approve = `UPDATE flow_submission SET status = 'approved', decided_by = $2, decided_hash = $3 WHERE submission_id = $1`;
    const { submissionId, contentHash } = body;
    expect(await asApp(approve, [submissionId, 'chen.lei', contentHash])).toBe(
      'flow_submission_second_person_check',
    );
    expect(await asApp(approve, [submissionId, 'wang.min', 'other'])).toBe(
      'flow_submission_decided_hash_check',
    );
    expect(await asApp(approve, [submissionId, 'wang.min', contentHash])).toBe('done');
    expect(await asApp("UPDATE flow_submission SET source = 'x'")).toContain('permission denied');
    const version = (origin: string, by: string) =>
      asApp(
        `INSERT INTO flow_version (flow_version_id, namespace, flow_name, version, title, source, document_hash, plan_hash, plan,
           published_by, comment, origin, approved_by, submission_id)
         SELECT 'v', namespace, flow_name, version, title, source, content_hash, plan_hash, plan, submitted_by, '', $2,
           NULLIF($3, ''), CASE WHEN $3 = '' THEN NULL ELSE submission_id END FROM flow_submission WHERE submission_id = $1`,
        [submissionId, origin, by],
      );
    expect(await version('four-eyes', 'wang.min')).toBe('flow_version_needs_approval');
    expect(await version('before-four-eyes', '')).toBe('flow_version_needs_approval');
    expect(await version('four-eyes', '')).toMatch(/flow_version_(?:needs_approval|four_eyes_check)/);
  });

  it('counts everybody who wrote in a draft as an author, and loses nobody’s text', async () => {
    const { body: draft, headers: made } = await as<Draft>('chen.lei', 'POST', '/v1/drafts', {
      name: '夜间',
      source: flow('epsilon', '1.0.0'),
    });
    expect(made.etag).toBe('"1"');
    const url = `/v1/drafts/${draft.draftId}`;
    const save = (text: string, revision: number) =>
      as<Draft>('chen.lei', 'PUT', url, { source: text }, { 'if-match': `"${revision}"` });
    expect(await save(flow('epsilon', '1.0.0', 'one'), 1)).toMatchObject({
      status: 200,
      body: { revision: 2 },
    });
    // The same save again, whose answer was lost; then one from a page that knew only the first state.
    expect(await save(flow('epsilon', '1.0.0', 'one'), 1)).toMatchObject({
      status: 200,
      body: { revision: 2 },
    });
    expect(await save(flow('epsilon', '1.0.0', 'two'), 1)).toMatchObject({
      status: 412,
      body: {
        code: 'draft-changed',
        current: { revision: 2, changedBy: 'chen.lei', source: flow('epsilon', '1.0.0', 'one') },
      },
    });
    expect((await as('chen.lei', 'PUT', url, { source: 'x' })).status).toBe(428);
    await database.query("UPDATE flow_draft SET authors = authors || 'wang.min'::text WHERE draft_id = $1", [
      draft.draftId,
    ]);
    const submitted = await as<Submission>(
      'chen.lei',
      'POST',
      `${url}/submit`,
      { comment: 'why' },
      { 'if-match': '"2"' },
    );
    expect(submitted.status).toBe(201);
    expect(await decide('wang.min', submitted.body)).toMatchObject({
      status: 403,
      body: { code: 'own-change' },
    });
    // Changed and submitted again: the first submission no longer counts.
    await save(flow('epsilon', '1.0.0', 'three'), 2);
    const second = await as<Submission>(
      'chen.lei',
      'POST',
      `${url}/submit`,
      { comment: 'why' },
      { 'if-match': '"3"' },
    );
    expect(second.status).toBe(201);
    expect(await as('li.na', 'GET', `/v1/submissions/${submitted.body.submissionId}`)).toMatchObject({
      body: { status: 'superseded', mayDecide: false },
    });
    expect(await as('chen.lei', 'GET', `${url}/revisions`)).toMatchObject({
      body: { items: [{ revision: 3 }, { revision: 2 }, { revision: 1 }] },
    });
    expect(await as('chen.lei', 'GET', `${url}/revisions/1`)).toMatchObject({
      body: { source: flow('epsilon', '1.0.0') },
    });
  });

  it('rehearses with what the draft has pinned', async () => {
    const { body: draft } = await as<Draft>('chen.lei', 'POST', '/v1/drafts', {
      name: 'pins',
      source: flow('zeta', '1.0.0'),
    });
    const url = `/v1/drafts/${draft.draftId}`;
    const pins = { input: { name: '李' }, steps: { '/do/1/ask': { decision: 'refused' } } };
    expect((await as('chen.lei', 'PUT', `${url}/pins`, { pins: { step: {} } })).status).toBe(400);
    await database.query("UPDATE person SET roles = roles || 'publisher'::text WHERE person_id = 'wang.min'");
    expect((await as('wang.min', 'PUT', `${url}/pins`, { pins })).status).toBe(204);
    const { body } = await as<Submission>(
      'chen.lei',
      'POST',
      `${url}/submit`,
      { comment: 'why' },
      { 'if-match': '"1"' },
    );
    expect(body).toMatchObject({
      rehearsal: { status: 'completed', input: { name: '李' }, output: { decision: 'refused' } },
    });
    // Who chose the answers of the rehearsal is no second person for it.
    expect(await decide('wang.min', body)).toMatchObject({ status: 403, body: { code: 'own-change' } });
  });
});
