import type { ReactNode } from 'react';
import type { TaskKind } from '../../engine/tasks.ts';

/** Drawings on a 16-unit square by the icon name of a step definition. */
const STEP: Readonly<Record<string, ReactNode>> = {
  alert: <path d="M8 2.5 14 13H2L8 2.5Zm0 4v3m0 1.7v.1" />,
  api: <path d="M2.5 8h3m5 0h3M5.5 5.5h5v5h-5v-5ZM8 3v2.5m0 5V13" />,
  audit: <path d="M3.5 2.5h9v11h-9v-11Zm2.5 3h4m-4 2.5h2m-1.5 3.2 1.3 1.3 2.5-2.8" />,
  'check-circle': <path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm-2.6 6.2 1.9 1.9 3.4-3.9" />,
  database: <path d="M3 4.5c0-2.7 10-2.7 10 0s-10 2.7-10 0v7c0 2.7 10 2.7 10 0v-7M3 8c0 2.7 10 2.7 10 0" />,
  'deployment-unit': <path d="M8 2.5v4m0 3L4 13m4-3.5 4 3.5M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z" />,
  diff: <path d="M5 2.5v6m-2-4 2-2 2 2m4 9v-6m-2 4 2 2 2-2" />,
  eye: (
    <path d="M1.5 8C4 3.5 12 3.5 14.5 8 12 12.5 4 12.5 1.5 8ZM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z" />
  ),
  'file-text': <path d="M4 2h5l3 3v9H4V2Zm5 0v3h3M6 8h4m-4 2.5h4" />,
  flag: <path d="M3.5 14V2.5h8l-2 3 2 3h-8" />,
  key: <path d="M5.5 7.5a3 3 0 1 0 0 .1m3-.1H14v2.5m-2.5-2.5v2" />,
  lock: <path d="M4 7.5h8v6H4v-6Zm1.5 0V5a2.5 2.5 0 0 1 5 0v2.5" />,
  notification: <path d="M2.5 6.5v3h2l5 3v-9l-5 3h-2Zm9.5-1a3.5 3.5 0 0 1 0 5" />,
  phone: (
    <path d="M4 2.5h2.2l1 3-1.5 1.2a7 7 0 0 0 3.6 3.6l1.2-1.5 3 1V12c0 .9-.7 1.5-1.5 1.5C7 13.5 2.5 9 2.5 4c0-.8.7-1.5 1.5-1.5Z" />
  ),
  'radar-chart': <path d="M8 2a6 6 0 1 0 6 6M8 5a3 3 0 1 0 3 3M8 8l5-5" />,
  reload: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3" />,
  robot: <path d="M3 6h10v7H3V6Zm5-3.5V6M5.8 9v.8m4.4-.8v.8M1.5 8.5v2m13-2v2" />,
  safety: <path d="M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4L8 2Z" />,
  'safety-certificate': <path d="M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4L8 2ZM5.8 8l1.6 1.6 2.8-3.2" />,
  schedule: <path d="M2.5 4h11v9.5h-11V4Zm0 3h11M5.5 2.5v3m5-3v3m-2.5 3v2l1.5.8" />,
  send: <path d="M2.5 8 13.5 3l-3 10.5-2.8-4-5.2-1.5Zm5.2 1.5 5.8-6.5" />,
  signature: <path d="M2 11c2-5 4-8 5-6.5S5 12 6.5 12 9 8 10 8s0 3 1.5 3 2-1 2.5-1.5M2 14h12" />,
  stop: <path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM3.8 3.8l8.4 8.4" />,
  'user-add': <path d="M6.5 2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Zm-4.5 11c0-5 9-5 9 0M12.5 5v4m-2-2h4" />,
};

const TASK: Readonly<Record<TaskKind, ReactNode>> = {
  call: STEP['api'],
  do: <path d="M3 3.5h10v3H3v-3Zm0 6h10v3H3v-3Z" />,
  emit: <path d="M8 13V5M4.5 8 8 4.5 11.5 8M3 2.5h10" />,
  for: <path d="M4 5.5h6.5a2.5 2.5 0 0 1 0 5H4m2-2.5-2 2.5L6 13M12 3 9.9 5.5" />,
  fork: <path d="M8 2v3.5M3.5 14V9c0-2 1-3.5 4.5-3.5s4.5 1.5 4.5 3.5v5M8 5.5V14" />,
  listen: <path d="M8 13.5a5.5 5.5 0 1 1 5.5-5.5M8 10.5A2.5 2.5 0 1 1 10.5 8M8 8l5.5 5.5m0-3.5v3.5H10" />,
  raise: STEP['alert'],
  run: <path d="M2.5 3h5v4h-5V3Zm6 6h5v4h-5V9ZM5 7v4h3.5" />,
  set: <path d="M3 5h10M3 8h6m-6 3h8" />,
  switch: <path d="M8 2v3M8 5 4 9v5M8 5l4 4v5" />,
  try: <path d="M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4L8 2Zm0 4v3m0 1.7v.1" />,
  wait: <path d="M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 2.2-1.6 3.2-3 4" />,
};

/** The drawing of a step: by its definition's icon, else by the kind of its task. */
export function StepIcon({
  icon,
  kind,
}: {
  readonly icon: string | undefined;
  readonly kind: TaskKind | undefined;
}) {
  const drawing =
    (icon === undefined ? undefined : STEP[icon]) ?? (kind === undefined ? STEP['file-text'] : TASK[kind]);
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawing}
    </svg>
  );
}
