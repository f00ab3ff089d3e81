import { fileURLToPath } from 'node:url';

export { failureConverter } from './failure-converter.cjs';

/** Path for `DataConverter.failureConverterPath`: a file the SDK can `require` without a TypeScript loader. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));
