/** One sentence in both languages. */
export interface Sentence {
  readonly zh: string;
  readonly en: string;
}

/** What the run waits for right now, or undefined when it waits for nothing outside. Times in epoch milliseconds. */
export type WaitingFor =
  | {
      readonly kind: 'approval';
      readonly title: string;
      readonly candidates: readonly string[];
      readonly sinceMs: number;
      readonly deadlineAtMs: number | null;
    }
  | {
      readonly kind: 'window';
      readonly window: string;
      readonly opensAtMs: number | null;
      readonly closesAtMs: number | null;
    }
  | { readonly kind: 'timer'; readonly step: string; readonly dueAtMs: number | null }
  | { readonly kind: 'event'; readonly step: string }
  | { readonly kind: 'sub-flow'; readonly step: string };

/** The facts the sentence is made of. */
export interface StandingFacts {
  readonly status: 'accepted' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** Times of another day than this instant's are shown with their date. */
  readonly nowMs: number;
  readonly acceptedAtMs: number;
  readonly endedAtMs: number | null;
  readonly currentStep: string | null;
  readonly waitingFor: WaitingFor | null;
  /** Title and detail of the error of a failed run. */
  readonly error: {
    readonly title: string;
    readonly detail: string | null;
    readonly step: string | null;
    readonly rolledBack: boolean;
  } | null;
  readonly cancelledBy: string | null;
}

const ROLE_NAMES: Readonly<Record<string, Sentence>> = {
  'net-reviewer': { zh: '网络复核', en: 'a network reviewer' },
  approver: { zh: '审批人', en: 'an approver' },
  'ops-lead': { zh: '运维负责人', en: 'an ops lead' },
  administrator: { zh: '管理员', en: 'an administrator' },
};

/**
 * The one sentence that says where a run stands, for every state (look.md, run page). Times are shown in `timeZone`
 * (IANA name); seconds never appear.
 */
export function describeStanding(facts: StandingFacts, timeZone: string): Sentence {
  const time = (ms: number) => clockTime(ms, facts.nowMs, timeZone);
  switch (facts.status) {
    case 'accepted':
      return {
        zh: `${time(facts.acceptedAtMs)} 已受理，等待执行引擎接手；不会丢失。`,
        en: `Accepted at ${time(facts.acceptedAtMs)}; waiting for the execution engine to take it. It will not be lost.`,
      };
    case 'completed':
      return ended(facts, time, '已完成', 'Completed');
    case 'cancelled':
      return cancelled(facts, time);
    case 'failed':
      return failed(facts, time);
    case 'waiting':
    case 'running':
      return facts.waitingFor ? waiting(facts.waitingFor, time) : running(facts);
  }
}

function running(facts: StandingFacts): Sentence {
  if (facts.currentStep === null) return { zh: '正在执行。', en: 'Running.' };
  return { zh: `正在执行“${facts.currentStep}”。`, en: `Running “${facts.currentStep}”.` };
}

function waiting(target: WaitingFor, time: (ms: number) => string): Sentence {
  switch (target.kind) {
    case 'approval': {
      const zh = target.deadlineAtMs === null ? '' : `，${time(target.deadlineAtMs)} 截止`;
      const en = target.deadlineAtMs === null ? '' : `; the deadline is ${time(target.deadlineAtMs)}`;
      return {
        zh: `自 ${time(target.sinceMs)} 起等待${names(target.candidates, 'zh')}审批“${target.title}”${zh}。`,
        en: `Waiting for ${names(target.candidates, 'en')} to decide “${target.title}” since ${time(target.sinceMs)}${en}.`,
      };
    }
    case 'window':
      if (target.opensAtMs === null)
        return {
          zh: `等待变更窗口“${target.window}”。`,
          en: `Waiting for the change window “${target.window}”.`,
        };
      return {
        zh: `等待变更窗口“${target.window}”，${time(target.opensAtMs)} 开启${target.closesAtMs === null ? '' : `，${time(target.closesAtMs)} 关闭`}。`,
        en: `Waiting for the change window “${target.window}”; it opens at ${time(target.opensAtMs)}${target.closesAtMs === null ? '' : ` and closes at ${time(target.closesAtMs)}`}.`,
      };
    case 'timer':
      if (target.dueAtMs === null)
        return { zh: `“${target.step}”等待中。`, en: `“${target.step}” is waiting.` };
      return {
        zh: `“${target.step}”等到 ${time(target.dueAtMs)}。`,
        en: `“${target.step}” waits until ${time(target.dueAtMs)}.`,
      };
    case 'event':
      return {
        zh: `“${target.step}”等待外部事件。`,
        en: `“${target.step}” waits for an event from outside.`,
      };
    case 'sub-flow':
      return { zh: `“${target.step}”等待子流程结束。`, en: `“${target.step}” waits for its sub-flow.` };
  }
}

function ended(facts: StandingFacts, time: (ms: number) => string, zh: string, en: string): Sentence {
  if (facts.endedAtMs === null) return { zh: `${zh}。`, en: `${en}.` };
  return { zh: `${time(facts.endedAtMs)} ${zh}。`, en: `${en} at ${time(facts.endedAtMs)}.` };
}

function cancelled(facts: StandingFacts, time: (ms: number) => string): Sentence {
  const by = facts.cancelledBy;
  return ended(
    facts,
    time,
    by === null ? '已取消' : `由 ${by} 取消`,
    by === null ? 'Cancelled' : `Cancelled by ${by}`,
  );
}

function failed(facts: StandingFacts, time: (ms: number) => string): Sentence {
  const error = facts.error;
  if (error === null) return ended(facts, time, '失败，需处理', 'Failed, needs a look');
  const reason = error.detail === null ? error.title : `${error.title}: ${error.detail}`;
  const at = facts.endedAtMs === null ? '' : time(facts.endedAtMs);
  const stepZh = error.step === null ? '' : `在“${error.step}”`;
  const stepEn = error.step === null ? '' : ` at “${error.step}”`;
  const what = error.rolledBack
    ? { zh: '失败，已回滚', en: 'Failed and rolled back' }
    : { zh: '失败，需处理', en: 'Failed, needs a look' };
  return {
    zh: `${at === '' ? '' : `${at} `}${stepZh}${what.zh}：${reason}。`,
    en: `${what.en}${stepEn}${at === '' ? '' : ` at ${at}`}: ${reason}.`,
  };
}

function names(candidates: readonly string[], language: 'zh' | 'en'): string {
  const words = candidates.map((candidate) => {
    const [kind, name = candidate] = candidate.split(':', 2);
    return kind === 'role' ? (ROLE_NAMES[name]?.[language] ?? name) : name;
  });
  return words.join(language === 'zh' ? '或' : ' or ');
}

function clockTime(ms: number, nowMs: number, timeZone: string): string {
  const part = (at: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-CA', { timeZone, ...options }).format(at);
  const time = part(ms, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const date = part(ms, { month: '2-digit', day: '2-digit' });
  return date === part(nowMs, { month: '2-digit', day: '2-digit' }) ? time : `${date} ${time}`;
}
