/** Why data cannot be used; the message is for people and names the byte, row or file. */

export type DataErrorCode =
  /** The file holds nothing. */
  | "empty"
  /** It ends before its own header says it does, or its compression breaks off. */
  | "truncated"
  /** It is of another kind than its header, name or place says. */
  | "mislabelled"
  /** It is of a kind that cannot be read here. */
  | "unsupported"
  /** It is larger than can be held or decomposed. */
  | "huge"
  /** It holds no usable numbers. */
  | "no-numbers"
  /** Images and labels do not belong together. */
  | "labels"
  /** The experiment's file has not been opened yet, or another one has. */
  | "file-needed"
  /** The settings ask for what cannot be drawn. */
  | "settings";

export class DataError extends Error {
  override readonly name = "DataError";
  readonly code: DataErrorCode;

  constructor(code: DataErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
