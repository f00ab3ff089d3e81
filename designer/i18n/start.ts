/** Texts of starting a run from its flow. */
export const startZh = {
  open: '发起',
  column: '操作',
  asForm: '表单',
  asJson: 'JSON 文本',
  view: '填写方式',
  viewHelp: '与表单内容相同，可整体粘贴。',
  title: '发起 {{flow}} {{version}}',
  businessKey: '业务编号',
  businessKeyHelp: '同一业务编号只会有一次运行；留空则自动生成。',
  optional: '（选填）',
  notJson: '不是有效的 JSON',
  start: '发起运行',
} as const;

/** The same in English. */
export const startEn = {
  open: 'Start a run',
  column: 'Actions',
  asForm: 'Form',
  asJson: 'JSON',
  view: 'Way to fill in',
  viewHelp: 'The same content as the form; a whole request can be pasted.',
  title: 'Start {{flow}} {{version}}',
  businessKey: 'Business key',
  businessKeyHelp: 'One run per business key; left empty, the run makes its own.',
  optional: '(optional)',
  notJson: 'This is not valid JSON',
  start: 'Start the run',
};
