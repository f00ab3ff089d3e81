/** Texts of the drafts and of what is taken back from an earlier version. */
export const publishZh = {
  drafts: '草稿',
  draft: '草稿',
  flow: '流程',
  newFlow: '新流程',
  owner: '创建人',
  changedBy: '最后修改',
  changedAt: '修改时间',
  revision: '保存次数',
  restore: '以此版本新建草稿',
  restored: '{{title}}（取自 {{version}}）',
} as const;

/** The same in English. */
export const publishEn = {
  drafts: 'Drafts',
  draft: 'Draft',
  flow: 'Flow',
  newFlow: 'new flow',
  owner: 'Begun by',
  changedBy: 'Last change',
  changedAt: 'Changed',
  revision: 'Saves',
  restore: 'New draft from this version',
  restored: '{{title}} (from {{version}})',
} as const;
