/** What the settings alone tell of the images in the data. */
import type { DataSource } from "./config.ts";

/** Whether the examples are images, or may be: what a file holds is known when it is open. */
export function mayHoldImages(data: DataSource): boolean {
  return data.kind !== "spectrum";
}

const SIDES = { digits8: 8, digits28: 28 } as const;

/** Most convolutions that can halve the images one after another; of a file, any number may. */
export function mostHalvings(data: DataSource): number {
  switch (data.kind) {
    case "spectrum":
      return 0;
    case "digits8":
    case "digits28":
      return Math.floor(Math.log2(SIDES[data.kind]));
    case "file":
      return Infinity;
  }
}
