import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright';
import { findBrowser } from '../../activities/browser/browser-activities.ts';
import { folders } from '../../cli/folders.ts';
import { type ApiSession, waitFor } from './api-session.ts';
import type { LocalStack } from './local-stack.ts';

const ROUTES = fileURLToPath(new URL('../../designer/routes.tsx', import.meta.url));
const READY_MS = 60_000;

/** A page to look at: who opens it, where it is, and what is there when it is drawn. */
export interface Stop {
  /** Name of its pictures. */
  readonly name: string;
  /** Path of the route, as the router states it. */
  readonly route: string;
  readonly path: string;
  readonly person: string;
  readonly ready: string;
  /** Looked at on a telephone too. */
  readonly isPhone?: boolean;
}

/** How a page is looked at. */
export interface Look {
  readonly language: 'zh-CN' | 'en';
  readonly mode: 'light' | 'dark';
}

/** Both languages in both modes. */
export const LOOKS: readonly Look[] = (['zh-CN', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).map((mode) => ({ language, mode })),
);

/** Every route of the router but the one for what is missing. */
export function routePaths(): string[] {
  const text = readFileSync(ROUTES, 'utf8');
  return [...text.matchAll(/path: '([^']+)'/g)].map((match) => match[1] ?? '').filter((path) => path !== '*');
}

/** Fills a demo stack with one of everything, and names the page of each route. */
export async function preparePages(stack: LocalStack): Promise<Stop[]> {
  const lead = await stack.signIn('chen.lei');
  const reviewer = await stack.signIn('wang.min');
  const [approvalId, runId] = await firstApproval(reviewer);
  await lead.need('POST', '/v1/triggers/nightly-position-reconciliation/fire', {});
  const incidentId = await makeIncident(stack, lead);
  const submissionId = await makeSubmission(lead, reviewer);
  await makeScript(lead);
  const breakId = await firstId(lead, '/v1/breaks', 'breakId');
  const representative = await stack.signIn('he.jun');
  const taskId = await firstId(representative, '/v1/outreach/tasks', 'taskId').catch(() => undefined);
  const stop = (name: string, route: string, ready: string, more: Partial<Stop> = {}): Stop => ({
    name,
    route,
    path: `/${route}`,
    person: 'chen.lei',
    ready,
    ...more,
  });
  return [
    stop('today', 'today', '.page h1'),
    stop('inbox', 'inbox', '.row-link', { person: 'wang.min', isPhone: true }),
    stop('approval', 'inbox/:approvalId', '.decide', {
      person: 'wang.min',
      path: `/inbox/${approvalId}`,
      isPhone: true,
    }),
    stop('runs', 'runs', '.row-link'),
    stop('run', 'runs/:runId', '.tree-row', { path: `/runs/${runId}` }),
    stop('run-canvas', 'runs/:runId', '.react-flow__node', {
      path: `/runs/${runId}?view=canvas&step=${encodeURIComponent('/do/5/review')}`,
    }),
    stop('flows', 'flows', '.row-link'),
    stop('flow', 'flows/:flowName', '.yaml-line', { path: '/flows/switch-port-provisioning' }),
    stop('compare', 'flows/:flowName/compare', '.react-flow__node', {
      path: '/flows/switch-port-provisioning/compare?from=1.0.0&to=1.1.0',
    }),
    stop('canvas-new', 'flows/new', '.react-flow'),
    stop('canvas', 'flows/:flowName/edit', '.react-flow__node', {
      path: '/flows/switch-port-provisioning/edit',
    }),
    stop('drawer', 'flows/:flowName/edit', '.w-tabs', {
      path: `/flows/switch-port-provisioning/edit?step=${encodeURIComponent('/do/5/review')}`,
    }),
    stop('reviews', 'reviews', '.row-link', { person: 'wang.min' }),
    stop('review', 'reviews/:submissionId', '.decide', {
      person: 'wang.min',
      path: `/reviews/${submissionId}`,
    }),
    stop('triggers', 'triggers', '.row-link'),
    stop('trigger', 'triggers/:name', '.page h1', { path: '/triggers/nightly-position-reconciliation' }),
    stop('breaks', 'breaks', '.row-link'),
    stop('break', 'breaks/:breakId', '.page h1', { path: `/breaks/${breakId}` }),
    stop('devices', 'devices', '.row-link'),
    stop('device', 'devices/:name', '.table', { path: '/devices/access-1' }),
    stop('incidents', 'incidents', '.row-link'),
    stop('incident', 'incidents/:incidentId', '.page h1', {
      path: `/incidents/${incidentId}`,
      isPhone: true,
    }),
    stop('playbooks', 'playbooks', '.table'),
    stop('scripts', 'scripts', '.table'),
    stop('calls', 'calls', '.page h1', { person: 'he.jun', isPhone: true }),
    stop('call-board', 'calls/board', '.page h1', { person: 'xu.fang' }),
    ...(taskId === undefined
      ? []
      : [
          stop('call', 'calls/:taskId', '.page h1', {
            person: 'he.jun',
            path: `/calls/${taskId}`,
            isPhone: true,
          }),
        ]),
    stop('access', 'access', '.page h1'),
    stop('settings', 'settings', '.table'),
    stop('tokens', 'settings/tokens', '.page h1', { person: 'admin' }),
    stop('secrets', 'settings/secrets', '.page h1', { person: 'admin' }),
    stop('queues', 'settings/queues', '.table', { person: 'admin' }),
  ];
}

