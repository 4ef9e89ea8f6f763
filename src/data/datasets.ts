/** The registry of data sources: what each is called, what it holds, how it is had. */
import type { DataSource, Settings } from "../experiment/config.ts";
import { heldOut } from "../experiment/held-out.ts";
import { DataError } from "./data-error.ts";
import type { Dataset } from "./dataset.ts";
import { drawDigits } from "./digits.ts";
import { applyScaling } from "./scaling.ts";
import { drawPair, drawSpectrum } from "./spectrum.ts";
import { splitDataset } from "./split.ts";
import { splitLast, type Split, splitTest } from "./held-out.ts";

/** Files opened so far, by hash (as in `DataSource`). */
export type OpenFiles = ReadonlyMap<string, Dataset>;

type SourceOf<K extends DataSource["kind"]> = Extract<DataSource, { kind: K }>;

interface DatasetRow<K extends DataSource["kind"]> {
  readonly kind: K;
  readonly label: string;
  /** One sentence for people. */
  readonly describe: (source: SourceOf<K>, rows: number) => string;
  /** All the data before scaling. */
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
    load: ({ theta }, { rows, seed, testShare }) =>
      drawSpectrum(theta, rows, seed, heldOut(rows, testShare)),
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

/** The examples trained on, of `loadSplit`. */
export function loadDataset(settings: Settings, files: OpenFiles): Dataset {
  return loadSplit(settings, files).train;
}

/**
 * The data that the settings ask for, drawn or looked up, parted in those trained on and those held
 * out, and scaled by what those trained on tell; a pure function of both. Of a conditional model it
 * holds pairs (y, and where rows are cut in two also `parts`). A chosen spectrum is that of the
 * examples trained on.
 * @throws DataError "file-needed" when its file is not open, "settings" when it cannot be drawn
 * or cut as asked, or does not suit the network or the likelihood.
 */
export function loadSplit(settings: Settings, files: OpenFiles): Split {
  const { data, rows, scaling, testShare, seed } = settings;
  if (data.kind !== "file" && !(Number.isSafeInteger(rows) && rows > 0)) {
    throw new DataError(
      "settings",
      `Examples are drawn one by one: ${rows} of them cannot be.`,
    );
  }
  const all =
    settings.model === "cvae"
      ? loadPairs(settings, files)
      : rowOf(data.kind).load(data, settings, files);
  checkSuits(all, settings);
  const { train, test } =
    data.kind === "spectrum"
      ? splitLast(all, heldOut(rows, testShare))
      : splitTest(all, testShare, seed);
  return {
    train: applyScaling(train, scaling),
    ...(test && { test: applyScaling(test, scaling, train) }),
  };
}

function loadPairs(settings: Settings, files: OpenFiles): Dataset {
  const { data, condition, correlation, rows, seed, testShare } = settings;
  if (data.kind === "spectrum" && condition.kind === "correlated") {
    const held = heldOut(rows, testShare);
    return drawPair(data.theta, correlation, rows, seed, held);
  }
  return splitDataset(rowOf(data.kind).load(data, settings, files), condition);
}

/** @throws DataError "settings" where the network or the likelihood is not for such data. */
export function checkSuits(dataset: Dataset, settings: Settings): void {
  const { network, likelihood, scaling } = settings;
  const { name, image, x, y } = dataset;
  if (network.kind === "conv") {
    const halvings = network.channels.length;
    if (!image) {
      throw new DataError(
        "settings",
        `${name} holds no images, and convolutions need some. Choose dense layers.`,
      );
    }
    const { width, height } = image;
    if (2 ** halvings > Math.min(width, height)) {
      throw new DataError(
        "settings",
        `${name} holds images of ${width} x ${height} pixels, which cannot be halved ${halvings} times. ` +
          `Choose fewer convolutions.`,
      );
    }
  }
  if (likelihood === "bernoulli" && scaling === "none") {
    const pixel = (value: number): boolean => value >= 0 && value <= 1;
    if (!(x.every(pixel) && (y?.values ?? []).every(pixel))) {
      throw new DataError(
        "settings",
        `${name} holds values outside 0 to 1, and a Bernoulli likelihood is for values between them. ` +
          `Choose the Gaussian likelihood, or binary scaling.`,
      );
    }
  }
}

/** The row of a kind, typed for any source: a row only ever meets sources of its own kind. */
function rowOf(kind: DataSource["kind"]): DatasetRow<DataSource["kind"]> {
  return DATASETS[kind] as DatasetRow<DataSource["kind"]>;
}
