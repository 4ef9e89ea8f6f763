/** What launchers share. */
import type { Workgroups } from "../kernel-cache.ts";

/** Which kernel shape an adapter wants. */
export type Tier = "hardware" | "software";

/** Threads of a workgroup where each works alone. */
export function flatWorkgroup(tier: Tier): number {
  return tier === "software" ? 16 : 64;
}

/** Threads of a workgroup that adds up what they found; a power of two. */
export function treeWorkgroup(tier: Tier): number {
  return tier === "software" ? 4 : 64;
}

/** Workgroups for `threads` threads in one dimension. */
export function groups(threads: number, workgroup: number): Workgroups {
  return [Math.ceil(threads / workgroup), 1, 1];
}

/** Workgroups for kernels whose threads go on over a grid: few where starting one is slow. */
export function gridGroups(
  tier: Tier,
  threads: number,
  workgroup: number,
): Workgroups {
  const most = tier === "software" ? 256 : 2 ** 15;
  return [Math.min(Math.ceil(threads / workgroup), most), 1, 1];
}
