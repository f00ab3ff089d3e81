import { createBrowserRouter, Navigate } from 'react-router';
import { readPageTexts } from './i18n/index.ts';
import { Frame } from './shell/frame.tsx';
import { Missing } from './shell/missing.tsx';

/** Every page and its address. Pages are read when they are opened. */
export const router = createBrowserRouter([
  {
    element: <Frame />,
    children: [
      { index: true, element: <Navigate to="/today" replace /> },
      {
        path: 'today',
        lazy: async () => ({ Component: (await import('./today/today-page.tsx')).TodayPage }),
      },
      {
        path: 'incidents',
        lazy: async () => ({ Component: (await import('./healing/incident-list.tsx')).IncidentList }),
      },
      {
        path: 'incidents/:incidentId',
        lazy: async () => ({ Component: (await import('./healing/incident-view.tsx')).IncidentView }),
      },
      {
        path: 'playbooks',
        lazy: async () => {
          const [{ PlaybookList }] = await Promise.all([
            import('./healing/playbook-list.tsx'),
            readPageTexts('inventory'),
          ]);
          return { Component: PlaybookList };
        },
      },
      {
        path: 'scripts',
        lazy: async () => {
          const [{ ScriptList }] = await Promise.all([
            import('./healing/script-list.tsx'),
            readPageTexts('inventory'),
          ]);
          return { Component: ScriptList };
        },
      },
      {
        path: 'breaks',
        lazy: async () => ({ Component: (await import('./reconciliation/break-list.tsx')).BreakList }),
      },
      {
        path: 'breaks/:breakId',
        lazy: async () => ({ Component: (await import('./reconciliation/break-view.tsx')).BreakView }),
      },
      {
        path: 'triggers',
        lazy: async () => ({ Component: (await import('./triggers/trigger-list.tsx')).TriggerList }),
      },
      {
        path: 'triggers/:name',
        lazy: async () => ({ Component: (await import('./triggers/trigger-view.tsx')).TriggerView }),
      },
      {
        path: 'inbox',
        lazy: async () => ({ Component: (await import('./inbox/inbox-list.tsx')).InboxList }),
      },
      {
        path: 'inbox/:approvalId',
        lazy: async () => ({ Component: (await import('./inbox/approval-card.tsx')).ApprovalCard }),
      },
      { path: 'runs', lazy: async () => ({ Component: (await import('./runs/run-list.tsx')).RunList }) },
      {
        path: 'runs/:runId',
        lazy: async () => ({ Component: (await import('./runs/run-page.tsx')).RunPage }),
      },
      { path: 'flows', lazy: async () => ({ Component: (await import('./flows/flow-list.tsx')).FlowList }) },
      {
        path: 'flows/new',
        lazy: async () => ({ Component: (await import('./canvas/canvas-page.tsx')).CanvasPage }),
      },
      {
        path: 'flows/:flowName/edit',
        lazy: async () => ({ Component: (await import('./canvas/canvas-page.tsx')).CanvasPage }),
      },
      {
        path: 'flows/:flowName',
        lazy: async () => ({ Component: (await import('./flows/flow-view.tsx')).FlowView }),
      },
      {
        path: 'devices',
        lazy: async () => ({ Component: (await import('./network/device-list.tsx')).DeviceList }),
      },
      {
        path: 'devices/:name',
        lazy: async () => ({ Component: (await import('./network/device-view.tsx')).DeviceView }),
      },
      {
        path: 'access',
        lazy: async () => ({ Component: (await import('./access/grant-list.tsx')).GrantList }),
      },
      {
        path: 'calls',
        lazy: async () => {
          const [{ CallQueue }] = await Promise.all([
            import('./outreach/call-queue.tsx'),
            readPageTexts('outreach'),
          ]);
          return { Component: CallQueue };
        },
      },
      {
        path: 'calls/board',
        lazy: async () => {
          const [{ CallBoard }] = await Promise.all([
            import('./outreach/call-board.tsx'),
            readPageTexts('outreach'),
          ]);
          return { Component: CallBoard };
        },
      },
      {
        path: 'calls/:taskId',
        lazy: async () => {
          const [{ CallCard }] = await Promise.all([
            import('./outreach/call-card.tsx'),
            readPageTexts('outreach'),
          ]);
          return { Component: CallCard };
        },
      },
      {
        path: 'settings',
        lazy: async () => ({ Component: (await import('./settings/settings-page.tsx')).SettingsPage }),
      },
      {
        path: 'settings/tokens',
        lazy: async () => ({ Component: (await import('./settings/token-list.tsx')).TokenList }),
      },
      {
        path: 'settings/secrets',
        lazy: async () => ({ Component: (await import('./settings/secret-list.tsx')).SecretList }),
      },
      {
        path: 'reviews',
        lazy: async () => ({ Component: (await import('./reviews/review-list.tsx')).ReviewList }),
      },
      {
        path: 'reviews/:submissionId',
        lazy: async () => ({ Component: (await import('./reviews/review-view.tsx')).ReviewView }),
      },
      {
        path: 'settings/queues',
        lazy: async () => ({ Component: (await import('./settings/queue-list.tsx')).QueueList }),
      },
      { path: '*', element: <Missing /> },
    ],
  },
]);
