/**
 * Every word of the page that is not a field's own label (experiment/fields.ts) or a sentence
 * about the run (story.ts). Short, concrete, numbers in sentences, no blame.
 */
import { measured } from "./strings-measured.ts";
import { networks } from "./strings-networks.ts";

export const text = {
  ...measured,
  ...networks,
  brand: "Collapse Lab",
  header: {
    models: "Model",
    kinds: {
      vae: "VAE",
      cvae: "Conditional",
      mhvae: "Hierarchical",
    },
    kindTitles: {
      vae: "VAE: one level of latents, x from x",
      cvae: "Conditional VAE: y given x",
      mhvae: "Hierarchical VAE: two levels of latents",
    },
    preset: "Preset",
    custom: "Custom",
    runs: "Runs",
    share: "Share",
    export: "Export",
    theme: "Switch theme (t)",
    help: "Keyboard shortcuts and help (?)",
    ownExperiment: "Your experiment",
  },
  transport: {
    label: "Transport",
    play: "Play (space)",
    pause: "Pause (space)",
    again: "Run again from the start (space)",
    step: "One step (.)",
    restart: "Restart (r)",
    pace: "Pace, steps per second",
    free: "free",
    perSecond: (n: number) => `${String(n)}/s`,
    progress: "Step",
    progressValue: (step: number, steps: number) =>
      `step ${String(step)} of ${String(steps)}`,
    seed: "seed",
    newSeed: "New seed (n)",
    adjust: "Adjust",
    unitsDie: (n: number, steps: string, level: 1 | 2 | null) => {
      const of = level === null ? "" : ` of level ${String(level)}`;
      return n === 1
        ? `one unit${of} dies, ${steps}`
        : `${String(n)} units${of} die, ${steps}`;
    },
    atTheory: (step: number) => `at theory, ${String(step)}`,
    diverged: (step: number) => `non-finite, ${String(step)}`,
    measuredSpeed: (n: string) => `${n} steps/s`,
  },
  lane: {
    modes: "Modes",
    units: "Units",
    data: "data",
    residual: "residual",
    learned: "learned",
    theory: "theory",
    collapse: "collapse",
    noise: "noise only",
    mode: "mode",
    unit: "unit",
    axis: "axis",
    dead: "dead",
    noneDead: "none dead",
    empty: "empty",
    alive: "alive",
    of: (n: number) => `of ${String(n)}`,
    predictedAlive: "predicted alive",
    klSum: (
      name: string,
      measured: string | null,
      predicted: string | null,
      theory: string,
    ) =>
      measured === null
        ? predicted === null
          ? name.replace(/,$/, "")
          : `${name} ${theory} ${predicted} nats`
        : `${name} sum ${measured} nats${predicted === null ? "" : ` (${theory} ${predicted})`}`,
    gap: "distance of",
    sumNotSplit: "theory fixes the sum, not the split",
    rotate: "Rotate to axes",
    rotateTitle: "Show the KL along the principal axes instead of the units",
    unrotate: "Back to units",
    waterline: {
      beta: "Waterline: KL weight",
      beta2: "Waterline: KL weight of the second level",
    },
    waterlineValue: (weight: string, alive: number, of: number) =>
      `beta ${weight}, ${String(alive)} of ${String(of)} modes predicted alive`,
    unitsLabel: "KL of each unit in nats:",
    unitsBefore: "KL of each unit: nothing is measured yet.",
    modesLabel: (name: string) =>
      `Modes of lane ${name}: data, learned and predicted`,
    modesTable: (name: string) => `Lane ${name}, singular values by mode`,
    overlay: "A and B",
    both: "Both lanes",
    noData: "The data are being read.",
  },
  level: {
    label: (name: string) =>
      name ? `Level of latents shown, lane ${name}` : "Level of latents shown",
    title: [
      "First level, next to the data: z1",
      "Second level, above the first: z2",
    ],
    unknown: "open",
    information: (nats: string) => `about x ${nats}`,
    noise: (kl: string, information: string) =>
      `z₂ tracks z₁’s noise: KL₂ ${kl} nats, about x ${information}.`,
  },
  verdict: {
    unbounded: "No minimum",
    none: "No theory",
    "no-theory": "No theory",
    hidden: "Theory hidden",
    waiting: "Waiting",
    settling: "Settling",
    "at-theory": "At theory",
    away: "Away from theory",
    diverged: "Diverged",
    distance: (d: string) => `${d} away`,
    atStep: (step: number) => `at step ${String(step)}`,
  },
  why: {
    why: "Why",
    survive: (words: string, plural: boolean) =>
      `Why ${words} ${plural ? "survive" : "survives"}`,
    mode: "mode",
    against: "against the threshold",
    prediction: "prediction",
    survives: "survives",
    collapses: "collapses",
    emptyDirections: "empty directions",
    deadUnits: "dead units",
    count: "count",
    latex: "Copy LaTeX",
    copied: "Copied",
    equalLoss: (n: string, all: string, lane: string) =>
      `Both lose the same ${n} ${n === "one" ? "direction" : "directions"}. In ${lane} they lie across all ${all} units, so none reads zero.`,
    residual:
      "θ² are the eigenvalues of what y has left once x is regressed out.",
    noCriterion: "No threshold decides this level.",
    waiting: "The prediction appears when the data are read.",
    hidden: "This link hides the prediction for now.",
    scope: "For linear models, at the optimum.",
    paper: "https://arxiv.org/abs/2306.05023",
  },
  series: {
    label: "Series",
    loss: "Loss",
    lossUnit: "−ELBO, nats",
    reconstruction: "Reconstruction",
    kl: "KL",
    kl1: "KL₁",
    kl2: "KL₂",
    nats: "nats",
    distance: "Distance to theory",
    theory: (lane: string) => `theory ${lane}`,
    table: "Show table",
    charts: "Show charts",
    tableTitle: "Latest and lowest values of each series",
    lane: "Lane",
    quantity: "Quantity",
    latest: "Latest",
    lowest: "Lowest",
    predicted: "Theory",
    empty: "nothing trained yet",
    notFinite: (step: number) => `not finite at step ${String(step)}`,
  },
  images: {
    title: "Reconstructions",
    note: "posterior mean",
    completionNote: "z drawn from the prior",
    inputs: "input",
    full: "whole",
    given: "given",
    completions: "Completions",
    completionLabel: (n: number) =>
      `${String(n)} examples whole, the part of each that is given, and how each lane completes it`,
    label: (n: number) =>
      `${String(n)} inputs above what each lane makes of them`,
  },
  notices: {
    label: "Notice",
    link: "Link",
    run: "Run",
    replaced: (n: string) =>
      `${n} in this link ${n.startsWith("One ") ? "is" : "are"} not used as written.`,
    things: (n: string, one: boolean) => `${n} ${one ? "thing" : "things"}`,
    heard: (n: number) =>
      n === 1
        ? "One note about this run."
        : `${String(n)} notes about this run.`,
    copyOriginal: "Copy the original link",
    copied: "Copied",
    smaller: "Use a smaller version",
    resume: "Resume",
    dismiss: "Dismiss",
    given: "given",
    used: "used",
  },
  share: {
    title: "Share this experiment",
    close: "Close",
    link: "Link to this experiment",
    copy: "Copy link",
    copied: "Copied",
    failed: "Select the text and copy it by hand",
    length: (n: number) =>
      `${String(n)} characters. Nothing is uploaded; the link is the experiment.`,
    contains: "What it contains",
    model: "Model",
    modelValue: (
      model: "vae" | "cvae" | "mhvae",
      network: string,
      k: string,
      k2: string,
    ) =>
      model === "mhvae"
        ? `${network}, hierarchical, ${k} and ${k2} latents`
        : `${network}${model === "cvae" ? ", conditional" : ""}, ${k} latents`,
    data: "Data",
    spectrum: (n: number) => `spectrum of ${String(n)} numbers; no examples`,
    file: (name: string) =>
      `${name} by name, size and hash; the reader needs the file too`,
    drawn: (name: string) => `${name}, drawn again by the reader’s page`,
    weights: "Weights",
    differ: "Lanes differ in",
    nothing: "nothing",
    training: "Training",
    check: "Check",
    checkValue: "4 characters, so a link that was cut off is noticed",
  },
  help: {
    title: "Keys",
    close: "Close",
    keys: [
      ["space", "play or pause"],
      [".", "one step"],
      ["r", "restart: the same start, bit for bit"],
      ["n", "new seed"],
      ["p", "presets"],
      ["u", "runs kept in this browser"],
      ["s", "share"],
      ["t", "light or dark"],
      [
        "arrows",
        "on the waterline: raise or lower β, with Shift ten times as far",
      ],
      ["?", "this list"],
    ],
    words: [
      "A latent has collapsed when its posterior equals its prior: it says the same thing about every example.",
      "Hollow marks and grey numbers are predicted; filled bars and numbers in full ink are measured.",
      "Drag the waterline, or drop a CSV, NPY or IDX file anywhere on the page.",
    ],
  },
  controls: {
    title: "Experiment",
    setup: "Setup",
    panel: "Panel",
    training: "Training",
    reset: (label: string) => `Reset ${label}`,
    slider: (label: string) => `${label}, slider`,
    inLane: (label: string, lane: string) => `${label}, lane ${lane}`,
    learnable: "learnable",
    fixed: "fixed",
    std: "standard deviation",
    initialStd: "initial standard deviation",
    addDifference: "Add a difference",
    addDifferenceTitle:
      "Sets one number apart in lane B, at twice lane A’s to begin with",
    stdHint: "One number, or one per latent.",
    learningRate: "Learning rate",
    optimizerKind: "Optimizer",
    pace: "Pace",
    same: "Both lanes are the same now: nothing to compare.",
    setupDialog: "Adjust the experiment",
    done: "Done",
  },
  condition: {
    list: "Columns given (x)",
    help: (columns: number) =>
      `Numbers and ranges from 1 to ${String(columns)}, as 1-5,8; the others are predicted.`,
    refused: (columns: number) =>
      `Columns are numbers and ranges from 1 to ${String(columns)}, as 1-5,8, and leave one to predict.`,
    task: "Task",
    correlationHelp: "One number, or one for each spectrum entry.",
  },
  data: {
    kind: "Data source",
    columns: (n: number) => `${String(n)}-d`,
    edit: "Edit",
    editing: "Close",
    upload: "Upload a file",
    spectrum: "Spectrum",
    spectrumHelp: "1 to 128 numbers from 0 to 1000, one at least above 0.",
    apply: "Apply",
    digits8: "Digits 8 × 8",
    digits28: "Digits 28 × 28",
    thumbnail: (list: string) => `Spectrum: ${list}`,
    asSpectrum: "Use as spectrum",
    asSpectrumTitle:
      "Replaces the examples by a Gaussian with their spectrum, which fits in a link",
    shape: (rows: number, columns: number, outputs: number | undefined) =>
      `${String(rows)} × ${String(columns)}${outputs === undefined ? "" : `, and ${String(outputs)} to predict`}`,
  },
  import: {
    title: (name: string) => `Read ${name}`,
    failed: (name: string) => `${name} was not read`,
    drop: "Drop a CSV, NPY or IDX file: it stays on this device",
    reading: (name: string) => `Reading ${name}`,
    rows: "Rows",
    columns: "Columns",
    droppedRows: "Rows left out",
    droppedRowsValue: (rows: number, cells: number) =>
      rows === 0
        ? "none"
        : `${String(rows)}, for ${String(cells)} ${cells === 1 ? "cell that is" : "cells that are"} not a number`,
    droppedColumns: "Columns left out",
    constant: "Constant columns",
    size: "File",
    image: "Images",
    labels: "Labels",
    yes: "yes",
    none: "none",
    private: "Nothing leaves this device.",
    scaling: "Scale the columns",
    use: "Use it",
    cancel: "Cancel",
    close: "Close",
    goesOn: "The running experiment goes on.",
  },
  engine: {
    webgpu: "WebGPU",
    cpu: "CPU",
    loading: "Starting the engine",
    profile: "Profile",
    passed: "self-check passed",
    failed: "self-check failed",
    skipped: "no self-check",
    software: "software adapter",
    why: "Why?",
  },
  app: {
    skip: "Skip to the experiment",
    experiment: "Experiment",
    happening: "What is happening",
    presetOf: (i: number, n: number) => `Preset ${String(i)} of ${String(n)}`,
    ownQuestion: "Which latents carry information, and which only look alive?",
    speed: "steps/s",
  },
} as const;
