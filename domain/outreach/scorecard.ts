import type { Json } from '../json.ts';
import { factOf } from './journey.ts';
import type { CustomerState, Grade, ScoreBin, Scorecard } from './types.ts';

/** One line of the explanation: the fact, the bin it fell in, the points it gave. */
export interface ScoreLine {
  readonly field: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly value: string | number | boolean | null;
  /** The bin in words of the rule, such as `300000 to below 1000000`; `otherwise` when none fits. */
  readonly bin: string;
  readonly points: number;
}

/** A grade with all that led to it. The lines and the offset add up to the score. */
export interface GradeDecision {
  readonly grade: Grade;
  readonly score: number;
  readonly offset: number;
  readonly scorecardVersion: string;
  readonly lines: readonly ScoreLine[];
}

/** Grades a customer by the points of the scorecard. The same facts give the same grade; nothing else is looked at. */
export function gradeOf(scorecard: Scorecard, state: CustomerState): GradeDecision {
  const lines = scorecard.features.map(({ field, title, bins, otherwise }): ScoreLine => {
    const fact = plain(
      field === 'channel' ? state.channel : field === 'step' ? state.step : factOf(state, field),
    );
    const bin = bins.find((candidate) => isIn(candidate, fact));
    return {
      field,
      title,
      value: fact,
      bin: bin === undefined ? 'otherwise' : renderBin(bin),
      points: bin?.points ?? otherwise,
    };
  });
  const score = lines.reduce((sum, line) => sum + line.points, scorecard.offset);
  const grade = score >= scorecard.high ? 'high' : score >= scorecard.medium ? 'medium' : 'low';
  return { grade, score, offset: scorecard.offset, scorecardVersion: scorecard.version, lines };
}

function isIn(bin: ScoreBin, fact: ScoreLine['value']): boolean {
  if (bin.oneOf !== undefined)
    return (typeof fact === 'string' || typeof fact === 'boolean') && bin.oneOf.includes(fact);
  if (typeof fact !== 'number') return false;
  return fact >= (bin.from ?? Number.NEGATIVE_INFINITY) && fact < (bin.below ?? Number.POSITIVE_INFINITY);
}

function renderBin({ from, below, oneOf }: ScoreBin): string {
  if (oneOf !== undefined) return oneOf.join(' | ');
  if (from === undefined) return `below ${below ?? ''}`;
  return below === undefined ? `from ${from}` : `${from} to below ${below}`;
}

function plain(fact: Json | undefined): ScoreLine['value'] {
  return typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean' ? fact : null;
}
