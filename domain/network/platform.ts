/** Platforms Afterbell drives: Cisco IOS and IOS-XE are one, Huawei VRP5 and VRP8 are one. */
export const PLATFORMS = ['cisco_ios', 'huawei_vrp', 'ovs'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** True for a platform this release knows. */
export function isPlatform(name: string): name is Platform {
  return (PLATFORMS as readonly string[]).includes(name);
}

/** State of a port's link. `admin-down` was shut by configuration; `err-disabled` and `no-optics` are faults, not idleness. */
export type LinkState = 'up' | 'down' | 'admin-down' | 'err-disabled' | 'no-optics' | 'unknown';
