/** Elements that the first picture of the page does without: each is loaded when first asked for. */

const PANELS = {
  "lab-classroom": () => import("./lab-classroom.ts"),
  "lab-export": () => import("./lab-export.ts"),
  "lab-help": () => import("./lab-help.ts"),
  "lab-import": () => import("./lab-import.ts"),
  "lab-landscape": () => import("./lab-landscape.ts"),
  "lab-map": () => import("./lab-map.ts"),
  "lab-metrics": () => import("./lab-metrics.ts"),
  "lab-pictures": () => import("./lab-pictures.ts"),
  "lab-presets": () => import("./lab-presets.ts"),
  "lab-profile": () => import("./lab-profile.ts"),
  "lab-runs": () => import("./lab-runs.ts"),
  "lab-share": () => import("./lab-share.ts"),
  "lab-sweep": () => import("./lab-sweep.ts"),
  "lab-training": () => import("./lab-training.ts"),
  "lab-weights": () => import("./lab-weights.ts"),
} as const satisfies Record<string, () => Promise<unknown>>;

export type PanelName = keyof typeof PANELS;

/** Resolves when elements of that name are what they will be; rejects if it cannot be fetched. */
export async function loadPanel(name: PanelName): Promise<void> {
  await PANELS[name]();
}
