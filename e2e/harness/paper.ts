/** What `npm run paper` and the tests of sweeps call in the page. */
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import type { Dataset, DatasetReport } from "../../src/data/dataset.ts";
import { readDataFile } from "../../src/data/read-file.ts";
import type { DataSource } from "../../src/experiment/config.ts";
import { LaneData } from "../../src/session/lane-data.ts";
import {
  FIGURES,
  type FigureName,
  type FigureOptions,
  type PaperPanel,
} from "../../src/session/paper.ts";
import { runSweep } from "../../src/session/sweep.ts";
import type {
  SweepProgress,
  SweepRow,
  SweepSpec,
} from "../../src/session/sweep-protocol.ts";

type FileSource = Extract<DataSource, { kind: "file" }>;

export interface PaperFile {
  readonly source: FileSource;
  readonly report: DatasetReport;
}

export interface SweepRequest {
  readonly spec: SweepSpec;
  readonly engine: "webgpu" | "cpu";
  /** Names of global functions told of rows and progress. */
  readonly onRow?: string;
  readonly onProgress?: string;
  /** Ends the sweep at this many rows. */
  readonly stopAfter?: number;
}

export interface SweepResult {
  readonly rows: readonly SweepRow[];
  readonly progress: readonly SweepProgress[];
}

const files = new Map<string, Dataset>();
/** Kept from one sweep to the next: panels of a figure share their data. */
const laneData = new LaneData();
let gpu: Promise<Gpu> | null = null;

const paperFigures = (): Pick<
  (typeof FIGURES)[number],
  "name" | "title" | "note"
>[] => FIGURES.map(({ name, title, note }) => ({ name, title, note }));

function paperPanels(name: FigureName, options: FigureOptions): PaperPanel[] {
  const figure = FIGURES.find((one) => one.name === name);
  if (!figure) throw new Error(`there is no figure ${name}`);
  return figure.panels(options);
}

/** Reads an images file, with labels or without, for `data` of the figures. */
async function openPaperFile(
  images: string,
  labels?: string,
): Promise<PaperFile> {
  const read = async (
    url: string,
  ): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> => ({
    name: decodeURIComponent(url.slice(url.lastIndexOf("/") + 1)),
    bytes: new Uint8Array(await (await fetch(url)).arrayBuffer()),
  });
  const result = await readDataFile(
    await read(images),
    labels === undefined ? undefined : await read(labels),
  );
  if ("message" in result) throw new Error(result.message);
  const { report, dataset } = result;
  files.set(report.hash, dataset);
  const { name, bytes, hash } = report;
  return { source: { kind: "file", name, bytes, hash }, report };
}

function tell(name: string | undefined, value: unknown): void {
  if (name === undefined) return;
  const listener = (globalThis as unknown as Record<string, unknown>)[name];
  if (typeof listener === "function")
    (listener as (value: unknown) => void)(value);
}

async function sweep(request: SweepRequest): Promise<SweepResult> {
  const { spec, engine, stopAfter } = request;
  const device =
    engine === "webgpu"
      ? (await (gpu ??= openGpu(navigator.gpu))).device
      : undefined;
  const stop = new AbortController();
  const progress: SweepProgress[] = [];
  let rowsHeard = 0;
  const rows = await runSweep(spec, {
    files,
    laneData,
    ...(device && { device }),
    signal: stop.signal,
    onRow: (row) => {
      rowsHeard++;
      if (rowsHeard === stopAfter) stop.abort();
      tell(request.onRow, row);
    },
    onProgress: (now) => {
      progress.push(now);
      tell(request.onProgress, now);
    },
  });
  return { rows, progress };
}

export const paperHarness = {
  paperFigures,
  paperPanels,
  openPaperFile,
  sweep,
};
