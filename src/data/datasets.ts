/** The registry of data sources: what each is called, what it holds, how it is had. */
import type { DataSource, Settings } from "../experiment/config.ts";
import { DataError } from "./data-error.ts";
import type { Dataset } from "./dataset.ts";
import { drawDigits } from "./digits.ts";
import { applyScaling } from "./scaling.ts";
import { drawPair, drawSpectrum } from "./spectrum.ts";
import { splitDataset } from "./split.ts";

/** Files opened so far, by hash (as in `DataSource`). */
export type OpenFiles = ReadonlyMap<string, Dataset>;

type SourceOf<K extends DataSource["kind"]> = Extract<DataSource, { kind: K }>;

interface DatasetRow<K extends DataSource["kind"]> {
  readonly kind: K;
  readonly label: string;
  /** One sentence for people. */
  readonly describe: (source: SourceOf<K>, rows: number) => string;
  /** The data before scaling. */
  readonly load: (
    source: SourceOf<K>,
    settings: Settings,
    files: OpenFiles,
  ) => Dataset;
}

export const DATASETS: { readonly [K in DataSource["kind"]]: DatasetRow<K> } = {
  spectrum: {
    kind: "spectrum",
    label: "Chosen spectrum",
    describe: ({ theta }, rows) =>
      `${rows} Gaussian examples in ${theta.length} columns whose data singular values are exactly ` +
      `${theta.join(", ")}.`,
    load: ({ theta }, { rows, seed }) => drawSpectrum(theta, rows, seed),
  },
  digits8: {
    kind: "digits8",
    label: "Digits 8x8",
    describe: (_, rows) =>
      `${rows} handwritten-like digits of 8x8 pixels, drawn by the program.`,
    load: (_, { rows, seed }) => drawDigits("digits8", rows, seed),
  },
  digits28: {
    kind: "digits28",
    label: "Digits 28x28",
    describe: (_, rows) =>
      `${rows} handwritten-like digits of 28x28 pixels, drawn by the program.`,
    load: (_, { rows, seed }) => drawDigits("digits28", rows, seed),
  },
  file: {
    kind: "file",
    label: "Your file",
    describe: ({ name, bytes }) =>
      `The file ${name} (${bytes} bytes), read on this device.`,
    load: (source, _, files) => {
      const dataset = files.get(source.hash);
      if (dataset) return dataset;
      const namesake = [...files.values()].some(
        ({ name }) => name === source.name,
      );
      throw new DataError(
        "file-needed",
        `This experiment needs the file ${source.name} (${source.bytes} bytes, hash ` +
          `${source.hash}). ` +
          (namesake
            ? `A file of that name has been opened, but its content is another. `
            : `It stays with whoever has it and is not part of a link. `) +
          `Drop it on the page to go on.`,
      );
    },
  },
};

/** What `source` is, in one sentence; `rows` is the number of examples drawn (ignored for files). */
export function describeSource(source: DataSource, rows: number): string {
  return rowOf(source.kind).describe(source, rows);
}

/**
 * The data set that the settings ask for, drawn or looked up, scaled; a pure function of both. Of
 * a conditional model it holds pairs (y, and where rows are cut in two also `parts`).
 * @throws DataError "file-needed" when its file is not open, "settings" when it cannot be drawn
 * or cut as asked.
 */
export function loadDataset(settings: Settings, files: OpenFiles): Dataset {
  const { data, rows, scaling } = settings;
  if (data.kind !== "file" && !(Number.isSafeInteger(rows) && rows > 0)) {
    throw new DataError(
      "settings",
      `Examples are drawn one by one: ${rows} of them cannot be.`,
    );
  }
  const dataset =
    settings.model === "cvae"
      ? loadPairs(settings, files)
      : rowOf(data.kind).load(data, settings, files);
  return applyScaling(dataset, scaling);
}

function loadPairs(settings: Settings, files: OpenFiles): Dataset {
  const { data, condition, correlation, rows, seed } = settings;
  if (data.kind === "spectrum" && condition.kind === "correlated")
    return drawPair(data.theta, correlation, rows, seed);
  return splitDataset(rowOf(data.kind).load(data, settings, files), condition);
}

/** The row of a kind, typed for any source: a row only ever meets sources of its own kind. */
function rowOf(kind: DataSource["kind"]): DatasetRow<DataSource["kind"]> {
  return DATASETS[kind] as DatasetRow<DataSource["kind"]>;
}
