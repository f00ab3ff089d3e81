/** A key of a request that may be sent again. Random, and not a browser `randomUUID`, which plain HTTP on another host does not offer. */
export function newRequestKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