/** Goes over pages in one look and width; each person signs in once and keeps the browser's cache, as at work. */
export class Tour {
  readonly #contexts = new Map<string, Promise<BrowserContext>>();
  readonly #browser: Browser;
  readonly #stack: LocalStack;
  readonly #look: Look;
  readonly #width: number;

  constructor(browser: Browser, stack: LocalStack, look: Look, width = 1440) {
    this.#browser = browser;
    this.#stack = stack;
    this.#look = look;
    this.#width = width;
  }

  /** Opens a stop as its person and waits until it is drawn and nothing is being read any more. */
  async open(stop: Stop): Promise<Page> {
    const context = this.#contexts.get(stop.person) ?? this.#signIn(stop.person);
    this.#contexts.set(stop.person, context);
    const page = await (await context).newPage();
    page.setDefaultTimeout(READY_MS);
    await page.goto(`${this.#stack.baseUrl}${stop.path}`);
    await page.locator(stop.ready).first().waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
    return page;
  }

  async close(): Promise<void> {
    for (const context of this.#contexts.values()) await (await context).close();
  }

  async #signIn(person: string): Promise<BrowserContext> {
    const { language, mode } = this.#look;
    const [width, stack] = [this.#width, this.#stack];
    const context = await this.#browser.newContext({
      viewport: width < 720 ? { width, height: 844 } : { width, height: 900 },
      locale: language,
      colorScheme: mode,
      reducedMotion: 'reduce',
    });
    await context.addInitScript(
      `localStorage.setItem('afterbell.language', '${language}'); localStorage.setItem('afterbell.appearance', '${mode}');`,
    );
    const signedIn = await context.request.post(`${stack.baseUrl}/v1/session`, {
      data: { username: person, password: passwordOf(stack, person) },
      headers: { origin: stack.baseUrl },
    });
    if (!signedIn.ok()) throw new Error(`sign-in of ${person} answered ${signedIn.status()}`);
    return context;
  }
}

/** Path of Chromium; throws where there is none. */
export function chromiumPath(): string {
  const { executablePath } = findBrowser(process.env.AFTERBELL_CHROMIUM_PATH ?? null);
  if (executablePath === null) throw new Error('no Chromium: install the package chromium');
  return executablePath;
}

