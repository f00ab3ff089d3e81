import { createBrowserRouter, Navigate } from 'react-router';
import { page } from './page.ts';
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
        lazy: page(() => import('./today/today-page.tsx'), 'TodayPage'),
      },
      {
        path: 'incidents',
        lazy: page(() => import('./healing/incident-list.tsx'), 'IncidentList', 'healing'),
      },
      {
        path: 'incidents/:incidentId',
        lazy: page(() => import('./healing/incident-view.tsx'), 'IncidentView', 'healing'),
      },
      {
        path: 'playbooks',
        lazy: page(() => import('./healing/playbook-list.tsx'), 'PlaybookList', 'inventory', 'healing'),
      },
      {
        path: 'scripts',
        lazy: page(() => import('./healing/script-list.tsx'), 'ScriptList', 'inventory', 'healing'),
      },
      {
        path: 'breaks',
        lazy: page(() => import('./reconciliation/break-list.tsx'), 'BreakList', 'reconciliation'),
      },
      {
        path: 'breaks/:breakId',
        lazy: page(() => import('./reconciliation/break-view.tsx'), 'BreakView', 'reconciliation'),
      },
      {
        path: 'triggers',
        lazy: page(() => import('./triggers/trigger-list.tsx'), 'TriggerList'),
      },
      {
        path: 'triggers/:name',
        lazy: page(() => import('./triggers/trigger-view.tsx'), 'TriggerView'),
      },
      {
        path: 'inbox',
        lazy: page(() => import('./inbox/inbox-list.tsx'), 'InboxList'),
      },
      {
        path: 'inbox/:approvalId',
        lazy: page(() => import('./inbox/approval-card.tsx'), 'ApprovalCard'),
      },
      { path: 'runs', lazy: page(() => import('./runs/run-list.tsx'), 'RunList') },
      {
        path: 'runs/:runId',
        lazy: page(() => import('./runs/run-page.tsx'), 'RunPage', 'drawn', 'restart'),
      },
      { path: 'flows', lazy: page(() => import('./flows/flow-list.tsx'), 'FlowList') },
      {
        path: 'flows/new',
        lazy: page(() => import('./canvas/canvas-page.tsx'), 'CanvasPage'),
      },
      {
        path: 'flows/:flowName/edit',
        lazy: page(() => import('./canvas/canvas-page.tsx'), 'CanvasPage'),
      },
      {
        path: 'flows/:flowName/compare',
        lazy: page(() => import('./compare/compare-page.tsx'), 'ComparePage', 'drawn'),
      },
      {
        path: 'flows/:flowName',
        lazy: page(() => import('./flows/flow-view.tsx'), 'FlowView', 'drawn'),
      },
      {
        path: 'devices',
        lazy: page(() => import('./network/device-list.tsx'), 'DeviceList'),
      },
      {
        path: 'devices/:name',
        lazy: page(() => import('./network/device-view.tsx'), 'DeviceView'),
      },
      {
        path: 'access',
        lazy: page(() => import('./access/grant-list.tsx'), 'GrantList'),
      },
      {
        path: 'calls',
        lazy: page(() => import('./outreach/call-queue.tsx'), 'CallQueue', 'outreach'),
      },
      {
        path: 'calls/board',
        lazy: page(() => import('./outreach/call-board.tsx'), 'CallBoard', 'outreach'),
      },
      {
        path: 'calls/:taskId',
        lazy: page(() => import('./outreach/call-card.tsx'), 'CallCard', 'outreach'),
      },
      {
        path: 'settings',
        lazy: page(() => import('./settings/settings-page.tsx'), 'SettingsPage', 'settings'),
      },
      {
        path: 'settings/tokens',
        lazy: page(() => import('./settings/token-list.tsx'), 'TokenList', 'settings'),
      },
      {
        path: 'settings/secrets',
        lazy: page(() => import('./settings/secret-list.tsx'), 'SecretList', 'settings'),
      },
      {
        path: 'reviews',
        lazy: page(() => import('./reviews/review-list.tsx'), 'ReviewList'),
      },
      {
        path: 'reviews/:submissionId',
        lazy: page(() => import('./reviews/review-view.tsx'), 'ReviewView', 'drawn'),
      },
      {
        path: 'settings/queues',
        lazy: page(() => import('./settings/queue-list.tsx'), 'QueueList', 'settings'),
      },
      { path: '*', element: <Missing /> },
    ],
  },
]);
