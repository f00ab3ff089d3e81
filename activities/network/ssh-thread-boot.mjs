// Entry of an SSH thread. A worker thread inherits no TypeScript loader on Node 20, and its entry file is resolved before a loader
// given in execArgv takes hold: so the entry is plain JavaScript, registers the loader, then loads the thread itself.
import { register } from 'tsx/esm/api';

register();
await import('./ssh-thread.ts');
