// Entry of a soak thread. A worker thread inherits no TypeScript loader on Node 20: the entry is plain JavaScript, registers the loader, then
// loads the thread itself.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
