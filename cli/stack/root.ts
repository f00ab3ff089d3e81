import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the clone. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
