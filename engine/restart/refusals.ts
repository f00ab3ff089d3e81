import type { RestartRefusal } from './types.ts';

type Code = RestartRefusal['code'];

const INSIDE = {
  'inside-loop': { zh: '循环', en: 'a loop' },
  'inside-fork': { zh: '并行分支', en: 'a branch beside others' },
  'inside-try': { zh: '容错块', en: 'a try' },
  'inside-extension': { zh: '扩展步骤', en: 'an extension' },
} as const;

/** A step inside something that only makes sense as a whole: restart from that. */
export function insideRefusal(
  code: keyof typeof INSIDE,
  around: { name: string; pointer: string },
): RestartRefusal {
  const { zh, en } = INSIDE[code];
  return refusal(
    code,
    `该步骤在${zh}“${around.name}”里，不能单独重新开始；请从“${around.name}”重新开始。`,
    `The step is inside ${en}, “${around.name}”, and cannot be restarted alone; restart from “${around.name}”.`,
    around.pointer,
  );
}

/** The run never came to the step. */
export function notReached(): RestartRefusal {
  return refusal(
    'not-reached',
    '这次运行没有走到该步骤，没有可以带入它的结果。',
    'The run never came to this step, so there is nothing to give it.',
  );
}

/** The version has no such step. */
export function noSuchStep(pointer: string, version: string): RestartRefusal {
  return refusal(
    'no-such-step',
    `版本 ${version} 没有步骤 ${pointer}。`,
    `Version ${version} has no step at ${pointer}.`,
  );
}

/** What a step before it gave is not known any more. */
export function dataRefusal(
  code: 'data-missing' | 'data-withheld' | 'context-unknown',
  step: string,
): RestartRefusal {
  const says = {
    'data-missing': [
      `前面的步骤“${step}”没有留下完整的结果，无法从这里接着运行。`,
      `The step “${step}” before it left no complete result, so the run cannot go on from here.`,
    ],
    'data-withheld': [
      `前面的步骤“${step}”的结果里有被遮盖的内容，无法从这里接着运行。`,
      `The result of “${step}” before it holds values that were masked, so the run cannot go on from here.`,
    ],
    'context-unknown': [
      `前面的步骤“${step}”里几个分支同时写入上下文，记录里看不出先后，无法从这里接着运行。`,
      `In “${step}” before it several branches wrote the context at once and the record does not say in which order, so the run cannot go on from here.`,
    ],
  } as const;
  const [zh, en] = says[code];
  return refusal(code, zh, en);
}

/** What would have to be handed over is larger than a run may begin with. Both in KiB. */
export function tooLarge(kib: number, mostKib: number): RestartRefusal {
  return refusal(
    'too-large',
    `到这里为止的数据有 ${kib} KiB，重新开始最多带入 ${mostKib} KiB；请从更早的步骤开始。`,
    `The data up to here is ${kib} KiB and a restart takes ${mostKib} KiB at most; restart from an earlier step.`,
  );
}

/** The chosen version differs before the step. */
export function versionDiffers(step: string, version: string): RestartRefusal {
  return refusal(
    'version-differs',
    `版本 ${version} 在此之前的步骤“${step}”与这次运行不同（名称、位置或类型），已有的结果套不上。`,
    `In version ${version} the step “${step}” before it differs from what ran (name, place or kind), so the recorded results do not fit.`,
  );
}

/** A controlled step would run on an approval or window of the earlier run. */
export function askedAgain(asked: { name: string; pointer: string }, controlled: string): RestartRefusal {
  return refusal(
    'approval-asked-again',
    `后面的“${controlled}”会改动生产，审批和变更窗口不能从旧的运行带过来；请从“${asked.name}”重新开始，再次审批。`,
    `“${controlled}” after it changes production, and neither an approval nor a window carries over from an earlier run; restart from “${asked.name}”, which asks again.`,
    asked.pointer,
  );
}

/** The recorded decision before the step is not one of this version on this content. */
export function approvalNotSame(asked: { name: string; pointer: string }): RestartRefusal {
  return refusal(
    'approval-not-same',
    `前面的审批“${asked.name}”没有同一版本、同一内容的有效决定；请从“${asked.name}”重新开始，再次审批。`,
    `The approval “${asked.name}” before it has no decision on the same content in this version; restart from “${asked.name}”, which asks again.`,
    asked.pointer,
  );
}

function refusal(code: Code, zh: string, en: string, from?: string): RestartRefusal {
  return { code, sentence: { zh, en }, ...(from === undefined ? {} : { from }) };
}
