/** Reads a file that was handed to the page, and keeps it for experiments that ask for it. Worker side. */
import type { Dataset, DatasetReport } from "../data/dataset.ts";
import { describeMismatch, readDataFile } from "../data/read-file.ts";
import type { Settings } from "../experiment/config.ts";
import type { ImportResult } from "./protocol.ts";

/**
 * @param files where it is kept, by hash
 * @param opened lanes of the open experiment, which may wait for a file
 */
export async function importFile(
  files: Map<string, Dataset>,
  opened: readonly Settings[],
  file: File,
  labels?: File,
): Promise<ImportResult> {
  try {
    const result = await readDataFile(
      await bytesOf(file),
      labels && (await bytesOf(labels)),
    );
    if ("message" in result) return { ok: false, message: result.message };
    const { report, dataset } = result;
    files.set(report.hash, dataset);
    const mismatch = mismatchOf(files, opened, report);
    return { ok: true, report, ...(mismatch !== null && { mismatch }) };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

async function bytesOf(
  from: File,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  return { name: from.name, bytes: new Uint8Array(await from.arrayBuffer()) };
}

/** Why a file is not the one that the open experiment still waits for, if it waits for one. */
function mismatchOf(
  files: ReadonlyMap<string, Dataset>,
  opened: readonly Settings[],
  report: DatasetReport,
): string | null {
  const missing = opened
    .map(({ data }) => data)
    .filter((data) => data.kind === "file")
    .find(({ hash }) => !files.has(hash));
  return missing ? describeMismatch(missing, report) : null;
}