function passwordOf(stack: LocalStack, username: string): string {
  const file = folders({ ...process.env, ...stack.environment }).demoPeopleFile;
  const people = JSON.parse(readFileSync(file, 'utf8')) as Array<{ username: string; password: string }>;
  return people.find((person) => person.username === username)?.password ?? '';
}

async function firstApproval(session: ApiSession): Promise<[string, string]> {
  return waitFor('an open approval', READY_MS, async () => {
    const { items } = await session.need<{
      items: Array<{ approvalId: string; runId: string; mayDecide?: boolean }>;
    }>('GET', '/v1/approvals?status=open&view=mine');
    const [first] = items;
    return first === undefined ? undefined : ([first.approvalId, first.runId] as [string, string]);
  });
}

async function firstId(session: ApiSession, path: string, key: string): Promise<string> {
  return waitFor(`a ${key}`, READY_MS, async () => {
    const { items } = await session.need<{ items: Array<Record<string, string>> }>('GET', path);
    return items[0]?.[key];
  });
}

/** An incident as an alarm opens it: the playbook only observes, so it goes to people with the reason. */
async function makeIncident(stack: LocalStack, lead: ApiSession): Promise<string> {
  const admin = await stack.signIn('admin');
  const { reference } = await admin.need<{ reference: string }>('POST', '/v1/secrets', {
    name: 'service/quote-gateway',
    value: { username: 'ops', password: 'not-used' },
  });
  await lead.need('PUT', '/v1/services/quote-gateway', {
    host: '127.0.0.1',
    port: 22,
    credentialRef: reference,
    auth: 'password',
    hostKeyType: 'ssh-ed25519',
    hostKeySha256: `SHA256:${'A'.repeat(43)}`,
    restartCommand: 'systemctl restart quote-gateway',
    probe: { kind: 'tcp', host: '127.0.0.1', port: 1 },
    playbook: 'service-down',
    failureDomain: 'quotes',
    hoursPolicy: 'outside-trading-hours',
  });
  await lead.need(
    'POST',
    '/v1/events',
    {
      specversion: '1.0',
      id: 'tour-1',
      source: 'urn:tour',
      type: 'com.afterbell.alarm.firing',
      time: new Date().toISOString(),
      data: {
        labels: { service: 'quote-gateway', alertname: 'Down' },
        annotations: { summary: '行情网关无响应' },
      },
    },
    { 'content-type': 'application/cloudevents+json' },
  );
  return firstId(lead, '/v1/incidents', 'incidentId');
}

/** A second version of a shipped flow that is live, and a third that waits for its second person. */
async function makeSubmission(lead: ApiSession, reviewer: ApiSession): Promise<string> {
  const { source } = await lead.need<{ source: string }>(
    'GET',
    '/v1/flows/switch-port-provisioning/versions/latest',
  );
  const submit = (changed: string, comment: string) =>
    lead.need<{ submissionId: string; contentHash: string }>('POST', '/v1/flows', {
      source: changed,
      comment,
    });
  const second = source
    .replace('version: "1.0.0"', 'version: "1.1.0"')
    .replace('deadline: P2D', 'deadline: P1D');
  const { submissionId, contentHash } = await submit(second, '复核期限由两天改为一天');
  await reviewer.need('POST', `/v1/submissions/${submissionId}/decision`, {
    decision: 'approve',
    contentHash,
    comment: '',
  });
  const third = second
    .replace('version: "1.1.0"', 'version: "1.2.0"')
    .replace(/^do:\n/m, 'do:\n  - settle: { wait: PT30S }\n');
  return (await submit(third, '采集前等待半分钟')).submissionId;
}

async function makeScript(lead: ApiSession): Promise<void> {
  await lead.need('POST', '/v1/scripts/clean-logs', {
    title: '清理过期日志',
    content: 'find /var/log/quotes -name "*.gz" -mtime "+$DAYS" -delete\n',
    parameters: [{ name: 'DAYS', pattern: '[0-9]{1,3}' }],
  });
}
