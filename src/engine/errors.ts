/** Expected failures of the engine, told apart by code; anything else thrown is a bug. */

export type EngineErrorCode =
  "no-adapter" | "device" | "compile" | "validation" | "out-of-memory" | "lost";

/** A failure of the GPU or of what was asked of it; `message` is for people. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.code = code;
  }
}
