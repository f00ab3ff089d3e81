import type { Json, JsonObject } from '../../domain/json.ts';
import type {
  AccessGrant,
  Approval,
  ApprovalDetail,
  ApprovalStatus,
  Delegation,
  NamedPerson,
  Break,
  BreakDetail,
  BreakMoveRequest,
  ChangeWindow,
  DecisionAnswer,
  Device,
  DeviceDetail,
  EvidenceFile,
  Flow,
  FlowSource,
  FlowVersion,
  Incident,
  IncidentDetail,
  NewDevice,
  NewToken,
  NewTrigger,
  Page,
  Playbook,
  Playbooks,
  ProbeAnswer,
  Run,
  RunStatus,
  RunSummary,
  ScriptSwitch,
  SecretVersion,
  Session,
  SchedulePreview,
  SignOff,
  Step,
  Today,
  Token,
  TokenRequest,
  Trigger,
  TriggerDetail,
  TriggerFiring,
  TriggerSummary,
} from './types.ts';

/** An answer other than success. `code` is stable (docs/api.md); `status` 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly pointers: readonly string[];
  /** Every wrong part of the request: where, and what is wrong with it. */
  readonly problems: ReadonlyArray<{ readonly pointer: string; readonly message: string }>;

  constructor(status: number, code: string, detail: string, problems: ApiError['problems'] = []) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.problems = problems;
    this.pointers = problems.map(({ pointer }) => pointer);
  }
}

/** Which approvals a list shows: those of a person, or by status. Absent members do not filter. */
export interface ApprovalListFilter {
  readonly status?: ApprovalStatus;
  readonly view?: 'mine' | 'requested' | 'copied';
}

/** Rows of one page of a list. */
export const PAGE_SIZE = 50;

type Query = Readonly<Record<string, string | undefined>>;

let csrfToken: string | null = null;

async function send(
  method: string,
  path: string,
  body?: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...more };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, 'no-answer', 'The server does not answer.');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function errorOf(response: Response): Promise<ApiError> {
  const fallback = new ApiError(response.status, `http-${response.status}`, response.statusText);
  try {
    const problem = (await response.json()) as {
      code?: unknown;
      detail?: unknown;
      problems?: ReadonlyArray<{ pointer?: unknown; message?: unknown }>;
    };
    if (typeof problem.code !== 'string') return fallback;
    const problems = (problem.problems ?? []).flatMap(({ pointer, message }) =>
      typeof pointer === 'string' ? [{ pointer, message: typeof message === 'string' ? message : '' }] : [],
    );
    return new ApiError(
      response.status,
      problem.code,
      typeof problem.detail === 'string' ? problem.detail : '',
      problems,
    );
  } catch {
    return fallback;
  }
}

/** Sends a request and reads its JSON answer; throws `ApiError` with the problem. */
async function json<Answer>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await send(method, path, body, headers);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

const at = (...parts: string[]) => `/v1/${parts.map((part) => encodeURIComponent(part)).join('/')}`;

async function keepSession(answer: Promise<Session>): Promise<Session> {
  const session = await answer;
  csrfToken = session.csrfToken;
  return session;
}

