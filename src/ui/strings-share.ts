/** Words of figures, sharing, classroom links and exports; loaded with the elements that say them. */
export const figureText = {
  label: "Live figure",
  lens: "What is shown",
  modes: "Modes",
  units: "Units",
  full: "Open full",
  fullTitle: "Opens this experiment in the whole lab, in a new tab",
  step: (step: string, steps: string) => `${step} / ${steps}`,
  notStarted: (steps: string) => `predicted; ${steps} steps to run`,
  loading: "Starting",
  failed: "This experiment cannot run here.",
  noTheory: "Press play: there is nothing to draw before training.",
  klAxis: "KL of each unit, nats",
  play: "Play here",
  close: "Back to the drawing",
} as const;

export const classroomText = {
  label: "From this link",
  note: "Note in this link",
  question: (n: number, lane: string | null) =>
    `How many of ${String(n)} directions survive${lane === null ? "" : ` in ${lane}`}?`,
  guess: "Guess and run",
  pass: "Run without a guess",
  local: "Your guess stays on this page.",
  refused: (n: number) => `A whole number from 0 to ${String(n)}.`,
  hidden: "Theory is hidden until the run ends.",
  show: "Show it now",
  guessed: (n: number) => `You guessed ${String(n)}.`,
  theory: (counts: string) => `Theory keeps ${counts}.`,
  measured: (counts: string, step: string) =>
    `Measured at step ${step}: ${counts}.`,
  inLane: (n: string, lane: string | null) =>
    lane === null ? n : `${n} in ${lane}`,
  locked: "This link locks the experiment.",
  unlock: "Unlock",
  unlocked: "Unlocked: you can change everything now.",
  leave: "Leave the classroom view",
  left: "This is the whole lab now.",
} as const;

export const receiptText = {
  author: (steps: string, adapter: string) =>
    `The author’s numbers are of step ${steps}${adapter ? `, on ${adapter}` : ""}.`,
  waiting: (step: string) => `Yours are compared there; you are at ${step}.`,
  run: (steps: string) => `Run exactly ${steps} steps`,
  match: "Matches the author’s numbers to 1e-3.",
  differs: (list: string) => `Differs: ${list}.`,
  here: (what: string, here: string, author: string) =>
    `${what} ${here} here, ${author} in the link`,
  what: {
    loss: "loss",
    activeModes: "active modes",
    distance: "distance to theory",
  },
  none: "none",
  noBits:
    "Two GPUs agree to rounding, not bit for bit; a difference means another setting, another data set, or a fault.",
} as const;

export const shareText = {
  qr: "QR code of the link",
  hall: "For the lecture hall.",
  download: "Download as SVG",
  tooLong: "This link is too long for a QR code.",
  embed: "Embed",
  copyEmbed: "Copy embed",
  embedHelp:
    "A figure of 640 × 420 for a page of yours; nothing trains in it before it is played.",
  cite: "Cite",
  paperCite: "Copy BibTeX of the paper",
  linkCite: "Copy BibTeX of this link",
  exportRun: "Export this run…",
  copied: "Copied",
  failed: "Copy it by hand",
  classroom: "Classroom link",
  ask: "Ask for a guess first, and hide theory until it is given",
  hide: "Hide theory until the run ends",
  lock: "Lock the controls; the reader can unlock them",
  receipt: "Include final numbers, so readers can compare",
  receiptOf: (step: string) => `of step ${step}`,
  receiptNone:
    "Pause the run, or let it end: then there are numbers to include.",
  adapter: (name: string) => `Name this GPU: ${name}`,
  note: "Note",
  noteHelp: (left: number) =>
    `${String(left)} of 140 characters left; shown as plain text.`,
} as const;

export const figureFileText = {
  modes: "Modes",
  units: "Units, KL in nats",
  picture: (kind: string, lane: string) =>
    lane ? `Lane ${lane}: ${kind}` : `Lanes A and B: ${kind}`,
  noCanvas: "This browser does not draw the picture as PNG; take the SVG.",
} as const;

export const exportText = {
  title: "Export this run",
  intro: (step: string) =>
    `As it is at step ${step}. Every file carries its link.`,
  series: "Series",
  seriesHelp: "Loss, reconstruction, KL and distance at every step, each lane.",
  figures: "Figures",
  figure: "Figure",
  all: "All of them",
  weights: "Weights",
  weightsHelp: "Every tensor of each lane, float32.",
  script: "Script",
  scriptHelp:
    "Plain PyTorch: the same data, start, batches and noise from the same generator; theory printed beside.",
  scriptExact:
    "Plain PyTorch: the same data, the exact expected loss, a start of its own; theory printed beside.",
  scriptData:
    "Plain PyTorch, with Gaussian examples of this data’s spectrum unless you give it the data.",
  run: "Run",
  runHelp: "Link, settings, series and numbers in one file that opens again.",
  open: "Open a file",
  openHelp: "A .collapse.json; dropping it on the page does the same.",
  words: {
    csv: "CSV",
    json: "JSON",
    png: "PNG",
    svg: "SVG",
    safetensors: "safetensors",
    pytorch: "PyTorch",
    collapse: ".collapse.json",
  },
  saved: (name: string) => `Saved ${name}.`,
  noWeights: "There are no weights before the run is ready.",
  notOpened: (name: string, why: string) => `${name} was not opened. ${why}`,
} as const;
