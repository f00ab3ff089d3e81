import type { RouteDefinition } from '../route.ts';
import { accessRoutes } from './access.ts';
import { approvalRoutes } from './approvals.ts';
import { backTestRoutes } from './back-tests.ts';
import { botRoutes } from './bots.ts';
import { deviceRoutes } from './devices.ts';
import { draftRoutes } from './drafts.ts';
import { eventRoutes } from './events.ts';
import { flowRoutes } from './flows.ts';
import { healingRoutes } from './healing.ts';
import { hookRoutes } from './hooks.ts';
import { inventoryRoutes } from './inventory.ts';
import { queueRoutes } from './queues.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { outreachTaskRoutes } from './outreach.ts';
import { outreachBoardRoutes } from './outreach-board.ts';
import { restartRoutes } from './restarts.ts';
import { runRoutes } from './runs.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { submissionRoutes } from './submissions.ts';
import { switchRoutes } from './switches.ts';
import { systemRoutes } from './system.ts';
import { triggerRoutes } from './triggers.ts';

/** Every route of the product: what is not here does not exist, and each names the permission it needs. */
export const routes: readonly RouteDefinition[] = [
  ...sessionRoutes,
  ...flowRoutes,
  ...draftRoutes,
  ...submissionRoutes,
  ...runRoutes,
  ...restartRoutes,
  ...backTestRoutes,
  ...eventRoutes,
  ...triggerRoutes,
  ...reconciliationRoutes,
  ...healingRoutes,
  ...inventoryRoutes,
  ...hookRoutes,
  ...approvalRoutes,
  ...accessRoutes,
  ...botRoutes,
  ...deviceRoutes,
  ...outreachTaskRoutes,
  ...outreachBoardRoutes,
  ...queueRoutes,
  ...settingsRoutes,
  ...switchRoutes,
  ...systemRoutes,
];