/** Every call the pages make. Each rejects with `ApiError`. */
export const api = {
  session: () => keepSession(json<Session>('GET', '/v1/session')),
  signIn: (username: string, password: string) =>
    keepSession(json<Session>('POST', '/v1/session', { username, password })),
  signOut: () => json<void>('DELETE', '/v1/session'),

  runs: (filter: { status?: RunStatus; flow?: string; businessKey?: string }, cursor?: string) =>
    json<Page<RunSummary>>('GET', withQuery('/v1/runs', { ...filter, cursor, limit: String(PAGE_SIZE) })),
  run: (runId: string) => json<Run>('GET', at('runs', runId)),
  steps: (runId: string) => json<Page<Step>>('GET', at('runs', runId, 'steps')),
  files: (runId: string) => json<Page<EvidenceFile>>('GET', at('runs', runId, 'files')),
  fileText: async (fileId: string) => (await send('GET', at('files', fileId))).text(),
  payloadText: async (sha256: string) => (await send('GET', at('payloads', sha256))).text(),
  startRun: async (
    {
      flow,
      version,
      businessKey,
      input,
    }: { flow: string; version: string; businessKey: string; input: Json },
    idempotencyKey: string,
  ) => {
    const body = { flow, version, input, ...(businessKey === '' ? {} : { businessKey }) };
    const answer = await send('POST', '/v1/runs', body, { 'idempotency-key': idempotencyKey });
    return (await answer.json()) as { runId: string };
  },
  cancelRun: (runId: string, reason: string) =>
    json<{ runId: string }>('POST', at('runs', runId, 'cancel'), { reason }),

  approvals: (filter: ApprovalListFilter, cursor?: string) =>
    json<Page<Approval>>('GET', withQuery('/v1/approvals', { ...filter, cursor, limit: String(PAGE_SIZE) })),
  approval: (approvalId: string) => json<ApprovalDetail>('GET', at('approvals', approvalId)),
  decide: (
    approvalId: string,
    decision: { decision: 'approve' | 'refuse'; comment: string; contentHash: string },
  ) => json<DecisionAnswer>('POST', at('approvals', approvalId, 'decisions'), decision),

  approvalPeople: (approvalId: string) =>
    json<{ items: ReadonlyArray<NamedPerson & { readonly mayDecide: boolean }> }>(
      'GET',
      at('approvals', approvalId, 'people'),
    ),
  moveApproval: (
    approvalId: string,
    move: {
      kind: string;
      contentHash: string;
      comment: string;
      people?: readonly string[];
      place?: 'before' | 'after';
    },
  ) => json<{ acknowledged: boolean }>('POST', at('approvals', approvalId, 'moves'), move),
  withdrawApproval: (approvalId: string, body: { kind: 'withdraw' | 'change'; comment: string }) =>
    json<{ acknowledged: boolean }>('POST', at('approvals', approvalId, 'withdrawal'), body),
  delegations: () =>
    json<{ items: readonly Delegation[]; people: readonly NamedPerson[] }>('GET', '/v1/delegations'),
  addDelegation: (body: { delegate: string; startsAt: string; endsAt: string; reason: string }) =>
    json<Delegation>('POST', '/v1/delegations', body),
  endDelegation: (delegationId: string) => json<void>('DELETE', at('delegations', delegationId)),
  grants: (filter: { live?: 'true' }, cursor?: string) =>
    json<Page<AccessGrant>>('GET', withQuery('/v1/grants', { ...filter, cursor, limit: String(PAGE_SIZE) })),
  endGrant: (grantId: string, reason: string) =>
    json<AccessGrant>('POST', at('grants', grantId, 'end'), { reason }),

  devices: (cursor?: string) =>
    json<Page<Device>>('GET', withQuery('/v1/devices', { cursor, limit: String(PAGE_SIZE) })),
  device: (name: string) => json<DeviceDetail>('GET', at('devices', name)),
  putDevice: (device: NewDevice) => json<Device>('POST', '/v1/devices', device),
  testDevice: (name: string) => json<ProbeAnswer>('POST', at('devices', name, 'test')),

  flows: (cursor?: string) =>
    json<Page<FlowVersion>>('GET', withQuery('/v1/flows', { cursor, limit: String(PAGE_SIZE) })),
  flow: (flowName: string) => json<Flow>('GET', at('flows', flowName)),
  flowSource: (flowName: string, version: string) =>
    json<FlowSource>('GET', at('flows', flowName, 'versions', version)),

  today: () => json<Today>('GET', '/v1/today'),
  breaks: (filter: { status: string; class: string; owner: string }, cursor?: string) =>
    json<Page<Break>>('GET', withQuery('/v1/breaks', { ...filter, cursor, limit: String(PAGE_SIZE) })),
  break: (breakId: string) => json<BreakDetail>('GET', at('breaks', breakId)),
  moveBreak: (breakId: string, { move, to, text }: BreakMoveRequest) =>
    json<Break>('POST', at('breaks', breakId, 'moves'), {
      move,
      ...(to === undefined ? {} : { to }),
      ...(text === undefined || text === '' ? {} : { text }),
    }),
  signOffs: () => json<Page<SignOff>>('GET', '/v1/sign-offs'),
  sign: (signOffId: string) => json<SignOff>('POST', at('sign-offs', signOffId, 'signatures'), {}),
  incidents: () => json<Page<Incident>>('GET', '/v1/incidents'),
  incident: (incidentId: string) => json<IncidentDetail>('GET', at('incidents', incidentId)),
  playbooks: () => json<Playbooks>('GET', '/v1/playbooks'),
  setTrust: (name: string, trust: Playbook['trust']) =>
    json<Playbook>('PUT', at('playbooks', name, 'trust'), { trust }),
  throwSwitch: (name: string, isThrown: boolean) =>
    json<{ name: string }>('PUT', at('kill-switches', name), { isThrown }),
  triggers: () => json<Page<TriggerSummary>>('GET', '/v1/triggers'),
  trigger: (name: string) => json<TriggerDetail>('GET', at('triggers', name)),
  pauseTrigger: (name: string, isPaused: boolean) =>
    json<Trigger>('POST', at('triggers', name, isPaused ? 'pause' : 'resume')),
  fireTrigger: (name: string) => json<TriggerFiring>('POST', at('triggers', name, 'fire'), {}),
  putTrigger: (name: string, trigger: NewTrigger) =>
    json<TriggerDetail>('PUT', at('triggers', name), trigger),
  previewSchedule: (settings: JsonObject) =>
    json<SchedulePreview>('POST', '/v1/triggers/preview', { settings }),
  windows: () => json<Page<ChangeWindow>>('GET', '/v1/windows'),
  scriptSwitch: () => json<ScriptSwitch>('GET', '/v1/switches/scripts'),
  switchScripts: (isOn: boolean) => json<ScriptSwitch>('PUT', '/v1/switches/scripts', { isOn }),
  tokens: () => json<Page<Token>>('GET', '/v1/tokens'),
  makeToken: (token: TokenRequest) => json<NewToken>('POST', '/v1/tokens', token),
  revokeToken: (tokenId: string) => json<void>('DELETE', at('tokens', tokenId)),
  secrets: () => json<Page<SecretVersion>>('GET', '/v1/secrets'),
  storeSecret: (name: string, value: Readonly<Record<string, string>>) =>
    json<{ reference: string }>('POST', '/v1/secrets', { name, value }),
  clock: () => json<{ now: string }>('GET', '/v1/clock'),
};

/** Address of a download. */
export function fileUrl(fileId: string): string {
  return at('files', fileId);
}

/** Address of the live events of lists, or of one run. */
export function liveUrl(runId?: string): string {
  return runId === undefined ? '/v1/live' : at('runs', runId, 'events');
}

/** For pages that bring their own calls: one request, a path from its parts, a path with a query. */
export { at as apiPath, json as requestJson, withQuery };
