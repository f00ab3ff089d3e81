/** Words of flows. */
const flows = {
  title: 'Flows',
  empty: 'No flow is published yet. Published flows appear here and can be started from here.',
  column: {
    title: 'Flow',
    version: 'Version',
    publishedBy: 'Published by',
    publishedAt: 'Published',
    planHash: 'Plan hash',
  },
  versions: 'Versions',
  source: 'Flow document',
  start: 'Start run',
  startTitle: 'Start {{flow}} {{version}}',
  businessKey: 'Business key (optional)',
  input: 'Input (JSON)',
  notJson: 'This is not complete JSON; check brackets, quotes and commas.',
  notStarted: 'No run was started.',
  unreachable:
    'The service does not answer, so it is not certain that the run was started. Pressing again without a change is safe and starts no second run.',
};

export default flows;
