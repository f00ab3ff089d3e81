/** Prices are kept as whole numbers of 1/10,000, money as whole cents: sums of decimals in binary floats drift. */
export const PRICE_SCALE = 4;
export const MONEY_SCALE = 2;

const FORM = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?$/;

/**
 * Reads a decimal as a whole number of 10^-scale: `3,142.4` with scale 4 is 31424000. Thousands separators must stand in threes. More
 * digits than the scale holds are refused unless they are zeros; so is what does not fit a safe integer. Undefined for no number.
 */
export function parseDecimal(text: string, scale: number): number | undefined {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return undefined;
  const digits = whole.replaceAll(',', '') + fraction.slice(0, scale).padEnd(scale, '0');
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}

/** The decimal of a scaled number, with all digits of the scale: 31424000 with scale 4 is `3142.4000`. */
export function renderDecimal(value: number, scale: number): string {
  const digits = Math.abs(value)
    .toString()
    .padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0 ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}
