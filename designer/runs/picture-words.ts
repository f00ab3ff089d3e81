import type { TFunction } from 'i18next';
import { textMember } from '../../engine/tasks.ts';
import { parseDuration } from '../../engine/durations.ts';
import type { PictureState, StepPicture } from '../../engine/picture/index.ts';
import type { Run } from '../api/types.ts';
import type { BlockView } from '../canvas/view-model.ts';
import { candidateText } from '../shared/person.ts';
import { wallTime } from '../shared/time.ts';
import type { StateName } from '../theme.ts';

/** The state of a step that has begun, in the words of all pages. */
export const PICTURE_STATES: Readonly<Record<Exclude<PictureState, 'none'>, StateName>> = {
  running: 'running',
  waiting: 'waiting',
  needsPerson: 'needsPerson',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

/** What a sentence about a step is made from. */
export interface WhyFacts {
  readonly run: Run;
  readonly block: BlockView;
  readonly picture: StepPicture;
  readonly nowMs: number;
  readonly conditionWords: (when: string) => string;
}

/** The one sentence that says why a step waits, did not run, or stands as it does. */
export function whyWords(facts: WhyFacts, t: TFunction): string {
  const { why } = facts.picture;
  switch (why.kind) {
    case 'otherCase':
      return why.when === undefined
        ? t('drawn.why.otherwise', { lane: why.lane })
        : t('drawn.why.otherCase', { lane: why.lane, when: facts.conditionWords(why.when) });
    case 'conditionFalse':
      return t('drawn.why.conditionFalse', { when: facts.conditionWords(why.when) });
    case 'approval':
    case 'window':
    case 'timer':
    case 'event':
      return waitWords(why.kind, facts, t) ?? t(`drawn.why.${why.kind}`);
    default:
      return 'step' in why ? t(`drawn.why.${why.kind}`, { step: why.step }) : t(`drawn.why.${why.kind}`);
  }
}

/** Who or what exactly is waited for, where it is known. */
function waitWords(
  kind: 'approval' | 'window' | 'timer' | 'event',
  { run, block, picture, nowMs }: WhyFacts,
  t: TFunction,
): string | undefined {
  const { task } = block;
  if (kind === 'approval') {
    const open = run.approvals.find(({ status, pointer }) => status === 'open' && pointer === block.id);
    if (open === undefined) return undefined;
    const asked = open.asked.length > 0 ? open.asked : open.candidates;
    const who = asked.map((candidate) => candidateText(t, candidate)).join(t('canvas.does.comma'));
    return t('drawn.why.approvalOf', { who });
  }
  if (kind === 'window') {
    const name = textMember(task, 'with', 'name');
    return name === undefined || name.includes('${') ? undefined : t('drawn.why.windowOf', { name });
  }
  if (kind === 'timer') {
    const lengthMs = parseDuration(task['wait'] ?? null);
    const startedAtMs = picture.attempts.at(-1)?.startedAtMs;
    if (lengthMs === undefined || startedAtMs === undefined) return undefined;
    return t('drawn.why.timerUntil', { time: wallTime(startedAtMs + lengthMs, nowMs) });
  }
  const type = textMember(task, 'listen', 'to', 'one', 'with', 'type');
  return type === undefined ? undefined : t('drawn.why.eventOf', { type });
}
