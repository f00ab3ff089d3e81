/** Network device knowledge: output parsers, port requests, eligibility, plans and commands. Pure. */
export { parseDeviceOutput, parseSchemas } from './parse/registry.ts';
export { NetworkParseError, type NetworkParseCode } from './parse/parse-error.ts';
export * from './port-request.ts';
export * from './port-eligibility.ts';
export * from './render-commands.ts';
export * from './switch-port-plan.ts';
