/** 流程的文字。 */
const flows = {
  title: '流程',
  empty: '还没有发布的流程。发布后会出现在这里，可以从这里启动。',
  column: {
    title: '流程',
    version: '版本',
    publishedBy: '发布人',
    publishedAt: '发布时间',
    planHash: '计划指纹',
  },
  versions: '版本',
  source: '流程原文',
  start: '启动运行',
  startTitle: '启动 {{flow}} {{version}}',
  businessKey: '业务编号（可不填）',
  input: '输入（JSON）',
  notJson: '这不是完整的 JSON，请检查括号、引号和逗号。',
  notStarted: '运行没有启动。',
  unreachable: '连不上服务，不能确定是否已启动。不改内容再按一次是安全的，不会启动两次。',
};

export default flows;
