/** Texts of trying things out on the canvas: one step alone, a draft against past runs. */
export const trialsZh = {
  one: {
    text: '在本页用模拟步骤单独运行这一步，不接触任何真实系统。',
    from: '数据取自',
    example: '示例输入',
    raw: '交给这一步的数据',
    context: '上下文 $context',
    variables: '循环与捕获的变量',
    waiting: '这一步在等待事件或子流程，试运行到此为止。',
    noWay: '用这份数据走不到这一步，请直接填写交给它的数据。',
    result: '结果',
    got: '步骤实际得到',
    gave: '步骤产出',
    contextAfter: '之后的上下文',
    next: '接下来去“{{step}}”',
    leaves: '接下来离开这一段',
    problems: '这一步还有错误，先修复：{{detail}}',
  },
  past: {
    title: '回测',
    text: '用最近 20 次运行当时的真实答复重走当前内容，看哪里会走不同的路。不启动任何运行。',
    run: '回测最近的运行',
    again: '内容已改，重新回测',
    none: '这个流程还没有已结束的运行。',
    sum: '{{same}} 次相同，{{different}} 次不同，{{unknown}} 次无法判断。',
    old: '此结果对应改动之前的内容。',
    verdict: { same: '相同', different: '不同', unknown: '无法判断' },
    lostAt: '“{{step}}”当时的答复没有留存，或没有人答复',
    end: '当时{{before}}，现在{{after}}',
    output: '输出不同：{{fields}}',
  },
} as const;

type Same<Texts> = { readonly [Key in keyof Texts]: Texts[Key] extends string ? string : Same<Texts[Key]> };

/** The same in English. */
export const trialsEn: Same<typeof trialsZh> = {
  one: {
    text: 'Runs this one step with simulated answers on this page; no real system is touched.',
    from: 'Data from',
    example: 'the example input',
    raw: 'What the step is handed',
    context: 'Context, $context',
    variables: 'Variables of loops and catches',
    waiting: 'The step waits for an event or a sub-flow; the trial ends here.',
    noWay: 'With these data no way leads to the step; write down what it is handed.',
    result: 'Result',
    got: 'What the step got',
    gave: 'What the step gives',
    contextAfter: 'Context afterwards',
    next: 'Goes on to “{{step}}”',
    leaves: 'Leaves this part',
    problems: 'The step has errors; mend them first: {{detail}}',
  },
  past: {
    title: 'Back-test',
    text: 'Takes the last 20 runs again by what is on the screen, with the answers of then, and shows where it would go another way. Nothing is started.',
    run: 'Back-test the last runs',
    again: 'Changed since; back-test again',
    none: 'No run of this flow has ended yet.',
    sum: '{{same}} the same, {{different}} different, {{unknown}} unknown.',
    old: 'This is the result for the text before your last change.',
    verdict: { same: 'same way', different: 'another way', unknown: 'unknown' },
    lostAt: 'the answer of “{{step}}” was not kept, or nobody answers it',
    end: 'Then: {{before}}; now: {{after}}',
    output: 'the output differs at {{fields}}',
  },
};
