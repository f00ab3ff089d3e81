import Type from 'typebox';
import { normaliseInterfaceName } from '../interface-name.ts';
import type { Platform } from '../platform.ts';

/** Fields that many row types share. Numbers carry their unit in the name; null means that the device does not tell. */
export const text = (description: string) => Type.String({ description });
export const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
export const whole = (description: string) => Type.Integer({ description });
export const wholeOrNull = (description: string) =>
  Type.Union([Type.Integer(), Type.Null()], { description });
export const numberOrNull = (description: string) =>
  Type.Union([Type.Number(), Type.Null()], { description });
export const flag = (description: string) => Type.Boolean({ description });
export const flagOrNull = (description: string) => Type.Union([Type.Boolean(), Type.Null()], { description });
export const texts = (description: string) => Type.Array(Type.String(), { description });
export const wholes = (description: string) => Type.Array(Type.Integer(), { description });
export const interfaceName = text('Interface, full name');
/** Both names of an interface, as every row type about interfaces has them. */
export const interfaceNames = {
  interface: interfaceName,
  interfaceAsShown: textOrNull('Interface as the device printed it; null when that is the full name'),
};

/** Values of `interfaceNames`. */
export function named(
  platform: Platform,
  shown: string,
): { interface: string; interfaceAsShown: string | null } {
  const full = normaliseInterfaceName(platform, shown);
  return { interface: full, interfaceAsShown: full === shown ? null : shown };
}
export const link = Type.String({
  enum: ['up', 'down', 'admin-down', 'err-disabled', 'no-optics', 'unknown'],
  description: 'Link state',
});
