/** Times of kernels as rows for people. */
import type { KernelTime } from "../session/profile-protocol.ts";

export interface KernelRow {
  readonly name: string;
  /** What tells it from its variants, e.g. "COLUMNS 8, DEEP". */
  readonly variant: string;
  readonly dispatches: number;
  /** Of a step. */
  readonly microseconds: number;
  /** 0..1 of all. */
  readonly share: number;
}

/** Rows of `steps` steps, the longest first. */
export function kernelRows(
  kernels: readonly KernelTime[],
  steps: number,
): KernelRow[] {
  const all = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return kernels.map(({ kernel, dispatches, milliseconds }) => {
    const [name, ...rest] = kernel.split(" ");
    return {
      name,
      variant: variantOf(rest.join(" ")),
      dispatches: dispatches / steps,
      microseconds: (1000 * milliseconds) / steps,
      share: all > 0 ? milliseconds / all : 0,
    };
  });
}

/** Pipelines are named after their kernel and its constants as JSON. */
function variantOf(constants: string): string {
  try {
    const found = JSON.parse(constants) as Readonly<Record<string, number>>;
    return Object.entries(found)
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => `${name.toLowerCase()} ${String(value)}`)
      .join(", ");
  } catch {
    return constants;
  }
}

/** e.g. "1.40 MiB". */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toPrecision(3)} ${units[unit]}`;
}
