/** Rendering in short tasks while the page starts, so that it answers meanwhile. */
import { LitElement } from "lit";

/** Milliseconds of rendering after which the browser gets its turn. */
const SLICE_MS = 4;

/** The hook of Lit's elements that decides when an update is made. */
interface Scheduled {
  scheduleUpdate: (this: Scheduled) => unknown;
}

/**
 * The next task, after what the browser has to do first. The worker's `turn` again: shared, it would
 * be one more file for the page to wait for.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Unlike a timer it is not held back, nor in a tab that nobody sees.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The next frame's end; at once where nobody looks and there are none. */
export async function nextFrame(): Promise<void> {
  if (document.hidden) return;
  await new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });
  await nextTask();
}

/**
 * Elements update one after another, a few milliseconds' worth in a task, until `end` is called.
 * What they show is whole only then.
 */
export function renderInSlices(): {
  /** Resolves when no element waits for its update. */
  idle: () => Promise<void>;
  end: () => void;
} {
  const prototype = LitElement.prototype as unknown as Scheduled;
  const whole = prototype.scheduleUpdate;
  let began = performance.now();
  let pending = 0;
  let turn: Promise<void> | null = null;
  const next = () =>
    (turn ??= nextTask().then(() => {
      turn = null;
      began = performance.now();
    }));
  prototype.scheduleUpdate = async function (this: Scheduled) {
    pending += 1;
    try {
      while (performance.now() - began > SLICE_MS) await next();
      return whole.call(this);
    } finally {
      pending -= 1;
    }
  };
  return {
    idle: async () => {
      // An update may lead to others: none must wait after a whole task.
      do await next();
      while (pending > 0);
    },
    end: () => {
      Reflect.deleteProperty(prototype, "scheduleUpdate");
    },
  };
}
